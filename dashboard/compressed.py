"""Scripts and style sheets, compressed once: they are the same for everyone until the next version."""

from __future__ import annotations

from hashlib import sha256

import brotli
from flask import Flask, Response, request

QUALITY = 5  # as quick as the usual 4, and smaller
_FILES = ("/_dash-component-suites/", "/assets/")
_KINDS = frozenset({"text/css", "text/javascript", "application/javascript"})


def keep_compressed(server: Flask) -> None:
    """Answer with what was compressed before; registered after what compresses all other answers."""
    kept: dict[bytes, bytes] = {}

    @server.after_request
    def compress(response: Response) -> Response:
        if not _is_file(response) or not request.accept_encodings.quality("br"):
            return response
        response.direct_passthrough = False
        content = response.get_data()
        mark = sha256(content).digest()
        if mark not in kept:
            kept[mark] = brotli.compress(content, quality=QUALITY)
        response.set_data(kept[mark])
        response.headers["Content-Encoding"] = "br"
        response.vary.add("Accept-Encoding")
        tag, is_weak = response.get_etag()
        if tag and not is_weak:
            response.set_etag(f"{tag}:br")
        response.make_conditional(request)
        return response


def _is_file(response: Response) -> bool:
    is_asked = request.method == "GET" and request.path.startswith(_FILES)
    return is_asked and response.status_code == 200 and response.mimetype in _KINDS
