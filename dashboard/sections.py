"""A section as the browser gets it: rendered, or taken from those that were rendered for the same before.

A section says what it shows beside the snapshot, the reader's scope and role, the address, the locale and the
business (`Section.kept`); all of it is the key, so that nothing kept is ever stale, and two people of
different scope never share one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from typing import Any

import orjson
from dash import no_update
from sqlalchemy.exc import SQLAlchemyError

from models.business import in_force
from models.errors import NoSnapshotError, OneViewError, QuestionError
from models.texts import _

from . import locales
from .components import states
from .components.plain import plain, written
from .page import Page, Section
from .visit import Visit

_LOG = logging.getLogger(__name__)


def filled(page: Page, section: Section, looking: Visit) -> Any:
    """What a section shows, or in words why it shows nothing."""
    try:
        if section.kept is None:
            return plain(section.render(looking))
        finished = looking.services.finished
        return orjson.Fragment(
            finished.part(
                key_of(page, section, looking, section.kept), lambda: _json(section, looking)
            )
        )
    except NoSnapshotError:
        return no_update
    except QuestionError as error:
        return states.wrong(str(error)) if _tells(page, section, looking) else []
    except (OneViewError, SQLAlchemyError):  # also a snapshot that is older than this version
        _LOG.exception("a section of %s could not be shown", looking.path)
        return states.notice(
            "alert",
            _("This part could not be shown."),
            _(
                "The warehouse did not answer, or is being built anew for this version. Nothing was lost; "
                "reload the page in a minute. If it stays so, your administrator finds the reason in the log."
            ),
        )


def _tells(page: Page, section: Section, looking: Visit) -> bool:
    """Whether a section says what is wrong: what is wrong with the address is said once for the page, in its head."""
    try:
        return looking.filters is not None
    except QuestionError:
        return section is (page.section("head") or page.sections[0])


def _json(section: Section, looking: Visit) -> bytes:
    """A section as the browser gets it."""
    with locales.using(locales.current()):  # it is asked for with each number
        return written(plain(section.render(looking)))


def key_of(
    page: Page, section: Section, looking: Visit, beside: Callable[[Visit], Hashable]
) -> Hashable:
    """What the section of a page depends on; `beside` is the section's own part."""
    snapshot = looking.snapshot
    sources = tuple(
        (system, state.as_of, state.complete_from)
        for system, state in sorted(snapshot.sources.items())
    )
    return (
        (page.key, section.name),
        (looking.path, looking.search),
        (str(snapshot.path), snapshot.version, snapshot.built_at, sources),
        (looking.person.role, looking.scope),
        locales.current(),
        in_force(snapshot).mark,
        beside(looking),
    )
