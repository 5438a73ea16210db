"""Lets queries that differ only in the numbers they compare with share one translation.

A client that pages by key sends the same text again and again with another key in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# Stand-ins no client sends; each is found again in the translated text.
_FIRST = 887_766_554_433_221_000
_MOST = 100
_NUMBER = re.compile(
    r"'(?:[^']|'')*'|\brownum\s*[<=]+\s*\d+|(?P<compare>[<>=]\s*)(?P<number>\d+)(?![\w.])",
    re.IGNORECASE,
)


def template(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with stand-ins for the whole numbers it compares with, and those numbers."""
    numbers: list[str] = []

    def stand_in(match: re.Match[str]) -> str:
        if match["number"] is None or len(numbers) == _MOST:
            return match[0]
        numbers.append(match["number"])
        return f"{match['compare']}{_FIRST + len(numbers) - 1}"

    return _NUMBER.sub(stand_in, text), tuple(numbers)


def filled(sql: str, numbers: Sequence[str]) -> str:
    """The translated text with the numbers back in their places."""
    for place, number in enumerate(numbers):
        sql = sql.replace(str(_FIRST + place), number)
    return sql
