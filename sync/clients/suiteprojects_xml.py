"""Reads SuiteProjects Pro's XML interface: what REST does not serve, what was deleted, and the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pydantic import SecretStr

from models.errors import NotOfferedError, SourceContractError
from models.told import told

from ..entities.entity import Entity, Kind
from ..source import Deletion, Page, Window
from .http import Answer, Ask, Caller
from .listing import page_of
from .pacing import Tally
from .suiteprojects_auth import AccessTokens
from .suiteprojects_session import signed_in
from .suiteprojects_wire import (
    LIMIT,
    WITHOUT_ID,
    Element,
    Filter,
    NothingFound,
    add_command,
    add_limit_read,
    add_read,
    add_read_by_id,
    answered,
    envelope,
    key_of,
    moment_of,
    record_of,
    sign_in,
    texts_of,
    to_bytes,
)
from .windows import first_day, inside

_OVERLAP = 20  # records read again with the next page: proof that nothing slipped between
_SECOND = timedelta(seconds=1)
_LEFT = "remain_24h_error"
_DELETED = {"id": Kind.ID, "updated": Kind.INSTANT}  # a deleted record is dated by its deletion

Records = list[Mapping[str, Any]]


class XmlReads:
    """The Read command of /api.pl."""

    def __init__(
        self, url: str, caller: Caller, tokens: AccessTokens, api_key: SecretStr, namespace: str
    ) -> None:
        self._url = f"{url}/api.pl"
        self._caller = caller
        self._tokens = tokens
        self._key = api_key
        self._namespace = namespace

    def clock(self) -> datetime:
        """The account's own time; needs no sign-in."""
        request = envelope(self._key, self._namespace)
        add_command(request, "Time")
        element = self._caller.call(
            lambda: self._ask(request), lambda answer: answered(answer, "Time"), Tally()
        )
        text = moment_of(element, Kind.INSTANT)
        if text is None:
            raise SourceContractError(told("SuiteProjects Pro did not tell the time."))
        return datetime.fromisoformat(text)

    def left_today(self) -> int | None:
        """How many requests of all who use the account it still takes in these 24 hours; None: not told."""
        tally, fields = Tally(), {_LEFT: Kind.INTEGER}
        request = envelope(self._key, self._namespace)
        add_limit_read(request)
        try:
            records = self._send(request, "RateLimit", fields, tally)
            return int(records[0][_LEFT])
        except (NotOfferedError, SourceContractError, LookupError, TypeError, ValueError):
            return None  # it is a help, not a need: we count ourselves, too

    def page(self, entity: Entity, window: Window, after: Sequence[Any] | None) -> Page:
        """The next page by id. A position is the offset to go on at, and the last id read."""
        if entity.resource in WITHOUT_ID:
            return self._unnumbered(entity)
        tally = Tally()
        offset, last = (int(after[0]), int(after[1])) if after else (0, None)
        fields = {field.source: field.kind for field in entity.asked.values()}
        filters = _filters(entity, window)
        offset, records = self._page(
            entity.resource, fields, filters, offset, last, tally, examples=_examples(entity)
        )
        new = [record for record in records if last is None or int(record["id"]) > last]
        return Page(
            records=inside(entity, window, new),
            position=_position(offset, records, last),
            expected=None,
            requests=tally.requests,
            bytes_read=tally.bytes_read,
            waited_ms=tally.waited_ms,
        )

    def by_id(self, entity: Entity, ids: Sequence[int | str]) -> Page:
        """The records with these ids."""
        if entity.resource in WITHOUT_ID:
            page = self._unnumbered(entity)
            return replace(page, records=[it for it in page.records if it["id"] in set(ids)])
        tally = Tally()
        fields = {field.source: field.kind for field in entity.asked.values()}
        found: Records = []
        for start in range(0, len(ids), LIMIT):
            request = envelope(self._key, self._namespace)
            part = [int(identity) for identity in ids[start : start + LIMIT]]
            add_read_by_id(request, entity.resource, fields, part)
            try:
                found += self._send(request, entity.resource, fields, tally)
            except NothingFound:
                continue
        return page_of(found, tally)

    def listed(self, datatype: str) -> Records:
        """All records of a small list with the properties they have, as texts."""
        found: Records = []
        after: list[int] | None = [0, 0]
        while after is not None:
            offset, last = after
            offset, records = self._page(datatype, {}, [], offset, last, Tally())
            found += [record for record in records if int(record["id"]) > last]
            after = _position(offset, records, last)
        return found

    def _unnumbered(self, entity: Entity) -> Page:
        """All records of a list without ids, each with what stands for its id, in that order."""
        tally, datatype = Tally(), entity.resource
        fields = {field.source: field.kind for field in entity.fields.values()}
        found: dict[str | None, Mapping[str, Any]] = {}
        offset, part = 0, LIMIT
        while part == LIMIT:
            request = envelope(self._key, self._namespace)
            wanted = {**fields, **WITHOUT_ID[datatype]}
            add_read(request, datatype, wanted, [], offset, deleted=False)
            records = self._send(request, datatype, wanted, tally)
            keyed = [(key_of(datatype, record), record) for record in records]
            found |= {key: {**record, "id": key} for key, record in keyed}
            part, offset = len(records), offset + len(records)
        return page_of([found[key] for key in sorted(found, key=str)], tally)

    def deletions(self, entity: Entity, since: datetime) -> Sequence[Deletion]:
        """What was deleted, oldest first; also of what REST serves."""
        if entity.deletions is None:
            return []
        filters: list[Filter] = [("newer-than", "updated", since - _SECOND)]
        found: dict[int, datetime] = {}
        after: list[int] | None = [0, 0]
        while after is not None:
            offset, last = after
            offset, records = self._page(
                entity.deletions, _DELETED, filters, offset, last, Tally(), deleted=True
            )
            for record in records:
                at = record["updated"]
                found[int(record["id"])] = datetime.fromisoformat(at) if at else since
            after = _position(offset, records, last)
        oldest_first = sorted(found.items(), key=lambda item: item[1])
        return [Deletion(identity=(identity,), at=at) for identity, at in oldest_first]

    def _page(
        self,
        datatype: str,
        fields: Mapping[str, Kind],
        filters: Sequence[Filter],
        offset: int,
        last: int | None,
        tally: Tally,
        *,
        deleted: bool = False,
        examples: Sequence[tuple[str, int | str]] = (),
    ) -> tuple[int, Records]:
        """A page that begins at or before the last id: further back where records before it vanished."""
        while True:
            request = envelope(self._key, self._namespace)
            add_read(request, datatype, fields, filters, offset, deleted=deleted, examples=examples)
            try:
                records = self._send(request, datatype, fields, tally)
            except NothingFound:
                records = []
            ids = _ids(datatype, records)
            if last is None or offset == 0 or (ids and ids[0] <= last):
                return offset, records
            offset = max(0, offset - LIMIT // 2)

    def _send(
        self, request: Element, datatype: str, fields: Mapping[str, Kind], tally: Tally
    ) -> Records:
        def ask(token: str) -> Ask:
            sign_in(request, token)
            return self._ask(request)

        def read(answer: Answer) -> Records:
            command = answered(answer, "Read")
            elements = command.iterchildren(datatype)
            if not fields:
                return [texts_of(element) for element in elements]
            return [record_of(element, fields) for element in elements]

        return signed_in(self._caller, self._tokens, ask, read, tally)

    def _ask(self, request: Element) -> Ask:
        headers = {"Content-Type": "text/xml; charset=UTF-8"}
        return Ask(method="POST", url=self._url, headers=headers, content=to_bytes(request))


def _ids(datatype: str, records: Records) -> list[int]:
    """The ids of a page; paging by offset is sound only in their order."""
    try:
        ids = [int(record["id"]) for record in records]
    except (TypeError, ValueError):
        raise SourceContractError(
            told("SuiteProjects Pro sent a {datatype} without its id.", datatype=datatype)
        ) from None
    if ids != sorted(ids):
        raise SourceContractError(
            told(
                "SuiteProjects Pro does not order {datatype} by id, so pages could miss records.",
                datatype=datatype,
            )
        )
    return ids


def _position(offset: int, records: Records, last: int | None) -> list[int] | None:
    """Where the next page begins, and the last id read; None after the last page."""
    if len(records) < LIMIT:
        return None
    newest = int(records[-1]["id"])
    return [offset + len(records) - _OVERLAP, newest if last is None else max(newest, last)]


def _examples(entity: Entity) -> list[tuple[str, int | str]]:
    """What equals one of these is asked for; further conditions are judged on what comes."""
    listed = [condition for condition in entity.conditions if condition.values]
    return [(listed[0].source, value) for value in listed[0].values] if listed else []


def _filters(entity: Entity, window: Window) -> list[Filter]:
    """The window as date filters, which leave out their own moment.

    Changes have no upper bound here: a record that changes while pages are read would leave the list and
    shift the others. What is beyond the window is left out afterwards.
    """
    filters: list[Filter] = []
    if entity.modified is not None and window.modified_from is not None:
        field = entity.fields[entity.modified].source
        filters.append(("newer-than", field, window.modified_from - _SECOND))
    if entity.dated is not None:
        field = entity.fields[entity.dated].source
        first = first_day(entity, window)
        if first is not None:
            filters.append(("newer-than", field, _midnight(first) - _SECOND))
        if window.dated_before is not None:
            filters.append(("older-than", field, _midnight(window.dated_before)))
    return filters


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
