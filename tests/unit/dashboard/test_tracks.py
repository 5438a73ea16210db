"""Numbers that stand below each other on one scale: bridges, bullets, pairs; and what is told as of today."""

import re
from decimal import Decimal

import pytest
from dash import html

from dashboard.blocks.breakdown import bar_cell, scale_of
from dashboard.blocks.bridge import Step, bridge_table
from dashboard.blocks.today import today
from dashboard.components.track import Mark, Scale, track
from dashboard.page import Section
from models.access import Role


def _places(shown) -> list[tuple[float, float]]:
    """Where each bar begins and ends, in per cent."""
    found = re.findall(r"'left': '([\d.]+)%', 'width': '([\d.]+)%'", str(shown))
    return [(float(left), float(left) + float(width)) for left, width in found]


class TestAScale:
    def test_always_holds_zero(self):
        assert Scale.of([Mark(end=Decimal(5), start=Decimal(3))]) == Scale(Decimal(0), Decimal(5))
        assert Scale.of([Mark(end=Decimal(-5))]) == Scale(Decimal(-5), Decimal(0))

    def test_of_nothing_but_zero_divides_by_nothing(self):
        assert Scale.of([Mark(end=Decimal(0))]).at(Decimal(0)) == 0

    def test_shows_the_line_of_zero_where_something_is_below_it(self):
        marks = [Mark(end=Decimal(-5), start=Decimal(5))]

        assert "mark zero" in str(track(marks, Scale.of(marks)))
        assert "mark zero" not in str(track([], Scale(Decimal(0), Decimal(5))))


def test_a_bar_below_zero_grows_to_the_left_of_where_the_others_begin():
    values = [Decimal(60), Decimal(-40), Decimal(0), None]
    scale = scale_of(values)

    assert [_places(bar_cell(value, scale)) for value in values] == [[(40, 100)], [(0, 40)], [], []]


def test_each_step_of_a_bridge_begins_where_the_one_before_it_ended():
    shown = bridge_table(
        [
            Step(name="Plan", total=Decimal(100), role="pl"),
            Step(name="Revenue", effect=Decimal(60)),
            Step(name="Cost", effect=Decimal(-40)),
            Step(name="Actual", total=Decimal(120), role="ac"),
        ],
        "GBP",
    )

    assert _places(shown) == [(0, 62.5), (62.5, 100), (75, 100), (0, 75)]
    assert "+£60" in str(shown)


def test_a_section_of_today_looks_at_the_running_month_and_keeps_the_addresses():
    class Looking:
        def __init__(self, period, today=None):
            self.period, self.today = period, today

    seen = []
    section = Section(name="one", render=lambda visit: seen.append(visit.period) or html.Div())

    today(section).render(Looking("October", Looking("November")))

    assert seen == ["November"]


@pytest.mark.parametrize(
    ("path", "section", "told"),
    [
        ("/", "on-plan", "Days sales outstanding"),
        ("/", "exceptions", "Overdue receivables"),
        ("/project/20", "outlook", "At completion"),
    ],
)
def test_the_numbers_of_the_new_parts_lead_to_their_rows(app, signed_in, path, section, told):
    shown = signed_in(app, Role.CFO).section(path, section).get_data(as_text=True)

    assert told in shown
    assert "/rows/" in shown.replace("\\u002f", "/")
