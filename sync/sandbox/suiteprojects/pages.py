"""The pages a person sees: consent, messages, records with what belongs to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from flask import render_template_string

from ..system import Row
from .account import Account
from .conditions import OneOf
from .config import SuiteProjectsConfig
from .datatypes import CHILDREN, referred
from .store import TableView

_SHOWN = 200

_FRAME = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }} · Simulated SuiteProjects Pro</title>
<style>
body{margin:0;font:15px/1.5 system-ui,sans-serif;color:#1f2933;background:#f5f6f8}
header{background:#24435c;color:#fff;padding:12px 24px;font-weight:600}
header span{font-weight:400;opacity:.8}
main{box-sizing:border-box;max-width:1280px;width:calc(100% - 32px);margin:24px auto;padding:8px 24px 24px;background:#fff;border:1px solid #dde1e6;
border-radius:6px}
h1{font-size:22px;margin:12px 0}h2{font-size:16px;margin:28px 0 8px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
.fields th{width:240px}.wide{overflow-x:auto}.wide td{white-space:nowrap}
th,td{padding:6px 14px 6px 0;border-bottom:1px solid #e6e9ed;text-align:left;vertical-align:top}
th{font-weight:600;color:#52606d}td.n,th.n{text-align:right}a{color:#1b5e96}
.muted{color:#616e7c}
button{font:inherit;padding:6px 18px;margin-right:8px;border:1px solid #24435c;border-radius:4px;
background:#fff;color:#24435c;cursor:pointer}
button.first{background:#24435c;color:#fff}
</style></head>
<body><header>Simulated SuiteProjects Pro{% if company %} <span>· {{ company }}</span>{% endif %}</header>
<main><h1>{{ title }}</h1>{% block body %}{% endblock %}</main></body></html>"""

_RECORD = _FRAME.replace(
    "{% block body %}{% endblock %}",
    """<table class="fields">{% for name, text, link in fields %}<tr><th scope="row">{{ name }}</th><td>
{%- if link %}<a href="{{ link }}">{{ text }}</a>{% else %}{{ text }}{% endif %}</td></tr>
{% endfor %}</table>
{% for part in parts %}<h2>{{ part.title }} <span class="muted">({{ part.count }})</span></h2>
<div class="wide"><table><tr>{% for name, number in part.columns %}
<th scope="col"{% if number %} class="n"{% endif %}>{{ name }}</th>{% endfor %}</tr>
{% for cells in part.rows %}<tr>{% for number, text, link in cells %}
<td{% if number %} class="n"{% endif %}>{% if link %}<a href="{{ link }}">{{ text }}</a>
{%- else %}{{ text }}{% endif %}</td>{% endfor %}</tr>
{% endfor %}</table></div>
{% if part.count > part.rows|length %}<p class="muted">The first {{ part.rows|length }} are shown.</p>
{% endif %}{% endfor %}""",
)

_CONSENT = _FRAME.replace(
    "{% block body %}{% endblock %}",
    """<p><strong>{{ client }}</strong> asks to use this account as <strong>{{ user }}</strong>, with:</p>
<ul>{% for scope in scopes %}<li>{{ scope }}</li>{% endfor %}</ul>
<form method="post">{% for name, value in given %}
<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}
<button class="first" name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Refuse</button></form>""",
)

_MESSAGE = _FRAME.replace("{% block body %}{% endblock %}", "<p>{{ text }}</p>")
_SCOPE_TEXTS = {"rest": "Read through the REST API", "xml": "Read through the XML API"}


def consent_page(config: SuiteProjectsConfig, asked: Mapping[str, str]) -> str:
    """The page that asks a person to let an application in."""
    return render_template_string(
        _CONSENT,
        title="Allow access?",
        company=config.company,
        client=config.client_id,
        user=config.user,
        scopes=[_SCOPE_TEXTS[scope] for scope in asked["scope"].split()],
        given=list(asked.items()),
    )


def message_page(text: str, title: str = "This does not work") -> str:
    """A page that says one thing."""
    return render_template_string(_MESSAGE, title=title, text=text)


def record_page(account: Account, datatype: str, identity: int) -> str | None:
    """A record with its fields and what belongs to it; None when there is none."""
    with account.store.lock:
        view = account.store.view(datatype)
        row = view.rows.get((identity,)) if view else None
        if view is None or row is None:
            return None
        fields = [(name, *_cell(account, name, row)) for name in view.columns]
        parts = [
            part
            for child, column in CHILDREN.get(datatype, ())
            if (part := _part(account, child, column, identity, row)) is not None
        ]
    label = row.get("name") or row.get("number") or identity
    return render_template_string(
        _RECORD,
        title=f"{datatype.replace('_', ' ')} {label}",
        company=account.config.company,
        fields=fields,
        parts=parts,
    )


def _part(
    account: Account, child: str, column: str, identity: int, parent: Row
) -> dict[str, Any] | None:
    """The table of one kind of children, the first of them in full."""
    view = account.store.view(child)
    if view is None or column not in view.columns:
        return None
    keys = view.select(OneOf(column, (identity,)))
    if not keys:
        return None
    rows = [view.rows[key] for key in keys[:_SHOWN]]
    names, numbers = _shown_columns(view, rows, column, parent), _numbers(view)
    return {
        "title": child.replace("_", " "),
        "count": len(keys),
        "columns": [(name, name in numbers) for name in names],
        "rows": [
            [(name in numbers, *_cell(account, name, row, child)) for name in names] for row in rows
        ],
    }


def _shown_columns(view: TableView, rows: list[Row], without: str, parent: Row) -> list[str]:
    """The columns that say something about these rows: not empty, not just their parent's references."""
    dull = {without, "created", "updated", "notes"}
    shared = [name for name in view.columns if name in parent and referred(name)]
    dull |= {name for name in shared if all(row.get(name) == parent[name] for row in rows)}
    return [
        name
        for name in view.columns
        if name not in dull
        and not name.endswith("__c")
        and any(row.get(name) is not None for row in rows)
    ]


def _numbers(view: TableView) -> set[str]:
    return {name for name in view.columns if view.kind(name) == "number"}


def _cell(
    account: Account, column: str, row: Row, own: str | None = None
) -> tuple[str, str | None]:
    """A value's text and, where it points to a record, that record's name and address."""
    value = row.get(column)
    datatype = own if column == "id" else referred(column)
    view = account.store.views.get(datatype) if datatype else None
    if value is None or view is None:
        return _text(value), None
    other = view.rows.get((value,)) if column != "id" else None
    label = (other.get("name") or other.get("number")) if other else None
    return f"{label} ({value})" if label else _text(value), account.record_url(view.name, value)


def _text(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Decimal):
        return f"{value:,f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
