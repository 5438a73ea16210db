"""What work and the books lack: hours without a cost, charges and postings without a project or department (H2)."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import or_

from ..access import Hidden
from ..business.rules import PROJECT_STREAMS, Stream
from ..tables.billing import fct_charge
from ..tables.staffing import fct_time
from ..tables.statements import fct_pnl
from .billing_timeliness import CHARGES
from .gap import BY_GAP, NO_LEDGER, SIZE, UNKNOWN, Gap, sized, three
from .kpi import NotHeld, Side, Unit
from .projects import LABOR
from .staffing import WORK
from .statement_lines import profit

_BY_POSTING = (*BY_GAP, "account", "line")
_NO_HOURS = NotHeld(why="What an hour costs is kept in SuiteProjects Pro.")
_NO_CHARGES = NotHeld(why="Charges are SuiteProjects Pro's.")

# --- hours without a cost

_HOURS = replace(
    LABOR,
    key="approved_work",
    title="Approved hours of work",
    value=fct_time.c.hours,
    month=fct_time.c.month,
    where=(fct_time.c.status == "approved", fct_time.c.kind.in_(WORK)),
    columns=(
        fct_time.c.day,
        fct_time.c.person_key,
        fct_time.c.project_key,
        fct_time.c.task_key,
        fct_time.c.hours,
    ),
    hidden_by=None,
)
HOURS_WITHOUT_COST, HOURS_WITHOUT_COST_COUNT, HOURS_WITHOUT_COST_PCT = three(
    "hours_without_cost",
    "Hours without a cost",
    ("work has no known cost", "time entries have no known cost", "of work has no known cost"),
    "Approved hours of work on a day for which no loaded cost is known, or none that could be translated.",
    _NO_HOURS,
    Gap(
        missing=(
            replace(
                _HOURS,
                key="uncosted",
                title="Approved hours without a cost",
                where=(*_HOURS.where, fct_time.c.cost_base.is_(None)),
            ),
        ),
        whole=(_HOURS,),
    ),
    record=Side.PSA,
    by=BY_GAP,
    unit=Unit.HOURS,
    edge_cases="Time off is left out. The margin of a project with such hours looks better than it is.",
    controls=("RC-04",),
)

# --- charges without a project

_CHARGED = sized(CHARGES, "all_charges", "Charges")
CHARGES_WITHOUT_PROJECT, CHARGES_WITHOUT_PROJECT_COUNT, CHARGES_WITHOUT_PROJECT_PCT = three(
    "charges_without_project",
    "Charges without a project",
    (
        "is charged to no project that is known",
        "charges belong to no known project",
        "of charges belongs to no known project",
    ),
    "Charges whose project is in neither system's list, by the month of their work.",
    _NO_CHARGES,
    Gap(
        missing=(
            sized(
                CHARGES,
                "stray_charges",
                "Charges without a project",
                fct_charge.c.project_key == UNKNOWN,
            ),
        ),
        whole=(_CHARGED,),
    ),
    record=Side.PSA,
    by=BY_GAP,
    edge_cases=f"{SIZE} Credits are left out.",
    controls=("RC-03",),
)

# --- postings without a department or a project

POSTED = replace(
    profit().measures[0],
    where=(fct_pnl.c.is_intercompany.is_(False),),
    hidden_by=Hidden.PERSON_COST,
)
_NEEDS_PROJECT = or_(
    fct_pnl.c.line.in_(("direct_labor", "subcontractors", "project_expenses")),
    # what no rule gives a stream is of services on a project, and "other" because it names none
    (fct_pnl.c.line == "revenue") & fct_pnl.c.stream.in_((*PROJECT_STREAMS, Stream.OTHER)),
)
_OPERATING = fct_pnl.c.line.not_in(
    ("depreciation", "amortization", "non_operating", "interest", "tax")
)
_LEDGER_EDGE = f"{SIZE} Intercompany is left out."
POSTINGS_WITHOUT_DEPARTMENT, POSTINGS_WITHOUT_DEPARTMENT_COUNT, POSTINGS_WITHOUT_DEPARTMENT_PCT = (
    three(
        "postings_without_department",
        "Postings without a department",
        (
            "is booked to no department",
            "postings name no department",
            "of postings names no department",
        ),
        "Postings of revenue, direct cost and overhead that name no department.",
        Gap(
            missing=(
                sized(
                    POSTED,
                    "departmentless",
                    "Postings without a department",
                    _OPERATING,
                    fct_pnl.c.department_key == UNKNOWN,
                ),
            ),
            whole=(
                sized(POSTED, "operating", "Postings of revenue and operating cost", _OPERATING),
            ),
        ),
        NO_LEDGER,
        record=Side.ERP,
        by=_BY_POSTING,
        edge_cases=f"{_LEDGER_EDGE} They stand as 'Not assigned' in every breakdown, never spread.",
        controls=("RC-09",),
    )
)
POSTINGS_WITHOUT_PROJECT, POSTINGS_WITHOUT_PROJECT_COUNT, POSTINGS_WITHOUT_PROJECT_PCT = three(
    "postings_without_project",
    "Postings without a project",
    (
        "revenue and cost of projects is booked to none",
        "postings of projects name none",
        "of what should name a project does not",
    ),
    "Postings of services revenue, rebilled expenses, direct labour, subcontractors and project expenses that name no "
    "project.",
    Gap(
        missing=(
            sized(
                POSTED,
                "projectless",
                "Postings without a project",
                _NEEDS_PROJECT,
                fct_pnl.c.project_key == UNKNOWN,
            ),
        ),
        whole=(
            sized(POSTED, "of_projects", "Postings that should name a project", _NEEDS_PROJECT),
        ),
    ),
    NO_LEDGER,
    record=Side.ERP,
    by=_BY_POSTING,
    edge_cases=f"{_LEDGER_EDGE} Resale and overhead need no project. Revenue that neither item nor account tells the "
    "stream of counts as services.",
    controls=("RC-02", "RC-09"),
)
