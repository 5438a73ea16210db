"""What must hold for every page, those yet to be written included."""

import csv
import io
import re
from decimal import Decimal

import pytest

from dashboard.headline import HEADLINE
from dashboard.page import pages, resolve
from models.access import Role
from models.metrics.kpi import Side

ADDRESSES = {
    "overview": ("/", ""),
    "project": ("/project/20", ""),
    "rows": ("/rows/recognized_revenue", "?side=psa"),
    "sync": ("/sync", ""),
    "definitions": ("/definitions", ""),
    "definition": ("/definitions/backlog", ""),
    "access_tokens": ("/access-tokens", ""),
    "api_reference": ("/api-reference", ""),
    "revenue": ("/revenue", ""),
    "profitability": ("/profitability", ""),
    "utilization": ("/utilization", ""),
    "portfolio": ("/portfolio", ""),
    "sales": ("/sales", ""),
    "cash": ("/cash", ""),
    "profit_and_loss": ("/profit-and-loss", ""),
    "trust": ("/trust", ""),
    "settings": ("/settings", ""),
}


def test_every_page_has_an_address_here():
    assert set(ADDRESSES) == set(pages())


@pytest.mark.parametrize("key", pages())
class TestEverySection:
    def test_shows_itself_on_a_full_warehouse(self, app, signed_in, key):
        path, search = ADDRESSES[key]
        browser = signed_in(app, Role.CFO)

        for section in pages()[key].sections:
            answer = browser.section(path, section.name, search)
            assert answer.status_code == 200, section.name
            assert '"children"' in answer.get_data(as_text=True), section.name

    def test_shows_itself_on_an_empty_warehouse(self, empty_app, signed_in, key):
        path, search = ADDRESSES[key]
        browser = signed_in(empty_app, Role.CFO)

        for section in pages()[key].sections:
            answer = browser.section(path, section.name, search)
            assert answer.status_code == (404 if key == "project" else 200), section.name

    def test_is_refused_to_a_stranger(self, app, stranger, key):
        for section in pages()[key].sections:
            answer = stranger(app).post(
                "/_dash-update-component", json={"output": f"{key}.{section.name}"}
            )
            assert answer.status_code == 401


@pytest.mark.parametrize("role", Role)
def test_a_page_opens_to_those_who_may_and_to_nobody_else(app, signed_in, role):
    from dashboard.auth.permissions import MATRIX

    browser = signed_in(app, role)
    for key, (path, search) in ADDRESSES.items():
        if key in {"overview", "project"}:
            continue
        expected = 200 if pages()[key].permission in MATRIX[role] else 403
        address = path + (search + "&" if search else "?") + "period=2026-10"
        assert browser.get(address).status_code == expected, (role, path)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("/", "/?period=2026-10"),
        ("/?customer=30", "/?period=2026-10&customer=30"),
        ("/rows/backlog?side=erp", "/rows/backlog?period=2026-10&side=erp"),
    ],
)
def test_the_default_period_is_put_into_the_address(app, signed_in, asked, answered):
    assert signed_in(app, Role.CFO).get(asked).headers["Location"] == answered


def test_a_whole_year_is_set_against_the_year_before_once_and_a_month_against_two(app, signed_in):
    def told(period):
        shown = signed_in(app, Role.CFO).section("/", "tiles", f"?period={period}")
        (first, *_) = shown.get_data(as_text=True).split("tile-invoiced_revenue")
        return re.findall(r"vs ((?:\w+ )?\d+)", first)

    assert told("2025") == ["2024"]
    assert len(told("2026-02")) == 2


def test_the_headline_is_the_eight_numbers_in_order(app, signed_in):
    shown = signed_in(app, Role.CFO).section("/", "tiles").get_data(as_text=True)

    places = [shown.index(f"tile-{key}") for key in HEADLINE]
    assert places == sorted(places)
    assert "not held by SuiteProjects Pro" in shown


def test_before_the_first_snapshot_a_page_says_what_is_happening(waiting_app, signed_in):
    browser = signed_in(waiting_app, Role.CFO)

    answer = browser.layout("/")

    assert browser.get("/").status_code == 200
    assert "The first sync is running" in answer.get_data(as_text=True)
    assert browser.get("/export/rows.csv?at=/rows/backlog&side=erp").status_code == 503


@pytest.mark.parametrize(
    "search", ["?side=left", "?side=erp&period=2026-13", "?side=erp&customer=x"]
)
def test_a_question_that_makes_no_sense_is_answered_in_words(app, signed_in, search):
    browser = signed_in(app, Role.CFO)

    assert "cannot be asked" in browser.section("/rows/backlog", "head", search).get_data(
        as_text=True
    )
    assert browser.get(f"/export/rows.csv?at=/rows/backlog&{search[1:]}").status_code == 400


def test_an_unknown_number_is_not_found(app, signed_in):
    assert signed_in(app, Role.CFO).get("/rows/profit").status_code == 404
    assert resolve("/nowhere") is None


class TestTheRowsBehindANumber:
    @pytest.mark.parametrize(
        "key", ["recognized_revenue", "project_gross_margin", "receivables", "backlog"]
    )
    @pytest.mark.parametrize("side", Side)
    def test_say_that_they_sum_to_it(self, app, signed_in, key, side):
        shown = signed_in(app, Role.CFO).section(
            f"/rows/{key}", "head", f"?side={side}&period=2026-10"
        )

        assert re.search("sums? to this number exactly", shown.get_data(as_text=True))

    def test_come_in_the_order_asked_for_by_the_block(self, app, signed_in):
        browser = signed_in(app, Role.CFO)
        search = "?side=psa&period=2026"

        answer = browser.block(
            "/rows/recognized_revenue",
            "rows",
            search,
            startRow=0,
            endRow=5,
            sortModel=[{"colId": "contribution", "sort": "desc"}],
        ).get_json()["response"]

        response = answer['{"name":"rows","type":"grid"}']["getRowsResponse"]
        amounts = [Decimal(row["contribution"].replace(",", "")) for row in response["rowData"]]
        assert response["rowCount"] == 22
        assert amounts == sorted(amounts, reverse=True)
        assert "order=-contribution" in answer['{"name":"rows","type":"export"}']["href"]

    def test_link_to_their_record_in_the_source_system(self, app, signed_in):
        answer = (
            signed_in(app, Role.CFO).block("/project/20", "time_entries").get_json()["response"]
        )

        (first, *_) = answer['{"name":"time_entries","type":"grid"}']["getRowsResponse"]["rowData"]
        assert first["_link"]["url"] == "http://127.0.0.1:8062/record.pl?type=Task&id=6000"


class TestAnExport:
    def rows(self, browser, address):
        answer = browser.get(address)
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        return list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))

    def test_holds_the_rows_of_the_open_table_in_its_order(self, app, signed_in):
        browser = signed_in(app, Role.CFO)
        search = "side=psa&period=2026&customer=30"
        block = browser.block(
            "/rows/recognized_revenue",
            "rows",
            f"?{search}",
            sortModel=[{"colId": "contribution", "sort": "desc"}],
        ).get_json()["response"]

        shown = block['{"name":"rows","type":"grid"}']["getRowsResponse"]["rowData"]
        head, *found = self.rows(browser, block['{"name":"rows","type":"export"}']["href"])

        place = head.index("Contribution")
        assert [Decimal(row[place]) for row in found] == [
            Decimal(row["contribution"].replace(",", "")) for row in shown
        ]
        assert len(found) == 11

    def test_sums_to_the_number(self, app, signed_in):
        head, *found = self.rows(
            signed_in(app, Role.CFO),
            "/export/rows.csv?at=/rows/project_gross_margin&side=erp&period=2026-10",
        )

        place = head.index("Contribution")
        assert sum(Decimal(row[place]) for row in found) == Decimal(17780)

    def test_neutralises_what_a_spreadsheet_would_run(self, app, signed_in):
        browser = signed_in(app, Role.CFO)
        text = browser.get(
            "/export/rows.csv?at=/rows/recognized_revenue&side=erp&period=2026-10"
        ).get_data(as_text=True)

        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert '\'=HYPERLINK("x") Trading' in cells
        assert "'-1+1 not a formula" in cells
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]

    def test_bears_a_name_that_says_what_it_is(self, app, signed_in):
        answer = signed_in(app, Role.CFO).get(
            "/export/rows.csv?at=/rows/backlog&side=erp&period=2026-10"
        )

        assert 'filename="rows-backlog-erp-2026-10.csv"' in answer.headers["Content-Disposition"]

    @pytest.mark.parametrize(
        "address",
        ["/export/other.csv?at=/rows/backlog", "/export/rows.csv", "/export/rows.csv?at=/"],
    )
    def test_of_nothing_is_not_found(self, app, signed_in, address):
        assert signed_in(app, Role.CFO).get(address).status_code == 404


def test_an_address_that_makes_no_sense_is_told_once_on_a_page(app, signed_in):
    browser, page = signed_in(app, Role.CFO), pages()["revenue"]

    told = [
        browser.section("/revenue", one.name, "?period=spring").get_data(as_text=True)
        for one in page.sections
    ]

    assert ["is not a period" in text for text in told].count(True) == 1
