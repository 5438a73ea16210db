"""Pieces of SQL that several facts share."""

from __future__ import annotations

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

STREAM = """CASE
                WHEN i.itemtype = 'Service' THEN 'services'
                WHEN i.itemtype IN ('InvtPart', 'Assembly', 'Kit') THEN 'hardware'
                WHEN i.itemtype = 'NonInvtPart' THEN 'subscription'
                WHEN i.itemtype = 'OthCharge' THEN 'expenses'"""


def suiteprojects_parents(row: str) -> str:
    """Joins that find the project `p`, whatever is missing, and the customer of the row."""
    return f"""
        LEFT JOIN map_project mp ON mp.system = 'suiteprojects' AND mp.id = {row}.project_id
        JOIN dim_project p ON p.project_key = coalesce(mp.project_key, -1)
        LEFT JOIN map_customer mc ON mc.system = 'suiteprojects' AND mc.id = {row}.customer_id"""


PARENT_NEEDS = ("map_project", "dim_project", "map_customer")
CUSTOMER = "coalesce(nullif(p.customer_key, -1), mc.customer_key, -1) AS customer_key"
