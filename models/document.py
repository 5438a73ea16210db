"""Configuration files of people: TOML, whose mistakes are named with file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from .errors import ConfigError


class Strict(BaseModel):
    """A part of a file: nothing unknown, nothing converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Document:
    """A file as it was read, with the means to say where something is."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text, self._lines = name, text, text.splitlines()

    def wrong(self, path: Sequence[str], what: str) -> ConfigError:
        """The error for what is wrong at a path of keys; a number is a place in a list, from 0."""
        line = self.line(path)
        where = f"{self.name}, line {line}" if line else self.name
        return ConfigError(f"Cannot start. {where}: {_dotted(path) or 'the file'} {what}")

    def line(self, path: Sequence[str]) -> int | None:
        """The line of the longest part of a path that is written out; a number is a place in a list, from 0."""
        best, reached = None, 0
        table: list[str] = []
        met: dict[str, int] = {}  # list of tables -> how many of it came so far
        for number, line in enumerate(self._lines, start=1):
            if header := re.match(r"\s*(\[+)\s*(.+?)\s*\]+\s*(#.*)?$", line):
                table = _keys(header[2])
                if len(header[1]) > 1:
                    met[header[2]] = met.get(header[2], -1) + 1
                    table = [*table, str(met[header[2]])]
                here = table
            elif assigned := re.match(r"\s*([^=#\s][^=]*?)\s*=", line):
                here = [*table, *_keys(assigned[1])]
            else:
                continue
            common = _common(here, path)
            if common == min(len(here), len(path)) and common > reached:
                best, reached = number, common
        return best


def read_toml(path: Path, variable: str) -> tuple[dict[str, Any], Document]:
    """The content of a file; decimals are exact.

    Args:
        variable: the setting that names the file.

    Raises:
        ConfigError: it cannot be read, or is no TOML.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"Cannot start. {variable} names a file that cannot be read: {error}"
        ) from error
    try:
        return tomllib.loads(text, parse_float=Decimal), Document(str(path), text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"Cannot start. {path} is not valid TOML: {error}") from error


def wrong_part(
    error: ValidationError,
    document: Document,
    allowed: Callable[[Sequence[str]], Mapping[str, Any]],
) -> ConfigError:
    """The first mistake, where it is, and what is allowed, without the checker's own vocabulary.

    Args:
        allowed: from the path of a key that is not known to the fields there are beside it.
    """
    place, what = _first(error, allowed)
    return document.wrong(place, what)


def mistake(error: ValidationError, allowed: Callable[[Sequence[str]], Mapping[str, Any]]) -> str:
    """The first mistake in words, without where it is; `allowed` as for `wrong_part`."""
    return _first(error, allowed)[1]


def _first(
    error: ValidationError, allowed: Callable[[Sequence[str]], Mapping[str, Any]]
) -> tuple[list[str], str]:
    found = error.errors()  # what is misspelled is missing, too: tell the cause
    first = next((item for item in found if item["type"] == "extra_forbidden"), found[0])
    place = [str(part) for part in first["loc"] if part != "[key]"]
    return place, _plain(first, place, allowed)


def _plain(
    item: Mapping[str, Any],
    place: Sequence[str],
    allowed: Callable[[Sequence[str]], Mapping[str, Any]],
) -> str:
    if item["type"] == "missing":
        return "is missing."
    if item["type"] == "extra_forbidden":
        return f"is not known. Allowed: {', '.join(allowed(place))}."
    if item["type"] in _EXPECTED:
        return f"should be {_EXPECTED[item['type']]}."
    what = str(item["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    return f"{what[:1].lower()}{what[1:]}."


_EXPECTED = {  # kind of mistake -> what was expected, where the checker says it in Python's words
    "is_instance_of": "a number",
    "decimal_type": "a number",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "int_type": "a whole number",
    "string_type": "a text",
    "bool_type": "true or false (a boolean)",
}


def _dotted(path: Sequence[str]) -> str:
    """A path as the file writes it; places in lists are counted from 1."""
    text = ""
    for part in path:
        if part.isdecimal() and text:
            text += f"[{int(part) + 1}]"
        else:
            key = part if part.isidentifier() else f'"{part}"'
            text += f".{key}" if text else key
    return text


def _keys(text: str) -> list[str]:
    return [part.strip("\"'") for part in re.findall(r"\"[^\"]*\"|'[^']*'|[^.\s]+", text)]


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count
