"""The vocabulary of the API: a declaration says what an address answers and what may be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from models.registry import collect

from ..auth.permissions import Permission

if TYPE_CHECKING:
    from .asking import Asked

Schema = Mapping[str, Any]  # JSON Schema, as OpenAPI 3.1 has it


@dataclass(frozen=True, kw_only=True, eq=False)
class Parameter:
    """Something that may be asked for in the query part of the address."""

    name: str
    description: str
    schema: Schema
    many: bool = False  # may be given several times
    example: Any = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """A named part of the address."""

    name: str
    description: str
    example: str


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a question came to.

    Attributes:
        body: the JSON to send.
        more: the address of the next page; None: this is the last.
    """

    body: Any
    more: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer that is made only if the client does not have it yet.

    Attributes:
        mark: all that it depends on beside snapshot, scope and question.
        make: makes it.
    """

    make: Callable[[], Made]
    mark: tuple[Any, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Endpoint:
    """An address of the API, found by `collect()` in `dashboard.api`.

    Attributes:
        key: its name, unique; the operation's id for whoever makes a client from the description.
        path: below /api/v1; `<name>` stands for one part.
        permission: what the person needs.
        schema: of the answer.
        answer: reads the question and makes the reply; raises QuestionError or Problem.
        call: the query part of the example in the reference, '' or '?…'.
        place: where it stands in the reference: what most come for first.
    """

    key: str
    path: str
    title: str
    description: str
    permission: Permission
    schema: Schema
    answer: Callable[[Asked], Reply]
    parts: tuple[Part, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    call: str = ""
    place: int


@cache
def endpoints() -> Mapping[str, Endpoint]:
    """All endpoints by key, in the order of the reference."""
    found = collect(Endpoint, "dashboard.api").values()
    return {one.key: one for one in sorted(found, key=lambda one: one.place)}
