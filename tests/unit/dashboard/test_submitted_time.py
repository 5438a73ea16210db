"""Approved time alone, or submitted time, too: one choice in the bar, for the numbers that can tell it."""

import pytest

from dashboard.filtering import changed
from dashboard.filters import Filters
from models.access import Role
from models.errors import QuestionError
from models.metrics.catalogue import kpis

PAIRS = [(kpi, kpi.submitted) for kpi in kpis().values() if kpi.submitted]
WITH, VARIANT = "?period=2026-10&status=submitted", "Billable utilisation, submitted hours included"


@pytest.mark.parametrize(("kpi", "other"), PAIRS, ids=lambda one: getattr(one, "key", one))
def test_a_number_and_its_variant_can_be_asked_the_same_way(kpi, other):
    variant = kpis()[other]

    assert (variant.unit, variant.kind, variant.better) == (kpi.unit, kpi.kind, kpi.better)
    assert set(kpi.by) <= set(variant.by)
    assert variant.submitted is None


def test_stands_in_the_address_and_goes_along_to_other_pages():
    filters = changed(Filters(), "status", "submitted")

    assert filters.search() == "?status=submitted"
    assert Filters.parse(filters.search()) == filters == filters.travelling
    assert changed(filters, "status", "approved") == Filters() == filters.bare
    with pytest.raises(QuestionError, match="There are: approved, submitted"):
        Filters.parse("?status=open")


@pytest.mark.parametrize(
    "section", ["tiles", "billable_utilization", "billable_utilization-by", "people"]
)
def test_every_part_of_the_page_tells_the_variant(app, signed_in, section):
    browser = signed_in(app, Role.CFO)
    without = browser.section("/utilization", section, "?period=2026-10").get_data(as_text=True)
    shown = browser.section("/utilization", section, WITH).get_data(as_text=True)

    assert "billable_utilization_submitted" not in without
    assert "billable_utilization_submitted" in shown or VARIANT in shown
    assert "could not be shown" not in shown


def test_is_offered_where_it_changes_something_and_told_as_a_chip(app, signed_in):
    browser = signed_in(app, Role.CFO)

    bar = browser.section("/utilization", "filters", WITH).get_data(as_text=True)
    assert "Submitted, too" in bar
    assert "submitted included" in bar
    other = browser.section("/cash", "filters", WITH).get_data(as_text=True)
    assert "Submitted, too" not in other
    assert "submitted included" in other


def test_leads_to_the_rows_that_sum_to_it(app, signed_in):
    browser = signed_in(app, Role.CFO)
    shown = browser.section("/utilization", "tiles", WITH).get_data(as_text=True)

    assert "/rows/billable_utilization_submitted?" in shown.replace("\\u002f", "/")
    head = browser.section("/rows/billable_utilization_submitted", "head", f"{WITH}&side=psa")
    assert VARIANT in head.get_data(as_text=True)


def test_a_list_is_sorted_by_the_variant_and_taken_along_so(app, signed_in):
    browser = signed_in(app, Role.CFO)
    search = f"{WITH}&people-sort=-billable_utilization"

    assert browser.section("/utilization", "people", search).status_code == 200
    answer = browser.get(f"/export/utilization-people.csv?at=/utilization&{search[1:]}")
    assert VARIANT in answer.get_data(as_text=True)
