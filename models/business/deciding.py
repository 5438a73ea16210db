"""Changes one value of the business: checked as the file is, written down with what stood before, audited."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Engine, insert

from ..database import writing
from ..errors import QuestionError
from ..sequence import next_sequence
from ..tables.operations import ops_audit
from ..texts import _
from .decided import merged
from .decision import (
    BENCHMARKS,
    LEFT_OUT,
    MAP,
    PUT_BACK,
    RULED,
    SET,
    STATES,
    TARGETS,
    VERSIONS,
    Decision,
    Place,
    as_written,
    dumped,
    plain,
    target_place,
)
from .keep import write
from .load import Business
from .mapping import rules_of

ACTIONS = {SET: "setting_changed", LEFT_OUT: "setting_left_out", PUT_BACK: "setting_put_back"}
LONGEST = 500  # of a note, and of a place


class WrongValueError(QuestionError):
    """A value that the checker of the file refuses; nothing was kept.

    Attributes:
        what: the checker's own words.
    """

    def __init__(self, what: str) -> None:
        super().__init__(_("Nothing was kept: the value {what}", what=what))
        self.what = what


class OvertakenError(QuestionError):
    """Another value stands at the place by now than the one that was changed; nothing was kept.

    Attributes:
        said: the decision that stands; None where the file says it.
    """

    def __init__(self, said: Decision | None) -> None:
        super().__init__(_("It was changed meanwhile. Nothing was kept."))
        self.said = said


def value_at(business: Business, place: Place) -> Any:
    """What stands at a place, as a file would write it; None where nothing does, or nobody told that one record."""
    if place[0] == MAP:
        told = business.decided.get(place)
        return told.value if told else None
    if place[0] == TARGETS:
        found = (one for one in business.file.targets if target_place(one) == place)
        return plain(next(found, None))
    if place in RULED:
        return general(business, RULED[place])
    if place[:2] == VERSIONS and len(place) == 3:
        named = (one for one in business.file.plan.versions if one.version == place[2])
        return next((as_written(one) for one in named), None)
    part: Any = business.file
    for name in place:
        part = part.get(name) if isinstance(part, Mapping) else getattr(part, name, None)
    if place[0] == BENCHMARKS and part is not None and not part.shown:
        return None
    return plain(part)


def general(business: Business, kind: str) -> list[dict[str, Any]]:
    """The rules of a kind, without those of single records, as a file writes them."""
    rules, single = rules_of(business, kind)
    return [as_written(rule) for rule in rules[single:]]


def mark_of(value: Any) -> str:
    """Tells one value of a place from another."""
    return hashlib.sha256(dumped(value).encode()).hexdigest()[:16]


def decide(
    record: Engine,
    base: Business,
    decision: Decision,
    known: Mapping[str, Collection[str]],
    made_from: str | None = None,
) -> None:
    """Keep a decision; it is in force from the next build on.

    Args:
        base: the file, nothing laid over it.
        decision: with who says it and when.
        known: key of each KPI -> the dimensions it can be told by.
        made_from: `mark_of` the value that it was made from; None where that makes no difference.

    Raises:
        OvertakenError: another value stands there by now.
        WrongValueError: the value does not fit, or something else would not fit any more.
        QuestionError: there is no such KPI or dimension, it is so already, or it is too long.
    """
    _refuse_unknown(decision, known)
    with writing(record) as connection:
        was = merged(connection, base)
        before = value_at(was, decision.place)
        if made_from is not None and mark_of(before) != made_from:
            raise OvertakenError(was.decided.get(decision.place))
        if _is_so(was, decision, before):
            raise QuestionError(_("It is so already. Nothing was changed."))
        number = write(connection, decision, before)
        now = merged(connection, base)  # what is refused is rolled back
        for place, what in now.ignored.items():
            if place == decision.place or place not in was.ignored:
                raise WrongValueError(what)
        detail = {
            "decision": number,
            "place": list(decision.place),
            "before": dumped(before),
            "after": dumped(value_at(now, decision.place)),
            "note": decision.note,
        }
        action = ACTIONS[decision.state]
        connection.execute(
            insert(ops_audit).values(
                at=decision.at, subject=decision.by, action=action, detail=detail
            )
        )
        next_sequence(connection)  # so that the next build looks


def _refuse_unknown(decision: Decision, known: Mapping[str, Collection[str]]) -> None:
    place = decision.place
    if decision.state not in STATES or not place:
        raise QuestionError(_("There is no such setting. Nothing was kept."))
    if len(dumped(list(place))) > LONGEST or len(decision.note or "") > LONGEST:
        raise QuestionError(
            _("At most {count} letters can be kept. Nothing was kept.", count=LONGEST)
        )
    if decision.state != SET or place[0] not in (TARGETS, BENCHMARKS):
        return
    key, by = (*place, "", "")[1:3]
    if key not in known:
        raise QuestionError(_("There is no number '{key}'. Nothing was kept.", key=key))
    if place[0] == TARGETS and by and by not in known[key]:
        raise QuestionError(
            _("'{key}' cannot be told by {dimension}. Nothing was kept.", key=key, dimension=by)
        )


def _is_so(was: Business, decision: Decision, before: Any) -> bool:
    held = was.decided.get(decision.place)
    if decision.state == PUT_BACK:
        return held is None and decision.place not in was.ignored
    if decision.state == LEFT_OUT:
        return held is not None and held.state == LEFT_OUT
    if isinstance(before, bool) or isinstance(decision.value, bool):
        return before is decision.value
    return bool(before == decision.value)
