"""What people decide goes before the file, is checked as the file is, and can be put back."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from models.business import default_business, load_file, merged
from models.business.decided import decisions_of, told, with_decisions
from models.business.deciding import WrongValueError, decide, value_at
from models.business.decision import LEFT_OUT, PUT_BACK, SET, Decision, dumped, parsed
from models.business.keep import decisions, history
from models.business.load import restored
from models.business.rules import meets
from models.errors import QuestionError
from models.tables.operations import ops_audit, ops_change

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
CPI = ("thresholds", "health", "cpi")
KNOWN = {"billable_utilization": ("department",), "backlog": ()}
GOAL = {"kpi": "billable_utilization", "value": Decimal("0.75"), "from": "2026-01"}
GOAL_PLACE = ("targets", "billable_utilization", "", "", "2026-01", "")


@pytest.fixture
def say(record):
    def said(place, value=None, state=SET, base=None, note=None):
        one = Decision(place=place, state=state, value=value, by="cfo", at=NOW, note=note)
        decide(record, base or default_business(), one, KNOWN)
        return merged(record, base or default_business())

    return said


def test_a_decision_goes_before_the_file_and_bears_who_said_it(record, say, tmp_path):
    path = tmp_path / "business.toml"
    path.write_text("[thresholds.health]\ncpi = 0.85\nspi = 0.8\n")
    base = load_file(str(path))

    found = say(CPI, Decimal("0.95"), base=base)

    assert found.file.thresholds.health.cpi == Decimal("0.95")
    assert found.file.thresholds.health.spi == Decimal("0.8")
    assert (found.decided[CPI].by, found.decided[CPI].at) == ("cfo", NOW)
    ((_, was),) = history(record, CPI)
    assert was == Decimal("0.85")
    assert found.mark != base.mark


def test_what_is_put_back_is_as_the_file_says(record, say):
    say(CPI, Decimal("0.95"))

    found = say(CPI, state=PUT_BACK)

    assert found.file == default_business().file
    assert found.mark == default_business().mark
    assert decisions(record) == []
    assert [one.state for one, _ in history(record, CPI)] == [PUT_BACK, SET]
    with pytest.raises(QuestionError, match="so already"):
        say(CPI, state=PUT_BACK)


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (CPI, Decimal(0), "greater than 0"),
        (CPI, "much", "a number"),
        (("thresholds", "bench", "weeks"), 9, "of_weeks"),
        (("thresholds", "health", "luck"), 1, "is not known"),
        (("finance", "practice_segment"), "team", "'department', 'class'"),
        (("map", "account_line", "7"), "sales", "should be one of"),
        (("map", "account_line", "seven"), "tax", "is no id"),
        (("map", "planet", "7"), "tax", "is of no kind"),
        (("benchmarks", "backlog", "ours"), {"value": 1}, "is missing"),
        (("targets", "backlog", "", "", "", ""), GOAL, "another number"),
        (("targets", "luck", "", "", "", ""), {"kpi": "luck", "value": 1}, "no number 'luck'"),
        (("targets", "backlog", "customer", "Acme", "", ""), {}, "cannot be told by customer"),
        (CPI, Decimal("0.9"), "so already"),
    ],
)
def test_what_the_file_could_not_say_is_refused_in_words_and_nothing_is_kept(
    record, say, place, value, words
):
    with pytest.raises(QuestionError, match=words):
        say(place, value)

    assert decisions(record) == []
    with record.connect() as connection:
        assert connection.execute(select(ops_audit)).all() == []
        assert connection.scalar(select(ops_change.c.sequence)) == 0


def test_putting_back_what_another_decision_needs_is_refused(say):
    say(("thresholds", "bench", "of_weeks"), 9)
    say(("thresholds", "bench", "weeks"), 8)

    with pytest.raises(WrongValueError, match="of_weeks"):
        say(("thresholds", "bench", "of_weeks"), state=PUT_BACK)


def test_each_change_is_audited_with_before_and_after_and_the_next_build_looks(record, say):
    say(CPI, Decimal("0.95"), note="Board of November")

    with record.connect() as connection:
        (line,) = connection.execute(select(ops_audit)).all()
        assert connection.scalar(select(ops_change.c.sequence)) == 1
    assert (line.subject, line.action) == ("cfo", "setting_changed")
    assert line.detail["place"] == list(CPI)
    assert (line.detail["before"], line.detail["after"]) == ("0.9", "0.95")
    assert line.detail["note"] == "Board of November"


def test_a_decision_that_fits_a_newer_file_no_more_is_told_and_left_aside(record, say, tmp_path):
    say(("thresholds", "bench", "weeks"), 4)
    say(CPI, Decimal("0.95"))
    path = tmp_path / "business.toml"
    path.write_text("[thresholds.bench]\nof_weeks = 3\nweeks = 1\n")

    found = merged(record, load_file(str(path)))

    assert found.file.thresholds.bench.weeks == 1
    assert found.file.thresholds.health.cpi == Decimal("0.95")
    assert list(found.decided) == [CPI]
    assert "of_weeks" in found.ignored["thresholds", "bench", "weeks"]


def test_a_target_is_added_changed_and_left_out(say, tmp_path):
    path = tmp_path / "business.toml"
    path.write_text('[[targets]]\nkpi = "billable_utilization"\nvalue = 0.7\nfrom = "2026-01"\n')
    base = load_file(str(path))

    assert [one.value for one in say(GOAL_PLACE, GOAL, base=base).file.targets] == [Decimal("0.75")]
    later = GOAL | {"from": "2027-01", "value": Decimal("0.8")}
    found = say((*GOAL_PLACE[:4], "2027-01", ""), later, base=base)
    assert [one.since for one in found.file.targets] == ["2026-01", "2027-01"]
    found = say(GOAL_PLACE, state=LEFT_OUT, base=base)
    assert [one.since for one in found.file.targets] == ["2027-01"]
    found = say(GOAL_PLACE, state=PUT_BACK, base=base)
    assert sorted(one.value for one in found.file.targets) == [Decimal("0.7"), Decimal("0.8")]


def test_a_benchmark_bears_source_and_year_and_one_of_ours_can_be_left_out(say):
    ours = ("benchmarks", "billable_utilization", "average")
    theirs = {"value": Decimal("0.71"), "source": "Peers", "year": 2026}

    found = say(("benchmarks", "billable_utilization", "peers"), theirs)
    assert found.benchmarks("billable_utilization")["peers"].year == 2026
    found = say(ours, state=LEFT_OUT)
    assert list(found.benchmarks("billable_utilization")) == ["optimum", "peers"]
    assert value_at(found, ours) is None


def test_one_record_can_be_told_whatever_the_rules_say_of_it(say):
    found = say(("map", "account_line", "7"), "tax")

    told = {"type_": "Income", "name": "Sales", "number": "4000"}
    lines = found.file.lines
    assert next(rule.line for rule in lines if meets(rule, id_=7, **told)) == "tax"
    assert next(rule.line for rule in lines if meets(rule, id_=8, **told)) == "revenue"
    found = say(("map", "practice", "Operations"), True)
    assert found.file.practices[0].practice is True
    assert value_at(found, ("map", "practice", "Operations")) is True


def test_a_snapshot_tells_exactly_what_it_was_built_with(record, say, tmp_path):
    path = tmp_path / "business.toml"
    path.write_text("[thresholds.health]\ncpi = 0.85\n")
    base = load_file(str(path))
    found = say(("thresholds", "health", "spi"), Decimal("0.70"), base=base)
    found = say(("calendar", "holidays"), ["2026-12-25"], base=base)

    row = told(found)
    again = with_decisions(restored(row["file"], row["text"]), decisions_of(row["decided"]))

    assert again.file == found.file
    assert again.mark == found.mark
    assert again.decided == found.decided


def test_decimals_are_kept_to_the_last_place():
    value = {"a": [Decimal("0.10"), Decimal("123456789012345678.9012"), 3, True, None, "ü"]}

    assert parsed(dumped(value)) == value
