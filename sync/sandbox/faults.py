"""Makes a simulated system misbehave, one request at a time, in the ways real ones do.

    app = Misbehaving(create_netsuite(…))
    app.misbehave(rate_limited(), truncated_json().on("customer"))

Each fault waits in a queue until a request it is meant for comes by. Sign-in and record pages are
left alone unless a fault names them.
"""

from __future__ import annotations

import gzip
import socket
from collections.abc import Callable, Iterator
from typing import Any

import orjson
from lxml import etree
from werkzeug.wrappers import Response

from .misbehaving import NETSUITE_PATH, XML_PATH, Exchange, Fault, Misbehaving

__all__ = [
    "Fault",
    "Misbehaving",
    "broken_record",
    "connection_reset",
    "cut_body",
    "cut_gzip",
    "drip",
    "duplicate_page",
    "empty_page",
    "expired_token",
    "html_page",
    "rate_limited",
    "repeated_position",
    "server_error",
    "skipped_page",
    "slow",
    "truncated_json",
    "xml_status",
]

_ALWAYS = 1_000_000


def rate_limited(retry_after: float | None = None) -> Fault:
    """Too many requests, with or without the wait the system asks for."""

    def answer(exchange: Exchange) -> Response:
        path = exchange.request.path
        if path.startswith(XML_PATH):
            return _xml_refusal(556)
        response = _refusal(
            path,
            429,
            "CONCURRENCY_LIMIT_EXCEEDED",
            "Concurrent request limit exceeded. Request blocked.",
        )
        if retry_after is not None:
            response.headers["Retry-After"] = f"{retry_after:g}"
        return response

    return Fault("rate_limited", answer)


def server_error(status: int = 500) -> Fault:
    """The system fails on its own side."""

    def answer(exchange: Exchange) -> Response:
        if status != 500 or exchange.request.path.startswith(XML_PATH):
            return Response(_PROXY_PAGE, status=status, content_type="text/html")
        return _refusal(
            exchange.request.path,
            status,
            "UNEXPECTED_ERROR",
            "An unexpected error occurred. Error ID: simulated",
        )

    return Fault("server_error", answer)


def truncated_json() -> Fault:
    """The genuine answer, JSON or XML, cut in the middle."""

    def answer(exchange: Exchange) -> Response:
        response = exchange.genuine()
        body = response.get_data()
        response.set_data(body[: len(body) // 2])
        return response

    return Fault("truncated_json", answer)


def cut_gzip() -> Fault:
    """The genuine answer, compressed, of which the second half is missing."""

    def answer(exchange: Exchange) -> Response:
        response = exchange.genuine()
        packed = gzip.compress(response.get_data())
        response.set_data(packed[: len(packed) // 2])
        response.headers["Content-Encoding"] = "gzip"
        return response

    return Fault("cut_gzip", answer)


def cut_body() -> Fault:
    """The connection ends in the middle of the body, before as many bytes were sent as announced."""

    def answer(exchange: Exchange) -> Response:
        response = exchange.genuine()
        body = response.get_data()
        response.response = [body[: len(body) // 2]]
        response.headers["Content-Length"] = str(len(body))
        return response

    return Fault("cut_body", answer)


def drip(seconds: float) -> Fault:
    """A blank now and then, for as long as somebody listens, and never an answer."""

    def answer(exchange: Exchange) -> Response:
        def blanks() -> Iterator[bytes]:
            while True:
                exchange.sleep(seconds)
                yield b" "

        return Response(blanks(), content_type="application/json")

    return Fault("drip", answer)


def xml_status(code: int, command: str = "Read") -> Fault:
    """HTTP says 200, the XML inside says that it failed."""

    def answer(exchange: Exchange) -> Response:
        auth = "" if command == "Auth" else '<Auth status="0"/>'
        body = f'<?xml version="1.0"?><response>{auth}<{command} status="{code}"/></response>'
        return Response(body, content_type="text/xml; charset=utf-8")

    return Fault("xml_status", answer)


def skipped_page(records: int) -> Fault:
    """The genuine answer without its first records, as if they were not there."""

    def skip(found: list[Any]) -> None:
        del found[:records]

    def skip_xml(found: list[etree._Element]) -> None:
        _remove_all(found[:records])

    return Fault("skipped_page", lambda exchange: _edited(exchange, skip, skip_xml))


def html_page() -> Fault:
    """A page for people with status 200 where data should be."""
    return Fault("html_page", lambda _: Response(_PROXY_PAGE, status=200, content_type="text/html"))


def connection_reset() -> Fault:
    """The connection ends without an answer."""

    def answer(exchange: Exchange) -> Response:
        environ = exchange.request.environ
        connection = environ.get("werkzeug.socket") or environ.get("gunicorn.socket")
        if connection is not None:
            connection.shutdown(socket.SHUT_RDWR)
        raise ConnectionResetError("the simulated system dropped the connection")

    return Fault("connection_reset", answer)


def slow(seconds: float) -> Fault:
    """The genuine answer, late."""

    def answer(exchange: Exchange) -> Response:
        exchange.sleep(seconds)
        return exchange.genuine()

    return Fault("slow", answer)


def expired_token() -> Fault:
    """The access token is not accepted any more."""

    def answer(exchange: Exchange) -> Response:
        path = exchange.request.path
        if path.startswith(XML_PATH):
            return _xml_refusal(9)
        response = _refusal(path, 401, "INVALID_LOGIN", "Invalid login attempt.")
        response.headers["WWW-Authenticate"] = (
            'Bearer realm="simulated", error="invalid_token", '
            'error_description="Invalid login attempt."'
        )
        return response

    return Fault("expired_token", answer)


def duplicate_page() -> Fault:
    """The page served before, once more, in place of the one asked for."""
    return Fault("duplicate_page", lambda exchange: _again(exchange))


def repeated_position(times: int = _ALWAYS) -> Fault:
    """The page served before, again and again, always promising more."""

    def answer(exchange: Exchange) -> Response:
        response = _again(exchange)
        if _is_json(response):
            body = orjson.loads(response.get_data())
            body["hasMore"] = True
            response.set_data(orjson.dumps(body))
        return response

    return Fault("repeated_position", answer, times=times)


def empty_page() -> Fault:
    """A well-formed answer without a single record."""

    def empty(records: list[Any]) -> None:
        records.clear()

    return Fault("empty_page", lambda exchange: _edited(exchange, empty, _remove_all))


def broken_record(field: str, value: Any) -> Fault:
    """The genuine answer, with a value in its first record that should not be there."""

    def change(records: list[Any]) -> None:
        if records:
            records[0][field] = value

    def change_xml(records: list[etree._Element]) -> None:
        found = records[0].find(field) if records else None
        if found is not None:
            for child in list(found):
                found.remove(child)
            found.text = str(value)

    return Fault("broken_record", lambda exchange: _edited(exchange, change, change_xml))


_PROXY_PAGE = (
    "<!doctype html><html><head><title>Scheduled maintenance</title></head>"
    "<body><h1>We will be back shortly</h1></body></html>"
)


def _refusal(path: str, status: int, code: str, detail: str) -> Response:
    body: dict[str, Any] = {"message": detail}
    content_type = "application/json"
    if path.startswith(NETSUITE_PATH):
        content_type = "application/vnd.oracle.resource+json; type=error"
        body = {
            "type": "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#sec10",
            "title": "Bad Request" if status == 429 else detail,
            "status": status,
            "o:errorDetails": [{"detail": detail, "o:errorCode": code}],
        }
    return Response(orjson.dumps(body), status=status, content_type=content_type)


def _xml_refusal(code: int) -> Response:
    body = f'<?xml version="1.0" standalone="yes"?><response><Auth status="{code}"/></response>'
    return Response(body, content_type="text/xml; charset=utf-8")


def _again(exchange: Exchange) -> Response:
    before = exchange.previous
    if before is None:
        return exchange.genuine()
    return Response(before.get_data(), status=200, content_type=before.content_type)


def _edited(
    exchange: Exchange,
    edit: Callable[[list[Any]], None],
    edit_xml: Callable[[list[etree._Element]], None],
) -> Response:
    response = exchange.genuine()
    if _is_json(response):
        body = orjson.loads(response.get_data())
        records = body.get("items", body.get("data")) if isinstance(body, dict) else None
        if isinstance(records, list):
            edit(records)
            if "count" in body:
                body["count"] = len(records)
            if not records and "hasMore" in body:
                body |= {"hasMore": False, "totalResults": 0}
        response.set_data(orjson.dumps(body))
    elif exchange.request.path.startswith(XML_PATH):
        parser = etree.XMLParser(resolve_entities=False)
        root = etree.fromstring(response.get_data(), parser)
        edit_xml([record for read in root.iter("Read") for record in read])
        response.set_data(etree.tostring(root, xml_declaration=True, encoding="utf-8"))
    return response


def _remove_all(records: list[etree._Element]) -> None:
    for record in records:
        parent = record.getparent()
        if parent is not None:
            parent.remove(record)


def _is_json(response: Response) -> bool:
    return "json" in (response.content_type or "")
