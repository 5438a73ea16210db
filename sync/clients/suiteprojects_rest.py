"""Reads the lists of SuiteProjects Pro's REST interface."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from models.errors import (
    FieldRefusedError,
    NotOfferedError,
    RateLimitedError,
    SourceContractError,
    SourceUnavailableError,
)
from models.told import told

from ..entities.entity import Entity, Kind
from ..source import Page, Total, Totals, Window
from .http import Answer, Ask, Caller
from .listing import page_of
from .pacing import Tally
from .suiteprojects_auth import AccessTokens
from .suiteprojects_session import Refused, signed_in
from .windows import INSTANT, first_day, inside

_LIMIT = 1000
_IDS_AT_ONCE = 200  # they travel in the address
_TOO_MANY = re.compile(r"(?i)\b(request|rate)s? limit|limit of requests|too many requests")
_DAY = timedelta(days=1)
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)
_LAST_ID = 2**31 - 1
_QUOTED = re.compile(r"'(\w+)'")
_SUFFIX, _PREFIX = "__c", "cf"  # a custom field's name in XML, which is ours, and in REST


class RestLists:
    """The collections under /rest/v1."""

    def __init__(self, url: str, caller: Caller, tokens: AccessTokens) -> None:
        self._url = f"{url}/rest/v1"
        self._caller = caller
        self._tokens = tokens
        self._rough: set[str] = set()  # entities whose conditions `q` does not take

    def page(self, entity: Entity, window: Window, after: Sequence[Any] | None) -> Page:
        """The next page by id."""
        tally = Tally()
        last = int(after[0]) if after else None
        body = self._chosen(entity, window, last, tally)
        rows = body["data"]
        ids = [_id(entity, row) for row in rows]
        if ids != sorted(ids) or (ids and last is not None and ids[0] <= last):
            raise SourceContractError(
                told(
                    "SuiteProjects Pro's pages of {resource} are not in the order of ids.",
                    resource=entity.resource,
                )
            )
        # else days at both ends are asked for in full, or more than was chosen
        exact = window.modified_from is None and not (
            entity.conditions and entity.key in self._rough
        )
        return Page(
            records=inside(entity, window, [_plain(entity, row) for row in rows]),
            position=[ids[-1]] if len(rows) == _LIMIT else None,
            expected=_total(body) if after is None and exact else None,
            requests=tally.requests,
            bytes_read=tally.bytes_read,
            waited_ms=tally.waited_ms,
        )

    def by_id(self, entity: Entity, ids: Sequence[int | str]) -> Page:
        """The records with these ids."""
        tally = Tally()
        found: list[Mapping[str, Any]] = []
        for start in range(0, len(ids), _IDS_AT_ONCE):
            part = ",".join(map(str, ids[start : start + _IDS_AT_ONCE]))
            body = self._list(entity, f"id ANY_OF [{part}]", tally)
            found += [_plain(entity, row) for row in body["data"]]
        return page_of(found, tally)

    def totals(self, entity: Entity, window: Window) -> Totals | None:
        """How many records lie between the window's days: one number, whatever the months.

        None where the entity is narrowed to what `q` does not take.
        """
        tally = Tally()
        if entity.conditions and entity.key in self._rough:
            return None
        days = Window(dated_from=window.dated_from, dated_before=window.dated_before)
        rows = _total(self._list(entity, condition(entity, days, None), tally, limit=1))
        if rows is None:
            raise SourceContractError(
                told(
                    "SuiteProjects Pro does not tell how many {resource} there are.",
                    resource=entity.resource,
                )
            )
        return Totals(
            totals=[Total(month=None, rows=rows)], by_month=False, requests=tally.requests
        )

    def _chosen(
        self, entity: Entity, window: Window, last: int | None, tally: Tally
    ) -> Mapping[str, Any]:
        """A page by the entity's conditions; by the window alone where the account refuses them in `q`."""
        if entity.conditions and entity.key not in self._rough:
            try:
                return self._list(entity, condition(entity, window, last), tally)
            except SourceContractError:
                self._rough.add(entity.key)  # what comes is judged in any case
        roughly = replace(entity, conditions=())
        return self._list(roughly, condition(roughly, window, last), tally)

    def _list(
        self, entity: Entity, q: str, tally: Tally, *, limit: int = _LIMIT
    ) -> Mapping[str, Any]:
        query = {
            "limit": str(limit),
            "offset": "0",
            "orderBy": "+id",
            "fields": ",".join(attribute(field.source) for field in entity.asked.values()),
        }
        if q:
            query["q"] = q
        url = f"{self._url}/{entity.resource}/?{urlencode(query)}"

        def ask(token: str) -> Ask:
            headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
            return Ask(method="GET", url=url, headers=headers)

        return signed_in(
            self._caller, self._tokens, ask, lambda answer: _read(answer, limit), tally
        )


def attribute(source: str) -> str:
    """What REST calls a field; custom fields bear another name there than in XML."""
    return f"{_PREFIX}{source.removesuffix(_SUFFIX)}" if source.endswith(_SUFFIX) else source


def condition(entity: Entity, window: Window, last: int | None) -> str:
    """What `q` asks for: whole days around the window, ids after the last one.

    Only the form for days is documented, so moments are asked for by days, a day wide of them for any
    time zone, and the records are then judged by their own stamp.
    """
    return " AND ".join(_clauses(entity, window, last))


def _clauses(entity: Entity, window: Window, last: int | None) -> Iterator[str]:
    if entity.modified is not None and window.modified_from is not None:
        until = (
            window.modified_to.astimezone(UTC).date() + _DAY if window.modified_to else _LAST_DAY
        )
        low = window.modified_from.astimezone(UTC).date() - _DAY
        yield _between(entity.fields[entity.modified].source, low, until)
    first = first_day(entity, window)
    if entity.dated is not None and (first or window.dated_before):
        until = window.dated_before - _DAY if window.dated_before else _LAST_DAY
        yield _between(entity.fields[entity.dated].source, first or _FIRST_DAY, until)
    for chosen in entity.conditions:
        if chosen.values:
            yield f"{chosen.source} ANY_OF [{','.join(map(_value, chosen.values))}]"
    if last is not None:
        yield f"id BETWEEN [{last + 1},{_LAST_ID}]"


def _value(value: int | str) -> str:
    if isinstance(value, int):
        return str(value)
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _between(name: str, low: date, high: date) -> str:
    return f"{name} BETWEEN ['{low.isoformat()}','{high.isoformat()}']"


def _read(answer: Answer, limit: int) -> Mapping[str, Any]:
    answer.refuse_passing_faults()
    if answer.status == 401:
        raise Refused(told("status {status}", status=answer.status))
    if answer.status == 403 and _TOO_MANY.search(_message(answer)):
        raise RateLimitedError(told("SuiteProjects Pro asks to slow down."), answer.retry_after())
    if answer.status in (403, 404):
        raise NotOfferedError(
            told(
                "SuiteProjects Pro does not offer it to our user (status {status}): {message}",
                status=answer.status,
                message=_message(answer),
            ),
            is_forbidden=answer.status == 403,
        )
    if answer.status == 400:  # perhaps for a field: then its name is what it quotes
        message = _message(answer)
        raise FieldRefusedError(
            told("SuiteProjects Pro answered with status 400: {message}", message=message),
            tuple(map(_source, _QUOTED.findall(message))),
        )
    if answer.status != 200:
        raise SourceContractError(
            told(
                "SuiteProjects Pro answered with status {status}: {message}",
                status=answer.status,
                message=_message(answer),
            )
        )
    body = answer.json()
    if not isinstance(body, dict) or not isinstance(body.get("data"), list):
        raise SourceContractError(told("SuiteProjects Pro's answer holds no list."))
    if _has_next(body) and len(body["data"]) != limit:
        raise SourceUnavailableError(told("SuiteProjects Pro sent a page that breaks off."))
    return body


def _source(attribute: str) -> str:
    """The field that REST calls so, as far as the name tells."""
    is_custom = attribute.startswith(_PREFIX)
    return f"{attribute.removeprefix(_PREFIX)}{_SUFFIX}" if is_custom else attribute


def _has_next(body: Mapping[str, Any]) -> bool:
    links = (body.get("meta") or {}).get("links") or []
    return any(isinstance(link, dict) and link.get("rel") == "next" for link in links)


def _total(body: Mapping[str, Any]) -> int | None:
    total = (body.get("meta") or {}).get("totalRows")
    return total if isinstance(total, int) else None


def _message(answer: Answer) -> str:
    try:
        return answer.clean(str(answer.json().get("message")))
    except (SourceUnavailableError, AttributeError):
        return answer.excerpt()


def _id(entity: Entity, row: Any) -> int:
    try:
        return int(row[entity.fields[entity.identity[0]].source])
    except (KeyError, TypeError, ValueError):
        raise SourceContractError(
            told(
                "SuiteProjects Pro sent a record of {resource} without its id.",
                resource=entity.resource,
            )
        ) from None


def _plain(entity: Entity, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record with dates and moments in our form, and numbers as they were written."""
    plain = {
        name: repr(value) if isinstance(value, float) else value for name, value in row.items()
    }
    for field in entity.fields.values():
        if (known_as := attribute(field.source)) != field.source:
            plain[field.source] = plain.pop(known_as, None)
        value = plain.get(field.source)
        if isinstance(value, str) and field.kind in (Kind.DATE, Kind.INSTANT):
            plain[field.source] = _dated(value, field.kind)
    return plain


def _dated(text: str, kind: Kind) -> str | None:
    """A date or moment, read leniently: its form is not documented. What is no date stays as it is."""
    if not text or text.startswith("0000"):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if kind is Kind.DATE:
        return moment.date().isoformat()
    return (moment.astimezone(UTC) if moment.tzinfo else moment).strftime(INSTANT)
