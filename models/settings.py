"""Settings come from the environment: `ONEVIEW_…`, or `ONEVIEW_…_FILE` naming a file that holds the value."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from .errors import ConfigError

PREFIX = "ONEVIEW_"
_FILE_SUFFIX = "_FILE"


class _FileSource(EnvSettingsSource):
    """Reads `ONEVIEW_NAME_FILE` where `ONEVIEW_NAME` is not given."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        variable = f"{PREFIX}{field_name.upper()}{_FILE_SUFFIX}"
        path = os.environ.get(variable)
        if path is None:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except OSError as error:
            raise ConfigError(f"{variable} names a file that cannot be read: {error}") from error


class Settings(BaseSettings):
    """The base of every package's settings: frozen, checked, never half-read."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the variable itself, then its `_FILE`."""
        return init_settings, env_settings, _FileSource(settings_cls)

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """Read the settings from the environment.

        Raises:
            ConfigError: a setting is missing or wrong; the text names each one.
        """
        try:
            return cls(**overrides)
        except ValidationError as error:
            wrong = "; ".join(_plain(item) for item in error.errors())
            raise ConfigError(f"Cannot start. {wrong}. See docs/configuration.md.") from error
        except SettingsError as error:  # raised around what a source raised
            raise ConfigError(str(error.__cause__ or error)) from error

    @classmethod
    def variables(cls) -> frozenset[str]:
        """The environment variables that are read, the `_FILE` forms included."""
        names = {f"{PREFIX}{name.upper()}" for name in cls.model_fields}
        return frozenset(names | {name + _FILE_SUFFIX for name in names})


def _plain(item: Mapping[str, Any]) -> str:
    """A setting and what is wrong with it, without the checker's own vocabulary."""
    what = "is missing" if item["type"] == "missing" else str(item["msg"])
    what = what.removeprefix("Value error, ")
    return f"{PREFIX}{str(item['loc'][0]).upper()}: {what}" if item["loc"] else what


def refuse_unknown(kinds: Iterable[type[Settings]], environ: Mapping[str, str]) -> None:
    """Stop on an `ONEVIEW_…` variable nobody reads: a typing error in a secret costs hours.

    Raises:
        ConfigError: names the variables.
    """
    known = frozenset().union(*(kind.variables() for kind in kinds))
    unknown = sorted(name for name in environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise ConfigError(f"Unknown setting: {', '.join(unknown)}. See docs/configuration.md.")


def describe(kind: type[Settings]) -> str:
    """The settings of one package as a Markdown table, for `docs/configuration.md`."""
    lines = ["| setting | default | what |", "|---|---|---|"]
    for name, field in kind.model_fields.items():
        default = field.get_default(call_default_factory=True) if not field.is_required() else None
        shown = "required" if field.is_required() else f"`{default}`" if str(default) else "–"
        if "Secret" in str(field.annotation) and not field.is_required():
            shown = "–"
        lines.append(f"| `{PREFIX}{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(lines)


class WarehouseSettings(Settings):
    """Where the warehouse lives."""

    data_dir: Path = Field(
        default=Path("var"),
        description="Folder of everything the product writes, unless a setting below says otherwise.",
    )
    database_url: str = Field(
        default="",
        description="The record: SQLAlchemy URL of SQLite or PostgreSQL. Default: SQLite in the data folder.",
    )
    business_file: str = Field(
        default="",
        description="TOML file that says how this firm counts: streams, lines, thresholds, benchmarks, "
        "targets. Default: as in docs/business.example.toml.",
    )
    snapshots_kept: int = Field(
        default=5, ge=2, description="How many of the newest snapshots stay on disk."
    )
    snapshot_days_kept: int = Field(
        default=90,
        ge=0,
        description="For how many days the last snapshot of each day stays besides; 0: for none.",
    )
    archive_closed_months: bool = Field(
        default=True,
        description="Whether a month is kept as it was when NetSuite's books close it: once, for good.",
    )
    archive_folder: str = Field(
        default="",
        description="Folder of the closed months; part of the backup. Default: archives in the data folder.",
    )
    build_memory_mb: int = Field(
        default=112,
        ge=96,
        description="Memory that a build may take, in MB; what does not fit goes to the work folder. A table "
        "that cannot be made with it takes twice as much, and is named in the log.",
    )
    build_threads: int = Field(
        default=1,
        ge=1,
        le=64,
        description="Processor cores that a build may use at once; each takes memory.",
    )

    @property
    def record_url(self) -> str:
        """The record's URL, the default filled in."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'record.db').absolute()}"

    @property
    def snapshot_dir(self) -> Path:
        """The folder of the published snapshots and of the pointer to the newest."""
        return self.data_dir / "snapshots"

    @property
    def archive_dir(self) -> Path:
        """The folder of the closed months as they were."""
        return Path(self.archive_folder) if self.archive_folder else self.data_dir / "archives"

    @property
    def payload_dir(self) -> Path:
        """The folder of what the sources sent, kept as it came for some days."""
        return self.data_dir / "payloads"

    @property
    def work_dir(self) -> Path:
        """The folder of the worker's own files; may be lost at any time."""
        return self.data_dir / "work"
