"""Plain words with the commands in them set as such."""

from __future__ import annotations

import re

from dash import html
from dash.development.base_component import Component

# `in backticks`, or after a colon up to the end of the sentence
_COMMAND = re.compile(r"`([^`]+)`|(?<=: )(oneview [^.]+?)(?=\.(?:\s|$)|$)")


def prose(text: str) -> list[Component | str]:
    """The text in pieces: what a reader could type stands in its own letters."""
    found: list[Component | str] = []
    at = 0
    for match in _COMMAND.finditer(text):
        found += [text[at : match.start()], html.Code(match[1] or match[2], className="command")]
        at = match.end()
    return [piece for piece in (*found, text[at:]) if piece]
