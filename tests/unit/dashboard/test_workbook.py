"""What a table is worth in a spreadsheet: typed, exact and harmless."""

import io
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from dashboard.workbook import Sheet, workbook
from models.access import Role

MADE = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
ROWS = "at=/rows/recognized_revenue&side=erp&period=2026-10"


def sheet(kinds, *rows, name="Data"):
    heads = [f"Column {place}" for place, _ in enumerate(kinds)]
    return Sheet(name=name, heads=heads, kinds=kinds, rows=rows, widths=[12 for _ in kinds])


def written(*sheets) -> bytes:
    return b"".join(workbook(sheets, MADE))


def read(content, place=0):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(place).to_python()


def cells(content):
    """Each cell as it stands in the file: its kind, its style, its text."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tree = etree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    main = {"m": tree.nsmap[None]}
    return {
        one.get("r"): (one.get("t"), one.get("s"), "".join(one.itertext()))
        for one in tree.iterfind(".//m:c", main)
    }


def test_every_cell_has_the_kind_of_its_column():
    kinds = ("text", "money", "integer", "day", "moment", "month", "flag")
    row = ("Acme", Decimal("1234.5000"), 7, 20261023, MADE.replace(tzinfo=None), 202610, True)

    (head, found) = read(written(sheet(kinds, row)))

    assert head[0] == "Column 0"
    assert found == ["Acme", 1234.5, 7, date(2026, 10, 23), MADE.replace(tzinfo=None),
                     date(2026, 10, 1), True]  # fmt: skip


def test_a_day_may_be_a_date_and_one_before_the_calendar_of_spreadsheets_is_text():
    found = read(written(sheet(("day", "day"), (date(2026, 1, 2), 18991231))))

    assert found[1] == [date(2026, 1, 2), "1899-12-31"]


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (Decimal("12345678901.1234"), None, "12345678901.1234"),  # fifteen digits: a number
        (Decimal("123456789012.1234"), "inlineStr", "123456789012.1234"),  # sixteen: its digits
        (Decimal(20000000000000000000), None, "20000000000000000000"),
        (Decimal(2) / Decimal(3), None, "0.666666666666667"),  # a quotient has no last digit
        (-9007199254740993, "inlineStr", "-9007199254740993"),
        (Decimal("-0.5"), None, "-0.5"),
    ],
)
def test_no_number_loses_a_digit_that_it_has(value, kind, text):
    told, _, shown = cells(written(sheet(("money",), (value,))))["A2"]

    assert told == kind
    assert Decimal(shown) == Decimal(text) if kind is None else shown == text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", '=HYPERLINK("x")'])
def test_a_text_is_never_a_formula_not_even_when_it_is_edited(text):
    content = written(sheet(("text",), (text,)))

    kind, style, shown = cells(content)["A2"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        styles = etree.fromstring(archive.read("xl/styles.xml"))
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    formats = styles.find("{*}cellXfs")
    assert (kind, shown) == ("inlineStr", text)
    assert formats[int(style)].get("quotePrefix") == "1"


def test_a_share_is_read_as_percent_and_kept_as_the_fraction_it_is():
    content = written(sheet(("share",), (Decimal("0.5284"),)))

    kind, style, shown = cells(content)["A2"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        styles = etree.fromstring(archive.read("xl/styles.xml"))
    used = styles.find("{*}cellXfs")[int(style)].get("numFmtId")
    assert (kind, Decimal(shown)) == (None, Decimal("0.5284"))
    codes = {one.get("numFmtId"): one.get("formatCode") for one in styles.find("{*}numFmts")}
    assert codes[used] == "0.00%"


def test_signs_that_xml_cannot_hold_are_kept_as_the_format_writes_them():
    found = cells(written(sheet(("text",), ("a\x00b_x0041_\ud800<&>",))))

    assert found["A2"][2] == "a_x0000_b_x005F_x0041_\ufffd<&>"


def test_what_is_empty_has_no_cell_and_a_long_text_is_as_long_as_a_cell_can_be():
    found = cells(written(sheet(("text", "money", "text"), (None, None, "x" * 40_000))))

    assert {"A2", "B2"} & found.keys() == set()
    assert len(found["C2"][2]) == 32_767


def test_what_looks_like_mark_up_is_text():
    found = cells(written(sheet(("text",), ("<r><t>no</t></r>",))))

    assert found["A2"][2].strip() == "<r><t>no</t></r>"


def test_a_long_table_takes_no_more_memory_than_a_short_one():
    def peak(rows):
        told = ((f"{place} and some words", Decimal(place)) for place in range(rows))
        tracemalloc.start()
        try:
            for _ in workbook([Sheet("Data", ("A", "B"), ("text", "money"), told, (9, 9))], MADE):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(20_000) < 2 * peak(500)


def test_nothing_is_left_on_disk_of_one_that_is_taken_or_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    written(sheet(("text",), ("a",)))
    given_up = workbook([sheet(("text",), ("a",))], MADE)
    next(given_up)
    given_up.close()

    assert list(tmp_path.iterdir()) == []


class TestATable:
    def taken(self, browser, address):
        answer = browser.get(address)
        assert answer.status_code == 200
        return answer.data

    def test_is_taken_along_with_the_rows_of_the_csv(self, app, signed_in):
        content = self.taken(signed_in(app, Role.CFO), f"/export/rows.xlsx?{ROWS}")

        head, *rows = read(content)
        place = head.index("Contribution")
        assert sum(Decimal(str(row[place])) for row in rows) == 14840 + 14940
        assert '=HYPERLINK("x") Trading' in {cell for row in rows for cell in row}
        assert head[-3:] == ["Source system", "Source record", "Link"]

    def test_says_what_it_is_of_when_for_whom_and_what_was_chosen(self, app, signed_in):
        address = f"/export/rows.xlsx?{ROWS}&customer=30&rows-find=je&rows-hide=memo"
        content = self.taken(signed_in(app, Role.CFO), address)

        told = dict(read(content, 1)[1:])
        assert told["What"].startswith("Recognised revenue, NetSuite")
        assert told["Definition"]
        assert told["Formula"].startswith("=")
        assert told["Period"] == "October 2026: 2026-10-01 to 2026-10-31"
        assert told["Currency"] == "GBP, consolidated"
        assert told["Filter: Customer"] == "Calder Logistics"
        assert told["Only rows that hold"] == "je"
        assert told["Columns left out"] == "Memo"
        assert told["Rows"] == 1
        assert told["Sum of the rows"] == 14840
        assert isinstance(told["NetSuite: data as of (UTC)"], datetime)
        assert told["Taken by"] == "Clara Finch, clara@northmere.example"
        assert told["Taken at (UTC)"] == MADE.replace(tzinfo=None)
        assert "Memo" not in read(content)[0]

    def test_of_members_tells_the_definition_of_every_column(self, app, signed_in):
        content = self.taken(
            signed_in(app, Role.CFO), "/export/cash-customers.xlsx?at=/cash&period=2026-10"
        )

        head, *rows = read(content)
        assert rows[0][:3] == ["Calder Logistics", 20000, 21000]
        assert set(head[1:]) <= dict(read(content, 1)[1:]).keys()

    def test_of_the_record_is_there_before_the_first_numbers(self, waiting_app, signed_in):
        content = self.taken(
            signed_in(waiting_app, Role.ADMINISTRATOR), "/export/run_log.xlsx?at=/sync"
        )

        assert len(read(content)) == 3
        assert dict(read(content, 1)[1:])["Rows"] == 2

    def test_is_for_who_may_have_it(self, app, signed_in):
        address = "/export/utilization-people.xlsx?at=/utilization&period=2026-10"

        assert signed_in(app, Role.PROJECT_MANAGER).get(address).status_code == 403

    def test_that_is_too_long_for_a_workbook_says_so(self, app, signed_in, monkeypatch):
        monkeypatch.setattr("dashboard.download.MOST_ROWS", 1)

        answer = signed_in(app, Role.CFO).get(f"/export/rows.xlsx?{ROWS}")

        assert answer.status_code == 400
        assert "CSV" in answer.get_data(as_text=True)
