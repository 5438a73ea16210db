"""The business as the file says it and people decided: one way to put both together, for build and pages alike."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError

from ..document import mistake
from ..errors import ConfigError
from ..tables.business import meta_business
from .decision import Decision, Place, UnfitError, dumped, in_order, laid_over, parsed
from .keep import decisions
from .load import Business, allowed, current, filled, restored
from .shape import BusinessFile

if TYPE_CHECKING:
    from ..snapshot import Snapshot

_log = logging.getLogger(__name__)
_FOUND = "business"


def merged(record: Engine | Connection, base: Business) -> Business:
    """What a file says, with what people decided laid over it.

    A decision that does not fit the file any more is left aside and told in `Business.ignored`.
    """
    return with_decisions(base, decisions(record))


def with_decisions(base: Business, said: Sequence[Decision]) -> Business:
    """A file with decisions laid over it: in the order in which they were said, words on single records last."""
    if not said:
        return base
    said = in_order(said)
    content, ignored = filled(base.content), dict[Place, str]()
    fitting: list[Decision] = []
    for one in said:
        try:
            content = laid_over(content, one)
        except UnfitError as error:
            ignored[one.place] = str(error)
        else:
            fitting.append(one)
    try:
        whole = BusinessFile.model_validate(content)
    except ValidationError:  # at least one of them does not fit: which, is found one by one
        whole, fitting, wrong = _one_by_one(base, fitting)
        ignored |= wrong
    decided = {one.place: one for one in fitting}
    return replace(base, file=whole, decided=decided, ignored=ignored)


def _one_by_one(
    base: Business, said: Sequence[Decision]
) -> tuple[BusinessFile, list[Decision], dict[Place, str]]:
    content, whole = filled(base.content), base.file
    fitting: list[Decision] = []
    ignored: dict[Place, str] = {}
    for one in said:
        try:
            tried = laid_over(content, one)
            whole = BusinessFile.model_validate(tried)
        except ValidationError as error:
            ignored[one.place] = mistake(error, allowed)
        except UnfitError as error:
            ignored[one.place] = str(error)
        else:
            content = tried
            fitting.append(one)
    return whole, fitting, ignored


def in_force(snapshot: Snapshot) -> Business:
    """How the firm counted when a snapshot was built; as this process read it, where the snapshot does not tell."""
    if _FOUND not in snapshot.found:
        snapshot.found[_FOUND] = _told_by(snapshot) or current()
    found: Business = snapshot.found[_FOUND]
    return found


def _told_by(snapshot: Snapshot) -> Business | None:
    try:
        with snapshot.engine.connect() as connection:
            row = connection.execute(select(meta_business)).first()
    except DBAPIError:  # built by an earlier version: it has no such table
        return None
    if row is None:
        return None
    try:
        return with_decisions(restored(row.file, row.text), decisions_of(row.decided))
    except ConfigError as error:
        _log.warning("What the snapshot was built with is read otherwise by now. %s", error)
        return None


def told(business: Business) -> dict[str, str]:
    """What a snapshot keeps of the business it is built with: a row of `meta_business`."""
    said = [
        {
            "place": list(one.place),
            "state": one.state,
            "value": one.value,
            "note": one.note,
            "by": one.by,
            "at": one.at.isoformat() if one.at else None,
            "number": one.number,
        }
        for one in business.decided.values()
    ]
    file = str(business.path) if business.path else ""
    return {"file": file, "text": business.document.text, "decided": dumped(said)}


def decisions_of(text: str) -> list[Decision]:
    """The decisions that a snapshot tells."""
    found: list[Mapping[str, Any]] = parsed(text)
    return [
        Decision(
            place=tuple(one["place"]),
            state=one["state"],
            value=one["value"],
            note=one["note"],
            by=one["by"],
            at=datetime.fromisoformat(one["at"]) if one["at"] else None,
            number=one["number"],
        )
        for one in found
    ]
