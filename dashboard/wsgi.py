"""The WSGI application, made from the environment's settings."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask

from models.archive import Archives
from models.database import open_record
from models.settings import WarehouseSettings
from models.snapshot import Snapshots

from .app import create_app
from .settings import DashboardSettings


def make(settings: DashboardSettings, warehouse: WarehouseSettings) -> Flask:
    """Make the application that a web server runs."""
    app = create_app(
        settings,
        open_record(warehouse.record_url),
        Snapshots(warehouse.snapshot_dir),
        lambda: datetime.now(UTC),
        Archives(warehouse.archive_dir),
    )
    server: Flask = app.server
    return server
