"""The rows behind a number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.access import Hidden, Scope
from models.errors import QuestionError
from models.metrics import catalogue
from models.metrics.kpi import Side
from models.metrics.query import rows
from models.period import Period

EVERYTHING = Scope.everything()
NO_COST = Scope(managers=frozenset({20}), hidden=frozenset({Hidden.PERSON_COST}))
JANUARY = Period.parse("2026-01")


def behind(snapshot, key, side, scope=EVERYTHING, **how):
    return rows(snapshot, catalogue.kpi(key), side, how.pop("period", JANUARY), scope, **how)


def test_rows_bear_a_heading_names_a_link_and_their_signed_contribution(books):
    page = behind(books, "project_gross_margin", Side.PSA, where={"project": [102]})

    assert [(row["measure"], row["contribution"]) for row in page.rows] == [
        ("Recognition transactions", Decimal("6800.1234")),
        ("Labour cost", Decimal(-1700)),
        ("Labour cost", None),  # nobody's cost is known: counted, not invented
        ("Purchases", Decimal(-425)),
    ]
    first = page.rows[1]
    assert (first["project_code"], first["project"]) == ("P-102", "Plant roll-out")
    assert (first["person"], first["customer"]) == ("Ben Kranz", "Birke Werke")
    assert (first["system"], first["record_type"], first["record_id"]) == (
        "suiteprojects",
        "Task",
        1003,
    )
    assert page.totals == {"value": Decimal("4675.1234")}
    assert page.filters == {"Project": "P-102 Plant roll-out"}


def test_rows_of_a_ratio_tell_the_part_they_belong_to(books):
    page = behind(books, "billable_utilization", Side.PSA)

    assert page.totals == {"numerator": Decimal(143), "denominator": Decimal(200)}
    assert {row["part"] for row in page.rows} == {"numerator", "denominator"}


def test_pages_follow_one_another_without_gap_or_repetition(books):
    whole = behind(books, "project_gross_margin", Side.ERP, limit=None)
    paged = [
        row
        for offset in range(0, whole.total_rows, 2)
        for row in behind(books, "project_gross_margin", Side.ERP, offset=offset, limit=2).rows
    ]

    assert paged == list(whole.rows)
    assert len(paged) == whole.total_rows == 6


def test_totals_are_of_all_rows_not_of_the_page(books):
    page = behind(books, "recognized_revenue", Side.ERP, limit=1)

    assert len(page.rows) == 1
    assert page.totals == {"value": Decimal("16800.1234")}


def test_rows_come_in_the_order_asked_for(books):
    page = behind(books, "project_gross_margin", Side.ERP, order=[("contribution", True)])

    found = [row["contribution"] for row in page.rows]
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize("key", ["recognized_revenue", "days_sales_outstanding"])
def test_an_order_by_a_column_there_is_not_is_refused(books, key):
    with pytest.raises(QuestionError, match="no column 'colour'"):
        behind(books, key, Side.ERP, order=[("colour", False)])


def test_who_may_not_see_the_cost_of_a_person_sees_it_by_project_and_month(books):
    page = behind(books, "project_gross_margin", Side.PSA, NO_COST)

    labor = [row for row in page.rows if row["measure"] == "Labour cost"]
    assert [(row["project_code"], row["month"], row["contribution"]) for row in labor] == [
        ("P-100", 202601, Decimal("-4000.0005"))
    ]
    assert all(row.get("person") is None and row.get("hours") is None for row in labor)
    assert all(row["record_id"] is None for row in labor)
    assert not {"cost", "cost_base"} & {column.name for column in page.columns}
    assert "Labour cost is shown as one sum" in page.withheld
    assert page.totals == {"value": Decimal("5849.9995")}


def test_labour_postings_of_the_ledger_are_kept_back_like_hours(books):
    page = behind(books, "project_gross_margin", Side.ERP, NO_COST)

    labor = [row for row in page.rows if row["measure"] == "Labour cost postings"]
    assert [row["contribution"] for row in labor] == [Decimal("-4000.5000")]
    assert page.total_rows == 2


def test_days_of_billings_are_explained_month_by_month(books):
    page = behind(
        books, "days_sales_outstanding", Side.ERP, period=Period.parse("2026-02"), limit=1
    )

    assert [(row["month"], row["billings"], row["days"]) for row in page.rows] == [
        (202602, Decimal(5000), 28)
    ]
    assert (page.total_rows, page.totals) == (2, {"value": Decimal("45.4647")})


def test_a_backlog_row_opens_its_project(books):
    page = behind(books, "backlog", Side.ERP)

    assert [(row["record_type"], row["record_id"]) for row in page.rows] == [
        ("job", 701),
        ("job", 702),
        ("job", None),
    ]


def test_dates_come_as_integers_like_every_other_day(books):
    page = behind(books, "receivables", Side.ERP)

    assert (page.rows[0]["day"], page.rows[0]["due_on"]) == (20260131, 20260302)


@pytest.mark.parametrize(
    ("key", "side", "scope", "words"),
    [
        ("days_sales_outstanding", Side.PSA, EVERYTHING, "Payments and tax are NetSuite's"),
        ("billable_utilization", Side.PSA, NO_COST, "not part of your access"),
        ("backlog", Side.ERP, Scope.nothing(), "not part of your access"),
    ],
)
def test_where_there_is_no_number_there_are_no_rows_and_the_page_says_why(
    books, key, side, scope, words
):
    page = behind(books, key, side, scope)

    assert (page.rows, page.total_rows) == ((), 0)
    assert words in page.withheld


class TestASearch:
    def test_finds_the_rows_whose_texts_hold_every_word_and_sums_those(self, books):
        whole = behind(books, "project_gross_margin", Side.PSA, limit=None)

        page = behind(books, "project_gross_margin", Side.PSA, search="plant LABOUR")

        wanted = [
            row
            for row in whole.rows
            if row["project"] == "Plant roll-out" and row["measure"] == "Labour cost"
        ]
        assert list(page.rows) == wanted != []
        assert page.total_rows == len(wanted) < whole.total_rows
        assert page.totals == {"value": sum(row["contribution"] or 0 for row in wanted)}

    def test_finds_a_row_by_the_number_of_its_record(self, books):
        page = behind(books, "project_gross_margin", Side.PSA, search="1003")

        assert [row["record_id"] for row in page.rows] == [1003]

    def test_finds_a_row_by_the_words_that_are_shown_for_what_it_holds(self, books):
        page = behind(books, "project_gross_margin", Side.PSA, search="FIXED fee", limit=None)
        whole = behind(books, "project_gross_margin", Side.PSA, limit=None)

        wanted = [row for row in whole.rows if row["stream"] == "services_fixed"]
        assert list(page.rows) == wanted != []
        assert len(wanted) < whole.total_rows

    def test_is_paged_and_ordered_like_all_rows(self, books):
        order = [("contribution", True)]
        whole = behind(books, "project_gross_margin", Side.PSA, search="labour", order=order)

        pages = [
            behind(
                books,
                "project_gross_margin",
                Side.PSA,
                search="labour",
                order=order,
                offset=place,
                limit=1,
            )
            for place in range(whole.total_rows)
        ]

        assert [row for page in pages for row in page.rows] == list(whole.rows)
        assert {page.total_rows for page in pages} == {len(whole.rows)}

    @pytest.mark.parametrize("text", ["%", "_", "\\", "' OR 1=1 --", "\x1a0", "7770000000000"])
    def test_means_every_sign_as_itself(self, books, text):
        """None of these is in the texts of these rows."""
        page = behind(books, "standard_value", Side.PSA, search=text)

        assert behind(books, "standard_value", Side.PSA).rows
        assert (page.total_rows, list(page.rows)) == (0, [])
        assert page.totals == {"value": 0}

    def test_looks_at_rows_that_are_made_as_well(self, books):
        page = behind(
            books,
            "days_sales_outstanding",
            Side.ERP,
            period=Period.parse("2026-02"),
            search="nowhere",
        )

        assert page.total_rows == 0
