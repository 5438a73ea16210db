"""The words for systems, sides, reasons and entities, the same on every page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from models.metrics.answer import AnswerRow
from models.metrics.kpi import Kpi, NotHeld, Reason, Side
from models.texts import Text, _

SYSTEM_TITLES = {"netsuite": "NetSuite", "suiteprojects": "SuiteProjects Pro"}
OTHER = {Side.ERP: Side.PSA, Side.PSA: Side.ERP}
SIDE_SYSTEM = {Side.ERP: "netsuite", Side.PSA: "suiteprojects"}
BADGES = {Side.ERP: "ERP", Side.PSA: "PSA"}
_REASONS: Mapping[Reason, Text] = {
    Reason.NO_CAPACITY: "no capacity in this period",
    Reason.NO_REVENUE: "no revenue in this period",
    Reason.NO_BILLINGS: "nothing was billed",
    Reason.NO_DATA: "nothing in this period",
    Reason.NO_BOOKINGS: "no bookings in this period",
    Reason.NO_COST: "no cost in this period",
    Reason.NO_HOURS: "no hours in this period",
    Reason.NO_VALUE: "no value to compare with",
    Reason.NO_PEOPLE: "nobody in this period",
    Reason.NO_TARGET: "no target",
    Reason.NO_BUDGET: "no budget",
    Reason.BUDGET_EXHAUSTED: "the budget is exhausted",
    Reason.NO_BASELINE: "no baseline",
    Reason.NO_CASES: "none in this period",
    Reason.NOT_REACHED: "less than half so far",
    Reason.NO_PLAN: "no plan",
    Reason.NO_HISTORY: "not enough history",
    Reason.NO_BENCHMARK: "no benchmark",
    Reason.NO_RATE: "no exchange rate or cost is known",
    Reason.NO_TERM: "no term is known",
    Reason.LENS_NOT_HELD: "not kept in this currency",
    Reason.HISTORY_LOADING: "history loading",
    Reason.NOT_ARCHIVED: "not held when the month was kept",
    Reason.OUT_OF_SCOPE: "outside what you may see",
}
_RUN_STATES: Mapping[str, Text] = {
    "running": "Running",
    "succeeded": "Succeeded",
    "failed": "Failed",
    "interrupted": "Interrupted",
    "waiting": "Waiting",
    "not_offered": "Not offered",
}
_STAGES: Mapping[str, Text] = {
    "fetching": "Fetching what changed",
    "building": "Building the numbers",
    "publishing": "Publishing",
    "proving": "Comparing with the sources",
    "done": "Done",
}


def system_of(side: Side) -> str:
    """The title of a side's system."""
    return SYSTEM_TITLES[SIDE_SYSTEM[side]]


def reason(why: Reason | None, side: Side) -> str:
    """Why there is no number."""
    if why is None or why is Reason.NOT_HELD:
        return _("not held by {system}", system=system_of(side))
    return _(_REASONS[why]) if why in _REASONS else _("not known")


def why_missing(kpi: Kpi, row: AnswerRow) -> str:
    """Why neither side has a number: the reason of the side of record, else of the one that holds it."""
    sides = (kpi.record, *(side for side in Side if side is not kpi.record))
    held = [side for side in sides if row.reasons.get(side) not in (None, Reason.NOT_HELD)]
    side = (held or sides)[0]
    return reason(row.reasons.get(side), side)


def reason_detail(kpi: Kpi, side: Side) -> str | None:
    """The declaration's own words for a side that a system does not hold."""
    formula = kpi.erp if side is Side.ERP else kpi.psa
    return _(formula.why) if isinstance(formula, NotHeld) else None


_RUN_TOGETHER: Mapping[str, Text] = {  # NetSuite writes its tables in one word
    "accountingperiod": "accounting period",
    "consolidatedexchangerate": "consolidated exchange rate",
    "currencyrate": "currency rate",
    "job": "project (job)",
    "nexttransactionlinelink": "transaction link",
    "projectsubsidiaryrelationship": "project subsidiary",
    "revenueelement": "revenue element",
    "revenueplan": "revenue plan",
    "revenueplanplannedrevenue": "planned revenue",
    "timebill": "time bill",
    "transactionaccountingline": "accounting line",
    "transactionline": "transaction line",
    "customer_po": "customer PO",
    "customer_po_project": "customer PO of a project",
    "target_utilization": "target utilisation",
}


def entity_title(entity: str) -> str:
    """netsuite__timebill -> time bill."""
    name = entity.split("__", 1)[-1]
    return _(_RUN_TOGETHER[name]) if name in _RUN_TOGETHER else name.replace("_", " ")


def run_state(state: str) -> str:
    """The state of a run or of one of its entities."""
    return _(_RUN_STATES.get(state, state))


def stage(name: str) -> str:
    """What a run is doing."""
    return _(_STAGES.get(name, name))


_SUBJECTS: Mapping[str, Text] = {
    "incremental": "What changed",
    "full": "Everything",
    "sweep": "What changed, and a sweep of keys",
    "replay": "Kept answers, merged again",
}


def run_subject(mode: str) -> str:
    """What a run was about: part: project ALPHA-1 -> Project ALPHA-1."""
    if mode.startswith("part: "):
        part = mode.removeprefix("part: ")
        return part[:1].upper() + part[1:]
    return _(_SUBJECTS.get(mode, mode))


def finding_title(found: Row[Any]) -> str:
    """What the probe of an account looked at: a table with its name in the source, else as it is declared."""
    title = str(found.title).removeprefix(f"{SYSTEM_TITLES.get(found.system, found.system)}: ")
    if not found.subject.startswith("table:"):
        return _(title)
    name, bracket, source = title.partition(" (")
    return _(name) + bracket + source


def finding_of(found: Row[Any]) -> str:
    """The same with its system before it, unless it names it: 'NetSuite: Bills', 'Clock of NetSuite'."""
    title, system = finding_title(found), SYSTEM_TITLES.get(found.system, found.system)
    return title if system in title else f"{system}: {title}"
