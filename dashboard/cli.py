"""`oneview serve`: the web app in a production web server."""

from __future__ import annotations

from typing import Any

import typer

from models.business import load as load_business
from models.metrics.catalogue import kpis
from models.metrics.dimensions import DIMENSIONS
from models.settings import WarehouseSettings

from .settings import DashboardSettings

app = typer.Typer(add_completion=False, help="Start the web app.")


@app.callback(invoke_without_command=True)
def serve() -> None:
    """Start the web app."""
    from gunicorn.app.base import BaseApplication  # needs a POSIX system

    from .wsgi import make  # takes a second to load

    settings, warehouse = DashboardSettings.load(), WarehouseSettings.load()
    load_business(warehouse).check_kpis(kpis(), DIMENSIONS)  # stops the start, not each web process

    class Server(BaseApplication):
        """Gunicorn with our options and nothing from its own files."""

        def load_config(self) -> None:
            options: dict[str, Any] = {
                "bind": f"{settings.host}:{settings.port}",
                "workers": settings.workers,
                "threads": settings.threads,
                "worker_class": "gthread",
                "preload_app": False,  # each worker opens its own files
                "control_socket_disable": True,  # several instances would share its name
                "accesslog": None,
                "timeout": 120,
                "graceful_timeout": 5,
                "keepalive": 30,  # seconds; a reader who looks at a page keeps the connection
                "proc_name": "oneview",
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return make(settings, warehouse)

    Server().run()
