"""The simulated NetSuite as one WSGI application."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from ..governor import Governor
from ..system import SourceSystem
from .config import NetSuiteConfig
from .mirror import Mirror
from .oauth2 import TOKEN_PATH, TokenService, invalid_login
from .pages import RecordPages
from .query import QueryService
from .records import RecordService
from .requests import paging, query_of, require_transient
from .tba import TokenBasedAuthentication
from .variants import refuse_what_is_off
from .wire import COLLECTION, ApiError, page_links, reply

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SUITEQL_PATH = "/services/rest/query/v1/suiteql"

_RECORD = "/services/rest/record/v1"
_URLS = Map(
    [
        Rule(TOKEN_PATH, endpoint="token", methods=["POST"]),
        Rule(SUITEQL_PATH, endpoint="suiteql", methods=["POST"]),
        Rule("/services/rest/system/v1/governanceLimits", endpoint="limits", methods=["GET"]),
        Rule("/services/rest/system/v1/serverTime", endpoint="server_time", methods=["GET"]),
        Rule(f"{_RECORD}/metadata-catalog", endpoint="catalog", methods=["GET"]),
        Rule(f"{_RECORD}/metadata-catalog/<type>", endpoint="schema", methods=["GET"]),
        Rule(f"{_RECORD}/<type>", endpoint="records", methods=["GET"]),
        Rule(f"{_RECORD}/<type>/<id>", endpoint="record", methods=["GET"]),
        Rule(f"{_RECORD}/<type>", endpoint="write", methods=["POST", "PATCH", "PUT", "DELETE"]),
        Rule(
            f"{_RECORD}/<type>/<path:rest>",
            endpoint="write",
            methods=["POST", "PATCH", "PUT", "DELETE"],
        ),
        Rule("/", endpoint="page", methods=["GET"]),
        Rule("/app/<path:rest>", endpoint="page", methods=["GET"]),
    ]
)


class NetSuite:
    """One simulated account: its services and its record pages."""

    def __init__(
        self, system: SourceSystem, config: NetSuiteConfig, clock: Callable[[], datetime]
    ) -> None:
        mirror = Mirror(system, config)
        self.config = config
        self.tokens = TokenService(config, clock)
        self.tba = TokenBasedAuthentication(config, clock)
        self.governor = Governor(config.concurrency)
        self._clock = clock
        self._queries = QueryService(mirror, config, clock)
        self._records = RecordService(system, config)
        self._pages = RecordPages(system, config)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        try:
            response = self._answer(request)
        except ApiError as error:
            response = error.response()
        except HTTPException as error:
            response = _http_error(error).response()
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        endpoint, values = _URLS.bind_to_environ(request.environ).match()
        if endpoint == "token":
            return self.tokens.issue(request)
        if endpoint == "page":
            return self._pages.page(request)
        with self.governor.admitted() as admitted:
            if not admitted:
                raise concurrency_exceeded()
            self._authenticate(request)
            handler: Callable[..., Response] = getattr(self, f"on_{endpoint}")
            return handler(request, **values)

    def _authenticate(self, request: Request) -> None:
        header = request.headers.get("Authorization", "")
        scheme, _, rest = header.partition(" ")
        if scheme.lower() == "bearer":
            self.tokens.authenticate(rest.strip())
        elif scheme.lower() == "oauth":
            self.tba.authenticate(request, header)
        else:
            raise invalid_login()

    def on_suiteql(self, request: Request) -> Response:
        """A page of a query's answer."""
        require_transient(request)
        text, params = query_of(request)
        limit, offset = paging(request, self.config.row_cap, self.config.largest_page)
        refuse_what_is_off(text, self.config)
        page = self._queries.page(text, params, limit, offset)
        body = {
            "links": page_links(self._url(SUITEQL_PATH), limit, offset, page.total),
            "count": len(page.items),
            "hasMore": offset + len(page.items) < page.total,
            "items": page.items[::-1] if self.config.is_unsorted else page.items,
            "offset": offset,
            "totalResults": page.total,
        }
        if not self.config.tells_total:
            del body["totalResults"]
        return reply(body, COLLECTION)

    def on_records(self, request: Request, type: str) -> Response:
        """The ids of a kind of record."""
        limit, offset = paging(request, self.config.row_cap, self.config.largest_page)
        return self._records.ids(type, request.args.get("q"), limit, offset)

    def on_record(self, request: Request, type: str, id: str) -> Response:
        """One record with its fields."""
        fields = [name for name in request.args.get("fields", "").split(",") if name]
        expand = request.args.get("expandSubResources") == "true"
        return self._records.get(type, id, fields, expand)

    def on_catalog(self, request: Request) -> Response:
        """The kinds of record there are."""
        return self._records.catalog()

    def on_schema(self, request: Request, type: str) -> Response:
        """The fields of one kind of record."""
        return self._records.schema(type)

    def on_write(self, request: Request, type: str, **_: str) -> Response:
        """Any write: the role of this integration may only read."""
        raise ApiError(
            403,
            "INSUFFICIENT_PERMISSION",
            f"Permission Violation: You need a higher level of permission to change {type}.",
        )

    def on_server_time(self, request: Request) -> Response:
        """The server's clock."""
        moment = self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return reply({"serverTime": moment}, "application/json")

    def on_limits(self, request: Request) -> Response:
        """How many requests may run at one time."""
        if not self.config.tells_limits:
            raise ApiError(
                403, "INSUFFICIENT_PERMISSION", "Only administrators may see the limits."
            )
        limit = self.config.concurrency
        body = {
            "accountConcurrencyLimit": limit,
            "accountUnallocatedConcurrencyLimit": limit,
            "integrationLimitType": "accountLimit",
        }
        return reply(body, "application/json")

    def _url(self, path: str) -> str:
        return self.config.base_url.rstrip("/") + path


def create_netsuite(
    system: SourceSystem, config: NetSuiteConfig, clock: Callable[[], datetime]
) -> NetSuite:
    """The simulated account as a WSGI application."""
    return NetSuite(system, config, clock)


def concurrency_exceeded() -> ApiError:
    """The answer to one request too many at a time."""
    return ApiError(
        429, "CONCURRENCY_LIMIT_EXCEEDED", "Concurrent request limit exceeded. Request blocked."
    )


def _http_error(error: HTTPException) -> ApiError:
    if error.code == 405:
        return ApiError(405, "METHOD_NOT_ALLOWED", "The HTTP method is not allowed here.")
    if error.code == 404:
        return ApiError(404, "INVALID_REQUEST", "The requested resource does not exist.")
    return ApiError(400, "INVALID_REQUEST", error.description or "The request is malformed.")
