"""The simulated SuiteProjects Pro as one WSGI application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, request

from ..system import SourceSystem
from .account import Account
from .config import SuiteProjectsConfig
from .oauth import oauth
from .pages import message_page, record_page
from .rest import rest
from .xmlapi import xml_api


def create_suiteprojects(
    system: SourceSystem, config: SuiteProjectsConfig, clock: Callable[[], datetime]
) -> Flask:
    """A simulated account that serves the rows of `system`; `clock` tells its time in UTC."""
    account = Account.open(system, config, clock)
    app = Flask(__name__, static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.register_blueprint(oauth(account))
    app.register_blueprint(rest(account))
    app.register_blueprint(xml_api(account))

    @app.get("/record.pl")
    def record() -> Response:
        datatype, identity = request.args.get("type", ""), request.args.get("id", "")
        page = record_page(account, datatype, int(identity)) if identity.isdecimal() else None
        if page is None:
            missing = message_page("The account holds no such record.", "Not found")
            return Response(missing, status=404, mimetype="text/html")
        return Response(page, mimetype="text/html")

    @app.get("/")
    def home() -> Response:
        text = f"This is the account {config.company}. Records are reached through their links."
        return Response(message_page(text, "Simulated account"), mimetype="text/html")

    return app
