"""What a workbook says of itself: which number, how it is computed, of when, for whom, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from models.metrics.answer import RowColumn, RowPage
from models.metrics.catalogue import kpis
from models.metrics.dimensions import DIMENSIONS
from models.metrics.kpi import Kpi, Lens, Side
from models.metrics.words import formula as in_words
from models.texts import Text, _

from . import formats
from .blocks.filters import member_name
from .components.filter_bar import LENSES
from .components.words import SYSTEM_TITLES, system_of
from .export import Export
from .exports.rows import currency_of, question
from .finding import find_of
from .page import resolve
from .visit import Visit

Line = tuple[str, Any]
_EXACT: Text = (
    "Amounts and hours are number cells that hold them exactly. One of more than 15 digits, which a spreadsheet would "
    "round, is text. Quotients, such as percentages, are rounded to 15 digits; a percentage is a fraction."
)
_PARTS: Mapping[str, Text] = {
    "value": "Sum of the rows",
    "numerator": "Numerator",
    "denominator": "Denominator",
}


def about(
    wanted: Export, looking: Visit, page: RowPage, left_out: Sequence[RowColumn]
) -> Iterator[Line]:
    """The lines of the sheet, in reading order.

    Args:
        page: the first rows of the file; it knows how many there are in all, and their sums.
        left_out: the columns that the reader left out.
    """
    yield _("What"), _title(wanted, looking)
    if not wanted.of_record:
        yield from _definitions(wanted, looking, page)
        yield from _narrowed(wanted, looking, page)
    if find := find_of(looking, _named(wanted)):
        yield _("Only rows that hold"), find
    if left_out:
        yield _("Columns left out"), ", ".join(_(one.title) for one in left_out)
    yield _("Rows"), page.total_rows
    yield from _sums(page)
    if wanted.says and (told := wanted.says(looking)):
        yield _("To know"), told
    if page.withheld:
        yield _("Withheld"), _(page.withheld)
    if not wanted.of_record:
        yield from _standing(looking)
    yield _("Taken by"), f"{looking.person.name}, {looking.person.email}"
    yield _("Taken at (UTC)"), looking.services.clock()
    yield _("Address"), looking.path + looking.search
    yield _("Numbers"), _(_EXACT)


def _named(wanted: Export) -> str:
    """What the list is called in its own address."""
    return wanted.key.removeprefix(f"{wanted.page}-") if wanted.of_members else wanted.key


def _title(wanted: Export, looking: Visit) -> str:
    found = resolve(looking.path)
    title = _(found[0].title) if found else ""
    if wanted.key == "rows":
        kpi, side = question(looking)
        return _(
            "{title}, {system}: the rows that make the number",
            title=_(kpi.title),
            system=system_of(side),
        )
    if "project" in looking.params and not wanted.of_members:
        return _(
            "{title} of project {project}", title=_(wanted.title), project=looking.params["project"]
        )
    own = _(wanted.title)
    return f"{title}: {own}" if title != own else title


def _definitions(wanted: Export, looking: Visit, page: RowPage) -> Iterator[Line]:
    if wanted.key == "rows":
        kpi, side = question(looking)
        yield _("Definition"), _(kpi.definition)
        yield _("Formula"), _formula(kpi, side)
    elif wanted.of_members:
        told = {}
        for column in page.columns:
            key, _line, side_name = column.name.rpartition("_")
            if key in kpis() and side_name in {one.value for one in Side}:
                told[_(column.title)] = (
                    f"{_(kpis()[key].definition)} {_formula(kpis()[key], Side(side_name))}"
                )
        yield from told.items()
    if wanted.system:
        yield _("System"), SYSTEM_TITLES[wanted.system]


def _formula(kpi: Kpi, side: Side) -> str:
    return f"= {in_words(kpi.side(side)).replace('`', '')}"


def _narrowed(wanted: Export, looking: Visit, page: RowPage) -> Iterator[Line]:
    """Period, currency and filters; the records of a project are of all time, whatever is chosen."""
    if wanted.key != "rows" and not wanted.of_members:
        yield _("Period"), _("all time")
        return
    period = looking.period
    days = _(
        "{first} to {last}", first=period.first.start.isoformat(), last=period.last.end.isoformat()
    )
    yield _("Period"), f"{formats.period_name(period)}: {days}"
    yield _("Currency"), _currency(wanted, looking)
    for name, keys in looking.filters.where.items():
        names = ", ".join(member_name(looking, name, key) for key in keys)
        yield _("Filter: {title}", title=_(DIMENSIONS[name].title)), names
    if looking.filters.submitted:
        yield _("Time that counts"), _("approved, and submitted")


def _currency(wanted: Export, looking: Visit) -> str:
    lens = looking.filters.lens
    if lens is Lens.CONSOLIDATED:
        return _(
            "{currency}, consolidated",
            currency=looking.snapshot.reporting_currency,
        )
    named = currency_of(looking) if wanted.key == "rows" else looking.query.get("currency")
    return f"{_(LENSES[lens])}{f': {named}' if named else ''}"


def _sums(page: RowPage) -> Iterator[Line]:
    for part, amount in page.totals.items():
        yield _(_PARTS.get(part, part.capitalize())), amount
    if not page.totals:
        for currency, parts in page.by_currency.items():
            for part, amount in parts.items():
                yield f"{_(_PARTS.get(part, part.capitalize()))}, {currency}", amount


def _standing(looking: Visit) -> Iterator[Line]:
    """How fresh the data are."""
    for system, title in SYSTEM_TITLES.items():
        state = looking.snapshot.sources.get(system)
        if state is not None and state.as_of is not None:
            yield _("{system}: data as of (UTC)", system=title), state.as_of
        else:
            yield _("{system}: data as of (UTC)", system=title), _("not known")
    yield _("Version of the data"), looking.snapshot.version
    if looking.snapshot.built_at is not None:
        yield _("Numbers made at (UTC)"), looking.snapshot.built_at
