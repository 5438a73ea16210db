"""Both simulated systems of a world on ports of this machine, and the real command against them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from models.database import open_record, upgrade
from models.settings import WarehouseSettings
from models.snapshot import file_name
from models.tables.operations import ops_entity_run, ops_run
from sync.demo.cli import environment
from sync.sandbox.faults import Misbehaving
from sync.sandbox.netsuite import NetSuiteConfig, create_netsuite
from sync.sandbox.netsuite.oauth2 import TokenService
from sync.sandbox.settings import HOST, SandboxAccount
from sync.sandbox.suiteprojects import SuiteProjectsConfig, create_suiteprojects
from sync.sandbox.system import SourceSystem
from sync.sandbox.world import World

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds until a condition that never comes fails the test
SECRET = {"access_token", "refresh_token", "client_assertion"}
RECENT_MONTHS = 14
EVERY_LOG = (  # the command says little; its libraries are made to tell all they know
    "import logging\n"
    "logging.basicConfig(level=logging.DEBUG)\n"
    "logging.getLogger('sqlalchemy').setLevel(logging.WARNING)\n"
)


class Handler(WSGIRequestHandler):
    """Says nothing."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Called for every request."""


@dataclass
class Served:
    """A simulated system on a port of this machine; it remembers the secrets that passed by."""

    system: SourceSystem
    misbehaving: Misbehaving | None = None
    secrets: set[str] = field(default_factory=set)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        assert self.misbehaving is not None
        if not environ["PATH_INFO"].endswith("/token"):
            return self.misbehaving(environ, start_response)
        request = Request(environ)
        environ["wsgi.input"] = BytesIO(request.get_data())
        response = Response.from_app(self.misbehaving, environ, buffered=True)
        for said in (request.form.to_dict(), json.loads(response.get_data())):
            self.secrets |= {said[name] for name in SECRET & said.keys()}
        return response(environ, start_response)


@dataclass
class Systems:
    """Both systems, the account that lets us in, and their clock, which goes on from the world's day."""

    netsuite: Served
    suiteprojects: Served
    account: SandboxAccount
    clock: Callable[[], datetime]

    @property
    def secrets(self) -> set[str]:
        """What nobody but the two parties may ever read."""
        account = self.account
        return {
            *account.netsuite_private_key.splitlines()[1:-1],
            account.suiteprojects_client_secret,
            account.suiteprojects_refresh_token,
            account.suiteprojects_api_key,
            *self.netsuite.secrets,
            *self.suiteprojects.secrets,
        }


def own_copy(system: SourceSystem) -> SourceSystem:
    """The same rows in tables of their own: what changes here changes nowhere else."""
    return system.copy()


@contextmanager
def served(world: World, state: Path) -> Iterator[Systems]:
    """Both systems of a world, on their ports; the tokens of SuiteProjects Pro are kept in `state`."""
    began = time.monotonic()
    noon = datetime.combine(world.today, time_of_day(12), UTC)
    systems = [Served(own_copy(one)) for one in (world.netsuite, world.suiteprojects)]
    servers = [make_server(HOST, 0, one, threaded=True, request_handler=Handler) for one in systems]
    account = SandboxAccount.invent(
        world.today,
        netsuite_port=servers[0].server_port,
        suiteprojects_port=servers[1].server_port,
    )
    clock = lambda: noon + timedelta(seconds=time.monotonic() - began)  # noqa: E731
    both = Systems(*systems, account, clock)
    both.netsuite.misbehaving = Misbehaving(netsuite(both))
    both.suiteprojects.misbehaving = Misbehaving(suiteprojects(both, state))
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield both
    for server in servers:
        server.shutdown()
        server.server_close()


def netsuite(systems: Systems) -> Any:
    """The simulated NetSuite; sign-in goes by the clock of this machine, as the command's does."""
    account = systems.account
    config = NetSuiteConfig(
        account=account.netsuite_account,
        base_url=account.netsuite_url,
        client_id=account.netsuite_client_id,
        certificates={account.netsuite_certificate_id: account.netsuite_public_key},
        consumer_key=account.netsuite_consumer_key,
        consumer_secret=account.netsuite_consumer_secret,
        token_id=account.netsuite_token_id,
        token_secret=account.netsuite_token_secret,
    )
    app: Any = create_netsuite(systems.netsuite.system, config, systems.clock)
    app.tokens = TokenService(config, lambda: datetime.now(UTC))
    return app


def suiteprojects(systems: Systems, state: Path) -> Any:
    """The simulated SuiteProjects Pro."""
    account = systems.account
    config = SuiteProjectsConfig(
        company=account.suiteprojects_company,
        base_url=account.suiteprojects_url,
        client_id=account.suiteprojects_client_id,
        client_secret=account.suiteprojects_client_secret,
        refresh_token=account.suiteprojects_refresh_token,
        api_key=account.suiteprojects_api_key,
        state_file=state,
    )
    return create_suiteprojects(systems.suiteprojects.system, config, systems.clock)


@dataclass
class Command:
    """`oneview sync run` as a process of its own, again and again, on one data folder."""

    settings: WarehouseSettings
    record: Engine
    environ: dict[str, str]
    output: Path
    codes: list[int] = field(default_factory=list)

    def start(self) -> subprocess.Popen[bytes]:
        """Start it; what it says is added to `output`."""
        with self.output.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "oneview", "sync", "run"],
                cwd=ROOT, env=self.environ, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def run(self, meanwhile: Callable[[], bool] = lambda: False) -> None:
        """Run it to its own end, or kill it outright once `meanwhile` says so."""
        process = self.start()
        try:
            end = time.monotonic() + PATIENCE
            while process.poll() is None:
                assert time.monotonic() < end, self.output.read_text()[-3000:]
                if meanwhile():
                    process.send_signal(signal.SIGKILL)
                    break
                time.sleep(0.05)
            self.codes.append(process.wait())
        finally:
            process.kill()
            process.wait()

    def ask(self, statement: Any) -> list[Any]:
        """The answer to a question to the record."""
        with self.record.connect() as connection:
            return list(connection.execute(statement))

    def rows_read(self) -> int:
        """How many rows all runs together have committed."""
        return int(self.ask(select(func.sum(ops_entity_run.c.rows_read)))[0][0] or 0)

    def is_building(self) -> bool:
        """Whether the run at work has come to building."""
        running = select(ops_run.c.stage).where(ops_run.c.state == "running")
        return ("building",) in self.ask(running)

    def path(self, version: int) -> Path:
        """The file of a snapshot."""
        return self.settings.snapshot_dir / file_name(version)


def months_since(day: date) -> int:
    """The months from a day to today: the command counts back from the machine's date."""
    today = datetime.now(UTC).date()
    return (today.year - day.year) * 12 + today.month - day.month


@contextmanager
def running(systems: Systems, folder: Path, hooks: Path) -> Iterator[Command]:
    """The command with the settings of the demonstration; `hooks` is where it is made to log all."""
    (hooks / "sitecustomize.py").write_text(EVERY_LOG, encoding="utf-8")
    settings = WarehouseSettings(data_dir=folder, database_url="")
    environ = {name: text for name, text in os.environ.items() if not name.startswith("ONEVIEW_")}
    environ |= environment(folder, systems.account, web_port=1, identity_port=2)
    environ |= {
        "PYTHONPATH": str(hooks),
        "ONEVIEW_HISTORY_MONTHS_FIRST": str(months_since(systems.clock().date()) + RECENT_MONTHS),
    }
    record = open_record(settings.record_url)
    upgrade(record)
    yield Command(settings, record, environ, folder / "output")
    record.dispose()
