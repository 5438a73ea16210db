"""Pieces of SQL that several facts share."""

from __future__ import annotations

from collections.abc import Mapping

from .transform import Slicing

# A fact `f` of SuiteProjects Pro with subsidiary_key, currency, day and month, translated at the
# day's rate into the books of its subsidiary, then at the month's average rate (R5).
FLOW_RATES = """
        ASOF LEFT JOIN fx_daily d
            ON d.subsidiary_key = f.subsidiary_key AND d.currency = f.currency AND d.day <= f.day
        ASOF LEFT JOIN fx_average a
            ON a.subsidiary_key = f.subsidiary_key AND a.month <= f.month"""

# A fact `f` of NetSuite, in the currency of its subsidiary's books: unknown books, unknown rate.
BOOK_RATE = """
        ASOF LEFT JOIN fx_average a
            ON a.subsidiary_key = nullif(f.subsidiary_key, -1) AND a.month <= f.month"""

FLOW_NEEDS = ("fx_daily", "fx_average")

# What FLOW_RATES make of `f.amount`: in the books of the subsidiary, and in the reporting currency.
TRANSLATED = """translate_once(f.amount, d.rate) AS amount_subsidiary,
            d.book AS subsidiary_currency, translate(f.amount, d.rate, a.rate) AS amount_base"""

# The consolidated rate an account `t` asks for; if it asks for none, what NetSuite proposes for its type.
RATE_TYPE = """CASE upper(t.generalrate)
                    WHEN 'AVERAGE' THEN 'average' WHEN 'CURRENT' THEN 'closing'
                    WHEN 'HISTORICAL' THEN 'historical'
                    ELSE CASE t.accttype WHEN 'Equity' THEN 'historical'
                        WHEN 'Income' THEN 'average' WHEN 'COGS' THEN 'average'
                        WHEN 'Expense' THEN 'average' WHEN 'OthIncome' THEN 'average'
                        WHEN 'OthExpense' THEN 'average' ELSE 'closing' END END"""


def unknown(key: str, *more: str) -> str:
    """The row of a dimension that facts without a parent belong to."""
    told = ", ".join((f"-1 AS {key}", "'Not assigned' AS name", "false AS is_deleted", *more))
    return f" UNION ALL BY NAME SELECT {told}"


def is_deleted(*rows: str) -> str:
    """Whether a thing is gone from every system that knew it."""
    gone = " AND ".join(f"coalesce({row}.is_deleted, true)" for row in rows)
    return f"{gone} AS is_deleted"


def suiteprojects_parents(row: str) -> str:
    """Joins that find the project `p`, whatever is missing, and the customer of the row."""
    return f"""
        LEFT JOIN map_project mp ON mp.system = 'suiteprojects' AND mp.id = {row}.project_id
        JOIN dim_project p ON p.project_key = coalesce(mp.project_key, -1)
        LEFT JOIN map_customer mc ON mc.system = 'suiteprojects' AND mc.id = {row}.customer_id"""


PARENT_NEEDS = ("map_project", "dim_project", "map_customer")
CUSTOMER = "coalesce(nullif(p.customer_key, -1), mc.customer_key, -1) AS customer_key"


def referring(by: str, rows: str, column: str, key: str = "id", where: str = "true") -> str:
    """For a slicing: the slices of rows whose column holds the key of a changed row."""
    return f"SELECT {by} FROM {rows} WHERE {column} IN (SELECT {key} FROM changed WHERE {where})"


IN_SUITEPROJECTS = "system = 'suiteprojects'"
PROFIT_AND_LOSS = "('Income', 'COGS', 'Expense', 'OthIncome', 'OthExpense')"  # account types
IN_NETSUITE = "system = 'netsuite'"


def flow_touched(fact: str, by: str) -> dict[str, str]:
    """What a rate of FLOW_RATES touches: all that is not before it."""
    return {
        "fx_daily": f"""
            SELECT {by} FROM {fact} f SEMI JOIN (
                SELECT subsidiary_key, currency, min(day) AS day FROM changed GROUP BY ALL
            ) c ON c.subsidiary_key = f.subsidiary_key AND c.currency = f.currency
                AND c.day <= f.day""",
        **book_touched(fact, by),
    }


def book_touched(fact: str, by: str) -> dict[str, str]:
    """What a month's average rate touches: all of its subsidiary that is not before it."""
    return {
        "fx_average": f"""
            SELECT {by} FROM {fact} f SEMI JOIN (
                SELECT subsidiary_key, min(month) AS month FROM changed GROUP BY ALL
            ) c ON c.subsidiary_key = f.subsidiary_key AND c.month <= f.month"""
    }


def period_touched(fact: str, by: str) -> dict[str, str]:
    """What any of a month's consolidated rates touches: all of its subsidiary that is not before it."""
    return {"fx_period": book_touched(fact, by)["fx_average"]}


def stock_touched(fact: str) -> dict[str, str]:
    """Months of a stock that a rate touches: those stated for its day or month, and later ones."""
    months = f"SELECT DISTINCT month FROM {fact}"
    return {
        "fx_closing": f"{months} WHERE month >= (SELECT min(month) FROM changed)",
        "fx_daily": f"{months} WHERE day >= (SELECT min(day) FROM changed)",
    }


def parents_touched(fact: str, by: str, staged: str, row: str = "id") -> dict[str, str]:
    """What the joins of `suiteprojects_parents` hand on: from the link, the project, the customer."""
    rows = f"mirror.{staged}"
    return {
        "map_project": referring(row, rows, "project_id", where=IN_SUITEPROJECTS),
        "dim_project": referring(by, fact, "project_key", "project_key"),
        "map_customer": referring(row, rows, "customer_id", where=IN_SUITEPROJECTS),
    }


def suiteprojects_rows(
    fact: str, by: str, staged: str, more: Mapping[str, str] | None = None
) -> tuple[Slicing, ...]:
    """The slicing of a fact that has one row for a row of a SuiteProjects Pro staging table."""
    touched = {**flow_touched(fact, by), **parents_touched(fact, by, staged), **(more or {})}
    return (Slicing(by=(by,), of={staged: ("id",)}, touched=touched),)


def user_touched(staged: str) -> dict[str, str]:
    """What the link of a row's user touches."""
    return {"map_person": referring("id", f"mirror.{staged}", "user_id", where=IN_SUITEPROJECTS)}
