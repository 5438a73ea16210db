"""A statement is put together once for its shape, and asked with the values of each question."""

from dataclasses import replace

import pytest
from sqlalchemy import event

from models.access import Scope
from models.metrics import catalogue
from models.metrics.cache import ANSWERS
from models.metrics.compile import Request, Slice
from models.metrics.kpi import Side
from models.metrics.query import answer, rows
from models.metrics.window import Span
from models.metrics.written import StandIns, sums
from models.period import Period

REVENUE = catalogue.kpi("recognized_revenue")
EVERYTHING = Scope.everything()


@pytest.fixture
def sent(books):
    """The statements that the snapshot was sent since, and what was handed over beside them."""
    ANSWERS.clear()
    found = []

    def note(_connection, _cursor, statement, given, *_):
        found.append((statement, given))

    event.listen(books.engine, "before_cursor_execute", note)
    yield found
    event.remove(books.engine, "before_cursor_execute", note)


def _shape(**asked):
    given = StandIns()
    measure = REVENUE.psa.measures[0]
    span = asked.pop("span", Span(202601, 202603))
    one = Request(measure=measure, asked=Slice(scope=EVERYTHING, **asked), span=span)
    return given.request(one), given.values


def test_questions_of_one_shape_share_a_statement_and_others_do_not():
    first, values = _shape(where={"project": (100, 200)})
    same, others = _shape(where={"project": (300, 7)}, span=Span(202501, 202512))

    assert sums((first,)) is sums((same,))
    assert values != others
    for different in (
        {"where": {"project": (100,)}},
        {"where": {"customer": (100, 200)}},
        {"where": {"project": (100, 200)}, "span": Span(202601, 202601)},
        {"where": {"project": (100, 200)}, "span": Span(None, 202603)},
        {"where": {"project": (100, 200)}, "by": ("department",)},
    ):
        assert sums((_shape(**different)[0],)) is not sums((first,))


@pytest.mark.parametrize("text", ["Consultant", "it's", "' OR 1=1 --", "\x1a0", "$1", "%s"])
def test_a_text_that_a_reader_gave_never_stands_in_a_statement(books, sent, text):
    hours, where = catalogue.kpi("billable_utilization"), {"role": (text,)}
    answer(books, hours, Period.parse("2026"), EVERYTHING, where=where)
    rows(books, hours, Side.PSA, Period.parse("2026"), EVERYTHING, where=where)

    given = [values for _, values in sent if values]
    assert given
    assert all(set(values) == {text} for values in given)
    assert not any(text in statement for statement, _ in sent if text not in "$1 %s")


def test_another_month_and_another_scope_are_not_told_what_was_kept_for_the_first(books):
    by_month = [
        answer(books, REVENUE, Period.parse(text), scope).only.psa
        for text in ("2026-01", "2026-02")
        for scope in (EVERYTHING, Scope(managers=frozenset({20})), Scope(managers=frozenset({21})))
    ]
    ANSWERS.clear()
    sums.cache_clear()
    again = [
        answer(books, REVENUE, Period.parse(text), scope).only.psa
        for text in ("2026-01", "2026-02")
        for scope in (EVERYTHING, Scope(managers=frozenset({20})), Scope(managers=frozenset({21})))
    ]

    assert again == by_month
    assert len(set(by_month)) > 2


@pytest.mark.parametrize("side", Side)
def test_pages_of_rows_are_the_whole_list_whichever_statement_reads_them(books, monkeypatch, side):
    from models.metrics import behind

    margin, year = catalogue.kpi("project_gross_margin"), Period.parse("2026")
    whole = rows(books, margin, side, year, EVERYTHING, limit=None)
    monkeypatch.setattr(behind, "_FEW", 0)
    alone = rows(books, margin, side, year, EVERYTHING, limit=None)
    pages = [
        row
        for offset in range(0, whole.total_rows, 2)
        for row in rows(books, margin, side, year, EVERYTHING, offset=offset, limit=2).rows
    ]

    assert whole.total_rows > 4
    assert alone == whole
    assert pages == whole.rows
    named = rows(books, margin, side, year, EVERYTHING, order=[("project", False)], limit=None)
    assert sorted(map(str, named.rows)) == sorted(map(str, whole.rows))
    assert replace(named, rows=()) == replace(whole, rows=())


def test_a_row_that_several_terms_count_is_listed_for_each_of_them(books):
    from models.metrics.behind import Cut, page_of
    from models.metrics.billing import BILLED_NET
    from models.metrics.compile import Slice
    from models.metrics.terms import Term
    from models.metrics.window import Span

    asked, span = Slice(scope=EVERYTHING), Span(None, None)
    once, twice = (
        [
            Term(sign=sign, leaf=BILLED_NET, part="value", place=at, asked=asked, span=span)
            for at, sign in enumerate(signs)
        ]
        for signs in ((1,), (1, -1))
    )
    with books.engine.connect() as connection:
        single = page_of(connection, once, Cut())
        both = page_of(connection, twice, Cut())

    assert single.total_rows > 1
    assert both.totals == {"value": 0}
    assert [row["contribution"] for row in both.rows] == [
        sign * row["contribution"] for sign in (1, -1) for row in single.rows
    ]


def test_where_no_text_is_given_nothing_is_handed_over_beside_the_statement(books, sent):
    where = {"project": (100,)}
    answer(books, REVENUE, Period.parse("2026"), EVERYTHING, by=("department",), where=where)
    rows(books, REVENUE, Side.PSA, Period.parse("2026-01"), EVERYTHING, where=where)

    assert sent  # handing over makes the driver load pandas: a second, and 80 MB
    assert not any(values for _, values in sent)
