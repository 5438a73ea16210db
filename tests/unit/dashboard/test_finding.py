"""What a reader looks for in a list, and the columns they left out: on the page, in a link, in a file."""

import csv
import io
import json
import re
from html import unescape

import pytest
from sqlalchemy import delete

from dashboard.preferences import hidden_columns
from models.access import Role
from models.tables.personal import ops_hidden_columns

ROWS = "?side=erp&period=2026"


def shown(answer) -> str:
    """The text of a section."""
    return unescape(json.dumps(answer.get_json(), ensure_ascii=False).replace('\\"', '"'))


def lines(browser, address):
    text = browser.get(address).get_data(as_text=True).removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))


class TestRowsBehindANumber:
    PATH = "/rows/recognized_revenue"

    def test_are_searched_by_the_server_in_the_block_and_in_the_file_alike(self, app, signed_in):
        browser = signed_in(app, Role.CFO)
        search = f"{ROWS}&rows-find=calder+je40"

        answer = browser.block(self.PATH, "rows", search).get_json()["response"]
        grid = answer['{"name":"rows","type":"grid"}']["getRowsResponse"]
        _, *found = lines(browser, answer['{"name":"rows","type":"export"}']["href"])

        assert grid["rowCount"] == len(grid["rowData"]) == len(found) == 1
        assert "JE40" in found[0]
        assert "rows-find=calder+je40" in answer['{"name":"rows","type":"workbook"}']["href"]

    def test_say_how_many_were_found_and_what_they_sum_to(self, app, signed_in):
        table = shown(
            signed_in(app, Role.CFO).section(self.PATH, "table", f"{ROWS}&rows-find=je40")
        )

        assert re.search(r"1 of 22 hold .je40", table)
        assert "together" in table

    def test_say_when_nothing_was_found_and_how_to_see_all(self, app, signed_in):
        table = shown(signed_in(app, Role.CFO).section(self.PATH, "table", f"{ROWS}&rows-find=zzz"))

        assert "None of the 22 rows hold" in table
        assert "Show all" in table
        assert "AgGrid" not in table

    def test_are_there_where_there_is_no_number_and_can_be_taken_along(self, app, signed_in):
        """A grid writes the addresses of its files with its rows: without them it stays empty."""
        browser = signed_in(app, Role.CFO)
        path, search = "/rows/next_quarter_coverage", "?side=erp&period=2026-10"
        head = shown(browser.section(path, "head", search))

        assert "There is no number here" in head
        assert "AgGrid" in shown(browser.section(path, "table", search))
        assert '"type": "export"' in head
        assert '"type": "workbook"' in head
        nothing = shown(browser.section("/rows/next_quarter_coverage", "head", "?side=psa"))
        assert "export" not in nothing, "where there are no rows there are no files"

    def test_keep_the_number_above_whatever_is_searched(self, app, signed_in):
        browser = signed_in(app, Role.CFO)

        one, other = (
            shown(browser.section(self.PATH, "head", f"{ROWS}{more}"))
            for more in ("", "&rows-find=je40")
        )

        number = re.compile(r"£[\d,.]+")
        assert number.findall(one) == number.findall(other) != []

    def test_leave_out_the_columns_that_the_reader_left_out(self, app, signed_in):
        browser = signed_in(app, Role.CFO)
        search = f"{ROWS}&rows-hide=memo,account"

        table = shown(browser.section(self.PATH, "table", search))
        head, *_ = lines(browser, f"/export/rows.csv?at={self.PATH}&{search[1:]}")

        assert '"field": "memo"' not in table
        assert '"field": "customer"' in table
        assert {"Memo", "Account"} & set(head) == set()
        assert "Contribution" in head

    @pytest.mark.parametrize("text", ['"><script>alert(1)</script>', "' OR 1=1 --", "%"])
    def test_show_what_was_written_as_text(self, app, signed_in, text):
        answer = signed_in(app, Role.CFO).section(self.PATH, "table", f"{ROWS}&rows-find={text}")

        assert answer.status_code == 200
        assert "<script>" not in answer.get_data(as_text=True)


def test_the_records_of_a_project_are_searched_within_it(app, signed_in):
    browser = signed_in(app, Role.CFO)
    search = "?tab=ledger_lines&ledger_lines-find=je40"

    table = shown(browser.section("/project/20", "records", search))
    _, *found = lines(browser, f"/export/ledger_lines.csv?at=/project/20&{search[1:]}")

    assert re.search(r"2 of 52 hold .je40", table)
    assert len(found) == 2


class TestAListOfMembers:
    def test_is_searched_by_name_and_says_so_of_its_total(self, app, signed_in):
        browser = signed_in(app, Role.CFO)

        table = shown(browser.section("/cash", "customers", "?period=2026-10&customers-find=cald"))
        none = shown(browser.section("/cash", "customers", "?period=2026-10&customers-find=zzz"))

        assert "1 of 1 hold" in table
        assert "Total of all 1" in table
        assert "None of all 1 hold" in none

    def test_leaves_out_columns_on_the_page_and_in_the_file(self, app, signed_in):
        browser = signed_in(app, Role.CFO)
        search = "period=2026-10&customers-hide=receivables"

        table = shown(browser.section("/cash", "customers", f"?{search}"))
        head, *_ = lines(browser, f"/export/cash-customers.csv?at=/cash&{search}")

        assert "customers-sort=-receivables" not in table
        assert not [one for one in head if one.startswith("Receivables")]

    def test_keeps_its_columns_where_none_would_be_left(self, app, signed_in):
        every = "receivables,overdue_receivables,days_sales_outstanding,unbilled_receivable,cash_collected,invoice_to_cash"
        head, *rows = lines(
            signed_in(app, Role.CFO),
            f"/export/cash-customers.csv?at=/cash&period=2026-10&customers-hide={every}",
        )

        assert len(head) > 1
        assert rows


def test_definitions_are_found_by_their_words_and_by_their_keys(app, signed_in):
    browser = signed_in(app, Role.CFO)

    words, key, nothing = (
        shown(browser.section("/definitions", "list", f"?definitions-find={text}"))
        for text in ("days+outstanding", "dso_best", "zzz")
    )

    for found in (words, key):
        assert "/definitions/dso_best_possible" in found
        assert "/definitions/recognized_revenue" not in found
    assert "None of the definitions hold" in nothing


def test_open_deals_are_told_as_of_today_in_a_list_of_another_month(app, signed_in):
    browser = signed_in(app, Role.CFO)

    listed = shown(browser.section("/sales", "side-by-side", "?period=2026-09"))
    head, *_ = lines(browser, "/export/sales-side-by-side.csv?at=/sales&period=2026-09")

    assert "Pipeline, today" in listed
    assert "Pipeline, today (NetSuite)" in head


class TestColumnsThatAPersonLeftOut:
    @pytest.fixture(autouse=True)
    def nothing_left_out(self, ran):
        yield
        with ran.begin() as connection:
            connection.execute(delete(ops_hidden_columns))

    def leave_out(self, browser, path, name, *columns):
        told = {"name": name, "hidden": list(columns)}
        return browser.call(
            "columns-kept.data",
            [{"id": "columns-left", "property": "data", "value": told}],
            [{"id": "url", "property": "pathname", "value": path}],
            ["columns-left.data"],
        )

    def sorters(self, browser, search=""):
        table = shown(browser.section("/cash", "customers", f"?period=2026-10{search}"))
        return "customers-sort=-receivables" in table or "customers-sort=receivables" in table

    def test_stay_left_out_on_the_page_and_in_the_file(self, app, signed_in):
        browser = signed_in(app, Role.CFO)
        assert self.sorters(browser)

        self.leave_out(browser, "/cash", "customers", "receivables")

        assert not self.sorters(browser)
        head, *_ = lines(browser, "/export/cash-customers.csv?at=/cash&period=2026-10")
        assert not [one for one in head if one.startswith("Receivables")]

    def test_are_theirs_alone(self, app, signed_in, ran):
        self.leave_out(signed_in(app, Role.CFO), "/cash", "customers", "receivables")

        assert hidden_columns(ran, "cfo") == {"cash.customers": frozenset({"receivables"})}
        assert hidden_columns(ran, "practice_lead") == {}

    def test_give_way_to_what_an_address_says(self, app, signed_in):
        browser = signed_in(app, Role.CFO)
        self.leave_out(browser, "/cash", "customers", "receivables")

        assert self.sorters(browser, "&customers-hide=overdue_receivables")
        assert self.sorters(browser, "&customers-hide=-")

    def test_come_back_when_all_are_chosen_again(self, app, signed_in):
        browser = signed_in(app, Role.CFO)
        self.leave_out(browser, "/cash", "customers", "receivables")
        self.leave_out(browser, "/cash", "customers")

        assert self.sorters(browser)

    @pytest.mark.parametrize("told", [None, {"name": 7, "hidden": []}, {"name": "x"}])
    def test_are_refused_where_they_are_none(self, app, signed_in, told):
        answer = signed_in(app, Role.CFO).call(
            "columns-kept.data",
            [{"id": "columns-left", "property": "data", "value": told}],
            [{"id": "url", "property": "pathname", "value": "/cash"}],
            ["columns-left.data"],
        )

        assert answer.status_code == 400


def test_a_grid_begins_in_the_order_that_its_address_names(app, signed_in):
    browser = signed_in(app, Role.CFO)

    path = "/rows/recognized_revenue"
    sorted_by = shown(browser.section(path, "table", f"{ROWS}&rows-sort=-day"))
    unsorted = shown(browser.section(path, "table", ROWS))

    assert '"sort": "desc"' in sorted_by
    assert '"sort": "desc"' not in unsorted
