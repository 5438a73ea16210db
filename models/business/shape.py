"""What the file of the business may say, part by part."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from ..document import Strict
from .rules import (
    AccountRule,
    BookingRule,
    ContractRule,
    CreditingRule,
    DealRule,
    ItemRule,
    LineRule,
    PracticeRule,
    PurposeRule,
)

Level = Literal["primary", "secondary", "tertiary"]
LEVELS: tuple[Level, ...] = ("primary", "secondary", "tertiary")
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_Text = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f]+$")]


def _exact(value: Any) -> Any:
    """A whole number is a decimal, too; true and false are none."""
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


Number = Annotated[Decimal, BeforeValidator(_exact), Field(allow_inf_nan=False)]
Share = Annotated[Number, Field(ge=0, le=1)]
Positive = Annotated[Number, Field(gt=0)]


def _day(value: Any) -> Any:
    """A day, also one that is written as a text."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _month(value: str | None) -> str | None:
    if value is not None and not _MONTH.fullmatch(value):
        raise ValueError('should be a month such as "2026-01"')
    return value


def month_key(month: str) -> int:
    """yyyymm of a month as the file writes it."""
    return int(month.replace("-", ""))


class Finance(Strict):
    """How the books are read."""

    fiscal_start_month: int | None = Field(
        default=None,
        ge=1,
        le=12,
        description="month in which the fiscal year begins; without it, as NetSuite's calendar says",
    )
    practice_segment: Literal["department", "class", "location"] = Field(
        description="what is a practice: department, class or location"
    )
    revenue_posting: Literal["recognition", "arm", "invoices"] = Field(
        description="how revenue of projects comes into the ledger: recognition, arm or invoices"
    )
    corporate: tuple[_Text, ...] = Field(
        strict=False,
        description="names, with *, of departments (classes, locations) that are no practice",
    )


class LaborSource(Strict):
    """Where a subsidiary's labour cost comes from."""

    subsidiary: int = Field(ge=1, description="its id in NetSuite")
    source: Literal["psa", "erp"] = Field(description="psa or erp")


class Labor(Strict):
    """What an hour costs."""

    cost_level: Level = Field(description="loaded cost: primary, secondary or tertiary")
    management_level: Level = Field(description="the level of management margin")
    source: Literal["psa", "erp"] = Field(
        description="labour cost of projects: hours at loaded cost (psa) or postings (erp)"
    )
    sources: tuple[LaborSource, ...] = Field(
        default=(), strict=False, description="subsidiaries where it differs"
    )
    payroll: tuple[_Text, ...] = Field(
        strict=False, description="names, with *, of accounts of wages and what comes with them"
    )

    def source_of(self, subsidiary: int) -> Literal["psa", "erp"]:
        """Where the labour cost of a subsidiary's projects comes from."""
        return next(
            (one.source for one in self.sources if one.subsidiary == subsidiary), self.source
        )


class WorkCalendar(Strict):
    """Working days of the firm as a whole."""

    workdays: tuple[Day, ...] = Field(min_length=1, strict=False, description="of the week")
    hours_per_day: Annotated[Number, Field(gt=0, le=24)] = Field(
        description="of one full-time person"
    )
    holidays: tuple[Annotated[date, BeforeValidator(_day)], ...] = Field(
        strict=False, description="days off for everybody"
    )

    @property
    def hours_per_week(self) -> Decimal:
        """Of one full-time person."""
        return self.hours_per_day * len(set(self.workdays))

    def is_in_week(self, day: date) -> bool:
        """Whether the firm works on this day of the week."""
        return DAYS[day.weekday()] in self.workdays

    def is_workday(self, day: date) -> bool:
        """Whether the firm works on a day."""
        return self.is_in_week(day) and day not in self.holidays


class Sales(Strict):
    """How what may be sold is told apart."""

    opportunity_field: _Text | None = Field(
        default=None,
        description="custom field of SuiteProjects Pro's deals that holds the id of their opportunity in NetSuite "
        "(or, where it is no whole number, its number); without it netsuite_opportunity_id",
    )


Rate = Annotated[Number, Field(gt=0, le=1_000_000)]
_Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class PlanRates(Strict):
    """At which rates a version of the plan is told in the reporting currency."""

    version: _Text = Field(description="the version: a budget category, or the name of an upload")
    approved: str | None = Field(
        default=None, description="month of its approval, such as 2025-12: its average rates hold"
    )
    rates: dict[_Currency, Rate] = Field(
        default={},
        description="currency = rate into the reporting currency; goes before `approved`",
    )

    @field_validator("approved")
    @classmethod
    def _month(cls, value: str | None) -> str | None:
        return _month(value)


class Plan(Strict):
    """Which plan numbers are compared with."""

    prefer: tuple[_Text, ...] = Field(
        strict=False,
        description="versions; of those with rows for a month the first is what numbers are compared "
        "with. After them come uploads, the newest first, then budgets in the order of their categories",
    )
    versions: tuple[PlanRates, ...] = Field(
        default=(), strict=False, description="versions with rates of their own"
    )

    @field_validator("versions")
    @classmethod
    def _once(cls, values: tuple[PlanRates, ...]) -> tuple[PlanRates, ...]:
        names = [one.version for one in values]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f'has "{name}" twice, should have each version once')
        return values


class Streams(Strict):
    """What was sold: rules for items, accounts and contract types."""

    items: tuple[ItemRule, ...] = Field(strict=False)
    accounts: tuple[AccountRule, ...] = Field(strict=False)
    contracts: tuple[ContractRule, ...] = Field(strict=False)


class Health(Strict):
    """When a project is in trouble (C12)."""

    margin_erosion: Share
    cpi: Positive
    spi: Positive
    burn_ratio: Positive
    unbilled_days: int = Field(ge=0)
    overdue_days: int = Field(ge=0)
    needs_budget: bool
    needs_baseline: bool


class _Weeks(Strict):
    weeks: int = Field(ge=1, le=52)
    of_weeks: int = Field(ge=1, le=52)

    @model_validator(mode="after")
    def _fits(self) -> _Weeks:
        if self.weeks > self.of_weeks:
            raise ValueError("should not ask for more `weeks` than `of_weeks`")
        return self


class Overload(_Weeks):
    """When somebody works too much (A10)."""

    utilization: Positive


class Bench(_Weeks):
    """When somebody has too little to do (A7)."""

    booked: Share
    onboarding_days: int = Field(default=30, ge=0, le=365)
    notice_days: int = Field(default=60, ge=0, le=365)


class Concentration(Strict):
    """When too much hangs on few (E7)."""

    top_1: Share
    hhi: Annotated[Number, Field(ge=0, le=10000)]


class Budget(Strict):
    """When a budget is about to end (C9, C10)."""

    alerts: tuple[Share, ...] = Field(min_length=1, strict=False)
    eac_spread: Share
    burn_days: int = Field(ge=1, le=260)


class Timesheets(Strict):
    """When time is late (A12)."""

    deadline_days: int = Field(ge=0, le=31)
    late_approval_days: int = Field(ge=0, le=365)


class Billing(Strict):
    """When billing is late (B7, F5)."""

    unbilled_days: int = Field(ge=0)
    invoiced_by_day: int = Field(ge=1, le=28)


class Pipeline(Strict):
    """How sure what is not sold yet is (A6, E4)."""

    soft_probability: Share
    stale_factor: Share
    calibrate_from: int = Field(ge=1)


class Forecast(Strict):
    """How much of what experience expects counts (D5)."""

    learn_weights: bool
    learn_from: int = Field(ge=2, le=60)
    fixed_months: int = Field(ge=1, le=120)


class Delivery(Strict):
    """When a project is on time (C8)."""

    tolerance_days: int = Field(ge=0)


class Receivables(Strict):
    """What is expected to be lost of what is owed (F1)."""

    loss_current: Share
    loss_1_30: Share
    loss_31_60: Share
    loss_61_90: Share
    loss_over_90: Share


class Thresholds(Strict):
    """From where on something is told as a warning."""

    health: Health
    overload: Overload
    bench: Bench
    concentration: Concentration
    budget: Budget
    time: Timesheets
    billing: Billing
    pipeline: Pipeline
    forecast: Forecast
    delivery: Delivery
    receivables: Receivables


class Benchmark(Strict):
    """What somebody published of a number; context, never a target."""

    value: Number = Field(description="in the KPI's unit: 0.689 is 68.9 %")
    source: _Text = Field(description="who published it")
    year: int | None = Field(default=None, ge=1990, le=2100, description="of the publication")
    currency: str | None = Field(
        default=None, pattern="^[A-Z]{3}$", description="of an amount of money"
    )
    note: _Text | None = Field(default=None, description="what is known of its definition")
    shown: bool = Field(default=True, description="false: a benchmark of ours is left out")


class Target(Strict):
    """What this firm wants of a number."""

    kpi: str = Field(pattern="^[a-z][a-z0-9_]*$", description="key of the KPI")
    value: Number = Field(description="in the KPI's unit, for the whole of a period")
    since: str | None = Field(
        default=None, alias="from", description="first month, such as 2026-01"
    )
    to: str | None = Field(default=None, description="last month")
    dimension: str | None = Field(default=None, description="with `member`: of this one only")
    member: str | int | None = Field(default=None, description="its name or key")
    note: _Text | None = Field(default=None, description="for the reader")

    @field_validator("since", "to")
    @classmethod
    def _month(cls, value: str | None) -> str | None:
        return _month(value)

    @model_validator(mode="after")
    def _whole(self) -> Target:
        if (self.dimension is None) != (self.member is None):
            raise ValueError("should have both `dimension` and `member`, or neither")
        if self.since is not None and self.to is not None and self.since > self.to:
            raise ValueError("should not end (`to`) before it begins (`from`)")
        return self

    def holds(self, first: int, last: int) -> bool:
        """Whether it speaks of months, as yyyymm, the first and the last included."""
        begins, ends = month_key(self.since or "0000-01"), month_key(self.to or "9999-12")
        return begins <= first and last <= ends


class BusinessFile(Strict):
    """The whole file."""

    finance: Finance
    labor: Labor
    calendar: WorkCalendar
    sales: Sales = Sales()
    plan: Plan
    streams: Streams
    lines: tuple[LineRule, ...] = Field(strict=False)
    bookings: tuple[BookingRule, ...] = Field(strict=False)
    purposes: tuple[PurposeRule, ...] = Field(strict=False)
    crediting: tuple[CreditingRule, ...] = Field(default=(), strict=False)
    practices: tuple[PracticeRule, ...] = Field(default=(), strict=False)
    deals: tuple[DealRule, ...] = Field(default=(), strict=False)
    thresholds: Thresholds
    benchmarks: dict[str, dict[str, Benchmark]]
    targets: tuple[Target, ...] = Field(default=(), strict=False)
