"""What a reader meets in an answer of the web app: every text, label, hint and heading, and those of charts."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po, write_po

from dashboard import texts

POT = texts.FOLDER / "messages.pot"
OPEN, CLOSE = "⟦", "⟧"
SHOWN = (
    "aria-label",
    "title",
    "alt",
    "placeholder",
    "label",
    "description",
    "nothingFoundMessage",
    "data-label",
)
_PROGRAM = frozenset({"code", "pre", "style", "script"})  # what a program reads or writes
_MARKED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{2,}")
_LIST = re.compile(r": ([a-z_0-9]+(?:, [a-z_0-9]+)*)")  # of columns
_CUT = "\x1f"


def marked(text: str) -> str:
    """A text as the pseudo-translation has it."""
    return f"{OPEN}{text}{CLOSE}"


def bare(text: str) -> str:
    """What of a text is in no mark."""
    while text != (text := _MARKED.sub(" ", text)):
        pass
    return text


@dataclass(frozen=True)
class Data:
    """What is the same in every language: what things are called, and the columns of the warehouse."""

    names: frozenset[str]
    columns: frozenset[str]

    @cached_property
    def _named(self) -> re.Pattern[str]:
        told = sorted((one for one in self.names if len(one) > 1), key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, told))})(?!\w)")

    def without(self, text: str) -> str:
        """A text without what is data."""
        text = _LIST.sub(
            lambda one: " " if set(one[1].split(", ")) <= self.columns else one[0], text
        )
        return self._named.sub(" ", text)


def unmarked(told: Iterable[str], data: Data) -> list[str]:
    """The texts that say something which is neither translated nor data."""
    found = []
    for text in told:
        rest = data.without(bare(text))
        words = _WORD.findall(rest)
        if words or OPEN in rest or CLOSE in rest:
            found.append(f"{' '.join(words)!r} in {' '.join(rest.split())[:120]!r}")
    return list(dict.fromkeys(found))


def told_by(answer: Any) -> Iterator[str]:
    """Every text in an answer; what runs through several elements comes as one."""
    running: list[str] = []
    yield from _component(answer, running)
    yield _CUT.join(running)


class _Document(HTMLParser):
    """Texts of a piece of HTML, and those of its attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.running: list[str] = []
        self.attributes: list[str] = []
        self.within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"br", "hr", "img", "meta", "link", "input", "path", "rect", "circle"}:
            self.within.append(tag)
        self.attributes += [text for name, text in attrs if name in SHOWN and text]

    def handle_endtag(self, tag: str) -> None:
        if tag in self.within:
            while self.within.pop() != tag:
                pass

    def handle_data(self, text: str) -> None:
        if not _PROGRAM & set(self.within):
            self.running.append(text)


def of_html(text: str, running: list[str]) -> Iterator[str]:
    """The texts of a piece of HTML."""
    document = _Document()
    document.feed(text)
    running += document.running
    yield from document.attributes


def _component(node: Any, running: list[str]) -> Iterator[str]:
    if isinstance(node, str):
        running.append(node)
    elif isinstance(node, list):
        for one in node:
            yield from _component(one, running)
    elif isinstance(node, dict) and "props" in node:
        yield from _own(node["type"], node["props"], running)


def _own(kind: str, props: dict[str, Any], running: list[str]) -> Iterator[str]:
    if kind == "Html":
        yield from (text for name, text in props["attributes"].items() if name in SHOWN)
        if props["tag"] not in _PROGRAM:
            yield from of_html(props["html"], running)
        return
    for name in SHOWN:
        if isinstance(props.get(name), str):
            yield props[name]
        elif name in props:
            yield from _component(props[name], running)
    if kind == "Store":
        if isinstance(props.get("data"), dict) and "layout" in props["data"]:
            yield from of_figure(props["data"])
        return
    yield from _choices(props.get("data"))
    yield from (one["headerName"] for one in props.get("columnDefs") or ())
    if kind.lower() not in _PROGRAM:
        yield from _component(props.get("children"), running)


def _choices(listed: Any) -> Iterator[str]:
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict):
            yield str(one.get("group") or one.get("label") or "")
            yield from _choices(one.get("items"))


def of_figure(figure: dict[str, Any]) -> Iterator[str]:
    """The texts of a chart: legend, hover, axes, marks."""
    for trace in figure["data"]:
        yield trace.get("name") or ""
        yield re.sub(r"%\{[^}]*\}|</?extra>", " ", trace.get("hovertemplate") or "")
        for told in trace.get("customdata") or ():
            first = told[0] if isinstance(told, list) else told
            yield from (part for part in str(first or "").split("<br>"))
    layout = figure["layout"]
    for name, axis in layout.items():
        if name.startswith(("xaxis", "yaxis")):
            yield from (part for text in axis.get("ticktext") or () for part in text.split("<br>"))
            yield (axis.get("title") or {}).get("text") or ""
    for one in layout.get("annotations") or ():
        yield from ((one.get("text") or ""), (one.get("hovertext") or "").replace("<br>", " "))


def response(answer: Any) -> Any:
    """What a callback answered, without what names its places."""
    told = json.loads(answer.get_data(as_text=True)).get("response", {})
    return [value for place in told.values() for value in place.values()]


def write(folder: Path, language: str, translate) -> None:
    """Write a translation as a translator would: from the catalogue."""
    catalogue = read_po(POT.open("rb"), locale=language)
    for message in catalogue:
        if message.id:
            message.string = translate(message.id)
    path = folder / language / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue)


def forget() -> None:
    """Let catalogues be read anew."""
    texts.catalogue.cache_clear()
    texts._file.cache_clear()
