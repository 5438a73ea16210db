"""What a request to the REST services asks for, checked."""

from __future__ import annotations

from typing import Any

import orjson
from werkzeug.wrappers import Request

from .wire import ApiError, bad_parameter

LARGEST_PAGE = 1000


def require_transient(request: Request) -> None:
    """Refuse a query without `Prefer: transient`."""
    preferences = [part.strip() for part in request.headers.get("Prefer", "").split(",")]
    if "transient" not in preferences:
        raise bad_parameter(
            "The required request header 'Prefer' is missing or its value is not 'transient'.",
            header="Prefer",
        )


def query_of(request: Request) -> tuple[str, list[Any]]:
    """The query text and its parameters."""
    try:
        body = orjson.loads(request.get_data())
    except orjson.JSONDecodeError as error:
        raise ApiError(400, "INVALID_CONTENT", "The request body is not valid JSON.") from error
    text = body.get("q") if isinstance(body, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise ApiError(
            400,
            "INVALID_CONTENT",
            "The request body must contain the query.",
            where={"errorPath": "q"},
        )
    params = body.get("params", [])
    if not isinstance(params, list):
        raise ApiError(
            400, "INVALID_CONTENT", "Parameters must be a list.", where={"errorPath": "params"}
        )
    return text, params


def paging(request: Request, row_cap: int, largest: int = LARGEST_PAGE) -> tuple[int, int]:
    """The page's size and position."""
    limit = _whole(request, "limit", largest)
    offset = _whole(request, "offset", 0)
    if not 1 <= limit <= largest:
        raise bad_parameter(
            f"Invalid value {limit} of 'limit': it must be between 1 and {largest}.",
            query_param="limit",
        )
    if offset % limit:
        raise bad_parameter(
            f"Invalid value {offset} of 'offset': it must be divisible by the page size.",
            query_param="offset",
        )
    if offset + limit > row_cap:
        raise bad_parameter(
            f"Invalid value {offset} of 'offset': a query returns at most {row_cap} results.",
            query_param="offset",
        )
    return limit, offset


def _whole(request: Request, name: str, default: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not text.isdigit():
        raise bad_parameter(f"Invalid value '{text}' of '{name}'.", query_param=name)
    return int(text)
