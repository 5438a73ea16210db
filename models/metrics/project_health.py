"""The health of projects: rules with thresholds, the worst colour stands, and which rule fired (C12)."""

from __future__ import annotations

from ..tables.conformed import dim_project
from ..tables.delivery import fct_project_health
from .kpi import (
    CLOSING,
    Better,
    Join,
    Kind,
    Kpi,
    Measure,
    Ratio,
    Reason,
    Record,
    Side,
    Total,
    Unit,
    columns_of,
)
from .project_value import BY_PROJECT, LIVE_EDGE, ONLY_PSA, live_kpi, now, of_project, value

_health = fct_project_health.c
_RULES = (
    "Red: forecast margin % more than 5 points below the planned one, CPI below 0.9, SPI(t) below 0.9, burn ratio above "
    "1.15, work unbilled for more than 60 days, an invoice overdue for more than 30. Amber: no budget, no baseline. The "
    "thresholds can be set in the file of the business. The worst colour stands; a rule that cannot be told does not "
    "fire. A rule about updates of a status is left out: neither system keeps one. Invoices of several projects count "
    "for none of them; work that waits for less than 60 days is not looked at. "
)
_CONTROLS = ("RC-03", "RC-04", "RC-05")
_ALL = now(of_project("live", "Live projects", None, value.health, value.alerts), empty=None)
_RED = now(
    of_project(
        "red", "Red projects", None, value.health, value.alerts, where=(value.health == "red",)
    ),
    empty=None,
)

LIVE_PROJECTS = live_kpi(
    "live_projects",
    "Live projects",
    "How many projects are under way or about to begin, and how are they?",
    "Active client projects, by their health.",
    _ALL,
    source="C12",
    unit=Unit.COUNT,
    edge=_RULES,
    controls=_CONTROLS,
)
RED_PROJECTS = live_kpi(
    "red_projects",
    "Red projects",
    "How many projects are in trouble?",
    "Active client projects for which at least one rule is red. The rows tell which.",
    _RED,
    source="C12",
    unit=Unit.COUNT,
    edge=_RULES,
    controls=_CONTROLS,
)
RED_PROJECTS_PCT = live_kpi(
    "red_projects_pct",
    "Red projects %",
    "Which share of projects is in trouble?",
    "Red projects divided by live projects.",
    Ratio(numerator=_RED, denominator=_ALL, empty=Reason.NO_CASES),
    source="C12",
    unit=Unit.PERCENT,
    edge=_RULES,
    controls=_CONTROLS,
)

_FIRED = Measure(
    key="fired",
    title="Rules that fired",
    system="suiteprojects",
    table=fct_project_health,
    month=_health.month,
    where=(_health.is_fired.is_(True),),
    joins=(Join(table=dim_project, on=dim_project.c.project_key == _health.project_key),),
    dimensions={
        **columns_of(fct_project_health, BY_PROJECT[:-1]),
        "health": _health.color,
        "health_rule": _health.rule,
    },
    columns=(
        _health.project_key,
        _health.customer_key,
        _health.department_key,
        _health.subsidiary_key,
        _health.manager_key,
        _health.rule,
        _health.value,
        _health.threshold,
        _health.color,
    ),
    record=Record(type="Project", id=dim_project.c.suiteprojects_id),
)
HEALTH_ALERTS = Kpi(
    key="project_alerts",
    title="Project alerts",
    question="What is wrong with our projects?",
    definition="Rules of health that fired, of active client projects; several may have fired for one.",
    unit=Unit.COUNT,
    kind=Kind.STOCK,
    better=Better.LOWER,
    erp=ONLY_PSA,
    psa=Total(terms=((1, _FIRED),), window=CLOSING),
    record=Side.PSA,
    by=(*BY_PROJECT, "health_rule"),
    tolerance=RED_PROJECTS.tolerance,
    source="KPI catalogue C12",
    group="C",
    compared=(),
    edge_cases=LIVE_EDGE + _RULES,
    controls=_CONTROLS,
)
