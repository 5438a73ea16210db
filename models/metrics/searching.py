"""A search among the rows behind a number: a row is found if its texts, as it holds and as a page shows them, hold every word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, false, func, literal, or_
from sqlalchemy.sql.selectable import Subquery

from .answer import RowColumn
from .dimensions import DIMENSIONS

MOST = 8  # words that are looked for; what a person gives beyond them says no more
_LONGEST = 100  # letters of one word
_ESCAPE = "\\"
_BESIDE = "record_id"  # in every row, whether or not it is shown


def words_of(text: str) -> tuple[str, ...]:
    """The words of a search, small letters, each once; none of a blank one."""
    return tuple(dict.fromkeys(word[:_LONGEST] for word in text.lower().split()))[:MOST]


def pattern(word: str) -> str:
    """A word as `LIKE` takes it: what has a meaning there is meant as itself."""
    for sign in (_ESCAPE, "%", "_"):
        word = word.replace(sign, f"{_ESCAPE}{sign}")
    return word


def matching(
    rows: Subquery, columns: Sequence[RowColumn], patterns: Sequence[str]
) -> ColumnElement[bool]:
    """Whether the texts of a row, or the number of its record, hold every word.

    Args:
        patterns: words as `pattern` gives them, or what stands for them; each is bound, none is part of the statement.
    """
    told = [_shown(rows.c[name]) for name in searched(columns)]
    told.append(cast(rows.c[_BESIDE], String()))
    found = [
        or_(
            *(
                func.lower(column).like(
                    literal("%", String()) + literal(one, String()) + literal("%", String()),
                    escape=_ESCAPE,
                )
                for column in told
            )
        )
        for one in patterns
    ]
    return and_(*found) if found else false()


def _shown(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A text of a row, beside the words that a page shows for it."""
    words = _words(str(column.key))
    if not words:
        return column
    told = [(column == code, literal(f"{code} {text}", String())) for code, text in words.items()]
    return case(*told, else_=column)


def _words(name: str) -> Mapping[str, str]:
    """Code -> words, of a column that bears the name of a dimension with declared members."""
    about = DIMENSIONS.get(name)
    return about.words if about else {}


def searched(columns: Sequence[RowColumn]) -> list[str]:
    """The columns that are looked at: those that hold texts."""
    return [column.name for column in columns if column.type == "text"]


def holds(row: Mapping[str, Any], columns: Sequence[RowColumn], words: Sequence[str]) -> bool:
    """`matching`, of a row that is there already."""
    told = {name: row.get(name) for name in (*searched(columns), _BESIDE)}
    texts = [
        f"{one} {_words(name).get(str(one), '')}".lower()
        for name, one in told.items()
        if one is not None
    ]
    return all(any(word in text for text in texts) for word in words)
