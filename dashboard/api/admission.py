"""The API's part of the gate: a token in the header, and nothing else, lets a request in."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from flask import Response, g, request

from ..auth.tokens import Caller, Refusal, Tokens
from ..services import Services
from .limiting import Limiter
from .problems import TOKEN_MISSING, TOKEN_REFUSED, TOO_MANY, Problem


def admission(services: Services) -> Callable[[], Response | None]:
    """Make the check that stands before every address of the API."""
    settings = services.settings
    tokens = Tokens(services.record, settings, services.clock)
    limiter = Limiter(settings.api_requests_per_minute, settings.workers, services.clock)

    def admit() -> Response | None:
        try:
            g.caller = _caller(tokens, limiter)
        except Problem as problem:
            return problem.response()
        return None

    return admit


def caller() -> Caller:
    """Who asks; the gate has made sure that somebody does."""
    return cast("Caller", g.caller)


def _caller(tokens: Tokens, limiter: Limiter) -> Caller:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not value.strip():
        raise Problem(TOKEN_MISSING, "The request bears no token in its Authorization header.")
    found = tokens.admit(value.strip(), request.remote_addr or "unknown")
    if isinstance(found, Refusal):
        raise Problem(TOKEN_REFUSED, found.value, found.advice)
    seconds = limiter.wait(found.token_id)
    if seconds:
        raise Problem(
            TOO_MANY,
            "This token has sent more requests than it may in a minute; this one was not answered.",
            headers={"Retry-After": str(seconds)},
        )
    return found
