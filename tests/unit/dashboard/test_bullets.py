"""A bullet marks what a number is planned, aimed at and elsewhere published at, and its words tell it."""

from __future__ import annotations

import pytest

from models.access import Role
from models.business import load_file

TARGET = """
[[targets]]
kpi = "billable_utilization"
value = 0.81
[benchmarks.billable_utilization.average]
value = 0.62
source = "The guild"
year = 2025
"""


@pytest.fixture
def aimed(monkeypatch, tmp_path):
    """The firm wants something of its utilisation, and somebody published theirs."""
    file = tmp_path / "business.toml"
    file.write_text(TARGET, encoding="utf-8")
    read = load_file(str(file))
    for place in ("models.metrics.goals", "dashboard.questions", "dashboard.sections"):
        monkeypatch.setattr(f"{place}.in_force", lambda _snapshot: read)


def told(browser, section, period):
    return browser.section("/", section, f"?period={period}").get_data(as_text=True)


def test_the_target_is_a_mark_and_its_number_stands_below_the_name(app, signed_in, aimed):
    shown = told(signed_in(app, Role.CFO), "on-plan", "2026-06")

    assert "mark point target" in shown
    assert "mark point benchmark" in shown
    assert "target 81.0%, benchmark 62.0%" in shown
    assert "The guild, 2025" in shown


def test_a_tile_with_something_to_reach_bears_a_bullet(app, signed_in, aimed):
    shown = told(signed_in(app, Role.CFO), "tiles", "2026-06")

    assert shown.count("mark point target") == 1
    assert "vs target" in shown


def test_without_a_target_nothing_speaks_of_one(app, signed_in):
    browser = signed_in(app, Role.CFO)

    for section in ("on-plan", "tiles"):
        shown = told(browser, section, "2026-05")
        assert "mark point benchmark" in shown
        assert "mark point target" not in shown


def test_what_nothing_is_compared_with_has_no_column(app, signed_in):
    shown = told(signed_in(app, Role.CFO), "on-plan", "2026-10")

    assert "against the year before" in shown
    assert "against the plan" not in shown  # the small firm plans nothing
