"""The web app: everything is wired here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import cast

import pandas  # noqa: F401, ICN001  # imported lazily by plotly, it is met half-made by a second thread
from dash import Dash
from flask import Flask, Response, redirect, request
from flask_caching import Cache
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect, generate_csrf
from sqlalchemy import Engine
from werkzeug.exceptions import HTTPException

from models.archive import Archives
from models.snapshot import Snapshots

from .ahead import ahead, written
from .api.admission import admission
from .api.problems import problem_of
from .api.routes import add_api
from .auth.guard import is_api, is_public, protect
from .auth.headers import secure
from .auth.oidc import add_sign_in
from .auth.screens import failure
from .auth.session import Sessions
from .browser_files import Joined, charts, folder, later, leave_out
from .components.shell import shell
from .compressed import QUALITY, keep_compressed
from .download import add_downloads
from .filtering import add_filtering
from .frame import add_frame
from .health import add_health
from .index import document, for_reader
from .listing import add_listing
from .noting import add_noting
from .page import pages
from .routing import add_routing, dated_search, start_path, status_of
from .saved_filters import add_saved_filters
from .services import Services, install
from .settings import DashboardSettings
from .texts import language, read_by_people
from .together import add_together

_CACHED_SECONDS = 3600
_CACHED_RESULTS = 4000
_YEAR = 365 * 24 * 3600


def create_app(
    settings: DashboardSettings,
    record_engine: Engine,
    snapshots: Snapshots,
    clock: Callable[[], datetime],
    archives: Archives | None = None,
) -> Dash:
    """Make the app; `app.server` is the WSGI application."""
    server = Flask("oneview", static_folder=None)
    server.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SESSION_COOKIE_NAME="ov_flow",  # only the sign-in's state and the form token live in it
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_SAMESITE="Lax",
        SEND_FILE_MAX_AGE_DEFAULT=_YEAR,
        # brotli before zstd, which leaves scripts a tenth larger
        COMPRESS_ALGORITHM=["br", "zstd", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["br", "zstd"],
        COMPRESS_BR_LEVEL=QUALITY,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
    )
    cache = Cache(
        server,
        config={
            "CACHE_TYPE": "SimpleCache",
            "CACHE_DEFAULT_TIMEOUT": _CACHED_SECONDS,
            "CACHE_THRESHOLD": _CACHED_RESULTS,
        },
    )
    services = install(
        server,
        Services(
            settings=settings,
            record=record_engine,
            snapshots=snapshots,
            archives=archives or Archives(None),
            clock=clock,
            cache=cache,
        ),
    )
    _add_gate(server, services)
    add_health(server, services)
    add_api(server)
    add_downloads(server)
    add_together(server)
    return _add_dash(server, settings)


def _add_gate(server: Flask, services: Services) -> None:
    sessions = Sessions(services.record, services.settings, services.clock)
    manager = LoginManager(server)
    manager.session_protection = None
    sessions.attach(manager)
    protect(server, services.settings, admission(services))  # before CSRF protection: see there
    CSRFProtect(server)
    add_sign_in(server, services, sessions)

    @server.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response | HTTPException:
        if is_api(request.path):
            return problem_of(error)
        if request.path.startswith(("/_dash", "/api/", "/assets/")) or error.code is None:
            return error
        return Response(failure(error.code, error.description or ""), error.code)


class _App(Dash):
    """Dash, whose document says in which language its texts are and what its page asks first."""

    def interpolate_index(self, **parts: str) -> str:
        """The document with everything in it."""
        search = request.query_string.decode()
        asked = ahead(self, request.path, f"?{search}" if search else "")
        told = {"ahead": written(asked.first)}
        found = cast("str", super().interpolate_index(**parts))
        return for_reader(found, language(), told, [charts()] if asked.has_charts else [])


def _add_dash(server: Flask, settings: DashboardSettings) -> Dash:
    style, script = Joined.of("css"), Joined.of("js")
    read_by_people()
    app = _App(
        "oneview",
        server=server,
        assets_folder=str(folder()),
        include_assets_files=False,  # ours are joined; the rest is fetched where it is needed
        external_stylesheets=[style.address],
        title="One View",
        update_title="",
        suppress_callback_exceptions=True,
        compress=True,
        enable_mcp=False,
        add_log_handler=False,
    )
    keep_compressed(server)
    leave_out()
    app.index_string = document(script.address, later(app))
    style.serve(server)
    script.serve(server)
    app.layout = shell  # asked for anew, for its texts are those of whoever reads
    add_frame(app)
    add_routing(app)
    add_filtering(app)
    add_saved_filters(app)
    add_listing(app)
    add_noting(app)
    for page in pages().values():
        if page.bind:
            page.bind(app)
    # Dash prepares itself during the first request, and a second request at that moment would find it
    # half prepared; so it is done here.
    with server.test_request_context("/"):
        app._setup_server()
    hashes = app.csp_hashes()
    secure(server, settings, lambda: hashes)
    _finish_pages(server, settings)
    return app


def _finish_pages(server: Flask, settings: DashboardSettings) -> None:
    """Give an address its true status, and the browser the token that Dash sends with each call."""

    @server.after_request
    def finish(response: Response) -> Response:
        is_page = request.method == "GET" and request.endpoint in {"/", "/<path:path>"}
        if not is_page or response.status_code != 200 or is_public(request.path):
            return response
        search = f"?{request.query_string.decode()}"
        dated = (
            dated_search(request.path, search) if start_path(request.path) == request.path else None
        )
        if dated:
            return cast("Response", redirect(request.path + dated))
        response.status_code = status_of(request.path, search)
        response.set_cookie(
            "_csrf_token",
            generate_csrf(),
            samesite="Lax",
            secure=settings.secure_cookies,
            path="/",
        )
        return response
