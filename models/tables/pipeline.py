"""What is on offer: open opportunities and estimates, those decided, and those whose day moved on (E4, E5)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, String, Table

from .conformed import SNAPSHOT
from .types import in_each_lens, money


def _deal() -> tuple[Column[object], ...]:
    return (
        Column("transaction_id", BigInteger),
        Column("line_id", BigInteger),  # 0: what the document's total has beyond its lines
        Column("type", String),  # Opprtnty | Estimate
        Column("number", String),
        Column("is_head", Boolean),  # its largest line: stands for the deal where deals are counted
        Column("project_key", BigInteger),
        Column("department_key", BigInteger),
        Column("customer_key", BigInteger),
        Column("subsidiary_key", BigInteger),
        Column("item", String),
        Column("stream", String),
        Column("opened_on", Date),
    )


fct_pipeline = Table(  # NetSuite; one line of what may still be won, as of today, each deal once
    "fct_pipeline",
    SNAPSHOT,
    *_deal(),
    Column("day", Integer),  # today
    Column("month", Integer),  # today's
    Column("stage", String),  # NetSuite's status of the deal
    Column("stage_since", Date),  # null: it was in this stage when it was first seen
    # worst_case | most_likely | upside | omitted: the class a sales rep gave it; null: none
    Column("forecast_type", String),
    Column("probability", money()),  # 0 to 1, as stated
    # the share of decided deals that were won of those that were in this stage; null: too few are known
    Column("calibrated_probability", money()),
    Column("expected_close", Date),
    Column("is_stale", Boolean),  # its expected close has passed
    Column("close_month", Integer),  # of the expected close; of a stale one this month
    Column("close_text", String),  # the same, yyyy-mm
    Column(
        "forecast_probability", money()
    ),  # the calibrated one, else as stated; of a stale one times the configured factor
    Column("age_days", Integer),  # since it was opened
    Column("stage_days", Integer),  # in its stage
    *in_each_lens(),  # projected total net of tax, at the closing rate
)

fct_deal = Table(  # NetSuite; one line of what was won or lost
    "fct_deal",
    SNAPSHOT,
    *_deal(),
    Column("day", Integer),  # it was closed on
    Column("month", Integer),
    Column("is_won", Boolean),
    Column("cycle_days", Integer),  # from the day it was opened to the day it was closed
    *in_each_lens(),  # projected total net of tax, at the average rate of the month
)

fct_slippage = (
    Table(  # NetSuite; a deal that was expected to close in a quarter when the quarter began
        "fct_slippage",
        SNAPSHOT,
        *(column for column in _deal() if column.name not in ("line_id", "is_head", "item")),
        Column("month", Integer),  # of the close that was expected then
        Column("expected_close", Date),  # then
        Column("expected_now", Date),  # at the quarter's end, or today
        Column("is_slipped", Boolean),  # still open, and expected after the quarter
    )
)
