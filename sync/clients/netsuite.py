"""Reads NetSuite by SuiteQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

import orjson

from models.errors import (
    FieldRefusedError,
    NotOfferedError,
    RateLimitedError,
    SourceAuthError,
    SourceContractError,
    SourceUnavailableError,
)
from models.told import told

from ..entities import ENTITIES
from ..entities.entity import Entity, Kind, System
from ..source import AccountFact, Deletion, KeyPage, Page, SourceField, Total, Totals, Window
from .http import Answer, Ask, Caller
from .listing import listed, page_of
from .netsuite_account import (
    LIMITS_MEDIA,
    LIMITS_PATH,
    account_query,
    facts_of,
    requests_at_once,
)
from .netsuite_auth import Signer
from .netsuite_fields import Catalog, read_catalog
from .pacing import Tally
from .suiteql import (
    clock_query,
    deletions_query,
    keys_query,
    page_query,
    records_query,
    totals_query,
)

_PATH = "/services/rest/query/v1/suiteql"
_LIMIT = 1000
_COMPOSITE = 200  # identities of several columns in one query: it grows long
# A column that is unknown, or that the role may not see; the words differ with NetSuite's version.
_NO_FIELD = re.compile(r"(?:Field|Unknown identifier) '([^']*)'")
_TOO_MANY = b"SSS_REQUEST_LIMIT_EXCEEDED"
_NOT_FOUND = re.compile(r"Record '([^']*)' was not found")
# The record names under which deleted transactions are listed.
_TRANSACTIONS = frozenset(
    re.findall(
        r"\w+",
        """
        transaction opportunity estimate salesorder returnauthorization
        invoice cashsale cashrefund creditmemo customerpayment customerdeposit customerrefund
        depositapplication deposit transfer check statementcharge
        purchaseorder vendorbill vendorcredit vendorpayment vendorprepayment expensereport
        itemfulfillment itemreceipt inventoryadjustment revenuearrangement revenuecommitment
        revenuecommitmentreversal paycheck paycheckjournal
        journalentry intercompanyjournalentry advintercompanyjournalentry statisticaljournalentry
        customtransaction customsale custompurchase
        """,
    )
)


class _Refused(Exception):
    """The authorization was refused."""


class NetSuiteSource:
    """One NetSuite account as a source."""

    def __init__(self, account: str, url: str, caller: Caller, signer: Signer) -> None:
        self._account = account
        self._base, self._url = url, url + _PATH
        self._caller = caller
        self._signer = signer
        self._catalog = Catalog(self._metadata, _TRANSACTIONS)

    @property
    def system(self) -> System:
        """NetSuite."""
        return System.NETSUITE

    @property
    def account(self) -> str:
        """The account id."""
        return self._account

    def clock(self) -> datetime:
        """The account's own time, in UTC."""
        try:
            body = self._query(clock_query(), 0, Tally())
        except NotOfferedError as error:
            raise SourceAuthError(
                told(
                    "The role of the NetSuite integration may not run SuiteQL: {error}", error=error
                )
            ) from error
        try:
            return datetime.fromisoformat(body["items"][0]["now"])
        except (LookupError, TypeError, ValueError):
            raise SourceContractError(told("NetSuite did not tell the time as asked.")) from None

    def account_facts(self) -> Sequence[AccountFact]:
        """Time zone and form of dates as queries show them, and the limit of requests if we may see it."""
        [row] = self.rows(account_query())
        return [*facts_of(row), requests_at_once(self._limits())]

    def rows(self, text: str) -> Sequence[Mapping[str, Any]]:
        """The first thousand rows of a query."""
        return [_plain(item) for item in self._query(text, 0, Tally())["items"]]

    def _limits(self) -> Mapping[str, Any]:
        """The account's limits; nothing where our role may not see them."""
        try:
            return self._metadata(LIMITS_PATH, LIMITS_MEDIA)
        except (NotOfferedError, SourceContractError):
            return {}

    def begin_run(self, *, urgent: bool = False) -> None:
        """Look at the catalog of custom fields anew; a token lives an hour and hides nothing."""
        self._caller.begin(urgent=urgent)
        self._catalog.forget()

    def page(self, entity: Entity, window: Window, after: Sequence[Any] | None) -> Page:
        """The next page by identity; an empty page, or one without more behind it, is the last."""
        tally = Tally()
        body = self._query(page_query(entity, _parent(entity), window, after), 0, tally)
        return self._page(entity, body, after, tally)

    def keys(self, entity: Entity, window: Window, after: Sequence[Any] | None) -> KeyPage:
        """The next page of keys, by identity."""
        tally = Tally()
        body = self._query(keys_query(entity, _parent(entity), window, after), 0, tally)
        return listed(entity, self._page(entity, body, after, tally), day="owner_day")

    def by_id(self, entity: Entity, identities: Sequence[Sequence[int | str]]) -> Page:
        """These records, in as few queries as their length allows."""
        tally = Tally()
        found: list[Mapping[str, Any]] = []
        at_once = _LIMIT if len(entity.identity) == 1 else _COMPOSITE
        for start in range(0, len(identities), at_once):
            part = identities[start : start + at_once]
            body = self._query(records_query(entity, _parent(entity), part), 0, tally)
            found += map(_plain, body["items"])
        return page_of(found, tally)

    def totals(self, entity: Entity, window: Window) -> Totals:
        """Counts and sums by month, in one query."""
        tally = Tally()
        parent = _parent(entity)
        body = self._query(totals_query(entity, parent, window), 0, tally)
        if body["hasMore"]:
            raise SourceContractError(
                told(
                    "NetSuite tells more than {limit} months of {resource}.",
                    limit=_LIMIT,
                    resource=entity.resource,
                )
            )
        return Totals(
            totals=[_month_total(entity, _plain(item)) for item in body["items"]],
            by_month=(parent or entity).dated is not None,
            requests=tally.requests,
        )

    def _page(
        self,
        entity: Entity,
        body: Mapping[str, Any],
        after: Sequence[Any] | None,
        tally: Tally,
    ) -> Page:
        records = _all_plain(body["items"])
        more = bool(body["hasMore"])
        if more and not records:
            raise SourceContractError(
                told(
                    "NetSuite promises more of {resource} and sends none.", resource=entity.resource
                )
            )
        _check_order(entity, records)
        return Page(
            records=records,
            position=_position(entity, records[-1], after) if more else None,
            expected=_total(body) if after is None else None,
            requests=tally.requests,
            bytes_read=tally.bytes_read,
            waited_ms=tally.waited_ms,
        )

    def custom_fields(self, entity: Entity, *, fresh: bool = False) -> Sequence[SourceField]:
        """The custom fields of an entity, from the metadata catalog."""
        if fresh:
            self._catalog.forget()
        return self._catalog.fields(entity)

    def deletions(self, entity: Entity, since: datetime) -> Sequence[Deletion]:
        """The deleted records of an entity; none for what NetSuite does not list."""
        if entity.deletions is None:
            return []
        names = _TRANSACTIONS if entity.deletions == "transaction" else {entity.deletions}
        found, offset, more = [], 0, True
        while more:  # by offset: the list only grows, and at its end
            body = self._query(deletions_query(since), offset, Tally())
            found += [_deletion(item) for item in body["items"] if _name(item) in names]
            offset += _LIMIT
            more = bool(body["hasMore"])
            if more and not body["items"]:
                raise SourceContractError(told("NetSuite promises more deletions and sends none."))
        return found

    def close(self) -> None:
        """Let go of connections."""
        self._caller.close()

    def _metadata(self, path: str, media: str) -> Mapping[str, Any]:
        url, tally = self._base + path, Tally()

        def ask() -> Ask:
            signed = self._signer.header("GET", url, tally)
            return Ask(method="GET", url=url, headers={"Authorization": signed, "Accept": media})

        def read(answer: Answer) -> Mapping[str, Any]:
            if answer.status == 401:
                raise _Refused(_detail(answer))
            return read_catalog(answer)

        return self._signed(ask, read, tally)

    def _query(self, text: str, offset: int, tally: Tally) -> Mapping[str, Any]:
        return self._signed(lambda: self._ask(text, offset, tally), _read, tally)

    def _signed(
        self,
        ask: Callable[[], Ask],
        read: Callable[[Answer], Mapping[str, Any]],
        tally: Tally,
    ) -> Mapping[str, Any]:
        with self._caller.remembering_refusal():
            return self._signed_in(ask, _Doubting(read), tally)

    def _signed_in(
        self,
        ask: Callable[[], Ask],
        read: Callable[[Answer], Mapping[str, Any]],
        tally: Tally,
    ) -> Mapping[str, Any]:
        for again in (True, False):
            try:
                return self._caller.call(ask, read, tally)
            except _Refused as refusal:
                if not (self._signer.refused() and again):
                    raise SourceAuthError(
                        told(
                            "NetSuite refuses our sign-in ({refusal}). Nothing more was fetched; what was fetched"
                            " is kept. Check the integration, its role and the NetSuite settings.",
                            refusal=refusal,
                        )
                    ) from None
        raise AssertionError("unreachable")

    def _ask(self, text: str, offset: int, tally: Tally) -> Ask:
        url = f"{self._url}?{urlencode({'limit': _LIMIT, 'offset': offset})}"
        return Ask(
            method="POST",
            url=url,
            headers={
                "Authorization": self._signer.header("POST", url, tally),
                "Content-Type": "application/json",
                "Prefer": "transient",
                "Accept": "application/json",
            },
            content=orjson.dumps({"q": text}),
        )


class _Doubting:
    """Reads the answers to one question; a refusal has the benefit of the doubt once.

    One request too many at a time is also refused as "Invalid login attempt": while so many are in flight
    it is taken for that, and asked again more slowly.
    """

    def __init__(self, read: Callable[[Answer], Mapping[str, Any]]) -> None:
        self._read = read
        self._doubted = False

    def __call__(self, answer: Answer) -> Mapping[str, Any]:
        if answer.status == 401 and answer.crowded and not self._doubted:
            self._doubted = True
            raise RateLimitedError(
                told(
                    "NetSuite refuses a sign-in while several requests are at work ({detail}).",
                    detail=_detail(answer),
                )
            )
        return self._read(answer)


def _read(answer: Answer) -> Mapping[str, Any]:
    """The body of a good answer; anything else as what to do about it."""
    answer.refuse_passing_faults()
    if answer.status == 400 and _TOO_MANY in answer.content:  # as scripts of the account refuse
        raise RateLimitedError(told("NetSuite asks to slow down."), answer.retry_after())
    if answer.status == 401:
        raise _Refused(_detail(answer))
    if answer.status == 403:
        raise NotOfferedError(
            told("NetSuite does not permit it: {detail}", detail=_detail(answer)), is_forbidden=True
        )
    if answer.status == 400 and (missing := _NOT_FOUND.search(_detail(answer))):
        raise NotOfferedError(
            told(
                "NetSuite does not offer {missing}: its feature is off, or the role lacks the "
                "permission.",
                missing=missing[1],
            )
        )
    if answer.status == 400 and (unknown := _NO_FIELD.search(_detail(answer))):
        raise FieldRefusedError(
            told(
                "NetSuite does not know or show the field {unknown}: {detail}",
                unknown=unknown[1],
                detail=_detail(answer),
            ),
            (unknown[1],),
        )
    if answer.status != 200:
        raise SourceContractError(
            told(
                "NetSuite answered with status {status}: {detail}",
                status=answer.status,
                detail=_detail(answer),
            )
        )
    body = answer.json()
    if not isinstance(body, dict) or not isinstance(body.get("items"), list):
        raise SourceContractError(told("NetSuite's answer holds no list of items."))
    if body.get("count") != len(body["items"]) or "hasMore" not in body:
        raise SourceUnavailableError(told("NetSuite sent another number of items than it says."))
    return body


def _detail(answer: Answer) -> str:
    """What the error envelope says, wherever this version puts it."""
    try:
        body = orjson.loads(answer.content)
        details = body.get("o:errorDetails") or [{}]
        text = details[0].get("detail") or body.get("title") or body.get("error_description")
    except (orjson.JSONDecodeError, AttributeError, LookupError, TypeError):
        text = None
    return answer.clean(str(text)) if text else answer.excerpt()


def _check_order(entity: Entity, records: Sequence[Mapping[str, Any]]) -> None:
    """Pages go on after the last identity: that is sound only in its order. Texts have the account's own."""
    first = entity.fields[entity.identity[0]]
    if first.kind is not Kind.ID:
        return
    try:
        ids = list(map(int, map(itemgetter(first.source), records)))
    except (KeyError, TypeError, ValueError):
        return  # told where the identity is needed
    if ids != sorted(ids):
        raise SourceContractError(
            told(
                "NetSuite does not order {resource} by its identity, so pages could miss records.",
                resource=entity.resource,
            )
        )


def _position(
    entity: Entity, record: Mapping[str, Any], after: Sequence[Any] | None
) -> Sequence[Any]:
    """The identity of the last record: where the next page begins."""
    fields = [entity.fields[name] for name in entity.identity]
    try:
        key = [
            str(record[field.source]) if field.kind is Kind.TEXT else int(record[field.source])
            for field in fields
        ]
    except (KeyError, TypeError, ValueError):
        raise SourceContractError(
            told(
                "NetSuite sent a record of {resource} without its identity.",
                resource=entity.resource,
            )
        ) from None
    # Texts order by the account's collation, so only ids can be compared here.
    ids = [place for place, field in enumerate(fields) if field.kind is Kind.ID]
    before = None if after is None else list(after)
    if key == before or (before and [key[i] for i in ids] < [before[i] for i in ids]):
        raise SourceContractError(
            told("NetSuite's pages of {resource} do not advance.", resource=entity.resource)
        )
    return key


def _parent(entity: Entity) -> Entity | None:
    return ENTITIES[entity.parent] if entity.parent else None


def _all_plain(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items of a page without links; names are looked at once, for all rows have the same."""
    if all(map(str.islower, set().union(*items))):
        for item in items:
            item.pop("links", None)
        return items
    return [_plain(item) for item in items]


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    """An item without its links, its names as we know them: in lower case, as they come."""
    item.pop("links", None)
    if all(map(str.islower, item)):
        return item
    return {name.lower(): value for name, value in item.items()}


def _month_total(entity: Entity, item: Mapping[str, Any]) -> Total:
    """One line of the totals; a sum of nothing is absent and counts as none."""
    try:
        month = item.get("month_")
        return Total(
            month=int(str(month).replace("-", "")) if month else None,
            rows=int(item["rows_"]),
            sums={
                name: Decimal(str(item.get(f"sum_{place}") or 0))
                for place, name in enumerate(entity.measures)
            },
        )
    except (LookupError, ValueError, InvalidOperation):
        raise SourceContractError(
            told(
                "NetSuite's totals of {resource} are not of the agreed shape.",
                resource=entity.resource,
            )
        ) from None


def _total(body: Mapping[str, Any]) -> int | None:
    total = body.get("totalResults")
    return total if isinstance(total, int) else None


def _name(item: Mapping[str, Any]) -> str:
    """The record name of a deletion: `Journal Entry`, `journalEntry` and `journalentry` are one."""
    return str(item.get("type", "")).lower().replace(" ", "").replace("_", "")


def _deletion(item: Mapping[str, Any]) -> Deletion:
    try:
        at = datetime.fromisoformat(item["deleteddate"])
        return Deletion(identity=(int(item["recordid"]),), at=at)
    except (KeyError, TypeError, ValueError):
        raise SourceContractError(
            told("NetSuite's list of deletions is not of the agreed shape.")
        ) from None
