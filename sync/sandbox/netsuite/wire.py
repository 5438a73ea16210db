"""How NetSuite's REST services speak: content types, the error envelope, links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from werkzeug.wrappers import Response

RESOURCE = "application/vnd.oracle.resource+json"
COLLECTION = f"{RESOURCE}; type=collection"
SINGULAR = f"{RESOURCE}; type=singular"
ERROR = f"{RESOURCE}; type=error"

_RFC2616 = "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#sec10."
_KINDS = {
    400: ("4.1", "Bad Request"),
    401: ("4.2", "Unauthorized"),
    403: ("4.4", "Forbidden"),
    404: ("4.5", "Not Found"),
    405: ("4.6", "Method Not Allowed"),
    429: ("4.1", "Bad Request"),  # the vendor's own title for it
    500: ("5.1", "Internal Server Error"),
}


class ApiError(Exception):
    """An answer other than success, as the REST services give it."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        where: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})
        self.where = {name: value for name, value in (where or {}).items() if value}

    def response(self) -> Response:
        """The error envelope."""
        section, title = _KINDS[self.status]
        detail: dict[str, Any] = {"detail": self.detail, "o:errorCode": self.code}
        detail.update({f"o:{name}": value for name, value in self.where.items()})
        body: dict[str, Any] = {
            "type": _RFC2616 + section,
            "title": title,
            "status": self.status,
            "o:errorDetails": [detail],
        }
        if self.status == 429:
            body["o:errorCode"] = "USER_ERROR"
        answer = reply(body, ERROR, self.status)
        answer.headers.update(self.headers)
        return answer


def bad_parameter(detail: str, *, header: str = "", query_param: str = "") -> ApiError:
    """400 INVALID_PARAMETER."""
    where = {"errorHeader": header, "errorQueryParam": query_param}
    return ApiError(400, "INVALID_PARAMETER", detail, where=where)


def reply(body: Any, content_type: str, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(orjson.dumps(body), status=status, content_type=content_type)


def page_links(url: str, limit: int, offset: int, total: int) -> list[dict[str, str]]:
    """The links of one page of a collection; which rels appear depends on where the page is."""
    last = max(0, (total - 1) // limit * limit)
    places = []
    if offset > 0:
        places += [("first", 0), ("prev", max(0, offset - limit))]
    if offset + limit < total:
        places += [("next", offset + limit), ("last", last)]
    places.append(("self", offset))
    return [
        {"rel": rel, "href": f"{url}?limit={limit}&offset={position}"} for rel, position in places
    ]
