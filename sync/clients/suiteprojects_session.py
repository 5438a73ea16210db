"""Asks SuiteProjects Pro with an access token; a refused one is replaced, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from models.errors import SourceAuthError
from models.told import told

from .http import Answer, Ask, Caller
from .pacing import Tally
from .suiteprojects_auth import AccessTokens

T = TypeVar("T")


class Refused(Exception):
    """The access token was refused."""


def signed_in(
    caller: Caller,
    tokens: AccessTokens,
    ask: Callable[[str], Ask],
    read: Callable[[Answer], T],
    tally: Tally,
) -> T:
    """What `read` makes of the answer to `ask`, which is given the access token.

    Raises:
        SourceAuthError: a new token is refused, too.
    """
    with caller.remembering_refusal():
        token = tokens.current(tally)
        try:
            return caller.call(lambda: ask(token), read, tally)
        except Refused:
            token = tokens.renew(token, tally)
        return _again(caller, token, ask, read, tally)


def _again(
    caller: Caller,
    token: str,
    ask: Callable[[str], Ask],
    read: Callable[[Answer], T],
    tally: Tally,
) -> T:
    try:
        return caller.call(lambda: ask(token), read, tally)
    except Refused as refusal:
        raise SourceAuthError(
            told(
                "SuiteProjects Pro refuses a new access token, too ({refusal}). What was fetched is "
                "kept. Check that the application is active and its scopes are rest and xml.",
                refusal=refusal,
            )
        ) from None
