"""What charts and tracks draw: fans, outlines of plans, what is ahead; and lists that stand in an order."""

import csv
import json
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from dashboard.app import create_app
from dashboard.blocks.breakdown import declared_order
from dashboard.figures.columns import columns_figure, lines_figure, stacked_figure
from dashboard.figures.series import Range, Series
from dashboard.figures.weeks import weeks_figure
from models.access import Role
from models.metrics.kpi import Unit
from models.period import Month, week_of
from tests.unit.dashboard.conftest import FakeSnapshots
from tests.unit.dashboard.firm import altered, snapshot_at

MONTHS = [Month(2026, number) for number in (9, 10, 11)]


def numbers(*found):
    return [None if one is None else Decimal(one) for one in found]


def within(middle_name="P50"):
    return Range(
        name="P10 to P90",
        low=numbers(None, 80, 70),
        middle=numbers(None, 100, 100),
        high=numbers(None, 130, 150),
        middle_name=middle_name,
    )


class TestAFan:
    def figure(self, **how):
        actual = Series(name="AC", role="ac", values=numbers(90, None, None))
        return columns_figure(MONTHS, [actual], Unit.MONEY, "GBP", within(**how))

    def test_is_filled_from_the_low_to_the_high_of_the_months_that_have_one(self):
        low, high = (one for one in self.figure()["data"] if one["name"] == "P10 to P90")

        assert (low["y"], high["y"]) == ([None, 80, 70], [None, 130, 150])
        assert "fill" not in low
        assert high["fill"] == "tonexty"
        assert "£70" in high["customdata"][2][0]
        assert "£150" in high["customdata"][2][0]

    def test_has_its_high_within_the_axis(self):
        assert self.figure()["layout"]["yaxis"]["tickvals"][-1] >= 140

    def test_draws_no_middle_that_the_columns_tell_already(self):
        assert any(one["name"] == "P50" for one in self.figure()["data"])
        assert len(self.figure(middle_name="")["data"]) == 3

    def test_of_what_is_still_to_come_stands_on_what_is_there_already(self):
        standing = replace(within(), bases=numbers(90, 60, None))

        figure = columns_figure(MONTHS, [], Unit.MONEY, "GBP", standing)

        low, high = (one for one in figure["data"] if one["name"] == "P10 to P90")
        assert (low["y"], high["y"]) == ([None, 140, 70], [None, 190, 150])
        assert "£80" in high["customdata"][1][0]
        assert trace(figure, "P50")["y"] == [None, 160, 100]


def test_expected_receipts_lie_within_the_range_of_how_customers_paid(app, signed_in):
    figure = drawn(signed_in(app, Role.CFO).section("/cash", "cash_collected"))

    december = figure["layout"]["meta"]["months"].index("2026-12")
    low, high = (one for one in figure["data"] if one["name"] == "P10 to P90")
    assert (low["y"][december], high["y"][december]) == (0, 800)
    assert trace(figure, "P50")["y"][december] == 800


def test_members_that_follow_in_time_stand_in_that_order_not_by_size():
    weeks = {"2027-W01": 300, "2026-W52": 100, "2026-W49": 200}
    lines = [
        SimpleNamespace(row=SimpleNamespace(dimensions={"week": key}, value=Decimal(amount)))
        for key, amount in weeks.items()
    ]

    ordered = [one.row.dimensions["week"] for one in declared_order(lines, "week")]

    assert ordered == ["2026-W49", "2026-W52", "2027-W01"]


@pytest.fixture
def app_with_receipts(settings, ran, snapshot, clock, tmp_path):
    """The app on the small firm, to which money comes in two of the next thirteen weeks."""
    days = "(20261203, '2026-W49'), (20261224, '2026-W52')"
    expected = "UPDATE fct_receipt_ahead SET is_near = true, day = {} WHERE number = '{}'"
    path = altered(
        snapshot,
        tmp_path,
        "DELETE FROM dim_day",
        f"INSERT INTO dim_day (day, week) VALUES {days}",
        expected.format(20261203, "Build"),
        expected.format(20261224, "Launch"),
    )
    return create_app(settings, ran, FakeSnapshots(snapshot_at(path)), clock)


def test_a_week_without_money_keeps_its_place_among_the_thirteen(
    app_with_receipts, signed_in, snapshot
):
    told = shown(app_with_receipts, signed_in, "/cash", "receipts_next_13_weeks-by")
    rows = told[told.index("tbody") :]
    weeks = list(dict.fromkeys(re.findall(r"20\d\d-W\d\d", rows)))
    first, last = snapshot.today, snapshot.today + timedelta(days=90)

    assert (weeks[0], weeks[-1]) == (week_of(first), week_of(last))
    assert weeks == sorted(weeks)
    assert len(weeks) in {13, 14}
    assert rows.count("see the rows behind it") == 3  # of two weeks and of all


def test_without_payments_to_tell_from_there_is_no_range_and_the_reason_is_told(app, signed_in):
    told = shown(app, signed_in, "/cash", "cash_collected", "?customer=32")

    assert "too few payments tell when customers pay" in told
    assert "P10 to P90" not in told


def test_what_is_to_come_of_a_month_stands_on_what_is_there_already():
    actual = Series(name="AC", role="ac", values=numbers(90, 60, None))
    rest = Series(name="FC", role="fc", values=numbers(None, 500, 80), bases=actual.values)

    figure = columns_figure(MONTHS, [actual, rest], Unit.MONEY, "GBP")

    ahead = trace(figure, "FC")
    assert (ahead["base"], ahead["y"]) == ([90, 60, 0], [None, 500, 80])
    assert "£500" in ahead["customdata"][1][0]
    assert figure["layout"]["yaxis"]["tickvals"][-1] >= 500


def test_the_running_month_is_told_by_what_is_there_and_what_is_to_come(app, signed_in):
    figure = drawn(signed_in(app, Role.CFO).section("/revenue", "recognized_revenue"))

    running = figure["layout"]["meta"]["months"].index("2026-11")
    ahead, actual = trace(figure, "FC"), trace(figure, "AC")
    assert ahead["y"][running] is not None
    assert ahead["base"][running] == (actual["y"][running] or 0)


def drawn(answer):
    """The figure of a section."""
    stack = [answer.get_json()]
    while stack:
        node = stack.pop()
        if isinstance(node, dict) and "layout" in node:
            return node
        stack += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    raise AssertionError("no figure is drawn")


def trace(figure, name):
    return next(one for one in figure["data"] if one["name"] == name)


def test_an_outlined_plan_stands_around_the_parts_and_is_not_stacked_on_them():
    parts = [Series(name="Booked", role="c1", values=numbers(1, 2, 3))]
    plan = Series(name="PL", role="pl", values=numbers(4, 5, 600))

    drawn = stacked_figure(MONTHS, parts, Unit.MONEY, "GBP", outline=plan)

    outline = drawn["data"][-1]
    assert (outline["base"], outline["y"]) == (0, [4, 5, 600])
    assert outline["width"] > drawn["data"][0]["width"]
    assert drawn["layout"]["yaxis"]["tickvals"][-1] >= 500


def test_months_in_which_neither_system_has_anything_bear_no_mark_of_the_other():
    actual = Series(name="AC", role="ac", values=numbers(0, None, 90))
    other = Series(name="SuiteProjects Pro", role="other", values=numbers(0, 0, 0))

    figure = columns_figure(MONTHS, [actual, other], Unit.MONEY, "GBP")

    assert [one["y"] for one in figure["data"]] == [[0, None, 90], [None, None, 0]]


def test_the_other_system_is_marks_on_the_line_so_that_both_are_seen_where_they_agree():
    actual = Series(name="AC", role="ac", values=numbers("0.4", "0.5", "0.6"))
    other = Series(name="SuiteProjects Pro", role="other", values=numbers("0.4", "0.5", "0.6"))

    line, marks = lines_figure(MONTHS, [actual, other], Unit.PERCENT, None)["data"]

    assert (line["mode"], marks["mode"]) == ("lines+markers", "markers")
    assert marks["y"] == line["y"]


def test_a_number_of_one_month_is_seen_among_lines():
    line = Series(name="AC", role="ac", values=numbers(1, 2, 3))
    point = Series(name="EV", role="other", values=numbers(None, None, 2))

    drawn, alone = lines_figure(MONTHS, [line, point], Unit.MONEY, "GBP")["data"]

    assert alone["marker"]["size"] > drawn["marker"]["size"]


def test_hours_ahead_are_hatched_in_the_colour_of_their_kind():
    parts = [
        Series(name="Billable", role="c1", values=numbers(30, None)),
        Series(name="Booked", role="c1-ahead", values=numbers(None, 20)),
    ]
    line = Series(name="Capacity", role="middle-line", values=numbers(40, 40))

    solid, hatched, capacity = weeks_figure(["2026-W46", "2026-W47"], parts, line)["data"]

    assert "pattern" not in solid["marker"]
    assert hatched["marker"]["pattern"]["fgcolor"] == solid["marker"]["color"]
    assert (capacity["type"], capacity["y"]) == ("scatter", [40, 40])


def shown(app, signed_in, path, section, search=""):
    answer = signed_in(app, Role.CFO).section(path, section, search)
    return answer.get_data(as_text=True).replace("\\u002f", "/")


def test_where_we_stand_is_told_in_two_halves(app, signed_in):
    told = shown(app, signed_in, "/", "on-plan")

    heads = (
        "Sell",
        "Backlog",
        "Cash",
        "Days sales outstanding",
        "Deliver and earn",
        "Firm revenue",
    )
    places = [told.index(head) for head in heads]
    assert places == sorted(places)


def test_the_margin_is_told_by_what_moved_it_where_hours_are_planned(app, signed_in):
    told = shown(app, signed_in, "/", "bridge", "?period=2025-09")

    drivers = ("Capacity, hours", "Utilisation", "Price of a billable hour", "Actual")
    places = [told.index(driver) for driver in drivers]
    assert places == sorted(places)
    assert "/rows/firm_gross_margin" in told


def test_a_plan_without_hours_is_told_line_by_line_and_says_what_it_lacks(app, signed_in):
    told = shown(app, signed_in, "/", "bridge", "?period=2025-08")

    assert "the plan holds no capacity_hours and billable_hours" in told
    assert told.index("Firm revenue") < told.index("Direct labour")


def test_without_a_plan_the_margin_is_told_from_the_year_before(app, signed_in):
    told = shown(app, signed_in, "/", "bridge", "?period=2026-10")

    assert told.rindex("Year before") < told.index("Price of a billable hour")


def test_only_a_period_that_is_not_over_bears_a_forecast(app, signed_in):
    running = shown(app, signed_in, "/", "on-plan", "?period=2026-11")
    over = shown(app, signed_in, "/", "on-plan", "?period=2026-10")

    assert "/rows/revenue_forecast" in running
    assert "/rows/revenue_forecast" not in over


def test_the_years_end_stands_beside_its_line_and_leads_to_its_rows(app, signed_in):
    told = shown(app, signed_in, "/profit-and-loss", "statement")

    assert "FC year" in told
    assert "/rows/year_revenue" in told


def test_lags_are_told_by_their_quartiles_and_their_mean(app, signed_in):
    told = shown(app, signed_in, "/cash", "lags", "?period=2026-10")

    assert "Middle half" in told
    assert "/rows/invoice_to_cash" in told


def test_the_months_of_the_forecast_stand_below_each_other_with_what_is_covered(app, signed_in):
    told = shown(app, signed_in, "/revenue", "month-by-layer")

    assert told.index("October 2026") < told.index("November 2026") < told.index("Together")
    assert "/rows/firm_revenue?side=erp" in told


def test_milestones_stand_in_the_order_of_their_day_whether_they_are_reached(app, signed_in):
    told = shown(app, signed_in, "/portfolio", "milestones")

    assert told.index("Design") < told.index("Build") < told.index("Launch")
    assert "reached, 21 days not invoiced" in told
    assert "late by 3 days" in told
    assert "in 31 days" in told
    assert "/rows/milestones_to_come" in told
    assert "/project/20" in told


def test_hours_by_person_are_those_of_the_project_and_shown_to_who_may_see_people(app, signed_in):
    told = shown(app, signed_in, "/project/20", "people")
    hidden = signed_in(app, Role.PROJECT_MANAGER).section("/project/20", "people")

    assert "/rows/client_hours_to_date" in told
    assert "project=20" in told
    assert hidden.status_code == 403


def test_a_balance_rolls_forward_to_its_end_and_each_step_leads_to_its_rows(app, signed_in):
    told = shown(app, signed_in, "/sales", "roll_forward", "?period=2026-10")

    assert told.index("Backlog at the beginning") < told.rindex("/rows/backlog?")
    assert "/rows/backlog_opening" in told


def test_what_members_make_of_a_number_ends_at_the_whole_and_leads_to_each_of_them(app, signed_in):
    told = shown(app, signed_in, "/profitability", "makes", "?period=2026-10&makes-by=project")

    assert told.index("project=20") < told.rindex("Total")
    assert "/rows/project_gross_margin" in told


def test_the_curve_of_customers_ends_at_all_of_them_the_largest_first(app, signed_in):
    told = shown(app, signed_in, "/sales", "concentration", "?period=2026-10")

    assert "100.0%" in told
    assert "customer=30" in told
    assert "if all were equal" in told


def test_a_project_says_whether_both_systems_agree_on_its_numbers(app, signed_in):
    told = shown(app, signed_in, "/project/20", "head", "?period=2026-10")

    assert "the systems differ on" in told


def test_the_bench_is_told_by_name_to_who_may_see_people_alone(app, signed_in):
    told = shown(app, signed_in, "/utilization", "bench-list")
    manager = signed_in(app, Role.PROJECT_MANAGER).section("/utilization", "bench-list")

    assert "Nobody is on the bench." in told
    assert manager.status_code == 403


def test_people_bear_their_line_and_the_weeks_ahead_and_each_week_leads_to_its_bookings(
    app, signed_in
):
    told = shown(app, signed_in, "/utilization", "people", "?period=2026-10")

    assert "Target attainment of Priya Raman, thirteen months" in told
    assert told.index("2026-W49: 50.0%") < told.index("2026-W50: 125.0%")
    assert "/rows/booked_utilization" in told
    assert "week=2026-W50" in told


def test_the_weeks_ahead_are_in_the_file_of_the_list(app, signed_in):
    address = "/export/utilization-people.csv?at=/utilization&period=2026-10"

    told = signed_in(app, Role.CFO).get(address).get_data(as_text=True).splitlines()

    head, *rows = list(csv.reader(told))
    place = head.index("Booked utilisation 2026-W49")
    assert [Decimal(row[place]) for row in rows if row[place]] == [Decimal("0.5")]


def test_a_definition_leads_to_its_rows_in_each_system_and_says_what_the_number_is_by_now(
    app, signed_in
):
    one = shown(app, signed_in, "/definitions/recognized_revenue", "one")
    newest = shown(app, signed_in, "/definitions/recognized_revenue", "newest")

    assert "/rows/recognized_revenue?side=erp" in one
    assert "/rows/recognized_revenue?side=psa" in one
    assert "tile-recognized_revenue" in newest


def test_a_definition_tells_no_number_to_who_may_see_none(app, signed_in):
    browser = signed_in(app, Role.ADMINISTRATOR)

    one = browser.section("/definitions/recognized_revenue", "one")

    assert "/rows/" not in one.get_data(as_text=True)
    assert browser.section("/definitions/recognized_revenue", "newest").status_code == 403


@pytest.mark.parametrize(
    ("path", "section", "told"),
    [
        ("/utilization", "capacity_gap", "2026-W"),
        ("/profit-and-loss", "statement", "Firm revenue"),
        ("/cash", "lags", "days"),
        ("/project/20", "records", "</strong>"),
    ],
)
def test_what_a_narrow_screen_keeps_closed_tells_a_number(app, signed_in, path, section, told):
    asked = signed_in(app, Role.CFO).section(path, section, "?period=2026-10").get_json()

    (line,) = re.findall(r'subline gist\\?">(.*?)</p>', json.dumps(asked, ensure_ascii=False))
    assert told in line


def test_each_number_of_a_list_bears_the_name_of_its_column_for_screens_without_room_for_heads(
    app, signed_in
):
    told = shown(app, signed_in, "/revenue", "projects", "?period=2026-10")
    told = told.replace("\\u003c", "<").replace("\\u003e", ">").replace('\\"', '"')
    head, *rows = re.findall("<tr.*?</tr>", told)
    heads = [re.sub("<[^>]+>", "", one) for one in re.findall("<th.*?</th>", head)]
    named = {tuple(re.findall('data-label="([^"]*)"', row)) for row in rows}

    assert heads[1:4] == ["Recognised revenue ERP ↓", "PSA", "Invoiced revenue"]
    assert [len(one) for one in named] == [len(heads) - 1]
    assert [one[:3] for one in named] == [
        ("Recognised revenue ERP", "Recognised revenue PSA", "Invoiced revenue")
    ]
