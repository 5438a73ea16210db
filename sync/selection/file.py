"""The configuration file of the sync: TOML of a checked shape; what is wrong is named with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator, model_validator

from models.document import Document, Strict, read_toml, wrong_part

GroupName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[_Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_Ids = Annotated[list[int], Field(min_length=1, max_length=1000)]
_Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]


class GroupPart(Strict):
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


class EntityPart(Strict):
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


class SelectionFile(Strict):
    """The whole file."""

    groups: dict[GroupName, GroupPart] = Field(default_factory=dict)
    entities: dict[str, EntityPart] = Field(default_factory=dict)


def read(path: Path) -> tuple[SelectionFile, Document]:
    """The file, checked for its shape.

    Raises:
        ConfigError: it cannot be read, is no TOML, or holds something of another shape.
    """
    content, document = read_toml(path, "ONEVIEW_SYNC_FILE")
    try:
        return SelectionFile.model_validate(content), document
    except ValidationError as error:
        raise wrong_part(error, document, _allowed) from error


def _allowed(place: Sequence[str]) -> Mapping[str, Any]:
    """What is known where something unknown was found."""
    if len(place) < 2:
        return SelectionFile.model_fields
    kind = GroupPart if place[0] == "groups" else EntityPart
    return {field.alias or name: field for name, field in kind.model_fields.items()}
