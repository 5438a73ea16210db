"""Writes rows as PostgreSQL's COPY reads them: column by column, a fraction of the cost of row by row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

_NULL = "\\N"
_REMEMBERED = 50_000
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_SPECIAL = ("\\", "\t", "\n", "\r")


class _Decimals(dict[int, str]):
    """Ten-thousandths as PostgreSQL writes them; the same amounts come again and again."""

    def __missing__(self, units: int) -> str:
        whole, places = divmod(abs(units), 10_000)
        text = f"{'-' if units < 0 else ''}{whole}.{places:04d}"
        if len(self) >= _REMEMBERED:
            self.clear()
        self[units] = text
        return text


_decimals = _Decimals()


def copy_text(
    rows: Sequence[Sequence[Any]], decimals: Collection[int], ending: Sequence[Any] = ()
) -> str:
    """The rows in COPY's text form; at least one.

    Moments are written without a zone: the connection speaks of UTC.

    Args:
        rows: numbers, texts, flags and None, all of one length.
        decimals: the places that hold ten-thousandths.
        ending: what follows in every row.
    """
    columns = [
        _column(values, is_decimal=place in decimals)
        for place, values in enumerate(zip(*rows, strict=True))
    ]
    end = "".join(f"\t{text}" for value in ending for text in _column([value], is_decimal=False))
    return f"{end}\n".join(map("\t".join, zip(*columns, strict=True))) + f"{end}\n"


def _column(values: Sequence[Any], *, is_decimal: bool) -> Sequence[str]:
    kinds = set(map(type, values))
    if type(None) in kinds:
        if len(kinds) == 1:
            return [_NULL] * len(values)
        present = [value for value in values if value is not None]
        rest = iter(_column(present, is_decimal=is_decimal))
        return [_NULL if value is None else next(rest) for value in values]
    if is_decimal:
        return list(map(_decimals.__getitem__, values))
    if str not in kinds:
        return list(map(str, values))
    texts = values if len(kinds) == 1 else list(map(str, values))
    joined = "".join(texts)
    if any(sign in joined for sign in _SPECIAL):
        return [text.translate(_ESCAPES) for text in texts]
    return texts
