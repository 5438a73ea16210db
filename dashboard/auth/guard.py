"""The one gate: every request passes here, and everything not listed as public needs a session."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlsplit

from flask import Flask, Request, Response, abort, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from models.texts import _

from ..settings import DashboardSettings

PUBLIC = frozenset({"/sign-in", "/sign-in/start", "/auth/callback", "/signed-out", "/healthz"})
# A stranger's request for one of these is a program's, not a reader's: it gets 401, not a page.
_MACHINE = ("/_dash", "/_reload-hash", "/_favicon", "/_mcp", "/assets/", "/export/", "/api/")
API = "/api/v1"  # of programs: tokens open it, a session does not
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def is_public(path: str) -> bool:
    """Whether a stranger may have this path."""
    return path in PUBLIC


def is_api(path: str) -> bool:
    """Whether a path belongs to the HTTP API."""
    return path == API or path.startswith(f"{API}/")


def protect(
    server: Flask, settings: DashboardSettings, by_token: Callable[[], BaseResponse | None]
) -> None:
    """Put the gate in front of every route; `by_token` decides about those of the HTTP API.

    It must be registered before CSRF protection: the other way round an expired session answers
    400 instead of 401, and the reader sees a dead page.
    """
    own = _origin(settings.public_url)

    @server.before_request
    def gate() -> BaseResponse | None:
        if request.method not in _SAFE and not _from_here(request, own):
            abort(403, _("The request came from another site."))
        if is_api(request.path):
            return by_token()
        if is_public(request.path) or current_user.is_authenticated:
            return None
        if request.method not in _SAFE or request.path.startswith(_MACHINE):
            return Response(_("Sign in first."), 401, content_type="text/plain; charset=utf-8")
        return redirect(f"/sign-in?next={quote(_here(request), safe='')}")


def safe_next(target: str | None) -> str:
    """A path on this site to go to after signing in; anything else becomes the start page."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return "/"
    if urlsplit(target).netloc or any(ord(letter) < 32 for letter in target):
        return "/"
    return target


def _here(incoming: Request) -> str:
    query = incoming.query_string.decode()
    return f"{incoming.path}?{query}" if query else incoming.path


def _from_here(incoming: Request, own: str) -> bool:
    origin = incoming.headers.get("Origin")
    if (
        origin is None
    ):  # some same-origin requests carry none; then the fetch metadata must not object
        return incoming.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
    return origin == own


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
