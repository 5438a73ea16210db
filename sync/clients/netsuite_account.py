"""What a NetSuite account tells about itself: its time zone, its form of dates, its limit of requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from models.told import told

from ..source import AccountFact

LIMITS_PATH = "/services/rest/system/v1/governanceLimits"
LIMITS_MEDIA = "application/json"
_SECONDS = "'YYYY-MM-DD\"T\"HH24:MI:SS'"
_FORMS = {"27": "DD", "11": "MM", "2026": "YYYY", "26": "YY", "Nov": "Mon", "November": "Month"}


def account_query() -> str:
    """A bare day, and the time as the session has it and in UTC."""
    return (
        "SELECT TO_DATE('2026-11-27', 'YYYY-MM-DD') AS bare, "  # noqa: S608 - no value in it
        f"TO_CHAR(SYSDATE, {_SECONDS}) AS local, "
        f"TO_CHAR(SYS_EXTRACT_UTC(SYSDATE), {_SECONDS}) AS utc FROM DUAL"
    )


def facts_of(row: Mapping[str, Any]) -> Sequence[AccountFact]:
    """Time zone and form of dates from the answer to the query."""
    return [
        AccountFact(subject="zone", title="Time zone of the account", value=_offset(row)),
        AccountFact(
            subject="dates", title="Form of dates in the account", value=_form(row.get("bare"))
        ),
    ]


def requests_at_once(limits: Mapping[str, Any]) -> AccountFact:
    """How many requests the account, or this integration in it, takes at a time."""
    ours = limits.get("integrationConcurrencyLimit")
    limit = ours if isinstance(ours, int) else limits.get("accountConcurrencyLimit")
    number = limit if isinstance(limit, int) else None
    said = (
        told("{number} for this integration", number=number)
        if ours
        else told("{number} for all who use the account", number=number)
    )
    return AccountFact(
        subject="limit",
        title="Requests at one time",
        value=None if number is None else said,
        number=number,
    )


def _offset(row: Mapping[str, Any]) -> str | None:
    try:
        local, utc = (datetime.fromisoformat(str(row[name])) for name in ("local", "utc"))
    except (LookupError, ValueError):
        return None
    minutes = round((local - utc).total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return told("{zone} now", zone=f"UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}")


def _form(text: Any) -> str | None:
    """The form of the day 27 November 2026 as the account wrote it."""
    if not isinstance(text, str) or not text:
        return None
    form = text
    for written in sorted(_FORMS, key=len, reverse=True):
        form = form.replace(written, _FORMS[written], 1)
    return form
