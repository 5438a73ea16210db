"""Open items by how long they are past due."""

from __future__ import annotations

from sqlalchemy import Integer, String, literal_column

from ..tables.billing import fct_ar_open

_DAY = (
    "make_date(fct_ar_open.day // 10000, fct_ar_open.day // 100 - 100 * (fct_ar_open.day // 10000), "
    "fct_ar_open.day - 100 * (fct_ar_open.day // 100))"
)
_LATE = f"date_diff('day', coalesce(fct_ar_open.due_on, fct_ar_open.invoiced_on), {_DAY})"
_SINCE = f"date_diff('day', fct_ar_open.invoiced_on, {_DAY})"
AGES = ("current", "1-30", "31-60", "61-90", "over 90")
OVERDUE = AGES[1:]
UNAPPLIED = "unapplied"  # credits and payments set against nothing: a column of their own
DAYS_PAST_DUE = literal_column(_LATE, Integer())  # without a due date: since the invoice
AGE = literal_column(
    f"CASE WHEN fct_ar_open.type <> 'CustInvc' THEN '{UNAPPLIED}' WHEN {_LATE} <= 0 THEN 'current' "
    f"WHEN {_LATE} <= 30 THEN '1-30' WHEN {_LATE} <= 60 THEN '31-60' WHEN {_LATE} <= 90 THEN '61-90' "
    "ELSE 'over 90' END",
    String(),
)
INVOICE_AGE = literal_column(  # the other way to tell how old an invoice is: since its own day
    f"CASE WHEN fct_ar_open.type <> 'CustInvc' THEN '{UNAPPLIED}' WHEN {_SINCE} <= 30 THEN '0-30' "
    f"WHEN {_SINCE} <= 60 THEN '31-60' WHEN {_SINCE} <= 90 THEN '61-90' ELSE 'over 90' END",
    String(),
)
assert fct_ar_open.name == "fct_ar_open"
