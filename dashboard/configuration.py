"""How the firm counts, now and from the next build on: what the snapshot was built with, and what file and people say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.business import Business, current, in_force, load
from models.business.decided import with_decisions
from models.business.deciding import value_at
from models.business.decision import MAP, MAPPED, Decision, Place
from models.business.keep import decisions
from models.business.load import restored
from models.business.mapping import members
from models.errors import ConfigError, NoSnapshotError
from models.metrics.catalogue import kpis
from models.metrics.dimensions import DIMENSIONS
from models.settings import WarehouseSettings
from models.snapshot import Snapshot

from .auth import people
from .components.place_words import title_of
from .services import Services


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Both, and whether the file is right.

    Attributes:
        base: the file alone, nothing decided laid over it.
        said: place -> the subject of who decided it last, whether it fits or not.
        wrong: what is wrong with the file by now.
        names: subject -> what a person is called.
        currency: that targets of money are in; empty before the first snapshot.
        snapshot: the newest; None before the first.
    """

    now: Business
    base: Business
    next: Business
    said: Mapping[Place, str]
    wrong: str | None
    names: Mapping[str, str]
    currency: str
    snapshot: Snapshot | None

    @property
    def file_changed(self) -> bool:
        """Whether the file says something else than what the snapshot was built with."""
        return self.wrong is None and self.base.content != _base_of(self.now).content

    @property
    def waiting(self) -> list[Place]:
        """The places whose value will be another at the next build by somebody's decision, the newest first."""
        places = dict.fromkeys([*self.next.decided, *self.now.decided])
        changed = [one for one in places if self.value(one) != self.value(one, then=True)]
        return sorted(changed, key=self._number, reverse=True)

    def value(self, place: Place, *, then: bool = False) -> Any:
        """What stands at a place, as the file would write it.

        Args:
            then: from the next build on; else in the numbers that are shown.
        """
        return value_at(self.next if then else self.now, place)

    def who(self, decision: Decision) -> str:
        """What the person who decided is called."""
        return self.names.get(decision.by, decision.by)

    def title(self, place: Place) -> str:
        """What a place is called."""
        return title_of(place, self.member(place))

    def member(self, place: Place) -> str | None:
        """What the single record of a place is called."""
        if self.snapshot is None or place[0] != MAP or place[1] not in MAPPED:
            return None
        listed = members(self.snapshot, place[1], self.next)
        return next((one.name for one in listed if one.key == place[2]), None)

    def _number(self, place: Place) -> int:
        told = self.next.decided.get(place) or self.now.decided.get(place)
        return told.number if told else 0


def standing(here: Services) -> Standing:
    """How the firm counts, as the record, the file and the newest snapshot have it."""
    snapshot: Snapshot | None
    try:
        snapshot = here.snapshots.current()
        now, currency = in_force(snapshot), snapshot.reporting_currency
    except NoSnapshotError:
        snapshot, now, currency = None, current(), ""
    wrong, base = None, None
    try:
        base = load(WarehouseSettings.load())
        base.check_kpis(kpis(), DIMENSIONS)
    except ConfigError as error:
        wrong = str(error).removeprefix("Cannot start. ")
    if base is None or wrong is not None or (base.path is None and now.path is not None):
        base = _base_of(now)  # the web app may run where the file is not
    said = decisions(here.record)
    return Standing(
        now=now,
        base=base,
        next=with_decisions(base, said),
        said={one.place: one.by for one in said},
        wrong=wrong,
        names={one.subject: one.name for one in people.everyone(here.record)},
        currency=currency,
        snapshot=snapshot,
    )


def _base_of(business: Business) -> Business:
    file = str(business.path) if business.path else ""
    return restored(file, business.document.text)
