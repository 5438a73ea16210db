"""What the build is given beside the mirror: the configuration of the business, as tables to join."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb

from models.business import Business
from models.business.rules import like
from models.business.shape import month_key

from .changes import Changes

Row = tuple[Any, ...]

_GIVEN = "mirror.cfg_given"  # what stands in the tables, as one fingerprint

TABLES: Mapping[str, str] = {
    "cfg_setting": "key VARCHAR, value VARCHAR",
    # Kinds are item, account, contract, line, booking, practice, purpose, crediting, deal, corporate, payroll. Of a kind the
    # first rule, by its position, whose conditions all hold decides; null: anything will do.
    "cfg_rule": (
        "kind VARCHAR, position INTEGER, result VARCHAR, type VARCHAR, name VARCHAR,"
        " low VARCHAR, high VARCHAR, member BIGINT"
    ),
    "cfg_labor": "subsidiary_key BIGINT, source VARCHAR",  # -1: where none is named
    "cfg_holiday": "day DATE",
    "cfg_plan_order": "version VARCHAR, position INTEGER",
    "cfg_plan_month": "version VARCHAR, month INTEGER",  # of approval
    "cfg_plan_rate": "version VARCHAR, currency VARCHAR, rate VARCHAR",
}


def given_rows(business: Business) -> dict[str, list[Row]]:
    """The rows of each table."""
    file, limits = business.file, business.file.thresholds
    settings = {
        "fiscal_start_month": file.finance.fiscal_start_month,
        "practice_segment": file.finance.practice_segment,
        "revenue_posting": file.finance.revenue_posting,
        "labor_cost_level": file.labor.cost_level,
        "labor_management_level": file.labor.management_level,
        "opportunity_field": file.sales.opportunity_field,
        "workdays": ",".join(file.calendar.workdays),
        "hours_per_day": file.calendar.hours_per_day,
        "timesheet_deadline_days": limits.time.deadline_days,
        "overload_utilization": limits.overload.utilization,
        "overload_weeks": limits.overload.weeks,
        "overload_of_weeks": limits.overload.of_weeks,
        "bench_booked": limits.bench.booked,
        "bench_weeks": limits.bench.weeks,
        "bench_of_weeks": limits.bench.of_weeks,
        "bench_onboarding_days": limits.bench.onboarding_days,
        "bench_notice_days": limits.bench.notice_days,
        "soft_probability": limits.pipeline.soft_probability,
        "stale_factor": limits.pipeline.stale_factor,
        "calibrate_from": limits.pipeline.calibrate_from,
        **dict(limits.forecast),
        "unbilled_days": limits.billing.unbilled_days,
        "invoiced_by_day": limits.billing.invoiced_by_day,
        "budget_burn_days": limits.budget.burn_days,
        "delivery_tolerance_days": limits.delivery.tolerance_days,
        **dict(limits.receivables),
        **{f"health_{rule}": limit for rule, limit in limits.health},
    }
    return {
        "cfg_setting": [(key, str(value)) for key, value in settings.items() if value is not None],
        "cfg_rule": list(_rules(business)),
        "cfg_labor": [
            (-1, file.labor.source),
            *((one.subsidiary, one.source) for one in file.labor.sources),
        ],
        "cfg_plan_order": [(name, place) for place, name in enumerate(file.plan.prefer)],
        "cfg_plan_month": [
            (one.version, month_key(one.approved)) for one in file.plan.versions if one.approved
        ],
        "cfg_plan_rate": [
            (one.version, currency, str(rate))
            for one in file.plan.versions
            for currency, rate in one.rates.items()
        ],
        "cfg_holiday": [(day,) for day in sorted(set(file.calendar.holidays))],
    }


def _rules(business: Business) -> Iterator[Row]:
    file = business.file
    kinds = {
        "item": file.streams.items,
        "account": file.streams.accounts,
        "contract": file.streams.contracts,
        "line": file.lines,
        "booking": file.bookings,
        "practice": file.practices,
        "purpose": file.purposes,
        "crediting": file.crediting,
        "deal": file.deals,
    }
    for kind, rules in kinds.items():
        for position, rule in enumerate(rules):
            for alternative in rule.alternatives():
                yield kind, position, rule.result, *alternative
    for kind, patterns in (("corporate", file.finance.corporate), ("payroll", file.labor.payroll)):
        for position, pattern in enumerate(patterns):
            yield kind, position, kind, None, like(pattern), None, None, None


def fingerprint(business: Business) -> str:
    """Stands for all of the configuration that facts are made of."""
    return hashlib.sha256(repr(given_rows(business)).encode()).hexdigest()[:16]


def give(
    work: duckdb.DuckDBPyConnection, business: Business, changes: Changes | None = None
) -> None:
    """Put the tables beside the mirror; of one that is there only what differs counts as changed."""
    given = hashlib.sha256(repr((TABLES, fingerprint(business))).encode()).hexdigest()
    if changes is not None and _is_given(work, given):
        return
    work.execute(f"DROP TABLE IF EXISTS {_GIVEN}")  # only what was given whole is left alone
    for name, rows in given_rows(business).items():
        _give(work, name, rows, changes)
    work.execute(f"CREATE TABLE {_GIVEN} AS SELECT ? AS fingerprint", [given])


def _is_given(work: duckdb.DuckDBPyConnection, given: str) -> bool:
    try:
        return work.execute(f"SELECT fingerprint FROM {_GIVEN}").fetchall() == [(given,)]
    except duckdb.CatalogException:  # nothing was given yet
        return False


def _give(
    work: duckdb.DuckDBPyConnection, name: str, rows: Sequence[Row], changes: Changes | None
) -> None:
    table, fresh = f"mirror.{name}", f"fresh_{name}"
    work.execute(f"CREATE OR REPLACE TEMP TABLE {fresh} ({TABLES[name]})")
    if rows:
        values = ", ".join(f"({', '.join('?' * len(row))})" for row in rows)
        work.execute(f"INSERT INTO {fresh} VALUES {values}", [cell for row in rows for cell in row])
    if changes is not None:
        _note(work, name, changes)
    work.execute(f"CREATE OR REPLACE TABLE {table} AS FROM {fresh}")
    work.execute(f"DROP TABLE temp.{fresh}")


def _note(work: duckdb.DuckDBPyConnection, name: str, changes: Changes) -> None:
    table, fresh = f"mirror.{name}", f"fresh_{name}"
    try:
        work.execute(f"FROM {table} EXCEPT ALL FROM {fresh} LIMIT 0")
    except (duckdb.CatalogException, duckdb.BinderException):  # not there, or of another shape
        changes.all_of(name)
        return
    for left, right in ((table, fresh), (fresh, table)):
        changes.add(name, fresh, f"FROM {left} EXCEPT ALL FROM {right}")
