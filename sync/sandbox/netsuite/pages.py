"""Record pages for people: where "open in the source system" lands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape
from werkzeug.wrappers import Request, Response

from ..system import Row, SourceSystem, SourceTable
from .config import NetSuiteConfig
from .dates import DateFormat
from .names import label
from .records import lines_of
from .render import number_text
from .schema import (
    APPROVALS,
    DISPLAY,
    REFERENCES,
    TIME_APPROVALS,
    TRANSACTION_TYPES,
    transaction_statuses,
)

# Path below /app -> the tables that may hold the id.
_PLACES = {
    "accounting/transactions/transaction.nl": ("transaction",),
    "accounting/transactions/timebill.nl": ("timebill",),
    "common/entity/custjob.nl": ("job", "customer"),
    "common/entity/employee.nl": ("employee",),
    "common/entity/vendor.nl": ("vendor",),
    "common/entity/contact.nl": ("contact",),
    "common/item/item.nl": ("item",),
}
_LABELS = {
    "transaction": "Transaction",
    "timebill": "Time entry",
    "job": "Project",
    "customer": "Customer",
    "employee": "Employee",
    "vendor": "Vendor",
    "contact": "Contact",
    "item": "Item",
}
_LINE_COLUMNS = ("id", "item", "entity", "department", "quantity", "rate", "foreignamount", "memo")
_POSTING_COLUMNS = ("transactionline", "account", "debit", "credit", "amount")

_STYLE = """
:root { --ink: #1f2a37; --soft: #667085; --rule: #e4e7ec; --band: #2f5d7c; }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 "Inter", "Segoe UI", system-ui, sans-serif; color: var(--ink);
  background: #f6f7f9; }
header { background: var(--band); color: #fff; padding: 12px 0; font-size: 14px; }
header div { max-width: 1040px; margin: 0 auto; padding: 0 24px; }
header strong { font-weight: 600; }
main { max-width: 1040px; margin: 32px auto; padding: 0 24px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; }
h2 { font-size: 16px; margin: 32px 0 8px; }
p.kind { margin: 0 0 4px; color: var(--soft); font-size: 13px; letter-spacing: .02em; }
section, dl { background: #fff; border: 1px solid var(--rule); border-radius: 8px; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(280px, 1fr)); margin: 24px 0 0;
  padding: 8px 20px; column-gap: 32px; }
dl div { padding: 8px 0; border-bottom: 1px solid var(--rule); }
dt { color: var(--soft); font-size: 12px; }
dd { margin: 0; overflow-wrap: anywhere; }
section { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; padding: 8px 14px; border-bottom: 1px solid var(--rule); }
th, .number { white-space: nowrap; }
tr:last-child td { border-bottom: 0; }
th { color: var(--soft); font-weight: 500; font-size: 12px; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
a { color: var(--band); }
"""


class RecordPages:
    """Shows one record with its lines, read straight from the source system."""

    def __init__(self, system: SourceSystem, config: NetSuiteConfig) -> None:
        self._system = system
        self._config = config
        self._zone = ZoneInfo(config.time_zone)
        self._date_format = DateFormat(config.date_format)
        self._statuses = {
            (row["trantype"], row["id"]): row["fullname"] for row in transaction_statuses()
        }

    def page(self, request: Request) -> Response:
        """The page an address names."""
        if request.path == "/":
            return self._html("Start", self._note("Open a record by its address.", 200))
        place = request.path.removeprefix("/app/")
        id_ = request.args.get("id", "")
        if not id_.lstrip("-").isdigit():
            return self._missing()
        for name in _PLACES.get(place, ()):
            table = self._system.tables.get(name)
            row = table.rows.get((int(id_),)) if table is not None else None
            if table is not None and row is not None:
                return self._html(self._title(name, row), self._record(table, row))
        return self._missing()

    def _record(self, table: SourceTable, row: Row) -> Markup:
        fields = Markup("").join(
            Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(label(name), self._shown(name, row))
            for name in table.columns
            if row.get(name) is not None
        )
        kind = _LABELS[table.name]
        if table.name == "transaction":
            kind = TRANSACTION_TYPES.get(str(row.get("type")), ("", kind))[1]
        body = Markup('<p class="kind">{} {}</p><h1>{}</h1><dl>{}</dl>').format(
            kind, row["id"], self._title(table.name, row), fields
        )
        return body + self._lines(row["id"]) if table.name == "transaction" else body

    def _lines(self, transaction: int) -> Markup:
        lines = [row for _, row in lines_of(self._system, transaction)]
        postings = self._system.tables.get("transactionaccountingline")
        posted = []
        if postings is not None:
            at = postings.key.index("transaction")
            with self._system.lock:
                keys = sorted(key for key in postings.rows if key[at] == transaction)
                posted = [postings.rows[key] for key in keys]
        return self._table("Lines", _LINE_COLUMNS, lines) + self._table(
            "Ledger postings", _POSTING_COLUMNS, posted
        )

    def _table(self, title: str, columns: Sequence[str], rows: Sequence[Row]) -> Markup:
        if not rows:
            return Markup("")
        shown = [name for name in columns if any(row.get(name) is not None for row in rows)]
        numeric = {
            name for name in shown if any(isinstance(row.get(name), Decimal) for row in rows)
        }
        head = _cells("th", ((label(name), name in numeric) for name in shown))
        body = Markup("").join(
            Markup("<tr>{}</tr>").format(
                _cells("td", ((self._shown(name, row), name in numeric) for name in shown))
            )
            for row in rows
        )
        return Markup(
            "<h2>{}</h2><section><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></section>"
        ).format(title, head, body)

    def _shown(self, name: str, row: Row) -> Markup | str:
        value: Any = row.get(name)
        if value is None:
            return ""
        if name == "approvalstatus":
            texts = APPROVALS if "tranid" in row else TIME_APPROVALS
            return texts.get(str(value), str(value))
        if name == "status":
            return self._statuses.get((str(row.get("type")), str(value)), str(value))
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if isinstance(value, Decimal):
            text = number_text(value)
            whole, _, places = text.partition(".")
            return f"{int(whole):,}.{places:0<2}" if name != "exchangerate" else text
        if isinstance(value, datetime):
            local = value.astimezone(self._zone)
            return f"{self._date_format.write(local)} {local:%H:%M}"
        if isinstance(value, date):
            return self._date_format.write(value)
        if isinstance(value, int) and name in REFERENCES:
            return self._reference(name, value)
        return str(value)

    def _reference(self, name: str, value: int) -> Markup | str:
        for target in REFERENCES[name]:
            table = self._system.tables.get(target)
            row = table.rows.get((value,)) if table else None
            if row is None:
                continue
            text = self._title(target, row) if target in _LABELS else row.get(DISPLAY[target])
            place = next((path for path, names in _PLACES.items() if target in names), None)
            if place is None:
                return str(text)
            return Markup('<a href="/app/{}?id={}">{}</a>').format(place, value, text)
        return str(value)

    def _title(self, table: str, row: Row) -> str:
        names = {
            "transaction": (row.get("tranid"),),
            "employee": (row.get("firstname"), row.get("lastname")),
            "item": (row.get("displayname") or row.get("itemid"),),
        }.get(table, (row.get("entityid"), row.get("companyname")))
        text = " ".join(str(name) for name in dict.fromkeys(names) if name)
        return text or f"{_LABELS.get(table, table)} {row.get('id')}"

    def _missing(self) -> Response:
        note = "That record does not exist. (It may have been deleted.)"
        return self._html("Notice", self._note(note, 404), status=404)

    def _note(self, text: str, status: int) -> Markup:
        return Markup("<h1>{}</h1><p>{}</p>").format(
            "Simulated NetSuite" if status == 200 else "Notice", text
        )

    def _html(self, title: str, body: Markup, status: int = 200) -> Response:
        page = Markup(
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            "<title>{title} · Simulated NetSuite</title><style>{style}</style></head><body>"
            "<header><div><strong>Simulated NetSuite</strong> · {company} · account {account} · "
            "invented data</div></header><main>{body}</main></body></html>"
        ).format(
            title=title,
            style=Markup(_STYLE),  # noqa: S704 - our own constant
            company=self._config.company,
            account=escape(self._config.account),
            body=body,
        )
        return Response(page, status=status, content_type="text/html; charset=utf-8")


def _cells(tag: str, cells: Iterable[tuple[Any, bool]]) -> Markup:
    return Markup("").join(
        Markup("<{tag}{kind}>{value}</{tag}>").format(
            tag=tag, kind=Markup(' class="number"') if number else "", value=value
        )
        for value, number in cells
    )
