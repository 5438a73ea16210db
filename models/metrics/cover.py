"""What people could cover by any of their skills, which is the most there could be (A9)."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from sqlalchemy import ColumnElement, func

from ..tables.outlook import fct_cover
from .demand import DEMAND
from .kpi import Better, Kind, Kpi, Measure, Ratio, Reason, Side, Total, Unit
from .outlook import NO_BOOKINGS

_RULES = (
    "From today on, a year ahead. A person counts in full wherever they could work, so that it is the most there could be; "
    "they can be booked once. People without a target are left out."
)


def _could(key: str, title: str, kind: str) -> Total:
    """By the roles, or the skills, people have."""
    name: ColumnElement[str] = func.nullif(fct_cover.c.name, "")
    measure = Measure(
        key=key,
        title=title,
        system="suiteprojects",
        table=fct_cover,
        value=fct_cover.c.hours,
        month=fct_cover.c.month,
        where=(fct_cover.c.kind == kind,),
        dimensions={
            "subsidiary": fct_cover.c.subsidiary_key,
            "department": fct_cover.c.department_key,
            "person": fct_cover.c.person_key,
            "week": fct_cover.c.week,
            kind: name,
        },
        columns=(
            fct_cover.c.week,
            fct_cover.c.month,
            fct_cover.c.person_key,
            fct_cover.c.department_key,
            fct_cover.c.name,
        ),
    )
    return Total(terms=((1, measure),))


_ROLES = _could("could_cover", "Net capacity by every role somebody could fill", "role")
_SKILLS = _could("skilled", "Net capacity by every skill somebody has", "skill")

_cover = partial(
    Kpi,
    erp=NO_BOOKINGS,
    record=Side.PSA,
    better=Better.HIGHER,
    source="KPI catalogue A9",
    group="A",
    controls=("RC-12",),
)
_hours = partial(
    _cover,
    unit=Unit.HOURS,
    kind=Kind.FLOW,
    tolerance=Decimal("0.1"),
)

COULD_COVER = _hours(
    key="could_cover_hours",
    title="Could cover",
    question="How many hours could our people cover of a role, by their own and by any other they know?",
    definition=(
        "Net capacity of the people whose job code is the role, or who have a skill or job role in their resource "
        "profile that is named so."
    ),
    psa=_ROLES,
    by=("subsidiary", "department", "role", "person", "week"),
    edge_cases=f"{_RULES} Read it role by role.",
)
COULD_COVER_COVERAGE = _cover(
    key="could_cover_coverage",
    title="Coverage of demand, at most",
    question="How much of the demand for a role could our people cover if each worked in it who can?",
    definition="What people could cover of a role divided by the demand for it.",
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    psa=Ratio(numerator=_ROLES, denominator=DEMAND, empty=Reason.NO_HOURS),
    by=("subsidiary", "department", "role", "week"),
    tolerance=Decimal("0.01"),
    edge_cases=f"Coverage of demand, by people's own roles, is the lower bound. {_RULES} Read it role by role.",
)
SKILL_HOURS = _hours(
    key="skill_hours",
    title="Capacity by skill",
    question="How many hours of each skill are there?",
    definition="Net capacity of the people who have a skill in their resource profile, by skill.",
    psa=_SKILLS,
    by=("subsidiary", "department", "skill", "person", "week"),
    edge_cases=f"{_RULES} Nobody books by skill, so that demand for one is not known. Read it skill by skill.",
)
