"""Date texts: Oracle's format models as DuckDB writes them, and a user's date format."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

# Oracle's format elements, longest first, and what strftime and strptime call them.
_ELEMENTS = (
    ("HH24", "%H"),
    ("HH12", "%I"),
    ("MONTH", "%B"),
    ("YYYY", "%Y"),
    ("RRRR", "%Y"),
    ("DDD", "%j"),
    ("DAY", "%A"),
    ("MON", "%b"),
    ("FF6", "%f"),
    ("FF3", "%g"),
    ("FF", "%f"),
    ("YY", "%y"),
    ("RR", "%y"),
    ("MM", "%m"),
    ("DD", "%d"),
    ("DY", "%a"),
    ("IW", "%V"),
    ("HH", "%I"),
    ("MI", "%M"),
    ("SS", "%S"),
    ("AM", "%p"),
    ("PM", "%p"),
    ("FM", ""),
)
_QUARTER = "Q"


def strftime_pieces(model: str) -> list[str | None]:
    """The strftime formats of an Oracle format model, in order; None stands for the quarter."""
    pieces: list[str | None] = []
    text = ""
    at = 0
    while at < len(model):
        element, length = _element(model, at)
        if element is None:
            pieces += [text, None]
            text = ""
        else:
            text += element
        at += length
    return [piece for piece in [*pieces, text] if piece != ""]


def _element(model: str, at: int) -> tuple[str | None, int]:
    if model[at] == '"':
        end = model.find('"', at + 1)
        end = len(model) if end < 0 else end
        return model[at + 1 : end].replace("%", "%%"), end - at + 1
    upper = model[at:].upper()
    for name, code in _ELEMENTS:
        if upper.startswith(name):
            return code, len(name)
    if upper.startswith(_QUARTER):
        return None, 1
    return model[at].replace("%", "%%"), 1


class DateFormat:
    """A user's date format preference, such as `M/D/YYYY` or `DD-Mon-YYYY`."""

    def __init__(self, pattern: str) -> None:
        self._pieces = re.findall(r"YYYY|Month|Mon|MM|M|DD|D|[^A-Za-z]+", pattern)
        self.strptime = "".join(_PARSED.get(piece, piece) for piece in self._pieces)

    def write(self, day: date) -> str:
        """The day as the user sees it."""
        return "".join(
            _WRITTEN[piece](day) if piece in _WRITTEN else piece for piece in self._pieces
        )

    def read(self, text: str) -> datetime | None:
        """The day a text in this format means; None when it is not in this format."""
        try:
            return datetime.strptime(text, self.strptime)  # noqa: DTZ007 - a day, no moment
        except ValueError:
            return None


_WRITTEN: dict[str, Callable[[date], str]] = {
    "YYYY": lambda day: f"{day.year:04}",
    "Month": lambda day: day.strftime("%B"),
    "Mon": lambda day: day.strftime("%b"),
    "MM": lambda day: f"{day.month:02}",
    "M": lambda day: str(day.month),
    "DD": lambda day: f"{day.day:02}",
    "D": lambda day: str(day.day),
}
_PARSED = {
    "YYYY": "%Y",
    "Month": "%B",
    "Mon": "%b",
    "MM": "%m",
    "M": "%m",
    "DD": "%d",
    "D": "%d",
}
