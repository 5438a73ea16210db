"""What people read, in their language: the one way that every text takes.

A text is plain English where it is written. `_` and `ngettext` look it up in the catalogue of whoever reads and then
fill in named values; what is not translated stays English. A declaration holds a `Text`, which is translated where it
is shown. `requirements/messages.py` finds both and writes the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

Text: TypeAlias = str  # plain English in a declaration or a parameter; translated where it is shown


def _english(message: str) -> str:
    return message


def _english_of(one: str, many: str, number: int) -> str:
    return one if number == 1 else many


class _Reader:
    """How texts are looked up: as they are written, until the web app says otherwise."""

    text: Callable[[str], str] = staticmethod(_english)
    counted: Callable[[str, str, int], str] = staticmethod(_english_of)


def read_by(text: Callable[[str], str], counted: Callable[[str, str, int], str]) -> None:
    """Look texts up from now on: a text; of those that count, its two English forms and the number."""
    _Reader.text, _Reader.counted = staticmethod(text), staticmethod(counted)


def _(message: Text, /, **values: object) -> str:
    """A text as the reader has it, its values filled in: `_("{count} rows of {title}", count=…, title=…)`."""
    if not message:
        return message
    return _filled(_Reader.text(message), message, values)


def ngettext(one: Text, many: Text, number: int, /, **values: object) -> str:
    """A text that counts: `ngettext("{count} row", "{count} rows", found, count=formats.count(found))`."""
    return _filled(_Reader.counted(one, many, number), _english_of(one, many, number), values)


def within(title: Text) -> str:
    """A title within a sentence: English begins it small, but for 'EBITDA'; a translation stays as it is."""
    found = _(title)
    if found != title or title[1:2].isupper():
        return found
    return title[:1].lower() + title[1:]


def listed(words: Sequence[str]) -> str:
    """a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return _("{words} and {last}", words=", ".join(words[:-1]), last=words[-1])


def _filled(found: str, english: str, values: dict[str, object]) -> str:
    """A text with its values; the English one where a translator named a value that there is not."""
    if not values:
        return found
    try:
        return found.format(**values)
    except (KeyError, IndexError, ValueError):
        return english.format(**values)
