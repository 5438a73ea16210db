"""Plain words with components among them: commands set as such, and parts in the places a text has for them."""

from __future__ import annotations

import re

from dash import html
from dash.development.base_component import Component

from models.texts import Text, _

# `in backticks`, or after a colon up to the end of the sentence
_COMMAND = re.compile(r"`([^`]+)`|(?<=: )(oneview [^.]+?)(?=\.(?:\s|$)|$)")
_PLACE = re.compile(r"\{(\w+)\}")


def prose(text: str) -> list[Component | str]:
    """The text in pieces: what a reader could type stands in its own letters."""
    found: list[Component | str] = []
    at = 0
    for match in _COMMAND.finditer(text):
        found += [text[at : match.start()], html.Code(match[1] or match[2], className="command")]
        at = match.end()
    return [piece for piece in (*found, text[at:]) if piece]


def woven(message: Text, /, **parts: Component | str) -> list[Component | str]:
    """A text as the reader has it, in pieces, with components in its places: `woven("Looked at {age}.", age=…)`."""
    translated = _(message)
    text = translated if set(_PLACE.findall(translated)) <= parts.keys() else message
    pieces = (
        parts[piece] if place % 2 else piece for place, piece in enumerate(_PLACE.split(text))
    )
    return [piece for piece in pieces if piece]
