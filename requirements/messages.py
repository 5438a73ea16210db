"""Writes dashboard/locale/messages.pot, the catalogue of every text that people read; a test checks that it is current.

What it finds: `_("…")`, `told("…")`, `ngettext("…", "…", n)` and `woven("…")`; what stands where a declaration says `Text` (a constant
of a module, a field of a class or a parameter of a function, as it is filled in); and the texts of numbers, dimensions,
tables and the HTTP API, as their declarations hold them, by the names of their fields.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from dashboard.api.endpoint import endpoints
from dashboard.api.problems import KINDS
from models.metrics.catalogue import GROUPS, kpis
from models.metrics.dimensions import DIMENSIONS, NOT_ASSIGNED
from models.metrics.presentation import shown
from models.registry import collect
from sync.assumptions import ASSUMPTIONS
from sync.entities.entity import Entity

ROOT = Path(__file__).resolve().parents[1]
POT = ROOT / "dashboard" / "locale" / "messages.pot"
SOURCES = ("dashboard", "models", "sync")
TEXT = "Text"
SPOKEN = {
    "_": 1,
    "woven": 1,
    "told": 1,
    "ngettext": 2,
}  # function -> how many texts it takes, before all else
SPEAKS = re.compile(
    r"\b(?:texts|told) import\b|\btitle=|\bnothing\("
)  # files that may say something; to read all takes long
FIELDS = frozenset(  # fields of declarations that hold what people read
    {"title", "question", "definition", "edge_cases", "source", "why", "words", "description"}
)
HEAD = """# What people read in One View, in English. Made by `make docs`; CONTRIBUTING.md says how to add a language.
# {names} stand for values: keep them as they are, in any order. What is left empty stays English.
#"""
Message = str | tuple[str, str]  # where it counts both of its forms
Signature = tuple[
    Sequence[str], Mapping[str, ast.expr]
]  # names in order; those of texts with their types


def catalogue() -> bytes:
    """The whole file."""
    places: dict[Message, set[str]] = {}
    for message, place in (*written(), *declared()):
        if message:
            places.setdefault(message, set()).add(place)
    made = Catalog(header_comment=HEAD, charset="utf-8", fuzzy=False)
    for message in sorted(places, key=lambda one: one if isinstance(one, str) else one[0]):
        made.add(message, locations=[(place, 0) for place in sorted(places[message])])
    text = BytesIO()
    write_po(text, made, width=100, include_lineno=False)
    dated = ('"POT-Creation', '"PO-Revision', '"Generated-By')
    lines = text.getvalue().decode().splitlines()
    return ("\n".join(one for one in lines if not one.startswith(dated)) + "\n").encode()


# ------------------------------------------------- what stands in the source


@dataclass(frozen=True)
class Module:
    """A file of the source: what of it may say something, and what its names stand for."""

    name: str
    place: str
    constants: list[ast.AnnAssign] = field(default_factory=list)
    functions: list[ast.FunctionDef] = field(default_factory=list)
    classes: list[ast.ClassDef] = field(default_factory=list)
    calls: list[ast.Call] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)  # -> module.name that it was imported from

    @classmethod
    def of(cls, path: Path) -> Module:
        """Read a file."""
        place = path.relative_to(ROOT)
        found = cls(".".join(place.with_suffix("").parts), place.as_posix())
        kinds: dict[type, list[Any]] = {
            ast.AnnAssign: found.constants,
            ast.FunctionDef: found.functions,
            ast.ClassDef: found.classes,
            ast.Call: found.calls,
        }
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if type(node) in kinds:
                kinds[type(node)].append(node)
            elif isinstance(node, ast.ImportFrom):
                origin = [
                    *found.name.split(".")[: -node.level or None],
                    *([node.module] if node.module else []),
                ]
                above = ".".join(origin) if node.level else node.module or ""
                found.names.update(
                    {one.asname or one.name: f"{above}.{one.name}" for one in node.names}
                )
        return found

    def called(self, call: ast.Call) -> str:
        """The whole name of what is called, as far as this file tells it."""
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
            return f"{self.names.get(call.func.value.id, '')}.{call.func.attr}"
        name = getattr(call.func, "id", "")
        return self.names.get(name, f"{self.name}.{name}")


def written() -> Iterator[tuple[Message, str]]:
    """The texts in the source of pages and numbers, and where they stand."""
    modules = [
        Module.of(path)
        for source in SOURCES
        for path in sorted((ROOT / source).rglob("*.py"))
        if SPEAKS.search(path.read_text(encoding="utf-8"))
    ]
    signatures = {
        f"{module.name}.{one.name}": found
        for module in modules
        for one in [*module.functions, *module.classes]
        if (found := _signature(one)) is not None
    }
    for module in modules:
        yield from ((message, module.place) for message in _of(module, signatures))


def _of(module: Module, signatures: Mapping[str, Signature]) -> Iterator[Message]:
    for constant in module.constants:
        if constant.value is not None:
            yield from _as(constant.annotation, constant.value)
    for function in module.functions:
        yield from _defaults(function.args)
    for call in module.calls:
        yield from _said(call)
        signature = signatures.get(module.called(call))
        if signature is not None:
            yield from _given(call, *signature)


def _said(call: ast.Call) -> Iterator[Message]:
    wanted = SPOKEN.get(getattr(call.func, "id", ""), 0)
    texts = [one for argument in call.args[:wanted] for one in _constants(argument)]
    if wanted == 2 and len(texts) == 2:
        yield texts[0], texts[1]
    elif wanted == 1:
        yield from texts


def _signature(node: ast.FunctionDef | ast.ClassDef) -> Signature | None:
    """The names of what a function or a class of data takes, in order, and which of it is text."""
    if isinstance(node, ast.ClassDef):
        noted = {
            one.target.id: one.annotation
            for one in node.body
            if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
        }
        order = list(noted)
    else:
        given = [*node.args.posonlyargs, *node.args.args]
        rest = [node.args.vararg] if node.args.vararg else []
        order = [*(one.arg for one in given), *(f"*{one.arg}" for one in rest)]
        every = (*given, *rest, *node.args.kwonlyargs)
        noted = {one.arg: one.annotation for one in every if one.annotation is not None}
    texts = {name: note for name, note in noted.items() if _is_text(note)}
    return (order, texts) if texts else None


def _given(call: ast.Call, order: Sequence[str], texts: Mapping[str, ast.expr]) -> Iterator[str]:
    """The texts among what a function is called with."""
    for place, value in enumerate(call.args):
        name = order[min(place, len(order) - 1)]
        note = texts.get(name.removeprefix("*"))
        if note is not None and (place < len(order) or name.startswith("*")):
            yield from _as(note, value)
    for keyword in call.keywords:
        if keyword.arg is not None and keyword.arg in texts:
            yield from _as(texts[keyword.arg], keyword.value)


def _defaults(arguments: ast.arguments) -> Iterator[str]:
    """What a function says where it is not told otherwise."""
    named = [*arguments.posonlyargs, *arguments.args]
    usual = zip(named[len(named) - len(arguments.defaults) :], arguments.defaults, strict=True)
    for one, value in (*usual, *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)):
        if value is not None and one.annotation is not None:
            yield from _as(one.annotation, value)


def _is_text(note: ast.expr) -> bool:
    return any(isinstance(one, ast.Name) and one.id == TEXT for one in ast.walk(note))


def _as(note: ast.expr, value: ast.expr) -> Iterator[str]:
    """The texts of a value, where its type says that they are."""
    if isinstance(note, ast.Name) and note.id == TEXT:
        yield from _constants(value)
    elif isinstance(note, ast.BinOp):  # one type or another
        yield from _as(note.left, value)
        yield from _as(note.right, value)
    elif isinstance(note, ast.Subscript):
        yield from _within(note, value)


def _within(note: ast.Subscript, value: ast.expr) -> Iterator[str]:
    parts = note.slice.elts if isinstance(note.slice, ast.Tuple) else [note.slice]
    if isinstance(value, ast.Call) and value.args:  # made immutable
        value = value.args[0]
    if isinstance(value, ast.Dict):
        for name, one in zip(value.keys, value.values, strict=True):
            if name is not None:
                yield from _as(parts[0], name)
            yield from _as(parts[-1], one)
    elif isinstance(value, ast.Tuple | ast.List):
        alike = isinstance(parts[-1], ast.Constant) or len(parts) == 1
        for place, one in enumerate(value.elts):
            yield from _as(parts[0] if alike else parts[place], one)


def _constants(value: ast.expr) -> Iterator[str]:
    """A text, or those of which a condition chooses one."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.IfExp):
        yield from _constants(value.body)
        yield from _constants(value.orelse)


# ------------------------------------------------- what declarations hold


def declared() -> Iterator[tuple[Message, str]]:
    """The texts of numbers, dimensions, tables and the HTTP API."""
    seen: set[int] = set()
    for key, kpi in kpis().items():
        yield from ((text, f"number {key}") for text in _held(kpi, seen))
    for title in _columns():
        yield title, "columns of rows"
    for title in GROUPS.values():
        yield title, "groups of numbers"
    for name, about in DIMENSIONS.items():
        named = (about.title, *about.words.values())
        yield from ((text, f"dimension {name}") for text in named)
    yield NOT_ASSIGNED, "every dimension"
    for entity in collect(Entity, "sync.entities").values():
        yield entity.title, f"table {entity.key}"
    for assumption in ASSUMPTIONS.values():
        said = (assumption.fact, assumption.breaks, assumption.checked)
        yield from ((text, "what is taken for granted") for text in said)
    for endpoint in endpoints().values():
        yield from ((text, "HTTP API") for text in _held(endpoint, seen))
    for kind in KINDS:
        yield from ((text, "HTTP API") for text in (kind.title, kind.advice))


def _columns() -> set[str]:
    """The headings of rows behind numbers."""
    columns = {
        (column.key, measure.table.name): (column, measure.table)
        for kpi in kpis().values()
        for measure in (*kpi.erp.measures, *kpi.psa.measures)
        for column in measure.columns
    }
    return {one.column.title for told in columns.values() for one in shown(*told)[0]}


def _held(item: Any, seen: set[int]) -> Iterator[str]:
    """What a declaration says to people, and what those that it is made of say."""
    if isinstance(item, Enum) or id(item) in seen:
        return
    seen.add(id(item))
    if isinstance(item, tuple):
        for part in item:
            yield from _held(part, seen)
    elif is_dataclass(item) and not isinstance(item, type):
        for one in fields(item):
            value = getattr(item, one.name, None)
            if not isinstance(value, str):
                yield from _held(value, seen)
            elif one.name in FIELDS:
                yield value


if __name__ == "__main__":
    POT.parent.mkdir(exist_ok=True)
    POT.write_bytes(catalogue())
