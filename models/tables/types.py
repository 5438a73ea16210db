"""Column types that keep money and hours exact on every engine."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Integer, Numeric, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from ..told import kept, read

SCALE = 4
_UNIT = Decimal(1).scaleb(-SCALE)
Key = BigInteger().with_variant(
    Integer, "sqlite"
)  # a number the record gives; SQLite counts on only INTEGER


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal of four places (money, hours): scaled integers on SQLite, NUMERIC elsewhere.

    SQLite keeps NUMERIC as a binary float, which loses cents in sums.
    """

    impl = Numeric(18, SCALE)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Numeric(18, SCALE))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        exact = Decimal(value).quantize(_UNIT, rounding=ROUND_HALF_EVEN)
        return int(exact.scaleb(SCALE)) if dialect.name == "sqlite" else exact

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        return Decimal(value).scaleb(-SCALE) if dialect.name == "sqlite" else Decimal(value)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; comes back aware on every engine."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Told(TypeDecorator[str]):
    """A text for people; what it was made of is kept with it (`models.told`)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else kept(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else read(value)


def money() -> Numeric[Decimal]:
    """A snapshot's money or hours column: DECIMAL(18,4), exact under SUM."""
    return Numeric(18, SCALE)


def in_each_lens(stem: str = "amount") -> tuple[Column[Any], ...]:
    """A fact's money, three times over (R5).

    `<stem>` is in `currency`, that of the transaction; `<stem>_subsidiary` in `subsidiary_currency`,
    that of the subsidiary's books; `<stem>_base` in the reporting currency. Each is null where a rate
    is missing, never taken at 1. All three have the same sign.
    """
    return (
        Column(stem, money()),
        Column("currency", String),
        Column(f"{stem}_subsidiary", money()),
        Column("subsidiary_currency", String),
        Column(f"{stem}_base", money()),
    )
