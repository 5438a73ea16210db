"""How texts, numbers, money and dates are written: as the person chose, else as the browser asks, else as the settings say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import cast

from flask import g, has_request_context, request
from flask_login import current_user

from . import preferences
from .auth.guard import is_api
from .services import services

DEFAULT = "en_GB"
TOLD = "oneview.locale"  # of the environment of a request that is a part of another: whose locale it is, found before
LOCALES: Mapping[str, str] = {
    "en_GB": "English (UK)",
    "en_US": "English (US)",
    "de_DE": "Deutsch",
    "fr_FR": "Français",
}
_given: ContextVar[str | None] = ContextVar("locale", default=None)


def current() -> str:
    """The locale of whoever is being answered; British English where nobody is, and for programs."""
    given = _given.get()
    if given is not None:
        return given
    if not has_request_context():
        return DEFAULT
    if "locale" not in g:
        told = request.environ.get(TOLD)
        g.locale = told or (DEFAULT if is_api(request.path) else _asked())
    return cast("str", g.locale)


def _asked() -> str:
    """What the reader chose, else their browser's, else what the settings say."""
    asked = _chosen() or asked_for(request.headers.get("Accept-Language"))
    return asked or known(services().settings.locale) or DEFAULT


@contextmanager
def using(locale: str) -> Iterator[None]:
    """Write in a locale for a while."""
    token = _given.set(locale)
    try:
        yield
    finally:
        _given.reset(token)


def known(name: str | None) -> str | None:
    """The locale of ours that a name such as de, de-AT or de_DE stands for; None if none does."""
    language, _, territory = (name or "").replace("-", "_").partition("_")
    exact = f"{language.lower()}_{territory.upper()}"
    if exact in LOCALES:
        return exact
    return next((one for one in LOCALES if one.startswith(f"{language.lower()}_")), None)


def asked_for(accepted: str | None) -> str | None:
    """The first of a browser's languages that is ours."""
    weighted = []
    for place, part in enumerate((accepted or "").split(",")):
        name, _, quality = part.strip().partition(";q=")
        weighted.append((-_number(quality), place, name))
    return next((one for _, _, name in sorted(weighted) if (one := known(name))), None)


def _number(quality: str) -> float:
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0


def _chosen() -> str | None:
    if not current_user.is_authenticated:
        return None
    return known(preferences.locale_of(services().record, current_user.subject))
