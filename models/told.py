"""What the sync says and the record keeps: a text with its values apart, so that whoever reads it later has it in their language.

`told("{title} did not answer.", title=…)` is a sentence that remembers what it was made of. Errors carry it, and columns of the
type `models.tables.types.Told` keep it: read again, it stands in the language of whoever reads (`models.texts`), English where
nobody said otherwise. A text that is not `told` (an older one, or a source's own words) stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from .texts import Text, _

_KEPT = '{"told": '  # what a column begins with whose text is kept with its values


class ToldText(str):
    """A sentence as it is read; `message` and `values` are what it was made of, `english` how it was written."""

    __slots__ = ("message", "values")
    message: str
    values: Mapping[str, str]

    def __str__(self) -> str:
        """Itself: an error that was raised with it still tells what it was made of."""
        return self

    @property
    def english(self) -> str:
        """The sentence in English, whatever language it was read in."""
        values = {name: _english(one) for name, one in self.values.items()}
        return self.message.format(**values) if values else self.message


def told(message: Text, /, **values: object) -> ToldText:
    """A sentence in the reader's language; its values are texts, what was `told` itself, or what `str` makes of them."""
    parts = {name: str(value) for name, value in values.items()}
    text = ToldText(_(message, **parts))
    text.message, text.values = message, parts
    return text


def together(sentences: Sequence[str], between: str = " ") -> str:
    """Several of them as one."""
    if len(sentences) < 2:
        return sentences[0] if sentences else ""
    named = {f"part{place}": one for place, one in enumerate(sentences)}
    return told(between.join(f"{{{name}}}" for name in named), **named)


def kept(text: str) -> str:
    """A text as a column keeps it, the English sentence first for whoever looks with SQL."""
    return json.dumps(_parts(text), ensure_ascii=False) if isinstance(text, ToldText) else text


def read(text: str) -> str:
    """What `kept` made of a text, in the reader's language; any other as it is."""
    if not text.startswith(_KEPT):
        return text
    try:
        return _read(json.loads(text))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return text


def _english(text: str) -> str:
    return text.english if isinstance(text, ToldText) else text


def _parts(text: ToldText) -> dict[str, Any]:
    values = {
        name: _parts(value) if isinstance(value, ToldText) else value
        for name, value in text.values.items()
    }
    return {"told": text.english, "message": text.message, "values": values}


def _read(parts: Mapping[str, Any]) -> ToldText:
    values = {
        name: _read(value) if isinstance(value, dict) else value
        for name, value in parts["values"].items()
    }
    return told(parts["message"], **values)
