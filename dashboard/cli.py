"""`oneview serve`: the web app in a production web server."""

from __future__ import annotations

import gc
from typing import Any

import typer

from models.business import load as load_business
from models.loading import loading
from models.metrics.catalogue import kpis
from models.metrics.dimensions import DIMENSIONS
from models.settings import WarehouseSettings

from .settings import DashboardSettings

_FRESH = 20_000  # objects made and not yet gone, from which on Python looks for cycles among them

app = typer.Typer(add_completion=False, help="Start the web app.")


@app.callback(invoke_without_command=True)
def serve() -> None:
    """Start the web app."""
    from gunicorn.app.base import BaseApplication  # needs a POSIX system

    with loading():
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
            made = make(settings, warehouse)
            _settle()
            return made

    Server().run()


def _settle() -> None:
    """Let Python look less often, and at less, for what is no longer used.

    All that is loaded by now stays: some hundred thousand objects, whose walk stops every thread of a process for a
    fifth of a second, again and again. What answers leave behind holds no cycles but for a few, and waits for more of it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_FRESH, 20, 20)
