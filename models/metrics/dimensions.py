"""What numbers can be broken down and filtered by, and what its members are called."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, Connection, Table, select

from ..errors import DuplicateKeyError, QuestionError
from ..texts import _

NOT_ASSIGNED = "Not assigned"
Key = int | str  # of a member
_AXES = "models.metrics.axes"
_MANY = 1000  # above this, reading the whole dimension is cheaper than naming its keys


@dataclass(frozen=True, kw_only=True, eq=False)
class Dimension:
    """One way to break a number down.

    Attributes:
        name: as it is written in addresses and on the command line.
        table, key, label, code: where its members are; no table where the facts alone tell.
        is_text: whether the facts carry the member itself as text (a method, a stage, a bucket); its
            key is then the text, and `key`, where given, the column that lists the members.
        words: what a text is called, where that is not the text itself.
        is_month: whether a text is a month, "2026-11", which a page writes as its reader does.
        in_time: whether its members, texts, follow each other in time as they are written.
    """

    name: str
    title: str
    table: Table | None = None
    key: Column[Any] | None = None
    label: Column[Any] | None = None
    code: Column[Any] | None = None
    is_text: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    is_month: bool = False
    in_time: bool = False

    def key_of(self, stored: Any) -> Key:
        """The key of the member that the facts call `stored`."""
        if self.is_text:
            return "" if stored is None else str(stored)
        return -1 if stored is None else int(stored)


@cache
def _declared() -> Mapping[str, Dimension]:
    """The dimensions that the modules of `models.metrics.axes` declare, by name, in file order."""
    found: dict[str, Dimension] = {}
    path = import_module(_AXES).__path__
    for info in sorted(iter_modules(path, f"{_AXES}."), key=lambda module: module.name):
        for item in vars(import_module(info.name)).values():
            if isinstance(item, Dimension) and found.setdefault(item.name, item) is not item:
                raise DuplicateKeyError(item.name)
    return MappingProxyType(found)


class _Dimensions(Mapping[str, Dimension]):
    """Every dimension by name, collected when first asked for."""

    def __getitem__(self, name: str) -> Dimension:
        return _declared()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_declared())

    def __len__(self) -> int:
        return len(_declared())


DIMENSIONS: Mapping[str, Dimension] = _Dimensions()


def dimension(name: str, allowed: Collection[str]) -> Dimension:
    """Return the dimension called `name`.

    Raises:
        QuestionError: it is not among those allowed; the text names these.
    """
    if name not in allowed:
        raise QuestionError(
            _(
                "This number cannot be broken down or filtered by '{name}'. It has: {names}.",
                name=name,
                names=", ".join(allowed) or _("no dimension"),
            )
        )
    return DIMENSIONS[name]


def labels(connection: Connection, about: Dimension, keys: Collection[Any]) -> dict[Any, str]:
    """Return what the members with these keys are called."""
    named: dict[Any, str] = dict.fromkeys(keys, NOT_ASSIGNED)
    if about.is_text:
        return {key: about.words.get(key, key) or NOT_ASSIGNED for key in named}
    if not keys or about.key is None or about.label is None:
        return named
    code = [about.code] if about.code is not None else []
    query = select(about.key, about.label, *code)
    if len(named) <= _MANY:
        query = query.where(about.key.in_(sorted(named)))
    for key, *texts in connection.execute(query):
        if key in named:
            named[key] = joined(texts)
    return named


def find(connection: Connection, about: Dimension, text: str) -> Key:
    """Return the key of the member with this name, code or key.

    Raises:
        QuestionError: none or several bear it.
    """
    if about.is_text and about.key is None and not about.words:
        return text
    found = sorted(
        {key for key, names in _all(connection, about) if text.lower() in names}, key=str
    )
    if len(found) == 1:
        return found[0]
    if found:
        raise QuestionError(
            _(
                "{count} members of '{name}' are called '{text}'. Name one by its key: {keys}.",
                count=len(found),
                name=about.name,
                text=text,
                keys=", ".join(map(str, found)),
            )
        )
    raise QuestionError(
        _("There is no {name} with the name, code or key '{text}'.", name=about.name, text=text)
    )


def _all(connection: Connection, about: Dimension) -> list[tuple[Key, set[str]]]:
    if about.is_text:
        texts = dict.fromkeys(about.words)
        if about.key is not None:
            texts |= dict.fromkeys(connection.scalars(select(about.key).distinct()))
        return [(one, {one.lower(), about.words.get(one, one).lower()}) for one in texts if one]
    if about.key is None or about.label is None:
        return []
    code = [about.code] if about.code is not None else []
    return [
        (key, {str(key), *(text.lower() for text in texts if text), joined(texts).lower()})
        for key, *texts in connection.execute(select(about.key, about.label, *code))
    ]


def joined(texts: Sequence[str | None]) -> str:
    """Code before name."""
    return " ".join(text for text in reversed(texts) if text) or NOT_ASSIGNED
