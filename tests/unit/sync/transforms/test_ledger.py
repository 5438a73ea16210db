"""Every posting with its coding and rates, and the balance sheet that follows from them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

import pytest

D = Decimal
at = partial(datetime, tzinfo=UTC)
ACCOUNTS = [
    {"id": 3, "acctnumber": "1100", "fullname": "Receivables", "accttype": "AcctRec",
     "generalrate": "CURRENT"},
    {"id": 4, "acctnumber": "3000", "fullname": "Capital", "accttype": "Equity",
     "generalrate": "HISTORICAL"},
    {"id": 5, "acctnumber": "1900", "fullname": "Due from the group", "accttype": "OthCurrAsset",
     "generalrate": "CURRENT", "eliminate": True},
]  # fmt: skip
RATES = [
    {"id": month, "postingperiod": 100 + month, "fromsubsidiary": 2, "tosubsidiary": 1,
     "accountingbook": 1, "averagerate": average, "currentrate": current, "historicalrate": "0.8"}
    for month, average, current in ((1, "1.1", "1.12"), (2, "1.2", "1.25"))
]  # fmt: skip


def journal(id_, month, *lines, currency=2, subsidiary=2, line=(), header=()):
    """Rows of a journal; a line is (account, amount) in the subsidiary's currency."""
    head = {
        "id": id_, "tranid": f"JE{id_}", "type": "Journal", "trandate": date(2026, month, 10),
        "postingperiod": 100 + month, "posting": True, "currency": currency, **dict(header),
    }  # fmt: skip
    return {
        "netsuite__transaction": [head],
        "netsuite__transactionline": [
            {"transaction": id_, "id": n, "subsidiary": subsidiary, "netamount": amount, **dict(line)}
            for n, (_, amount) in enumerate(lines)
        ],
        "netsuite__transactionaccountingline": [
            {"transaction": id_, "transactionline": n, "accountingbook": 1, "account": account,
             "amount": D(amount), "posting": True}
            for n, (account, amount) in enumerate(lines)
        ],
    }  # fmt: skip


def books_rows(*journals, **more):
    rows = {"netsuite__account": ACCOUNTS, **more}
    for made in journals:
        for key, added in made.items():
            rows[key] = [*rows.get(key, []), *added]
    return rows


def books(facts, *journals, **more):
    return facts(
        books_rows(*journals, **more), replace={"netsuite__consolidatedexchangerate": RATES}
    )


def test_each_account_is_translated_at_the_rate_it_asks_for(facts):
    made = books(facts, journal(1, 1, (3, 100), (4, -60), (1, -40)))

    assert {row["account_key"]: row["amount_base"] for row in made.rows("fct_gl")} == {
        3: D("112"), 4: D("-48"), 1: D("-44"),
    }  # fmt: skip


def test_an_account_that_asks_for_no_rate_has_the_one_of_its_type(facts):
    plain = [{**account, "generalrate": None} for account in ACCOUNTS]
    made = books(facts, journal(1, 1, (3, 100), (4, -100)), netsuite__account=plain)

    assert [row["amount_base"] for row in made.rows("fct_gl")] == [D("112"), D("-80")]


def test_a_posting_in_a_foreign_currency_is_there_in_each_lens(facts):
    made = books(facts, journal(1, 1, (1, -90), currency=4, line={"foreignamount": D(-100)}))
    row = made.row("fct_gl")

    assert (row["amount"], row["currency"]) == (-100, "CHF")
    assert (row["amount_subsidiary"], row["subsidiary_currency"]) == (-90, "EUR")
    assert row["amount_base"] == -99


def test_where_the_transactions_amount_is_not_held_the_books_amount_stands_for_it(facts):
    row = books(facts, journal(1, 1, (1, -90), currency=4)).row("fct_gl")

    assert (row["amount"], row["currency"]) == (-90, "EUR")


def test_without_a_rate_there_is_no_amount_in_the_reporting_currency(facts):
    made = facts({"netsuite__account": ACCOUNTS, **journal(1, 1, (4, -60))})  # no historical rate

    assert made.row("fct_gl")["amount_base"] is None
    assert made.row("fct_gl")["amount_subsidiary"] == -60


def test_a_line_bears_class_location_and_item(facts):
    coded = {"class": 7, "location": 8, "item": 41}
    made = books(
        facts,
        journal(1, 1, (1, -90), line=coded),
        netsuite__classification=[{"id": 7, "name": "Services"}],
        netsuite__location=[{"id": 8, "name": "Berlin"}],
    )
    row = made.row("fct_gl")

    assert (row["class_key"], row["location_key"], row["item_key"]) == (7, 8, 41)


def test_a_line_without_class_location_or_item_is_not_assigned(facts):
    row = books(facts, journal(1, 1, (1, -90), line={"class": 99})).row("fct_gl")

    assert (row["class_key"], row["location_key"], row["item_key"]) == (-1, -1, -1)


@pytest.mark.parametrize(
    ("account", "line", "header", "expected"),
    [
        (1, {}, {}, (False, False)),
        (5, {}, {}, (True, False)),
        (1, {"eliminate": True}, {}, (True, False)),
        (1, {}, {"intercoadj": True}, (True, True)),
    ],
)
def test_what_companies_of_the_group_book_between_them_is_marked(
    facts, account, line, header, expected
):
    row = books(facts, journal(1, 1, (account, 10), line=line, header=header)).row("fct_gl")

    assert (row["is_intercompany"], row["is_elimination"]) == expected


def test_all_that_an_elimination_subsidiary_books_is_marked(facts):
    made = books(
        facts,
        journal(1, 1, (1, -10), subsidiary=9),
        netsuite__subsidiary=[
            {"id": 9, "name": "Out", "currency": 1, "parent": 1, "iselimination": True}
        ],
    )
    row = made.row("fct_gl")

    assert (row["is_intercompany"], row["is_elimination"]) == (True, True)


def test_a_posting_of_an_adjustment_period_is_marked(facts):
    adjustment = {
        "id": 199, "periodname": "Adjust", "startdate": date(2026, 2, 28),
        "enddate": date(2026, 2, 28), "isadjust": True,
    }  # fmt: skip
    made = books(
        facts,
        journal(1, 2, (1, -10), header={"postingperiod": 199}),
        journal(2, 2, (1, -10)),
        netsuite__accountingperiod=[adjustment],
    )

    marks = {row["transaction_id"]: row["is_adjustment"] for row in made.rows("fct_gl")}
    assert marks == {1: True, 2: False}


def test_what_is_made_after_the_close_of_its_period_is_marked(facts):
    closed = [
        {"id": 101, "periodname": "2026-01", "startdate": date(2026, 1, 1), "closed": True,
         "enddate": date(2026, 1, 31), "closedondate": date(2026, 2, 5)},
        {"id": 102, "periodname": "2026-02", "startdate": date(2026, 2, 1),
         "enddate": date(2026, 2, 28)},
    ]  # fmt: skip
    made = facts(
        books_rows(
            journal(1, 1, (3, 10), (1, -10), header={"createddate": at(2026, 2, 5, 23)}),
            journal(2, 1, (3, 20), (1, -20), header={"createddate": at(2026, 2, 6, 1)}),
            journal(3, 2, (3, 30), (1, -30), header={"createddate": at(2026, 3, 9, 1)}),
        ),
        replace={"netsuite__accountingperiod": closed},
    )

    marks = {row["transaction_id"]: row["is_after_close"] for row in made.rows("fct_gl")}
    assert marks == {1: False, 2: True, 3: False}


def test_statistical_accounts_post_no_money(facts):
    statistical = [*ACCOUNTS, {"id": 6, "fullname": "Heads", "accttype": "Stat"}]
    made = books(facts, journal(1, 1, (6, 12)), netsuite__account=statistical)

    assert made.rows("fct_gl") == []


# --- balances


def balances(made, month):
    rows = made.rows("fct_gl_balance", f"month = {month}")
    return {(row["kind"], row["account_key"]): row["amount_base"] for row in rows}


def test_a_balance_is_stated_at_each_months_closing_rate_and_the_rest_is_the_adjustment(facts):
    made = books(facts, journal(1, 1, (3, 100), (4, -60), (1, -40)))

    assert balances(made, 202601) == {
        ("account", 3): D("112"), ("account", 4): D("-48"), ("net_income", 1): D("-44"),
        ("translation_adjustment", -1): D("-20"),
    }  # fmt: skip
    assert balances(made, 202602) == {
        ("account", 3): D("125"), ("account", 4): D("-48"), ("net_income", 1): D("-44"),
        ("translation_adjustment", -1): D("-33"),
    }  # fmt: skip


def test_profit_of_an_earlier_year_is_retained(facts):
    calendar = [
        {"id": 300 + n, "periodname": f"FY{n}", "startdate": start, "enddate": end, "isyear": True}
        for n, start, end in (
            (1, date(2025, 2, 1), date(2026, 1, 31)), (2, date(2026, 2, 1), date(2027, 1, 31)),
        )
    ]  # fmt: skip
    made = books(
        facts,
        journal(1, 1, (3, 100), (1, -100)),
        journal(2, 2, (3, 50), (1, -50)),
        netsuite__accountingperiod=calendar,
    )

    assert balances(made, 202601)[("net_income", 1)] == D("-110")
    assert balances(made, 202602)[("net_income", 1)] == D("-60")
    assert balances(made, 202602)[("retained_earnings", 1)] == D("-110")


def test_the_balance_sheet_of_a_subsidiary_sums_to_nothing(facts):
    made = books(facts, journal(1, 1, (3, 100), (4, -60), (1, -40)), journal(2, 2, (3, 7), (1, -7)))
    made.make("fct_gl_balance")
    sums = made.connection.execute(
        "SELECT sum(amount_subsidiary), sum(amount_base) FROM fct_gl_balance GROUP BY month"
    ).fetchall()

    assert len(sums) == 3
    assert set(sums) == {(0, 0)}


def test_intercompany_leaves_behind_what_it_comes_to_and_nothing_within_one_subsidiary(facts):
    made = books(facts, journal(1, 1, (5, 100), (4, -60), (1, -40)))
    rows = made.rows("fct_gl_balance", "month = 202601")

    left = {row["is_intercompany"]: row["amount_base"] for row in rows
            if row["kind"] == "intercompany_difference"}  # fmt: skip
    assert left == {False: D("112"), True: D("-112")}
    consolidated = [row for row in rows if not row["is_intercompany"]]
    for column in ("amount_subsidiary", "amount_base"):
        assert sum(row[column] for row in rows) == 0
        assert sum(row[column] for row in consolidated) == 0


def test_a_balance_that_lacks_a_rate_leaves_the_adjustment_unknown(facts):
    made = facts({"netsuite__account": ACCOUNTS, **journal(1, 1, (3, 60), (4, -60))})

    assert balances(made, 202601) == {
        ("account", 3): D("67.2"), ("account", 4): None, ("translation_adjustment", -1): None,
    }  # fmt: skip
