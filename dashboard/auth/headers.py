"""The security headers of every answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from ..settings import DashboardSettings
from .guard import is_api

_YEAR = 365 * 24 * 3600


class FormSessions(SecureCookieSessionInterface):
    """Flask's sessions, but a file that is the same for everybody does not vary by cookie.

    Each page brings a fresh form token in a cookie: a browser that minds it would fetch every file anew.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Flask calls it last, after all that `secure` adds."""
        super().save_session(app, session, response)
        if "immutable" in response.headers.get("Cache-Control", ""):
            response.vary.discard("cookie")


def policy(script_hashes: Sequence[str]) -> str:
    """The content security policy: scripts from here only, plus Dash's own inline ones by hash."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {' '.join(script_hashes)}".strip(),
            "style-src 'self' 'unsafe-inline'",  # the component library writes style elements
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def secure(
    server: Flask, settings: DashboardSettings, script_hashes: Callable[[], Sequence[str]]
) -> None:
    """Add the headers to every answer."""
    server.session_interface = FormSessions()

    @server.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = policy(script_hashes())
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if settings.secure_cookies:
            headers["Strict-Transport-Security"] = f"max-age={_YEAR}; includeSubDomains"
        headers["Cache-Control"] = _caching(response)
        if is_api(request.path):
            response.vary.add("Authorization")
        return response


def _caching(response: Response) -> str:
    versioned = request.path.startswith("/_dash-component-suites/") or (
        request.path.startswith("/assets/") and "m" in request.args
    )
    if response.status_code in {200, 304} and versioned:
        return f"private, max-age={_YEAR}, immutable"
    if response.status_code in {200, 304} and is_api(request.path):
        return "private, no-cache"  # may be kept, if its ETag is asked about each time
    return "no-store"
