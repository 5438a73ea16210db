"""Runs the simulated systems: one process, one world, a port for each system."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from .settings import HOST, PEOPLE_FILE, PLAN_FILE, SIZE_FILE, SandboxAccount
from .suiteprojects import SuiteProjectsConfig, create_suiteprojects
from .world import EventLog, World
from .world.calendar import month_text
from .world.hours_plan import plan_hours

_log = logging.getLogger(__name__)
_ROLES = {
    "cfo": ("Chief financial officer", "Sees everything."),
    "practice_lead": ("Practice lead", "Sees their own department."),
    "project_manager": ("Project manager", "Sees their own projects, and no cost of a person."),
    "administrator": ("Administrator", "Runs the sync; sees no business numbers."),
}
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Any]


def now() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


def make_world(account: SandboxAccount, folder: Path) -> tuple[World, EventLog]:
    """The firm as it is by now: made from its seed, then all it has lived through since."""
    world = World(seed=account.seed, today=account.today, months=account.months, size=account.size)
    log = EventLog(folder / "events.jsonl")
    world.replay(log)
    systems = (world.netsuite, world.suiteprojects)
    rows = sum(len(table.rows) for system in systems for table in system.tables.values())
    (folder / SIZE_FILE).write_text(json.dumps({"rows": rows}), encoding="utf-8")
    (folder / PLAN_FILE).write_text(json.dumps(plan(world)), encoding="utf-8")
    (folder / PEOPLE_FILE).write_text(json.dumps(people(world), indent=2), encoding="utf-8")
    return world, log


def plan(world: World) -> list[dict[str, str]]:
    """What the firm plans outside of its systems, as rows that can be uploaded."""
    life = world.life
    return [
        {
            "measure": measure,
            "month": month_text(one.month),
            "department": f"netsuite:{one.department.id}",
            "hours": str(hours),
        }
        for one in plan_hours(life.seed, life.clock, life.people.everyone)
        for measure, hours in (("capacity_hours", one.capacity), ("billable_hours", one.billable))
    ]


def people(world: World) -> list[dict[str, object]]:
    """Who may sign in to a demonstration: one person of the firm for each role."""
    return [
        {
            "sub": f"person-{person.id}",
            "name": person.name,
            "email": person.email,
            "groups": [f"one-view-{role.replace('_', '-')}"],
            "title": _ROLES[role][0],
            "hint": _ROLES[role][1],
        }
        for role, person in world.cast.items()
    ]


def netsuite_app(account: SandboxAccount, world: World) -> WsgiApp:
    """The simulated NetSuite of an account."""
    # Only in the process that serves: DuckDB starts threads when it is loaded, and a process that was
    # forked with them cannot end in peace.
    from .netsuite import NetSuiteConfig, create_netsuite

    config = NetSuiteConfig(
        account=account.netsuite_account,
        base_url=account.netsuite_url,
        client_id=account.netsuite_client_id,
        certificates={account.netsuite_certificate_id: account.netsuite_public_key},
        consumer_key=account.netsuite_consumer_key,
        consumer_secret=account.netsuite_consumer_secret,
        token_id=account.netsuite_token_id,
        token_secret=account.netsuite_token_secret,
        tables_off=account.netsuite_tables_off,
    )
    return create_netsuite(world.netsuite, config, now)


def suiteprojects_app(account: SandboxAccount, world: World, folder: Path) -> WsgiApp:
    """The simulated SuiteProjects Pro of an account."""
    config = SuiteProjectsConfig(
        company=account.suiteprojects_company,
        base_url=account.suiteprojects_url,
        client_id=account.suiteprojects_client_id,
        client_secret=account.suiteprojects_client_secret,
        refresh_token=account.suiteprojects_refresh_token,
        api_key=account.suiteprojects_api_key,
        state_file=folder / "suiteprojects-tokens.json",
    )
    return create_suiteprojects(world.suiteprojects, config, now)


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """One gunicorn worker with threads: the world lives in its memory, so there can be only one."""

    def __init__(
        self, apps: Mapping[int, Callable[[], WsgiApp]], at_exit: Callable[[], None]
    ) -> None:
        self._apps = apps
        self._at_exit = at_exit
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "bind": [f"{HOST}:{port}" for port in self._apps],
            "workers": 1,
            "threads": 8,
            "worker_class": "gthread",
            "timeout": 0,
            "keepalive": 75,
            "loglevel": "warning",
            "control_socket_disable": True,
            "worker_exit": lambda _server, _worker: self._at_exit(),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> WsgiApp:
        apps = {str(port): make() for port, make in self._apps.items()}

        def by_port(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            return apps[environ["SERVER_PORT"]](environ, start_response)

        return by_port


def live(world: World, log: EventLog, seconds: float, stop: threading.Event) -> None:
    """Let the firm live: an event every `seconds`, until told to stop."""
    while not stop.wait(seconds):
        try:
            for what in world.tick(now(), log):
                _log.info("%s", what)
        except Exception:
            _log.exception("The simulated firm missed an event; it lives on.")


def serve(
    account: SandboxAccount,
    folder: Path,
    *,
    netsuite: bool,
    suiteprojects: bool,
    live_seconds: float,
) -> None:
    """Serve the chosen systems until interrupted."""
    world_of: list[World] = []
    stop = threading.Event()

    def world() -> World:
        if not world_of:  # made in the worker process, once
            made, log = make_world(account, folder)
            world_of.append(made)
            if live_seconds:
                arguments = (made, log, live_seconds, stop)
                threading.Thread(target=live, args=arguments, daemon=True).start()
        return world_of[0]

    apps: dict[int, Callable[[], WsgiApp]] = {}
    if netsuite:
        apps[account.netsuite_port] = lambda: netsuite_app(account, world())
    if suiteprojects:
        apps[account.suiteprojects_port] = lambda: suiteprojects_app(account, world(), folder)
    _Server(apps, stop.set).run()
