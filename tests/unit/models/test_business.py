"""One file says how the firm counts; what is wrong in it is named, and what it leaves out is as built in."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from models.business import Business, default_business, load_file
from models.business.rules import AccountRule, meets
from models.errors import ConfigError


@pytest.fixture
def read(tmp_path: Path):
    def made(text: str) -> Business:
        path = tmp_path / "business.toml"
        path.write_text(text, encoding="utf-8")
        return load_file(str(path))

    return made


def test_a_table_is_taken_over_key_by_key_and_a_list_as_a_whole(read):
    business = read(
        "[finance]\nfiscal_start_month = 4\n[thresholds.health]\ncpi = 0.8\n"
        '[[lines]]\nline = "revenue"\ntypes = "Income"\n'
    )

    assert business.file.finance.fiscal_start_month == 4
    assert business.file.finance.practice_segment == "department"
    assert business.file.thresholds.health.cpi == Decimal("0.8")
    assert business.file.thresholds.health.spi == Decimal("0.9")
    assert [rule.line for rule in business.file.lines] == ["revenue"]
    assert business.file.streams == default_business().file.streams


def test_a_benchmark_bears_its_source_and_one_of_ours_can_be_left_out(read):
    ours = default_business().benchmarks("billable_utilization")
    assert ours["average"].value == Decimal("0.689")
    assert (ours["average"].year, "SPI" in ours["average"].source) == (2025, True)

    business = read("[benchmarks.billable_utilization.average]\nshown = false\n")

    assert list(business.benchmarks("billable_utilization")) == ["optimum"]
    assert business.benchmarks("nothing_of_the_kind") == {}


_TARGETS = """
[[targets]]
kpi = "billable_utilization"
value = 0.70
[[targets]]
kpi = "billable_utilization"
value = 0.72
from = "2026-01"
[[targets]]
kpi = "billable_utilization"
value = 0.80
from = "2026-01"
to = "2026-06"
dimension = "department"
member = "Cloud"
"""


def test_the_most_particular_target_holds(read):
    business = read(_TARGETS)

    def value(first: int, last: int, **members: tuple[object, ...]) -> Decimal:
        found = business.target("billable_utilization", first, last, members)
        assert found is not None
        return found.value

    assert value(202512, 202512) == Decimal("0.70")
    assert value(202603, 202603) == Decimal("0.72")
    assert value(202512, 202601) == Decimal("0.70"), "a target must hold for the whole period"
    assert value(202603, 202603, department=(4, "cloud")) == Decimal("0.80")
    assert value(202607, 202607, department=(4, "Cloud")) == Decimal("0.72")
    assert value(202603, 202603, department=(6, "Data")) == Decimal("0.72")
    assert business.target("backlog", 202603, 202603) is None


def test_an_account_number_stands_for_all_that_begin_with_it():
    rule = AccountRule(stream="services", numbers=["4000-4199", "48"])

    met = [
        number
        for number in ("3999", "4000", "4000-10", "4199.5", "4200", "48", "4810", "5", None)
        if meets(rule, number=number)
    ]

    assert met == ["4000", "4000-10", "4199.5", "48", "4810"]


def test_a_star_stands_for_anything_and_nothing_else_does():
    rule = AccountRule(stream="services", names=["100%_sure*"], types=["Income"])

    assert meets(rule, name="100%_SURE thing", type_="income")
    assert not meets(rule, name="100x_sure thing", type_="Income")
    assert not meets(rule, name="100%xsure", type_="Income")
    assert not meets(rule, name="100%_sure", type_="COGS")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[finance]\nfiscal_start_month = 13\n", ["line 2", "finance.fiscal_start_month", "12"]),
        ("[finance]\n\nfiscal_start = 3\n", ["line 3", "is not known", "fiscal_start_month"]),
        ('[finance]\npractice_segment = "team"\n', ["line 2", "'department', 'class'"]),
        ('[labor]\nsource = "hr"\n', ["line 2", "labor.source", "'psa' or 'erp'"]),
        ("[calendar]\nhours_per_day = 25\n", ["line 2", "24"]),
        ('[calendar]\nholidays = ["x"]\n', ["line 2", "date"]),
        ('[[lines]]\nline = "sales"\ntypes = ["Income"]\n', ["line 2", "lines[1].line", "revenue"]),
        ('[[lines]]\nline = "tax"\n', ["line 1", "by what it is known"]),
        ('[[lines]]\nline = "tax"\nnumbers = ["9-1"]\n', ["line 3", "4000-4199"]),
        ('[[streams.items]]\nstream = "wood"\nnames = "*"\n', ["line 2", "subscription"]),
        ('[[streams.contracts]]\nstream = "services"\nnames = "*"\n', ["line 2", "services_tm"]),
        ("[thresholds.bench]\nweeks = 9\n", ["line 1", "of_weeks"]),
        ("[thresholds.helth]\ncpi = 1\n", ["line 1", "Allowed: health, overload"]),
        ("[thresholds.health]\ncpi = true\n", ["line 2", "a number"]),
        ("[benchmarks.backlog.ours]\nvalue = 1\n", ["line 1", "source is missing"]),
        ('[[targets]]\nkpi = "a"\nvalue = "1"\n', ["line 3", "targets[1].value", "a number"]),
        (
            '[[targets]]\nkpi = "a"\nvalue = 1\n[[targets]]\nkpi = "b"\nvalu = 2\n',
            ["line 6", "targets[2].valu", "Allowed: kpi, value, from"],
        ),
        ('[[targets]]\nkpi = "a"\nvalue = 1\nfrom = "2026"\n', ["line 4", "2026-01"]),
        ('[[targets]]\nkpi = "a"\nvalue = 1\nmember = 3\n', ["line 1", "`dimension`"]),
        (
            '[[targets]]\nkpi = "a"\nvalue = 1\nfrom = "2026-02"\nto = "2026-01"\n',
            ["line 1", "should not end"],
        ),
        ("[targets]\nkpi = 1\n", ["line 1", "should be a list"]),
        ("[finance\n", ["not valid TOML"]),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_is_allowed(read, text, said):
    with pytest.raises(ConfigError) as caught:
        read(text)

    assert "business.toml" in str(caught.value)
    for words in said:
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[targets]]\nkpi = "a"\nvalue = 1\n',
            ["line 2", "names no KPI", "There are: backlog, dso"],
        ),
        (
            '[[targets]]\nkpi = "dso"\nvalue = 1\ndimension = "moon"\nmember = 1\n',
            ["line 4", "should be one of department"],
        ),
        ('[benchmarks.a.b]\nvalue = 1\nsource = "x"\n', ["line 1", "names no KPI"]),
    ],
)
def test_targets_and_benchmarks_are_of_numbers_there_are(read, text, said):
    with pytest.raises(ConfigError) as caught:
        read(text).check_kpis(["dso", "backlog"], ["department"])

    for words in said:
        assert words in str(caught.value)


def test_a_file_that_is_not_there_stops_the_start_with_its_setting():
    with pytest.raises(ConfigError, match="ONEVIEW_BUSINESS_FILE names a file that cannot be read"):
        load_file("/nowhere/business.toml")
