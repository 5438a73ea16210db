"""Rules that say what an account, an item or a contract is: the first that holds decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from itertools import product
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator, model_validator

from ..document import Strict


class Stream(StrEnum):
    """What was sold."""

    SERVICES_TM = "services_tm"  # time and materials
    SERVICES_FIXED = "services_fixed"
    MANAGED_SERVICES = "managed_services"  # retainers
    SUBSCRIPTION = "subscription"
    LICENSE = "license"
    HARDWARE = "hardware"
    EXPENSES = "expenses"  # rebilled
    OTHER = "other"


SERVICES = "services"  # which of the services, the project's contract says
SERVICE_STREAMS = (Stream.SERVICES_TM, Stream.SERVICES_FIXED, Stream.MANAGED_SERVICES)
PRODUCT_STREAMS = (Stream.SUBSCRIPTION, Stream.LICENSE, Stream.HARDWARE)
ANY_SERVICES = (SERVICES, *SERVICE_STREAMS)  # a plan may leave open which
PROJECT_STREAMS = (*ANY_SERVICES, Stream.EXPENSES)  # what projects of customers earn


class Line(StrEnum):
    """A line of the income statement, in its order."""

    REVENUE = "revenue"
    DIRECT_LABOR = "direct_labor"
    SUBCONTRACTORS = "subcontractors"
    PROJECT_EXPENSES = "project_expenses"
    RESALE = "resale"
    PRACTICE_OVERHEAD = "practice_overhead"
    CORPORATE_OVERHEAD = "corporate_overhead"
    STOCK_COMPENSATION = "stock_compensation"
    ALLOCATIONS = "allocations"
    DEPRECIATION = "depreciation"
    AMORTIZATION = "amortization"
    NON_OPERATING = "non_operating"
    INTEREST = "interest"
    TAX = "tax"


OVERHEAD = "overhead"  # of a practice or of the company, the department of the posting says

_RANGE = re.compile(r"\s*([^\s-]+)\s*(?:-\s*([^\s-]+)\s*)?")
_STAGE = re.compile(r"\s*(\d{1,3})\s*(?:-\s*(\d{1,3})\s*)?")


def _whole(value: Any) -> Any:
    """A whole number is a decimal, too; true and false are none."""
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _listed(value: Any) -> Any:
    """One text instead of a list of one."""
    return [value] if isinstance(value, str) else value


_Texts = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=200)]],
    BeforeValidator(_listed),
    Field(max_length=500),
]
_Ids = Annotated[list[Annotated[int, Field(ge=1)]], Field(max_length=500)]
Alternative = tuple[str | None, str | None, str | None, str | None, int | None]


class AnyRule(Strict):
    """What it asks must all hold; of each list, one. Letters' case makes no difference."""

    types: _Texts = Field(default=[], description="kinds as the source names them")
    names: _Texts = Field(default=[], description="names, * stands for anything")

    @property
    def result(self) -> str:
        """What a row is that meets the rule."""
        raise NotImplementedError

    @property
    def ranges(self) -> list[tuple[str | None, str | None]]:
        """From and to of each range of numbers."""
        return [(None, None)]

    @property
    def members(self) -> Sequence[int | None]:
        """Ids of the records it is about; null where any will do."""
        return [None]

    @staticmethod
    def holds(low: str, high: str, number: str) -> bool:
        """Whether a number is in one of `ranges`: what begins with its end belongs to it."""
        return low <= number and number[: len(high)] <= high

    @model_validator(mode="after")
    def _asks(self) -> AnyRule:
        if not (
            self.types
            or self.names
            or self.ranges != [(None, None)]
            or list(self.members) != [None]
        ):
            raise ValueError("should say by what it is known: types, names, numbers or ids")
        return self

    def alternatives(self) -> Iterator[Alternative]:
        """Type, name as a SQL pattern, from, to, id; null where anything will do."""
        types: Sequence[str | None] = [item.lower() for item in self.types] or [None]
        names: Sequence[str | None] = [like(item) for item in self.names] or [None]
        for type_, name, (low, high), member in product(types, names, self.ranges, self.members):
            yield type_, name, low, high, member


class _MemberRule(AnyRule):
    """A rule that may name its records one by one."""

    ids: _Ids = Field(default=[], description="ids of the records in NetSuite")

    @property
    def members(self) -> Sequence[int | None]:
        return self.ids or [None]


class _AccountRule(_MemberRule):
    """A rule about accounts."""

    numbers: _Texts = Field(
        default=[],
        description='account numbers or ranges ("4000-4199"); each also stands for those that begin with it',
    )

    @field_validator("numbers")
    @classmethod
    def _ranges(cls, values: list[str]) -> list[str]:
        for value in values:
            if not is_range(value):
                raise ValueError(f'has "{value}", should be a number or a range such as 4000-4199')
        return values

    @property
    def ranges(self) -> list[tuple[str | None, str | None]]:
        matches = [match for value in self.numbers if (match := _RANGE.fullmatch(value))]
        return [(match[1], match[2] or match[1]) for match in matches] or [(None, None)]


def _stream(value: Any) -> Any:
    if value != SERVICES and value not in list(Stream):
        raise ValueError(f"should be one of {', '.join([SERVICES, *Stream])}")
    return value


def _line(value: Any) -> Any:
    if value != OVERHEAD and value not in list(Line):
        raise ValueError(f"should be one of {', '.join([OVERHEAD, *Line])}")
    return value


_Stream = Annotated[
    str,
    BeforeValidator(_stream),
    Field(
        description=f'the stream: {", ".join(Stream)}; or "{SERVICES}": the project\'s contract says which'
    ),
]


_Contract = Annotated[Stream, Field(strict=False, description=f"the stream: {', '.join(Stream)}")]
_Line = Annotated[
    str,
    BeforeValidator(_line),
    Field(
        description=f'the line: {", ".join(Line)}; or "{OVERHEAD}": of the practice if the department '
        "of the posting is one, else corporate"
    ),
]


class ItemRule(_MemberRule):
    """An item's stream."""

    stream: _Stream

    @property
    def result(self) -> str:
        return self.stream


class AccountRule(_AccountRule):
    """An account's stream."""

    stream: _Stream

    @property
    def result(self) -> str:
        return self.stream


class ContractRule(AnyRule):
    """Which stream the services of a project are, by its contract type."""

    stream: _Contract

    @property
    def result(self) -> str:
        return self.stream


class Commitment(StrEnum):
    """How firm a booking is."""

    HARD = "hard"
    SOFT = "soft"  # tentative: it counts by its probability
    INTERNAL = "internal"  # of work for the firm itself


class BookingRule(AnyRule):
    """How firm bookings of a type are."""

    commitment: Annotated[Commitment, Field(strict=False, description="hard, soft or internal")]

    @property
    def result(self) -> str:
        return self.commitment


class Purpose(StrEnum):
    """What productive work for the firm itself is for (R10, A3)."""

    PRESALES = "presales"
    PRODUCT = "product"
    TRAINING = "training"
    PRACTICE_BUILDING = "practice_building"
    OTHER = "other"


class Crediting(StrEnum):
    """How hours that nobody bills count in credited utilisation (A2)."""

    CREDITED = "credited"  # as if they were billable
    EXCLUDED = "excluded"  # taken off the hours there were
    NEITHER = "neither"


class _TaskRule(AnyRule):
    """A rule about the tasks of projects."""

    types: _Texts = Field(default=[], description="names of projects, to the letter")
    names: _Texts = Field(
        default=[],
        description='names, with *, of the project, of the task, or of both as in "Academy: Courses"',
    )


class PurposeRule(_TaskRule):
    """What productive internal work is for."""

    purpose: Annotated[
        Purpose, Field(strict=False, description=f"the purpose: {', '.join(Purpose)}")
    ]

    @property
    def result(self) -> str:
        return self.purpose


class CreditingRule(_TaskRule):
    """How hours that nobody bills count in credited utilisation."""

    hours: Annotated[
        Crediting,
        Field(
            strict=False,
            description="credited: as if they were billable; excluded: taken off net capacity; neither",
        ),
    ]

    @property
    def result(self) -> str:
        return self.hours


class DealRule(AnyRule):
    """How likely deals of SuiteProjects Pro are that no opportunity of NetSuite speaks for."""

    types: _Texts = Field(default=[], description="the deal's rating, to the letter")
    names: _Texts = Field(default=[], description="the deal's name, * stands for anything")
    stages: _Texts = Field(
        default=[], description='percentages of the deal\'s stage, such as "50" or "25-74"'
    )
    probability: Annotated[
        Decimal, BeforeValidator(_whole), Field(ge=0, le=1, allow_inf_nan=False)
    ] = Field(description="from 0 to 1")

    @field_validator("stages")
    @classmethod
    def _percentages(cls, values: list[str]) -> list[str]:
        for value in values:
            found = _STAGE.fullmatch(value)
            if found is None or (found[2] is not None and int(found[2]) < int(found[1])):
                raise ValueError(f'has "{value}", should be a percentage or a range such as 25-74')
        return values

    @property
    def ranges(self) -> list[tuple[str | None, str | None]]:
        matches = [match for value in self.stages if (match := _STAGE.fullmatch(value))]
        return [(match[1], match[2] or match[1]) for match in matches] or [(None, None)]

    @staticmethod
    def holds(low: str, high: str, number: str) -> bool:
        """The same of percentages: 49.9 is in 0-49."""
        try:
            return int(low) <= Decimal(number) < int(high) + 1
        except InvalidOperation:
            return False

    @property
    def result(self) -> str:
        return format(self.probability, "f")


class LineRule(_AccountRule):
    """An account's line of the income statement."""

    line: _Line

    @property
    def result(self) -> str:
        return self.line


class PracticeRule(AnyRule):
    """Whether a member of the segment that practices are told by is one."""

    types: _Texts = Field(default=[], description="department, class or location")
    practice: bool = Field(description="true: a practice; false: what it spends is corporate")

    @property
    def result(self) -> str:
        return "practice" if self.practice else "corporate"


def is_range(text: str) -> bool:
    """Whether a text is an account number, or two of which the second is not before the first."""
    found = _RANGE.fullmatch(text)
    return found is not None and (found[2] is None or found[2] >= found[1])


def like(pattern: str) -> str:
    """A pattern with * as the pattern of SQL's LIKE … ESCAPE '!', in lower case."""
    text = re.sub(r"([!%_])", r"!\1", pattern.lower())
    return text.replace("*", "%")


def meets(
    rule: AnyRule,
    *,
    type_: str | None = None,
    name: str | None = None,
    number: str | None = None,
    id_: int | None = None,
) -> bool:
    """Whether a row meets a rule; the same as the SQL of the build says."""
    return Asked(rule).met(type_, name, number, id_)


class Asked:
    """What a rule asks, put together once for many rows."""

    def __init__(self, rule: AnyRule) -> None:
        self._types = frozenset(one.lower() for one in rule.types)
        self._name = like_any(rule.names) if rule.names else None
        self._ranges = [(low, high or low) for low, high in rule.ranges if low is not None]
        self._holds = rule.holds
        self._ids = frozenset(one for one in rule.members if one is not None)

    def met(self, type_: str | None, name: str | None, number: str | None, id_: int | None) -> bool:
        """Whether a row meets it."""
        return (
            (not self._types or (type_ or "").lower() in self._types)
            and (not self._ids or id_ in self._ids)
            and (self._name is None or (name is not None and bool(self._name(name.lower()))))
            and (
                not self._ranges
                or (
                    number is not None
                    and any(self._holds(low, high, number) for low, high in self._ranges)
                )
            )
        )


def like_any(patterns: Sequence[str]) -> Callable[[str], re.Match[str] | None]:
    """What tells whether a whole text in lower case is like one of some patterns with *."""
    texts = (".*".join(map(re.escape, one.lower().split("*"))) for one in patterns)
    return re.compile("|".join(texts), re.DOTALL).fullmatch
