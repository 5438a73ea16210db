"""The few routes that are neither pages nor the HTTP API: health, and the pulse that pages poll."""

from __future__ import annotations

from flask import Flask, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from models.errors import OneViewError

from . import operations
from .services import Services


def add_health(server: Flask, services: Services) -> None:
    """Add the routes."""

    @server.get("/healthz")
    def health() -> tuple[Response, int]:
        try:
            with services.record.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return jsonify(status="record unreachable"), 503
        return jsonify(status="ok"), 200

    @server.get("/api/pulse")
    def pulse() -> Response:
        newest = operations.newest_run(services.record)
        return jsonify(
            version=_version(services),
            run=newest
            and {
                "id": newest.run_id,
                "state": newest.state,
                "stage": newest.stage,
                "done": newest.entities_done,
                "of": newest.entities,
                "rows": newest.rows_read,
            },
        )


def _version(services: Services) -> int | None:
    try:
        return services.snapshots.current().version
    except OneViewError:
        return None
