"""What changed on a project stands on its page and may be taken along, with since when it is known."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

from python_calamine import CalamineWorkbook

from models.access import Role

EMPTY = "–"


def shown(browser, order=()):
    answer = browser.block("/project/20", "changes", sortModel=list(order)).get_json()["response"]
    return answer['{"name":"changes","type":"grid"}']["getRowsResponse"]["rowData"]


def test_the_newest_change_comes_first_each_value_as_what_it_is(app, signed_in):
    rows = shown(signed_in(app, Role.CFO))

    assert [(row["field"], row["was"], row["now"], row["difference"], row["unit"]) for row in rows] == [
        ("Removed", "80.00", EMPTY, "−80.00", "Hours"),
        ("Budget", "400,000.00", "460,000.50", "60,000.50", "GBP"),
        ("Planned end", "31 Mar 2027", "14 Apr 2027", "14", "Days"),
        ("First seen", EMPTY, EMPTY, EMPTY, EMPTY),
    ]  # fmt: skip
    assert (rows[0]["measure"], rows[0]["about"]) == ("Booking", "Priya Raman")
    assert rows[0]["_link"]["url"] == "http://127.0.0.1:8062/record.pl?type=Booking&id=77"


def test_the_tab_tells_since_when_changes_are_known(app, signed_in):
    answer = signed_in(app, Role.CFO).section("/project/20", "records", "?tab=changes")

    assert "Known since 2 Nov 2026" in answer.get_data(as_text=True)


def test_changes_are_found_by_what_they_say_and_sorted_by_any_column(app, signed_in):
    browser = signed_in(app, Role.CFO)

    by_unit = shown(browser, [{"colId": "unit", "sort": "asc"}])
    assert by_unit[0]["unit"] == "GBP"
    text = browser.get("/export/changes.csv?at=/project/20&changes-find=finish+2027-04")
    assert len(text.get_data(as_text=True).splitlines()) == 2


def test_a_file_of_changes_holds_them_exactly(app, signed_in):
    browser = signed_in(app, Role.CFO)

    text = browser.get("/export/changes.csv?at=/project/20").get_data(as_text=True)
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert [row["Changed"] for row in found][:2] == ["2026-11-21T08:00:00Z", "2026-11-20T09:15:00Z"]
    assert (found[1]["Before"], found[1]["After"]) == ("400000.0000", "460000.5000")
    assert "Contribution" not in head

    content = browser.get("/export/changes.xlsx?at=/project/20").get_data()
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    _head, _removed, budget, ends, _seen = book.get_sheet_by_index(0).to_python()
    assert budget[0] == datetime(2026, 11, 20, 9, 15)  # noqa: DTZ001 - a cell knows no zone
    assert budget[4:7] == [400000, 460000.5, 60000.5]
    assert ends[4:6] == [date(2027, 3, 31), date(2027, 4, 14)]
    assert any(
        "Known since" in str(cell) for row in book.get_sheet_by_index(1).to_python() for cell in row
    )


def test_changes_of_a_project_out_of_scope_are_kept_back(app, signed_in):
    assert (
        signed_in(app, Role.PROJECT_MANAGER).get("/export/changes.csv?at=/project/22").status_code
        == 403
    )


def test_who_manages_a_project_alone_sees_what_changed_on_it(app, signed_in):
    assert len(shown(signed_in(app, Role.PROJECT_MANAGER))) == 4
