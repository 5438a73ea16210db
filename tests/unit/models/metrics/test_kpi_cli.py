"""`oneview kpi` on the command line."""

from __future__ import annotations

import json
import sys
from decimal import Decimal

import pytest
from typer.testing import CliRunner

import oneview
from models import kpi_cli
from models.metrics import catalogue
from tests.unit.models.metrics.conftest import BOOKS

CONTRACT = {"trust", "key", "title", "unit", "lens", "currency", "period", "as_of", "rows"}


@pytest.fixture
def ask(books, monkeypatch):
    """Run `oneview kpi` over the books."""

    class Published:
        def __init__(self, folder):
            self.folder = folder

        def current(self):
            return books

    monkeypatch.setattr(kpi_cli, "Snapshots", Published)

    def run(*words):
        return CliRunner().invoke(kpi_cli.app, words)

    return run


def test_json_is_the_contract_to_the_letter(ask):
    result = ask("backlog", "--period", "2026-01", "--by", "department", "--json")

    document = json.loads(result.stdout)
    assert document == {
        "key": "backlog",
        "title": "Backlog",
        "unit": "money",
        "lens": "consolidated",
        "currency": "GBP",
        "period": {"start": "2026-01-01", "end": "2026-01-31"},
        "as_of": {"netsuite": "2026-03-20T09:30:00Z", "suiteprojects": "2026-03-20T09:30:00Z"},
        "rows": [
            {
                "department": "Delivery",
                "currency": "GBP",
                "erp": "69700.0000",
                "psa": "69700.0000",
                "variance": "0.0000",
                "value": "69700.0000",
                "reason": None,
                "blank": 0,
            },
            {
                "department": "Not assigned",
                "currency": "GBP",
                "erp": "2500.0000",
                "psa": "0.0000",
                "variance": "2500.0000",
                "value": "2500.0000",
                "reason": None,
                "blank": 0,
            },
            {
                "department": "Strategy",
                "currency": "GBP",
                "erp": "50000.0000",
                "psa": "50050.0000",
                "variance": "-50.0000",
                "value": "50000.0000",
                "reason": None,
                "blank": 0,
            },
        ],
        "trust": {"quarantined": [], "alarms": None},
    }


def test_a_missing_side_is_null_with_its_reason(ask):
    document = json.loads(ask("days_sales_outstanding", "--period", "2026-01", "--json").stdout)

    assert set(document) == CONTRACT
    assert document["currency"] is None
    assert document["rows"] == [
        {
            "currency": None,
            "erp": "17.4647",
            "psa": None,
            "variance": None,
            "value": "17.4647",
            "reason": "not_held",
            "blank": 0,
        }
    ]


@pytest.mark.parametrize(
    "member", ["P-100", "store network review", "P-100 Store network review", "100"]
)
def test_a_filter_takes_a_code_a_name_or_a_key(ask, member):
    result = ask(
        "recognized_revenue", "--period", "2026-01", "--where", f"project={member}", "--json"
    )

    assert json.loads(result.stdout)["rows"][0]["erp"] == "10000.0000"


def test_the_period_defaults_to_the_last_closed_month(ask):
    document = json.loads(ask("backlog", "--json").stdout)

    assert document["period"] == {"start": "2026-02-01", "end": "2026-02-28"}


def test_rows_behind_come_with_links_and_sum_to_the_number(ask):
    result = ask("recognized_revenue", "--period", "2026-01", "--rows", "--json")

    document = json.loads(result.stdout)
    assert set(document) == CONTRACT | {"records"}
    first = document["records"]["psa"][0]
    assert (first["day"], first["month"], first["contribution"]) == (
        "2026-01-31",
        "2026-01",
        "9950.0000",
    )
    assert first["link"] == (
        "https://suiteprojects.example/record.pl?type=Revenue_recognition_transaction&id=8001"
    )


def test_without_json_it_is_a_table_to_read(ask):
    result = ask("project_gross_margin_pct", "--period", "2026-01", "--rows")

    assert "63.5 %" in result.stdout
    assert "SuiteProjects Pro" in result.stdout


def test_without_a_key_all_numbers_are_listed(ask):
    assert "billable_utilization" in ask().stdout
    declared = json.loads(ask("--json").stdout)
    assert [one["key"] for one in declared] == list(catalogue.kpis())
    assert all(one["definition"] and one["formula"]["erp"] for one in declared)


def test_another_lens_has_a_line_for_each_currency_and_adds_none(ask):
    words = ("recognized_revenue", "--period", "2026-01", "--currency", "transaction")
    document = json.loads(ask(*words, "--rows", "--json").stdout)

    assert (document["lens"], document["currency"]) == ("transaction", None)
    assert {row["currency"]: row["psa"] for row in document["rows"]} == {
        "EUR": "8000.0000",
        "GBP": "9950.0000",
    }
    assert {row["contribution_currency"] for row in document["records"]["psa"]} == {"EUR", "GBP"}
    assert "Currency" in ask(*words).stdout


def test_a_comparison_tells_the_difference_its_share_and_whether_it_is_good(ask):
    words = ("invoiced_revenue", "--period", "2026-02", "--compare")
    (row,) = json.loads(ask(*words, "--json").stdout)["rows"]

    assert row["compared"]["prior_period"] == {
        "period": {"start": "2026-01-01", "end": "2026-01-31"},
        "primary": "5000.0000",
        "reference": "19300.1234",
        "delta": "-14300.1234",
        "delta_share": "-0.740934",
        "improved": False,
        "equal_part": False,
        "reason": None,
        "source": None,
    }
    assert row["compared"]["prior_year"]["reason"] == "no_history"
    assert "Period before" in ask(*words).stdout


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["profit"], "There is no KPI 'profit'. There are: "),
        (["backlog", "--period", "March"], "'March' is not a period."),
        (["backlog", "--by", "colour"], "by 'colour'. It has: subsidiary"),
        (["backlog", "--where", "project"], "Write dimension=member."),
        (["backlog", "--where", "project=P-999"], "There is no project"),
        (["billable_utilization", "--where", "project=P-100"], "It has: subsidiary, department"),
    ],
)
def test_a_wrong_question_is_one_plain_line_and_exit_code_2(ask, words, text):
    result = ask(*words)

    assert result.exit_code == 2
    assert text in result.stderr
    assert result.stderr.startswith("oneview: ")
    assert result.stdout == ""


def test_before_the_first_snapshot_it_says_so_and_ends_with_1(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ONEVIEW_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["oneview", "kpi", "backlog"])

    with pytest.raises(SystemExit) as ended:
        oneview.main()

    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("oneview: ")


def test_what_changed_since_an_earlier_version_is_told_as_json_and_to_read(books, monkeypatch):
    class Published:
        def __init__(self, folder):
            self.folder = folder

        def current(self):
            return books

        def since(self, text):
            assert text == "7"
            return books

    monkeypatch.setattr(kpi_cli, "Snapshots", Published)
    words = ("recognized_revenue", "--period", "2026-01", "--since", "7")
    said = CliRunner().invoke(kpi_cli.app, [*words, "--side", "psa", "--json"])
    document = json.loads(said.stdout)

    assert (document["before"], document["difference"]) == (document["now"], "0.0000")
    assert document["parts"][0]["kinds"]["re_dated"] == {"rows": 0, "amount": "0.0000"}
    assert "Before: 16,750.12" in CliRunner().invoke(kpi_cli.app, [*words, "--side", "psa"]).stdout
    lines = CliRunner().invoke(kpi_cli.app, [*words, "--by", "department", "--json"])
    for line in json.loads(lines.stdout)["rows"]:
        assert (line["before"]["value"], Decimal(line["change"])) == (line["value"], 0)
    read = CliRunner().invoke(kpi_cli.app, [*words, "--by", "department"]).stdout
    assert "Since version" in read
    assert "Difference" in read


def test_as_closed_stands_beside_as_known_now(books, monkeypatch, tmp_path):
    class Published:
        def __init__(self, folder):
            self.folder = folder

        def current(self):
            return books

    monkeypatch.setattr(kpi_cli, "Snapshots", Published)
    monkeypatch.setenv("ONEVIEW_ARCHIVE_FOLDER", str(BOOKS.parent / "archives"))
    words = ("recognized_revenue", "--as-closed", "--side", "psa", "--period")
    told = CliRunner().invoke(kpi_cli.app, [*words, "2026-01"])
    document = json.loads(CliRunner().invoke(kpi_cli.app, [*words, "2026-01", "--json"]).stdout)

    assert "As closed: 16,750.12" in told.stdout
    assert "As known now: 16,750.12" in told.stdout
    assert document["before"]["closed"] == {
        "month": "2026-01",
        "kept_at": "2026-02-10T08:31:00Z",
        "was_seen": True,
    }
    assert document["difference"] == "0.0000"
    both = CliRunner().invoke(kpi_cli.app, [*words, "2026-01", "--since", "3"])
    assert both.exit_code == 2
