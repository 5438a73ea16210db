"""Why a number is not what it was: its records, and what became of them, sum to the difference exactly."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from models.access import Hidden, Scope
from models.errors import QuestionError
from models.metrics import catalogue
from models.metrics.change import Moved
from models.metrics.explain import explain_change, kinds_of
from models.metrics.kpi import Lens, Side
from models.period import Period
from tests.small import engine_on

EVERYTHING = Scope.everything()
NO_COST = Scope(managers=frozenset({20, 22}), hidden=frozenset({Hidden.PERSON_COST}))
JANUARY = Period.parse("2026-01")
_versions = count(8)


@pytest.fixture(scope="session")
def later(books, tmp_path_factory):
    """Make a later snapshot: the books after some statements."""
    opened = []

    def make(*statements):
        version = next(_versions)
        path = tmp_path_factory.mktemp("later") / f"v{version}.duckdb"
        shutil.copy(books.path, path)
        engine = create_engine(f"duckdb:///{path}")
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()
        opened.append(engine_on(path, read_only=True))
        return replace(books, version=version, path=path, engine=opened[-1])

    yield make
    for engine in opened:
        engine.dispose()


def explained(before, now, key="recognized_revenue", side=Side.PSA, scope=EVERYTHING, **how):
    period = how.pop("period", JANUARY)
    found = explain_change(before, now, catalogue.kpi(key), side, period, scope, **how)
    for part in found.parts:
        assert sum((one.amount for one in part.kinds.values()), Decimal(0)) == part.difference
    if not how:
        assert found.page.total_rows == sum(
            one.rows for part in found.parts for one in part.kinds.values()
        )
    return found


def kinds(change):
    """Kind -> (records, amount) of those there are."""
    (part,) = change.parts
    return {kind: (one.rows, one.amount) for kind, one in part.kinds.items() if one.rows}


def test_what_did_not_change_has_no_row(books, later):
    change = explained(books, later())

    assert (change.difference, change.page.total_rows, kinds(change)) == (Decimal(0), 0, {})


def test_a_record_that_was_not_there_is_new(books, later):
    now = later(
        "INSERT INTO fct_rev_rec SELECT * REPLACE (8009 AS recognition_id, 10.5 AS amount_base) "
        "FROM fct_rev_rec WHERE recognition_id = 8001"
    )
    change = explained(books, now)

    assert kinds(change) == {Moved.NEW: (1, Decimal("10.5000"))}
    (row,) = change.page.rows
    assert (row["record_type"], row["record_id"]) == ("Revenue_recognition_transaction", 8009)
    assert (row["before"], row["now"], row["change"]) == (None, Decimal("10.5"), Decimal("10.5"))
    assert (row["project"], row["customer"]) == ("P-100 Store network review", "Alder Foods")
    assert change.difference == Decimal("10.5000")


def test_a_record_that_is_there_no_more_is_gone(books, later):
    change = explained(books, later("DELETE FROM fct_rev_rec WHERE recognition_id = 8001"))

    assert kinds(change) == {Moved.GONE: (1, Decimal(-9950))}


def test_another_amount_is_a_change(books, later):
    now = later("UPDATE fct_rev_rec SET amount = 1, amount_base = 1 WHERE recognition_id = 8001")
    change = explained(books, now)

    assert kinds(change) == {Moved.CHANGED: (1, Decimal(-9949))}


def test_the_same_amount_at_another_rate_is_re_rated(books, later):
    change = explained(
        books, later("UPDATE fct_rev_rec SET amount_base = 7000 WHERE recognition_id = 8002")
    )

    assert kinds(change) == {Moved.RE_RATED: (1, Decimal("199.8766"))}


def test_an_amount_in_another_currency_is_a_change_though_its_figure_is_the_same(books, later):
    now = later(
        "UPDATE fct_rev_rec SET currency = 'USD', amount_base = 7000 WHERE recognition_id = 8002"
    )

    assert kinds(explained(books, now)) == {Moved.CHANGED: (1, Decimal("199.8766"))}


def test_a_record_moved_out_of_the_period_is_re_dated_and_tells_where_to(books, later):
    now = later("UPDATE fct_rev_rec SET month = 202602, day = 20260203 WHERE recognition_id = 8001")
    change = explained(books, now)

    assert kinds(change) == {Moved.RE_DATED: (1, Decimal(-9950))}
    (row,) = change.page.rows
    assert (row["month_before"], row["month"]) == (202601, 202602)
    back = explained(now, books)
    assert kinds(back) == {Moved.RE_DATED: (1, Decimal(9950))}
    assert (back.page.rows[0]["month_before"], back.page.rows[0]["month"]) == (202602, 202601)


def test_a_date_moved_within_the_period_changes_nothing(books, later):
    now = later("UPDATE fct_rev_rec SET month = 202602 WHERE recognition_id = 8001")
    change = explained(books, now, period=Period.parse("2026-Q1"))

    assert change.page.total_rows == 0


def test_hours_that_cost_another_rate_are_re_rated(books, later):
    now = later("UPDATE fct_time SET cost = cost * 2, cost_base = cost_base * 2")
    change = explained(books, now, "project_gross_margin")

    assert set(kinds(change)) == {Moved.RE_RATED}
    assert {row["measure"] for row in change.page.rows} == {"Labour cost"}


def test_a_rate_that_was_not_known_and_now_is_re_rates(books, later):
    now = later("UPDATE fct_time SET cost = 10, cost_base = 10 WHERE cost_base IS NULL")
    change = explained(books, now, "project_gross_margin")

    assert set(kinds(change)) == {Moved.RE_RATED}
    assert {row["before"] for row in change.page.rows} == {None}


def test_a_record_that_begins_to_count_has_changed(books, later):
    now = later("UPDATE fct_expense SET status = 'approved' WHERE receipt_id = 7002")
    change = explained(books, now, "project_direct_cost")

    assert kinds(change) == {Moved.CHANGED: (1, Decimal(999))}


def test_rows_of_one_record_are_taken_together(books, later):
    now = later("UPDATE fct_gl SET amount_base = amount_base + 1 WHERE transaction_id = 9003")
    change = explained(books, now, "project_gross_margin", Side.ERP)

    assert [(row["record_id"], row["change"]) for row in change.page.rows] == [(9003, Decimal(-2))]


def test_of_a_ratio_numerator_and_denominator_are_explained_apart(books, later):
    now = later(
        "UPDATE fct_time SET hours = hours + 1 WHERE month = 202601 AND person_key = 20",
        "UPDATE fct_capacity SET net_hours = net_hours + 2 WHERE month = 202601 AND person_key = 22",
    )
    change = explained(books, now, "billable_utilization")

    parts = {part.part: part for part in change.parts}
    assert set(parts) == {"numerator", "denominator"}
    assert all(part.difference > 0 for part in parts.values())
    assert {row["part"] for row in change.page.rows} == set(parts)
    assert {row["person"] for row in change.page.rows if row["part"] == "denominator"} == {
        "Ben Kranz"
    }
    assert change.difference == change.now.number - change.before.number


def test_members_and_months_that_make_a_number_are_explained_too(books, later):
    now = later("DELETE FROM fct_time WHERE person_key = 20")

    for key, side in (("days_sales_outstanding", Side.ERP), ("overload", Side.PSA)):
        explained(books, now, key, side)
    now = later("UPDATE fct_invoice_line SET amount_base = amount_base * 2")
    change = explained(books, now, "days_sales_outstanding", Side.ERP)
    assert change.difference < 0
    assert sum(row["change"] for row in change.page.rows) == change.difference


def test_nothing_outside_the_scope_is_told(books, later):
    now = later(
        "UPDATE fct_rev_rec SET amount = 1, amount_base = 1 WHERE recognition_id = 8001",
        "UPDATE fct_rev_rec SET department_key = 2, project_key = 100 WHERE recognition_id = 8002",
    )
    change = explained(books, now, scope=Scope(departments=frozenset({4})))

    assert [(row["record_id"], row["kind"]) for row in change.page.rows] == [(8002, "gone")]
    assert explained(books, now, scope=Scope.nothing()).page.rows == []


def test_what_a_person_costs_is_explained_by_project_and_month_alone(books, later):
    now = later("UPDATE fct_time SET cost = cost * 2, cost_base = cost_base * 2")
    change = explained(books, now, "project_gross_margin", scope=NO_COST)

    assert change.page.rows
    assert all(row["record_id"] is row["person"] is None for row in change.page.rows)
    assert "one sum a project and month" in change.page.withheld


def test_filters_and_lenses_hold_in_both(books, later):
    now = later("UPDATE fct_rev_rec SET amount = amount + 5, amount_base = amount_base + 3")
    change = explained(books, now, lens=Lens.TRANSACTION)
    assert {(p.currency, p.difference) for p in change.parts} == {
        ("EUR", Decimal(5)),
        ("GBP", Decimal(5)),
    }
    assert change.difference is None  # two currencies have none in common
    one = explained(books, now, lens=Lens.TRANSACTION, currency="EUR")
    assert one.difference == Decimal(5)
    by_customer = explained(books, now, where={"customer": [12]})
    assert by_customer.difference == Decimal(3)
    with pytest.raises(QuestionError):
        explained(books, now, where={"colour": [1]})


def test_pages_follow_one_another_and_kinds_can_be_chosen(books, later):
    now = later(
        "UPDATE fct_gl SET amount_base = amount_base + transaction_id",
        "DELETE FROM fct_gl WHERE transaction_id = 9001",
    )
    ask = (books, now, "project_gross_margin", Side.ERP)
    whole = explained(*ask, limit=None).page
    paged = [
        row
        for offset in range(whole.total_rows)
        for row in explained(*ask, offset=offset, limit=1).page.rows
    ]

    assert paged == list(whole.rows)
    gone = explained(*ask, kinds=[Moved.GONE]).page
    assert (gone.total_rows, [row["record_id"] for row in gone.rows]) == (1, [9001])


def test_a_side_that_holds_no_number_says_why(books, later):
    change = explained(books, later(), "days_sales_outstanding", Side.PSA)

    assert "Payments and tax are NetSuite's" in change.page.withheld
    assert (change.parts, change.difference) == ([], None)


def test_a_kind_there_is_not_is_refused():
    with pytest.raises(QuestionError, match="not a kind"):
        kinds_of(["moved"])


@pytest.mark.parametrize("name", ["O'Hara 100%", "back\\slash"])
def test_a_filter_by_text_means_itself(books, later, name):
    quoted = name.replace("'", "''")
    now = later(
        f"UPDATE fct_pnl SET practice = '{quoted}', amount_consolidated = amount_consolidated + 3 "
        "WHERE transaction_id = 9001"
    )
    found = explained(books, now, "firm_revenue", Side.ERP, where={"practice": [name]})
    assert found.now.number
    assert [row["record_id"] for row in found.page.rows] == [9001]


_edits = st.lists(
    st.one_of(
        st.tuples(
            st.just(
                "UPDATE fct_gl SET amount_base = amount_base + {0}, amount = amount + {0} WHERE {1}"
            ),
            st.decimals(min_value=-999, max_value=999, places=4),
        ),
        st.tuples(st.just("UPDATE fct_gl SET amount_base = amount_base * 2 WHERE {1}"), st.just(0)),
        st.tuples(
            st.just("UPDATE fct_gl SET month = {0} WHERE {1}"), st.sampled_from([202601, 202602])
        ),
        st.tuples(
            st.just("UPDATE fct_gl SET department_key = {0} WHERE {1}"), st.sampled_from([2, 4])
        ),
        st.tuples(st.just("DELETE FROM fct_gl WHERE {1}"), st.just(0)),
        st.tuples(
            st.just(
                "INSERT INTO fct_gl SELECT * REPLACE (transaction_id + 100 AS transaction_id) "
                "FROM fct_gl WHERE {1}"
            ),
            st.just(0),
        ),
    ).flatmap(
        lambda edit: st.sampled_from(range(9001, 9011)).map(
            lambda number: edit[0].format(edit[1], f"transaction_id = {number}")
        )
    ),
    max_size=6,
)


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(edits=_edits, key=st.sampled_from(["project_gross_margin", "project_gross_margin_pct"]),
       scope=st.sampled_from([EVERYTHING, Scope(departments=frozenset({2})), NO_COST]))  # fmt: skip
def test_whatever_changed_the_records_sum_to_the_difference(books, later, edits, key, scope):
    now = later(*edits)
    change = explained(books, now, key, Side.ERP, scope, limit=None)

    for part in change.parts:
        rows = [row["change"] for row in change.page.rows if row["part"] == part.part]
        assert sum(rows, Decimal(0)) == part.difference
    if key == "project_gross_margin":
        assert sum((row["change"] for row in change.page.rows), Decimal(0)) == (
            change.now.number or 0
        ) - (change.before.number or 0)


@pytest.fixture(scope="session")
def much_later(later):
    """The books after something happened to almost every fact."""
    return later(
        "UPDATE fct_gl SET amount_base = amount_base * 3, amount = amount + 1 WHERE line_id = 1",
        "UPDATE fct_pnl SET amount_consolidated = amount_consolidated + 7",
        "UPDATE fct_time SET hours = hours + 1, month = 202602 WHERE person_key = 20",
        "DELETE FROM fct_capacity WHERE person_key = 22 AND day % 2 = 0",
        "UPDATE fct_charge SET amount_base = amount_base + 1",
        "UPDATE fct_invoice_line SET amount_base = amount_base * 2",
        "DELETE FROM fct_rev_rec WHERE recognition_id = 8001",
        "UPDATE fct_task_value SET ev_base = ev_base + 1, ac_base = ac_base * 2",
        "UPDATE fct_project_value SET spent_base = spent_base + 1",
        "DELETE FROM fct_timesheet WHERE person_key = 20",
        "DELETE FROM fct_backlog WHERE project_key = 100",
        "UPDATE fct_ar_open SET amount_base = amount_base + 1",
        "UPDATE fct_unbilled SET asset_base = asset_base + 1",
        "UPDATE fct_headcount SET is_there = false WHERE person_key = 22",
    )


@pytest.mark.parametrize("turn", range(20))
def test_numbers_are_explained_to_the_last_place(books, much_later, turn):
    kpi = list(catalogue.kpis().values())[turn * 10 + 3]
    for side in Side:
        explained(books, much_later, kpi.key, side)


@pytest.mark.all
@pytest.mark.parametrize("key", catalogue.kpis())
def test_every_number_is_explained_to_the_last_place(books, much_later, key):
    for side in Side:
        for scope in (EVERYTHING, NO_COST):
            explained(books, much_later, key, side, scope)
