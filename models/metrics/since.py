"""Every line of an answer beside what it was in an earlier version of the data, or when its month was closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from ..access import Scope
from .answer import Answer, AnswerRow
from .dimensions import NOT_ASSIGNED
from .query import Ask, answer_many
from .sums import Group
from .vocabulary import Lens

if TYPE_CHECKING:
    from ..snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A line now, and the same line in the earlier version."""

    now: AnswerRow
    before: AnswerRow

    @property
    def change(self) -> Decimal | None:
        """By how much the number of record has changed; None unless there are two."""
        if self.now.value is None or self.before.value is None:
            return None
        return self.now.value - self.before.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """An answer now, and every line of it beside what it was.

    Attributes:
        earlier: the version that it is set against.
        now: the answer, with a line also for who is in the earlier one alone.
        lines: in the order of the answer's.
    """

    earlier: Snapshot
    now: Answer
    lines: Sequence[Beside]


def since(earlier: Snapshot, now: Snapshot, ask: Ask, scope: Scope) -> Since:
    """Ask the same of both versions; a member that only one of them has a line for gets one in the other, too.

    Raises:
        QuestionError: the KPI lacks a dimension it is asked by.
    """
    ((today,), (then,)) = (answer_many(one, [ask], scope) for one in (now, earlier))
    known, old = _by_member(today, ask), _by_member(then, ask)
    today, then = _with(today, old, now, ask, scope), _with(then, known, earlier, ask, scope)
    old = _by_member(then, ask)
    lines = [
        Beside(now=_called(row, before), before=before)
        for member, row in _by_member(today, ask).items()
        if (before := old.get(member)) is not None
    ]
    return Since(
        earlier=earlier, now=replace(today, rows=[line.now for line in lines]), lines=lines
    )


def _with(
    told: Answer, others: Mapping[Group, AnswerRow], snapshot: Snapshot, ask: Ask, scope: Scope
) -> Answer:
    """The answer with a line for every member that the other version has one for."""
    missing = tuple(sorted(others.keys() - _by_member(told, ask).keys(), key=str))
    if not missing:
        return told
    return answer_many(snapshot, [replace(ask, also=missing)], scope)[0]


def _by_member(told: Answer, ask: Ask) -> dict[Group, AnswerRow]:
    return {_member(row, ask): row for row in told.rows}


def _member(row: AnswerRow, ask: Ask) -> Group:
    own = ask.lens is not Lens.CONSOLIDATED and row.currency is not None
    return (*(row.dimensions[name] for name in ask.by), *((row.currency,) if own else ()))


def _called(row: AnswerRow, before: AnswerRow) -> AnswerRow:
    """Who is not in the data any more is called as before."""
    names = {
        name: before.labels[name] if label == NOT_ASSIGNED else label
        for name, label in row.labels.items()
    }
    return replace(row, labels=names)
