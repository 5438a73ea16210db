"""The file of the business, laid over the built-in defaults."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from ..document import Document, read_toml, wrong_part
from ..errors import ConfigError
from ..settings import WarehouseSettings
from .decision import Decision, Place
from .shape import Benchmark, BusinessFile, Target

VARIABLE = "ONEVIEW_BUSINESS_FILE"


@dataclass(frozen=True)
class Business:
    """How this firm counts.

    Attributes:
        path: the file that says so; None: the defaults alone.
        file: all of it, the defaults filled in, and what people decided laid over it.
        content: what the file itself says.
        decided: place -> what was decided of it and holds.
        ignored: place -> why what was decided of it does not hold: it does not fit the file any more.
    """

    path: Path | None
    file: BusinessFile
    document: Document
    content: Mapping[str, Any] = field(default_factory=dict)
    decided: Mapping[Place, Decision] = field(default_factory=dict)
    ignored: Mapping[Place, str] = field(default_factory=dict)

    @cached_property
    def mark(self) -> str:
        """Tells one business from another: what its file says, and what was decided."""
        said = [(one.place, one.state, one.value) for one in self.decided.values()]
        return repr((self.content, said))

    def line_of(self, *path: str) -> int | None:
        """The line of the file where a key stands; None where the defaults say it."""
        part: Any = self.content
        for name in path:
            if not isinstance(part, Mapping) or name not in part:
                return None
            part = part[name]
        return self.document.line(path)

    def benchmarks(self, kpi: str) -> Mapping[str, Benchmark]:
        """What others published of a KPI, by name; the first is the one to compare with."""
        named = self.file.benchmarks.get(kpi, {})
        return {name: one for name, one in named.items() if one.shown}

    def target(
        self, kpi: str, first: int, last: int, members: Mapping[str, Sequence[object]] = {}
    ) -> Target | None:
        """The target of a KPI in the months `first` to `last` (yyyymm), the most particular there is.

        Args:
            members: dimension -> key and names of the one member that is asked about. A target of
                another dimension or member does not hold.
        """
        found = [
            one
            for one in self.file.targets
            if one.kpi == kpi and one.holds(first, last) and _is_of(one, members)
        ]
        return max(found, key=_particular, default=None)

    def check_kpis(self, known: Iterable[str], dimensions: Iterable[str]) -> None:
        """Refuse targets and benchmarks of numbers that there are not.

        Raises:
            ConfigError: names the first one, its line and what there is.
        """
        keys, axes = sorted(known), sorted(dimensions)
        for place, target in enumerate(self.file.targets):
            path = ("targets", str(place))
            if target.kpi not in keys:
                raise self.document.wrong((*path, "kpi"), _no_kpi(target.kpi, keys))
            if target.dimension is not None and target.dimension not in axes:
                raise self.document.wrong(
                    (*path, "dimension"), f"should be one of {', '.join(axes)}."
                )
        own = defaults().benchmarks
        for key in self.file.benchmarks:
            if key not in keys and key not in own:
                raise self.document.wrong(("benchmarks", key), _no_kpi(key, keys))


def _no_kpi(key: str, known: Sequence[str]) -> str:
    return f"names no KPI: there is no '{key}'. There are: {', '.join(known)}."


def _is_of(target: Target, members: Mapping[str, Sequence[object]]) -> bool:
    if target.dimension is None:
        return True
    wanted = str(target.member).casefold()
    return any(str(one).casefold() == wanted for one in members.get(target.dimension, ()))


def _particular(target: Target) -> tuple[bool, str, str]:
    """A member's before everybody's; then the one that begins latest and ends earliest."""
    ends = "".join(chr(0x10FFFF - ord(letter)) for letter in target.to or "9999-12")
    return target.dimension is not None, target.since or "", ends


def load(settings: WarehouseSettings) -> Business:
    """What the defaults and the file of the settings say.

    Raises:
        ConfigError: the file is wrong; the text names file, line and key, and what to change.
    """
    return load_file(settings.business_file)


def load_file(file: str) -> Business:
    """What the defaults and a file say; without one the defaults alone.

    Raises:
        ConfigError: as `load`.
    """
    if not file:
        return default_business()
    path = Path(file)
    return _checked(path, *read_toml(path, VARIABLE))


def restored(file: str, text: str) -> Business:
    """What a file said when it was read, of its text.

    Raises:
        ConfigError: this version reads it otherwise.
    """
    if not file:
        return default_business()
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not valid TOML: {error}") from error
    return _checked(Path(file), content, Document(file, text))


def _checked(path: Path, content: dict[str, Any], document: Document) -> Business:
    try:
        return Business(path, BusinessFile.model_validate(filled(content)), document, content)
    except ValidationError as error:
        raise wrong_part(error, document, allowed) from error


def filled(content: Mapping[str, Any]) -> dict[str, Any]:
    """What a file says, and the defaults where it says nothing; not checked."""
    whole: dict[str, Any] = _over(_built_in(), dict(content))
    return whole


@cache
def current() -> Business:
    """The business of this process, read once."""
    return load(WarehouseSettings.load())


def default_business() -> Business:
    """What holds without a file."""
    return Business(None, defaults(), Document("the defaults", ""))


@cache
def defaults() -> BusinessFile:
    """What holds where no file says otherwise."""
    return BusinessFile.model_validate(_built_in())


def _built_in() -> dict[str, Any]:
    text = files(__package__).joinpath("default.toml").read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def _over(below: Any, above: Any) -> Any:
    """Tables key by key, the rest whole."""
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    return {**below, **{key: _over(below.get(key), value) for key, value in above.items()}}


def allowed(place: Sequence[str]) -> Mapping[str, Any]:
    """What is known where something unknown was found."""
    kind: Any = BusinessFile
    for part in place[:-1]:
        kind = _inside(kind, part)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {field.alias or name: field for name, field in kind.model_fields.items()}
    return {}


def _inside(kind: Any, part: str) -> Any:
    """The type of what lies under a key, of a table, a list or a mapping."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        named = {field.alias or name: field for name, field in kind.model_fields.items()}
        return named[part].annotation if part in named else None
    arguments = [one for one in get_args(kind) if one is not Ellipsis]
    return arguments[-1] if arguments else None
