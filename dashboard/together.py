"""What a page asks at one moment comes in one request, and is answered part by part as each is ready.

A part is what Dash would have sent alone. Each passes the same gate, the same check of its form token and the same
permission as it would alone; that one is refused or fails does not touch the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

import brotli
from flask import Flask, Response, abort, request

from .compressed import QUALITY
from .locales import TOLD, current

ADDRESS = "/_dash-update-components"
_ONE = "/_dash-update-component"
_MOST = 60  # parts of one request
_FLOW = "werkzeug.request"  # the request as an object, which each part has of its own


def add_together(server: Flask) -> None:
    """Add the route."""

    @server.post(ADDRESS)
    def together() -> Response:
        """Answer each part with a line: its place, its status, its body."""
        asked = request.get_json()
        if not isinstance(asked, list) or not 0 < len(asked) <= _MOST:
            abort(400)
        around = {name: value for name, value in request.environ.items() if name != _FLOW}
        around[TOLD] = current()
        lines = _lines(server, around, asked)
        if not request.accept_encodings.quality("br"):
            return Response(lines, content_type="text/plain; charset=utf-8")
        answer = Response(_compressed(lines), content_type="text/plain; charset=utf-8")
        answer.headers["Content-Encoding"] = "br"
        answer.headers["Vary"] = "Accept-Encoding"
        return answer


def _lines(server: Flask, around: Mapping[str, Any], asked: Sequence[Any]) -> Iterator[bytes]:
    for place, one in enumerate(asked):
        status, body = _answered(server, around, json.dumps(one).encode())
        # JSON has no line breaks of its own; what is not JSON is for a log, not for a reader
        yield b"%d %d %s\n" % (place, status, body.replace(b"\n", b" "))


def _answered(server: Flask, around: Mapping[str, Any], body: bytes) -> tuple[int, bytes]:
    own = {
        **around,
        "PATH_INFO": _ONE,
        "QUERY_STRING": "",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "HTTP_ACCEPT_ENCODING": "identity",  # the whole is compressed, not each part
    }
    answer = Response.from_app(server.wsgi_app, own, buffered=True)
    return answer.status_code, answer.get_data()


def _compressed(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Compress so that each line can be read when it arrives."""
    compressor = brotli.Compressor(quality=QUALITY)
    for line in lines:
        yield compressor.process(line) + compressor.flush()
    yield compressor.finish()
