"""An uploaded plan is read as a person meant it, and what is wrong is told cell by cell."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from io import BytesIO

import pytest

from models.errors import QuestionError
from models.plan.check import check
from models.plan.members import Index, Members
from models.plan.read import LIMIT_ROWS, read_sheet
from models.plan.values import Unreadable, month_of, number_of
from tests.unit.models.workbook import Day, Formula, workbook

D = Decimal


def index(title: str, **members: str) -> Index:
    """Members by name, and their references."""
    found: dict[str, set[str]] = {}
    for name, reference in members.items():
        found.setdefault(name.rstrip("_").casefold(), set()).add(reference)
        found.setdefault(reference, set()).add(reference)
    names = {reference: name.rstrip("_") for name, reference in members.items()}
    return Index(title, {text: frozenset(ids) for text, ids in found.items()}, names)


MEMBERS = Members(
    indexes={
        "subsidiary": index("subsidiary", Group="netsuite:1", Germany="netsuite:2"),
        "department": index("department", Cloud="suiteprojects:1", Data="suiteprojects:2", Data_="suiteprojects:3"),
        "customer": index("customer", Alpina="suiteprojects:21"),
        "project": index("project", Lake="suiteprojects:101"),
        "account": index("account", **{"4000": "netsuite:200"}),
    },
    currencies=frozenset({"USD", "EUR"}),
    projects={"suiteprojects:101": "netsuite:2"},
)  # fmt: skip


def checked(text: str, skip=()):
    return check(read_sheet("plan.csv", text.encode()), MEMBERS, skip)


@pytest.mark.parametrize(
    "text",
    [
        "Measure,Month,Department,Amount\nrevenue,2026-03,Cloud,1234.5\n",
        "KPI;Period;Practice;Value\nRecognized revenue;03/2026;cloud;1.234,50\n",
        "\n\nPlan\tDATE\tdept\tPlanned Amount\n Sales \tMar 2026\tsuiteprojects:1\t1,234.50\n",
        'measure , "month", "department","amount"\nREVENUE,202603,CLOUD," 1 234.5 "\n',
    ],
)
def test_headings_and_values_are_read_however_they_are_usually_written(text):
    [row] = checked(text).rows

    assert (row.measure, row.month, row.department, row.amount) == (
        "revenue", 202603, "suiteprojects:1", D("1234.5"),
    )  # fmt: skip


def test_a_workbook_is_read_with_its_days_and_with_the_values_of_its_formulas():
    content = workbook(
        [
            ["Measure", "Month", "Account", "Amount", "Hours"],
            ["revenue", Day(46082), 4000, Formula("100*2", "200.1"), None],
            [],
            ["billable_hours", "2026-04", None, None, 12.125],
        ]
    )

    first, second = check(read_sheet("plan.xlsx", content), MEMBERS).rows

    assert (first.row_number, first.month, first.account, first.amount) == (
        2, 202603, "netsuite:200", D("200.1"),
    )  # fmt: skip
    assert (second.row_number, second.hours, second.amount) == (4, D("12.125"), None)


@pytest.mark.parametrize(
    ("row", "column", "what", "advice"),
    [
        (",2026-03,,1,", "measure", "is empty", "Fill it in"),
        ("profit,2026-03,,1,", "measure", "nothing that can be planned", "revenue, cost"),
        ("billable_utilization,2026-03,,1,", "measure", "is a ratio", "capacity_hours"),
        ("receivables,2026-03,,1,", "measure", "month by month", "target"),
        ("revenue,,,1,", "month", "is empty", "Fill it in"),
        ("revenue,2026,,1,", "month", "is no month", "2026-03"),
        ("revenue,2026-Q1,,1,", "month", "is no month", "one row a month"),
        ("revenue,2026-13,,1,", "month", "no month that can be planned", "2026-03"),
        ("revenue,2026-03,Claud,1,", "department", "no department that is known", "Cloud"),
        ("revenue,2026-03,Data,1,", "department", "the name of 2", "suiteprojects:2"),
        ("revenue,2026-03,,,", "amount", "is empty", "Fill it in"),
        ("revenue,2026-03,,much,", "amount", "is no number", "digits"),
        ('revenue,2026-03,,"1,234",', "amount", "may be 1234 or 1.234", "without separators"),
        ("revenue,2026-03,,1.23456,", "amount", "more than four decimal", "Round"),
        ("revenue,2026-03,,99999999999999,", "amount", "out of range", "trillion"),
        ("revenue,2026-03,,#REF!,", "amount", "error of the workbook", "Mend its formula"),
        ("revenue,2026-03,,=1+1,", "amount", "is no number", "digits"),
        ("revenue,2026-03,,1,GBP", "currency", "no currency in use", "EUR, USD"),
        ("hours,2026-03,,1,", "amount", "does not belong to hours", "column hours"),
        ("revenue,2026-03,,1,USD,x", "", "beside the columns", "heading"),
    ],
)
def test_what_is_wrong_in_a_row_is_told_with_column_value_and_what_to_do(row, column, what, advice):
    found = checked(f"measure,month,department,amount,currency\n{row}\n")

    assert found.rows == []
    assert any(
        (fault.row, fault.column) == (2, column) and what in fault.what and advice in fault.advice
        for fault in found.faults
    ), found.faults


@pytest.mark.parametrize(
    ("row", "column", "what"),
    [
        ("revenue,2026-03,,Group,Lake,,,1", "subsidiary", "this project, which is Germany"),
        ("revenue,2026-03,,,,wood,,1", "stream", "is no revenue stream"),
        ("revenue,2026-03,,,,,wood,1", "line", "is no line of the income statement"),
        ("revenue,2026-03,1,,,,,", "hours", "does not belong to revenue"),
    ],
)
def test_what_does_not_fit_together_is_told(row, column, what):
    found = checked(f"measure,month,hours,subsidiary,project,stream,line,amount\n{row}\n")

    assert any(fault.column == column and what in fault.what for fault in found.faults)


def test_two_rows_that_say_the_same_are_told():
    found = checked(
        "measure,month,department,amount\nrevenue,2026-03,Cloud,1\nrevenue,2026-03,suiteprojects:1,2\n"
    )

    [fault] = found.faults
    assert (fault.row, fault.what) == (
        3, "says the same as row 2: measure, month and all it belongs to.",
    )  # fmt: skip


def test_every_wrong_cell_of_every_row_is_told_at_once_and_right_rows_stay():
    found = checked("measure,month,amount\nx,y,z\nrevenue,2026-01,1\nrevenue,,\n")

    assert [(fault.row, fault.column) for fault in found.faults] == [
        (2, "measure"), (2, "month"), (2, "amount"), (4, "month"), (4, "amount"),
    ]  # fmt: skip
    assert [row.row_number for row in found.rows] == [3]


def test_rows_are_skipped_only_where_a_row_is():
    text = "measure,month,amount\nrevenue,2026-01,1\nrevenue,never,1\n"

    found = checked(text, skip=[3])
    assert (len(found.rows), found.faults, found.skipped) == (1, [], (3,))
    with pytest.raises(QuestionError, match="Row 9 is to be skipped, but holds nothing"):
        checked(text, skip=[9])


def test_a_quoted_line_break_shifts_no_row_s_number():
    found = checked('measure,month,amount,note\nrevenue,2026-01,1,"two\nlines"\nrevenue,x,1,\n')

    assert [fault.row for fault in found.faults] == [4]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no rows below a heading"),
        (b"measure,month,amount\n", "no rows below a heading"),
        (b"measure,amount\nrevenue,1\n", "the heading lacks month"),
        (b"measure,month,colour\nrevenue,1,red\n", "no column 'colour'"),
        (b"measure,month,kpi\nrevenue,1,2\n", "two columns say 'measure'"),
        (b"measure,month\nr\xe9venue,2\n", "CSV UTF-8"),
        (b"\x00\x01\x02\n", "neither a workbook nor text"),
        (b'measure,month\n"revenue,2\n', "is no CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old or protected workbook"),
        (b"PK\x03\x04 and nothing else", "damaged"),
        (b"x" * 1_000_001, "at most 1 MB"),
        (b"measure,month\n" + b"a,b\n" * (LIMIT_ROWS + 1), "more than 20,000 rows"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(content, said):
    with pytest.raises(QuestionError) as caught:
        read_sheet("plan.csv", content)

    assert said in str(caught.value)
    assert "Nothing was taken" in str(caught.value)


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read():
    bomb = workbook([["measure", "month"]], **{"xl/media.xml": "0" * 60_000_000})

    assert len(bomb) < 1_000_000
    with pytest.raises(QuestionError, match="unpacks to more than 50 MB"):
        read_sheet("plan.xlsx", bomb)


def test_a_zip_that_is_no_workbook_is_refused():
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("plan.csv", "measure,month\n")

    with pytest.raises(QuestionError, match="is no workbook"):
        read_sheet("plan.zip", target.getvalue())


@pytest.mark.parametrize(
    ("value", "month"),
    [("2026-3", 202603), ("2026-03-31", 202603), ("March 2026", 202603), ("3.2026", 202603)],
)
def test_a_month_may_be_written_in_many_ways(value, month):
    assert month_of(value) == month


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("-1 000", D(-1000)), ("1'000.5", D("1000.5")), ("1.234.567", D(1234567)), ("0,5", D("0.5")),
        ("1.234", D("1.234")), (0.1 + 0.2, D("0.3")), (1 / 3, D("0.3333")), (7, D(7)),
    ],
)  # fmt: skip
def test_a_number_may_be_written_in_many_ways(value, number):
    assert number_of(value) == number


@pytest.mark.parametrize("value", [True, float("nan"), float("inf"), "1e5", "(100)", "$5"])
def test_what_is_no_number_is_not_guessed(value):
    with pytest.raises(Unreadable):
        number_of(value)
