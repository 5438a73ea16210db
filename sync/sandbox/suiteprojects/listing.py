"""The `meta` part of a REST answer: counts and links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import request

from ..system import Row
from .names import Resource
from .restargs import ListArguments


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, by its place in the whole."""

    root: str
    resource: Resource
    arguments: ListArguments
    total: int

    def href(self, offset: int) -> str:
        """The address of the page at an offset, with the request's other parameters."""
        kept = [item for item in request.args.items() if item[0] not in ("limit", "offset")]
        paging = [("limit", str(self.arguments.limit)), ("offset", str(offset))]
        return f"{self.root}/rest/v1/{self.resource.path}/?{urlencode(kept + paging)}"


def meta_of_list(page: Page, rows: Sequence[Row]) -> str:
    """Paging and links: the first page names no `first` or `prev`, the last no `next` or `last`."""
    limit, offset, total = page.arguments.limit, page.arguments.offset, page.total
    pages = ceil(total / limit)
    places = {"self": offset}
    if offset > 0:
        places |= {"first": 0, "prev": offset - limit}
    if offset + limit < total:
        places |= {"next": offset + limit, "last": (pages - 1) * limit}
    meta: dict[str, Any] = {
        "rowsPerPage": limit,
        "totalPages": pages,
        "totalRows": total,
        "links": [{"rel": rel, "href": page.href(at)} for rel, at in places.items()],
        "relationships": _relationships(page.root, page.resource, rows),
    }
    return orjson.dumps(meta).decode()


def meta_of_one(root: str, resource: Resource, row: Row) -> str:
    """Links of a single object: no paging."""
    href = f"{root}/rest/v1/{resource.path}/{row['id']}"
    meta = {
        "links": [{"rel": "self", "href": href}],
        "relationships": _relationships(root, resource, [row]),
    }
    return orjson.dumps(meta).decode()


def _relationships(root: str, resource: Resource, rows: Sequence[Row]) -> list[dict[str, Any]]:
    if not resource.attachments:
        return []
    base = f"{root}/rest/v1/{resource.path}"
    return [
        {"attachments": {"href": f"{base}/{row['id']}/attachments"}}
        for row in rows
        if row.get("attachmentid")
    ]
