"""The configuration file of the sync: TOML of a checked shape; what is wrong is named with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from models.errors import ConfigError

GroupName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[_Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_Ids = Annotated[list[int], Field(min_length=1, max_length=1000)]
_Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class GroupPart(_Strict):
    """When a group of entities is refreshed: each so many minutes, or at a time of day."""

    every: int | None = Field(
        default=None, ge=1, le=10080, description="minutes from one run to the next"
    )
    at: str | None = Field(default=None, description='time of day, "HH:MM"; needs `zone`')
    zone: str | None = Field(default=None, description='IANA time zone, such as "Europe/London"')
    weekdays: tuple[_Day, ...] = Field(
        default=DAYS, min_length=1, description="with `at`: on these days only", strict=False
    )

    @field_validator("at")
    @classmethod
    def _time(cls, value: str | None) -> str | None:
        if value is not None and not _TIME.fullmatch(value):
            raise ValueError('should be a time such as "02:30"')
        return value

    @field_validator("zone")
    @classmethod
    def _zone(cls, value: str | None) -> str | None:
        try:
            return value if value is None else ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError('should be an IANA time zone such as "Europe/London"') from None

    @model_validator(mode="after")
    def _one_way(self) -> GroupPart:
        if (self.every is None) == (self.at is None):
            raise ValueError("should have either `every` (minutes) or `at` (time of day)")
        if self.at is not None and self.zone is None:
            raise ValueError('`at` needs `zone`, such as zone = "Europe/London"')
        return self


class EntityPart(_Strict):
    """What is said of an entity, or of all that a pattern meets."""

    on: bool | None = Field(default=None, description="false: not mirrored; its rows stay")
    group: GroupName | None = Field(default=None, description="schedule group it is refreshed with")
    leave_out: tuple[str, ...] = Field(
        default=(), description="columns that are not asked for; they are empty", strict=False
    )
    since: date | None = Field(
        default=None, alias="from", description="records dated from this day on", strict=False
    )
    subsidiaries: _Ids | None = None
    departments: _Ids | None = None
    customers: _Ids | None = None
    projects: _Ids | None = None
    types: Annotated[list[_Text], Field(min_length=1, max_length=200)] | None = None


class SelectionFile(_Strict):
    """The whole file."""

    groups: dict[GroupName, GroupPart] = Field(default_factory=dict)
    entities: dict[str, EntityPart] = Field(default_factory=dict)


class Document:
    """A file as it was read, with the means to say where something is."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self._lines = name, text.splitlines()

    def wrong(self, path: Sequence[str], what: str) -> ConfigError:
        """The error for what is wrong at a path of keys."""
        line = self._line(path)
        where = f"{self.name}, line {line}" if line else self.name
        key = ".".join(f'"{part}"' if not part.isidentifier() else part for part in path)
        return ConfigError(f"Cannot start. {where}: {key or 'the file'} {what}")

    def _line(self, path: Sequence[str]) -> int | None:
        """The line of the longest part of the path that is written out."""
        best, reached = None, 0
        table: list[str] = []
        for number, line in enumerate(self._lines, start=1):
            if header := re.match(r"\s*\[+\s*(.+?)\s*\]+\s*(#.*)?$", line):
                table = _keys(header[1])
                here = table
            elif assigned := re.match(r"\s*([^=#\s][^=]*?)\s*=", line):
                here = [*table, *_keys(assigned[1])]
            else:
                continue
            common = _common(here, path)
            if common == len(here) and common > reached:
                best, reached = number, common
        return best


def read(path: Path) -> tuple[SelectionFile, Document]:
    """The file, checked for its shape.

    Raises:
        ConfigError: it cannot be read, is no TOML, or holds something of another shape.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"Cannot start. ONEVIEW_SYNC_FILE names a file that cannot be read: {error}"
        ) from error
    document = Document(str(path), text)
    try:
        return SelectionFile.model_validate(tomllib.loads(text)), document
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"Cannot start. {path} is not valid TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = [str(part) for part in first["loc"] if part != "[key]"]
        raise document.wrong(place, _plain(first, place)) from error


def _plain(item: Mapping[str, Any], place: Sequence[str]) -> str:
    """What is wrong and what is allowed, without the checker's own vocabulary."""
    if item["type"] != "extra_forbidden":
        what = str(item["msg"]).removeprefix("Value error, ").removeprefix("Input ")
        return f"{what[:1].lower()}{what[1:]}."
    allowed: Mapping[str, Any] = SelectionFile.model_fields
    if len(place) > 1:
        kind = GroupPart if place[0] == "groups" else EntityPart
        allowed = {field.alias or name: field for name, field in kind.model_fields.items()}
    return f"is not known. Allowed: {', '.join(allowed)}."


def _keys(text: str) -> list[str]:
    return [part.strip("\"'") for part in re.findall(r"\"[^\"]*\"|'[^']*'|[^.\s]+", text)]


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count
