"""Which records other names would take for something else: told before they are saved."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from models.business import Business
from models.business.decision import Place
from models.business.mapping import members
from models.business.naming import CORPORATE, NAMED, OTHER_COST, WAGES, renamed
from models.snapshot import Snapshot
from models.texts import Text, _

from ..components.place_words import mapped_words
from ..components.rule_list import dry_run
from ..visit import Visit
from .amounts import writes_amounts

_WORDS: Mapping[str | None, Text] = {
    WAGES: "Wages and what comes with them",
    OTHER_COST: "Other cost",
}


def names_tried(
    visit: Visit, snapshot: Snapshot, place: Place, before: Business, after: Business
) -> Component:
    """What other names at a place of `NAMED` come to."""
    kind = NAMED[place]
    found = renamed(place, before, after, members(snapshot, kind, before))

    def taken(value: str | None) -> str:
        return mapped_words(kind, value) if place == CORPORATE else _(_WORDS[value])

    return dry_run(kind, found, writes_amounts(visit, kind), taken)
