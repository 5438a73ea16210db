"""What the web app works with, handed in once by `create_app`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from flask import Flask, current_app
from flask_caching import Cache
from sqlalchemy import Engine

from models.archive import Archives
from models.errors import NoSnapshotError
from models.snapshot import Snapshots

from .kept import Kept
from .settings import DashboardSettings

_NAME = "oneview"


@dataclass(frozen=True, kw_only=True)
class Services:
    """Settings, the record, the snapshots, the closed months, the clock, the cache of results, finished sections."""

    settings: DashboardSettings
    record: Engine
    snapshots: Snapshots
    archives: Archives
    clock: Callable[[], datetime]
    cache: Cache
    finished: Kept = field(default_factory=Kept)

    @property
    def fiscal_start(self) -> int:
        """The month in which fiscal years begin; January as long as there are no data."""
        try:
            return self.snapshots.current().fiscal_start
        except NoSnapshotError:
            return 1


def install(server: Flask, services: Services) -> Services:
    """Hand the services to an app."""
    server.extensions[_NAME] = services
    return services


def services() -> Services:
    """The services of the app that handles this request."""
    return cast("Services", current_app.extensions[_NAME])
