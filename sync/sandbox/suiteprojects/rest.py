"""REST v1: lists and single objects, the filter-set cache refresh, and what is not offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from flask import Blueprint, Response, abort, make_response, request

from ..system import Key, Row
from .account import Account
from .conditions import Condition, Every, OneOf
from .listing import Page, meta_of_list, meta_of_one
from .names import REFRESH_CACHE, RESOURCES, Resource
from .query import QueryError, parse
from .restargs import ListArguments, RestError, expansions, projection
from .store import TableView
from .tokens import Access
from .wire import Encoder, json_encoder, json_value

_VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@dataclass(frozen=True, slots=True)
class _Expanded:
    """A reference to expand: the column that holds it and how its objects are written."""

    column: str
    view: TableView
    encode: Encoder


def rest(account: Account) -> Blueprint:
    """The routes under /rest/v1."""
    routes = Blueprint("rest", __name__, url_prefix="/rest/v1")

    @routes.errorhandler(RestError)
    def failed(error: RestError) -> Response:
        return _json(error.status, f'{{"message":{json_value(str(error))}}}')

    @routes.errorhandler(QueryError)
    def misasked(error: QueryError) -> Response:
        return _json(400, f'{{"message":{json_value(str(error))}}}')

    @routes.post(f"/{REFRESH_CACHE}")
    def refresh_cache() -> Response:
        access = _admitted(account)
        body = request.get_json(silent=True)
        if not isinstance(body, dict) or body.get("filterSet") is not True:
            raise RestError(400, "FilterSet deserialization failed")
        account.tokens.renew_cache(access, "rest")
        return _json(200, '{"message":"success"}')

    @routes.route("/<path>/", methods=_VERBS, provide_automatic_options=False)
    @routes.route("/<path>", methods=_VERBS, provide_automatic_options=False)
    def collection(path: str) -> Response:
        access = _admitted(account)
        resource = _offered(account, path)
        if request.method == "OPTIONS":
            return _discovered(resource)
        return _listed(account, access, resource)

    @routes.route("/<path>/<identity>/", methods=_VERBS, provide_automatic_options=False)
    @routes.route("/<path>/<identity>", methods=_VERBS, provide_automatic_options=False)
    def single(path: str, identity: str) -> Response:
        access = _admitted(account)
        return _one(account, access, _offered(account, path), identity)

    return routes


def _admitted(account: Account) -> Access:
    """The access of the request's token; a RestError when it has none, or the account is over its limit."""
    header = request.headers.get("Authorization")
    if header is None:
        _unauthorized("Bearer")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise RestError(400, "The Authorization header is malformed.")
    access = account.tokens.access(token.strip())
    if access is None:
        _unauthorized('Bearer error="invalid_token"')
    if "rest" not in access.scopes:
        raise RestError(403, "The access token's scope does not include rest.")
    if not account.quota.take():
        raise RestError(429, "The account's request limit is reached.")
    return access


def _unauthorized(challenge: str) -> NoReturn:
    answer = _json(401, '{"message":"The access token is missing, invalid or expired."}')
    answer.headers["WWW-Authenticate"] = challenge
    abort(answer)


def _offered(account: Account, path: str) -> Resource:
    resource = RESOURCES.get(path)
    if resource is None:
        raise RestError(404, "No such resource.")
    if resource.datatype in account.config.datatypes_off:
        raise RestError(403, "The feature is switched off in this account.")
    if request.method not in resource.methods:
        answer = _json(405, '{"message":"The method is not offered on this resource."}')
        answer.headers["Allow"] = ", ".join(resource.methods)
        abort(answer)
    if request.method not in ("GET", "OPTIONS"):
        raise RestError(403, "The user's role may only read.")
    return resource


def _discovered(resource: Resource) -> Response:
    answer = _json(200, '{"message":"success"}')
    answer.headers["Allow"] = ", ".join(resource.methods)
    return answer


def _listed(account: Account, access: Access, resource: Resource) -> Response:
    with account.store.lock:
        view = account.store.view(resource.datatype)
        if view is None:  # a feature without a single row
            arguments = ListArguments.read(request.args, None, account.config.largest_page)
            page = Page(account.config.root, resource, arguments, 0)
            return _json(200, _envelope("[]", meta_of_list(page, [])))
        arguments = ListArguments.read(request.args, view, account.config.largest_page)
        condition = _condition(resource, view, account.config.not_queryable)
        keys = view.select(condition, arguments.order, account.seen_until(access, "rest"))
        part = keys[arguments.offset : arguments.offset + arguments.limit]
        rows = [view.rows[key] for key in (part[::-1] if account.config.is_unsorted else part)]
        expanded = _expanded(account, view)
    page = Page(account.config.root, resource, arguments, len(keys))
    encode = _encoder(account, view, projection(request.args, view))
    data = "[" + ",".join(map(encode, rows)) + "]"
    return _json(200, _envelope(data, meta_of_list(page, rows), _included(expanded, rows)))


def _one(account: Account, access: Access, resource: Resource, identity: str) -> Response:
    with account.store.lock:
        view = account.store.view(resource.datatype)
        key: Key | None = (int(identity),) if identity.isdecimal() else None
        row = view.rows.get(key) if view and key else None
        if view is None or key is None or row is None or not _of_class(row, resource):
            raise RestError(404, "No such object.")
        if view.is_hidden(key, account.seen_until(access, "rest")):
            raise RestError(404, "No such object.")
        expanded = _expanded(account, view)
        encode = _encoder(account, view, projection(request.args, view))
    meta = meta_of_one(account.config.root, resource, row)
    return _json(200, _envelope(encode(row), meta, _included(expanded, [row])))


def _condition(resource: Resource, view: TableView, barred: frozenset[str]) -> Condition:
    text = request.args.get("q")
    asked: Condition = parse(text, view, barred) if text else Every()
    kept = _class_condition(resource, view)
    return asked if kept is None else Every((kept, asked))


def _class_condition(resource: Resource, view: TableView) -> Condition | None:
    """Which of the project's tasks a resource shows: tasks, phases or milestones."""
    if resource.task_class is None:
        return None
    if "classification" in view.columns:
        return OneOf("classification", (resource.task_class,))
    if resource.task_class == "M":
        return OneOf("id", ())
    return OneOf("is_a_phase", (True,) if resource.task_class == "P" else (False, None))


def _of_class(row: Row, resource: Resource) -> bool:
    if resource.task_class is None:
        return True
    found = row.get("classification") or ("P" if row.get("is_a_phase") else "T")
    return bool(found == resource.task_class)


def _expanded(account: Account, view: TableView) -> list[_Expanded]:
    found = []
    for column, datatype in expansions(request.args, view):
        target = account.store.view(datatype)
        if target is not None:
            found.append(_Expanded(column, target, _encoder(account, target, target.columns)))
    return found


def _encoder(account: Account, view: TableView, columns: Sequence[str]) -> Encoder:
    config = account.config
    return json_encoder(view, columns, iso=config.iso_date_times, off=config.rest_moments_off)


def _included(expanded: Sequence[_Expanded], rows: Sequence[Row]) -> str | None:
    if "expand" not in request.args:
        return None
    objects = []
    for reference in expanded:
        keys = sorted({(row[reference.column],) for row in rows if row.get(reference.column)})
        found = (reference.view.rows.get(key) for key in keys)
        objects += [reference.encode(row) for row in found if row is not None]
    return "[" + ",".join(objects) + "]"


def _envelope(data: str, meta: str, included: str | None = None) -> str:
    more = f',"included":{included}' if included is not None else ""
    return f'{{"message":"success","data":{data}{more},"meta":{meta}}}'


def _json(status: int, body: str) -> Response:
    answer = make_response(body, status)
    answer.content_type = "application/json; charset=utf-8"
    return answer
