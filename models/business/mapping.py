"""What the rules of the business say of single records, and what each record carries: accounts, items, departments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from ..period import Month
from ..snapshot import Snapshot
from ..tables import booking as booking  # the tables that are read: a snapshot has them all
from ..tables import chart as chart
from ..tables import deal_demand as deal_demand
from ..tables import finance as finance
from ..tables import staffing as staffing
from .decision import DEAL, MAP, MAPPED, SINGLY, Place
from .load import Business
from .rules import Asked, PracticeRule

PRACTICE = "practice"
_MONTHS = 12
_POSTED = """
    SELECT {key}, count(*) AS rows, sum({amount}) AS amount FROM fct_gl
    WHERE month >= :since AND {which} GROUP BY {key}"""
_SIGNED = "CASE WHEN account_type IN ('Income', 'OthIncome') THEN -amount_base ELSE amount_base END"
_ACCOUNTS = """
    SELECT CAST(a.account_key AS VARCHAR) AS key, coalesce(a.number, '') AS code, a.name, a.type,
        coalesce(g.rows, 0) AS rows, g.amount
    FROM dim_account a LEFT JOIN ({posted}) g ON g.account_key = a.account_key
    WHERE a.account_key > 0 AND {which} AND (g.rows > 0 OR NOT coalesce(a.is_deleted, false))"""
_ITEMS = """
    SELECT CAST(i.item_key AS VARCHAR) AS key, coalesce(i.code, '') AS code, i.name, i.type,
        coalesce(g.rows, 0) AS rows, g.amount
    FROM dim_item i LEFT JOIN ({posted}) g ON g.item_key = i.item_key
    WHERE i.item_key > 0 AND (g.rows > 0 OR NOT coalesce(i.is_deleted, false))"""
_SEGMENT = """
    SELECT d.name AS key, '' AS code, d.name, '{segment}' AS type, sum(coalesce(g.rows, 0)) AS rows,
        sum(g.amount) AS amount
    FROM dim_{segment} d LEFT JOIN ({posted}) g ON g.{segment}_key = d.{segment}_key
    WHERE d.{segment}_key > 0 AND d.name IS NOT NULL
        AND (g.rows > 0 OR NOT coalesce(d.is_deleted, false))
    GROUP BY d.name"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One record that the rules tell something of.

    Attributes:
        key: what its place is called by: its id, or its name.
        code: an account's number, an item's name; the percentage of a deal's stage.
        type: as the source names it; of a department, class or location which of them it is; of a task its project; of a
            deal its rating.
        rows: postings of the last twelve months; projects, of contract types; bookings, of booking types; time
            entries, of tasks; lines of the estimate, of deals.
        amount: what they come to: money in the reporting currency, income positive and cost positive; hours, of
            bookings, tasks and deals; None where nothing is added up.
    """

    key: str
    code: str
    name: str
    type: str
    rows: int
    amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a record is taken for.

    Attributes:
        value: as a rule writes it; None: no rule speaks of it.
        by_person: whether somebody said it of this record.
        by_rule: whether a rule or somebody said it; else it is what a record is that nothing is said of.
    """

    value: str | None
    by_person: bool = False
    by_rule: bool = True


_TASKS = """
    SELECT concat_ws(': ', p.name, t.name) AS key, '' AS code, coalesce(t.name, p.name) AS name, p.name AS type,
        count(*) AS rows, sum(f.hours) AS amount
    FROM fct_time f
    JOIN dim_project p ON p.project_key = f.project_key
    LEFT JOIN dim_task t ON t.task_key = f.task_key AND t.task_key <> -1
    WHERE f.status <> 'rejected' AND f.month >= :since AND p.project_key <> -1 AND {which}
    GROUP BY ALL"""
_SQL: Mapping[str, str] = {
    "account_line": _ACCOUNTS.format(
        posted=_POSTED.format(key="account_key", amount=_SIGNED, which="true"),
        which="a.statement = 'profit_and_loss'",
    ),
    "account_stream": _ACCOUNTS.format(
        posted=_POSTED.format(key="account_key", amount=_SIGNED, which="true"),
        which="a.type IN ('Income', 'COGS', 'DeferRevenue')",
    ),
    "item_stream": _ITEMS.format(
        posted=_POSTED.format(
            key="item_key", amount="-amount_base", which="account_type = 'Income'"
        )
    ),
    "contract_stream": """
        SELECT trim(contract_type) AS key, '' AS code, trim(contract_type) AS name, '' AS type,
            count(*) AS rows, NULL AS amount
        FROM dim_project WHERE trim(contract_type) <> '' AND kind = 'client' GROUP BY ALL""",
    "booking_type": """
        SELECT trim(booking_type) AS key, '' AS code, trim(booking_type) AS name, '' AS type,
            count(DISTINCT booking_id) AS rows, sum(hours) AS amount
        FROM fct_booking WHERE trim(booking_type) <> '' AND month >= :since GROUP BY ALL""",
    "purpose": _TASKS.format(which="f.kind = 'internal_productive'"),
    "crediting": _TASKS.format(which="f.kind <> 'time_off' AND NOT f.is_billable"),
    DEAL: """
        SELECT CAST(deal_id AS VARCHAR) AS key, coalesce(CAST(deal_stage AS VARCHAR), '') AS code, deal AS name,
            coalesce(trim(rating), '') AS type, count(DISTINCT labor_id) AS rows, sum(hours) AS amount
        FROM fct_deal_demand
        WHERE deal IS NOT NULL AND likelihood IS DISTINCT FROM 'opportunity' GROUP BY ALL""",
}


def members(snapshot: Snapshot, kind: str, business: Business) -> Sequence[Member]:
    """The records of a kind, those that carry most first.

    Args:
        business: says which segment practices are told by.
    """
    segment = business.file.finance.practice_segment
    statement = _SQL.get(kind) or _SEGMENT.format(
        segment=segment,
        posted=_POSTED.format(
            key=f"{segment}_key",
            amount="amount_base",
            which="account_type IN ('COGS', 'Expense')",
        ),
    )
    question = ("mapping", kind, segment)
    if question not in snapshot.found:
        since = Month.of(snapshot.today).plus(1 - _MONTHS).key
        values = {"since": since} if ":since" in statement else {}
        with snapshot.engine.connect() as connection:
            rows = connection.execute(text(statement), values).mappings()
            found = [Member(**{**row, "rows": int(row["rows"])}) for row in rows]
        snapshot.found[question] = sorted(found, key=_weight)
    listed: Sequence[Member] = snapshot.found[question]
    return listed


def verdict(business: Business, kind: str, member: Member) -> Verdict:
    """What the rules say of a record: the first that holds, as the build takes it."""
    return Judge(business, kind).verdict(member)


class Judge:
    """The rules of a kind, read once for many records.

    Attributes:
        rules: those of single records first, then the general ones.
        single: how many of them are of single records.
    """

    def __init__(self, business: Business, kind: str) -> None:
        self._business, self._kind = business, kind
        self.rules, self.single = rules_of(business, kind)
        self._asked = [Asked(rule) for rule in self.rules]
        self._corporate: Asked | None = None
        names = business.file.finance.corporate
        if kind == PRACTICE and names:
            self._corporate = Asked(PracticeRule(practice=False, names=list(names)))

    def place(self, member: Member) -> int | None:
        """The place of the rule that decides on a record: the first that holds; None where none does."""
        told = _told(self._kind, member)
        places = range(len(self._asked))
        return next((at for at in places if _meets(self._asked[at], told)), None)

    def met(self, at: int, member: Member) -> bool:
        """Whether a record meets the rule at a place, whichever stands before it."""
        return _meets(self._asked[at], _told(self._kind, member))

    def verdict(self, member: Member) -> Verdict:
        """What the rules say of a record."""
        at = self.place(member)
        if at is not None:
            by_person = place_of(self._kind, member) in self._business.decided
            return Verdict(value=str(self.rules[at].result), by_person=by_person)
        if self._kind == PRACTICE:
            corporate = self._corporate and self._corporate.met(None, member.name, None, None)
            return Verdict(value="corporate" if corporate else "practice")
        return Verdict(value=MAPPED[self._kind].default, by_rule=False)


def rules_of(business: Business, kind: str) -> tuple[Sequence[Any], int]:
    """The rules of a kind, and how many of the first are of single records."""
    rules: Any = business.file
    for name in MAPPED[kind].rules:
        rules = getattr(rules, name)
    return rules, sum(place[:2] == (MAP, kind) for place in business.decided)


def place_of(kind: str, member: Member) -> Place:
    """Where a person's word on a record stands."""
    return (MAP, kind, member.key)


def unmapped(snapshot: Snapshot, business: Business) -> dict[str, list[Member]]:
    """Kind -> the records that no rule speaks of and that carry something, of those that may be told one by one."""
    found = {kind: _open(snapshot, kind, business) for kind in SINGLY}
    return {kind: several for kind, several in found.items() if several}


def _open(snapshot: Snapshot, kind: str, business: Business) -> list[Member]:
    judge = Judge(business, kind)
    every = members(snapshot, kind, business)
    return [one for one in every if one.rows and judge.verdict(one).value is None]


_Told = tuple[str, Sequence[str], str | None, int | None]  # type, names, number, id


def _told(kind: str, member: Member) -> _Told:
    """What rules ask of a record; any of its names may do."""
    if kind == DEAL:
        return member.type, (member.name,), member.code, None
    if not MAPPED[kind].by_id:
        type_ = member.type or member.name
        of_tasks = MAPPED[kind].of_tasks
        return type_, (member.key, member.name, type_) if of_tasks else (member.name,), None, None
    is_item = kind == "item_stream"
    names = (member.name, member.code) if is_item else (member.name,)
    return member.type, names, None if is_item else member.code, int(member.key)


def _meets(asked: Asked, told: _Told) -> bool:
    type_, names, number, id_ = told
    return any(asked.met(type_, name, number, id_) for name in names)


def _weight(member: Member) -> tuple[Decimal, int, str]:
    return -abs(member.amount or Decimal(0)), -member.rows, member.name
