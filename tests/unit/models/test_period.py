"""Periods travel as text and step through the calendar."""

from datetime import date

import pytest

from models.errors import QuestionError
from models.period import Month, Period


@pytest.mark.parametrize("text", ["2026-03", "2026-Q1", "2026", "2025-11..2026-03"])
def test_a_period_reads_back_as_it_was_written(text):
    assert str(Period.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "starts", "first", "last"),
    [
        ("FY2026", 4, "2025-04", "2026-03"),
        ("FY2026-Q1", 4, "2025-04", "2025-06"),
        ("FY2026-Q4", 4, "2026-01", "2026-03"),
        ("FY2026-Q2", 2, "2025-05", "2025-07"),
        ("FY2026-Q4", 10, "2026-07", "2026-09"),
    ],
)
def test_a_fiscal_year_bears_the_number_of_the_year_it_ends_in(text, starts, first, last):
    period = Period.parse(text, starts)

    assert (str(period.first), str(period.last)) == (first, last)
    assert str(period) == text
    assert period == Period.parse(f"{first}..{last}")


def test_the_periods_beside_a_fiscal_one_are_fiscal_too():
    quarter = Period.parse("FY2026-Q1", 4)

    assert (str(quarter.prior), str(quarter.next)) == ("FY2025-Q4", "FY2026-Q2")
    assert str(quarter.prior_year) == "FY2025-Q1"


def test_a_fiscal_year_that_begins_in_january_is_the_calendars():
    assert str(Period.parse("FY2026")) == "2026"
    assert str(Period.parse("FY2026-Q3")) == "2026-Q3"


def test_a_quarter_spans_its_three_months():
    quarter = Period.parse("2026-Q1")

    assert (quarter.start, quarter.end) == (date(2026, 1, 1), date(2026, 3, 31))
    assert [month.key for month in quarter.months] == [202601, 202602, 202603]


def test_the_prior_period_has_the_same_length_and_the_prior_year_the_same_months():
    quarter = Period.parse("2026-Q1")

    assert str(quarter.prior) == "2025-Q4"
    assert str(quarter.prior_year) == "2025-Q1"


def test_the_last_day_of_february_follows_the_leap_year():
    assert Month(2028, 2).end == date(2028, 2, 29)
    assert Month(2027, 2).end == date(2027, 2, 28)


def test_months_step_across_the_year():
    assert Month(2026, 11).plus(3) == Month(2027, 2)
    assert Month(2026, 1).plus(-1) == Month(2025, 12)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0000-01",
        "2026-13",
        "2026-Q5",
        "FY2026-03",
        "FY2026-Q5",
        "FY26",
        "FY2026..FY2027",
        "March",
        "2026-3",
        "../etc",
        "2026-03..2025-11",
        "2026..2027",
    ],
)
def test_anything_else_is_refused_with_the_forms_that_work(text):
    with pytest.raises(QuestionError, match="2026-03, 2026-Q1 or 2026"):
        Period.parse(text)
