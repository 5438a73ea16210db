"""The catalogues of translated texts: read once for each language, used for whoever reads in it.

A translator adds `dashboard/locale/<language>/LC_MESSAGES/messages.po`, made from `dashboard/locale/messages.pot`;
CONTRIBUTING.md says how. Where there is none, and for what it leaves out, texts stay English.
"""

from __future__ import annotations

import logging
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from models.texts import read_by

from .locales import current

FOLDER = Path(__file__).resolve().parent / "locale"
ENGLISH = "en-GB"  # the language that texts are written in
_PLACE = "LC_MESSAGES/messages.po"
_LOG = logging.getLogger(__name__)


def read_by_people() -> None:
    """Look texts up in the catalogue of whoever is being answered, from now on; nothing is, where there is none."""
    if not any(FOLDER.glob(f"*/{_PLACE}")):
        return
    read_by(
        lambda message: catalogue(current()).gettext(message),
        lambda one, many, number: catalogue(current()).ngettext(one, many, number),
    )


def language() -> str:
    """The language that whoever is being answered reads, as HTML names it."""
    found = _file(current())
    return found.parents[1].name.replace("_", "-") if found else ENGLISH


def is_english() -> bool:
    """Whether whoever is being answered reads texts as they are written."""
    return _file(current()) is None


@cache
def catalogue(locale: str) -> NullTranslations:
    """The texts of a locale such as de_DE: its own file's, else its language's, else none."""
    found = _file(locale)
    if found is None:
        return NullTranslations()
    try:
        with found.open("rb") as file:
            told = read_po(file, locale=found.parents[1].name, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError):
        _LOG.exception("%s cannot be read; texts stay English", found)
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, told)
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _file(locale: str) -> Path | None:
    names = (locale, locale.partition("_")[0])
    paths = (FOLDER / name / _PLACE for name in names)
    return next((path for path in paths if path.is_file()), None)
