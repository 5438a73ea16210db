"""`oneview demo`: start the whole product with simulated systems, print one address, stop on Ctrl-C."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from sqlalchemy import Engine

from models.access import Role
from models.database import open_record
from models.plan.check import Checked, PlanRow
from models.plan.keep import Upload, keep, versions
from models.plan.values import month_of, number_of
from models.refresh import request_refresh
from models.settings import WarehouseSettings
from sync.sandbox.settings import PEOPLE_FILE, PLAN_FILE, SIZE_FILE, SandboxAccount

from . import progress as run_progress
from .processes import HOST, Processes, alone_in, answers, free_port

app = typer.Typer(add_completion=False, help="Everything on this machine, for a look around.")
_DEMO = "start of the demonstration"
POINTER = "snapshots/current.json"
_console = Console(highlight=False, soft_wrap=True)


def _secret(folder: Path, name: str) -> str:
    """A secret of the demonstration, made once and readable by its owner only."""
    path = folder / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    return path.read_text(encoding="utf-8")


def _key_file(folder: Path, account: SandboxAccount) -> Path:
    path = folder / "netsuite-key.pem"
    path.touch(mode=0o600)
    path.write_text(account.netsuite_private_key, encoding="utf-8")
    return path


def environment(
    folder: Path, account: SandboxAccount, *, web_port: int, identity_port: int
) -> dict[str, str]:
    """The settings of the demonstration's processes: those of a real installation, on loopback."""
    return {
        "ONEVIEW_DATA_DIR": str(folder),
        "ONEVIEW_SECRET_KEY": _secret(folder, "secret-key"),
        "ONEVIEW_NETSUITE_ACCOUNT": account.netsuite_account,
        "ONEVIEW_NETSUITE_URL": account.netsuite_url,
        "ONEVIEW_NETSUITE_RECORD_URL": account.netsuite_url,
        "ONEVIEW_NETSUITE_CLIENT_ID": account.netsuite_client_id,
        "ONEVIEW_NETSUITE_CERTIFICATE_ID": account.netsuite_certificate_id,
        "ONEVIEW_NETSUITE_PRIVATE_KEY_FILE": str(_key_file(folder, account)),
        "ONEVIEW_SUITEPROJECTS_URL": account.suiteprojects_url,
        "ONEVIEW_SUITEPROJECTS_COMPANY": account.suiteprojects_company,
        "ONEVIEW_SUITEPROJECTS_CLIENT_ID": account.suiteprojects_client_id,
        "ONEVIEW_SUITEPROJECTS_CLIENT_SECRET": account.suiteprojects_client_secret,
        "ONEVIEW_SUITEPROJECTS_REFRESH_TOKEN": account.suiteprojects_refresh_token,
        "ONEVIEW_SUITEPROJECTS_API_KEY": account.suiteprojects_api_key,
        "ONEVIEW_PORT": str(web_port),
        "ONEVIEW_PUBLIC_URL": f"http://{HOST}:{web_port}",
        "ONEVIEW_OIDC_ISSUER": f"http://localhost:{identity_port}",
        "ONEVIEW_OIDC_CLIENT_ID": "one-view",
        "ONEVIEW_OIDC_CLIENT_SECRET": _secret(folder, "identity-secret"),
        "ONEVIEW_ROLE_GROUPS": json.dumps(
            {f"one-view-{role.replace('_', '-')}": role for role in Role}
        ),
    }


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


@app.callback(invoke_without_command=True)
def demo(
    port: Annotated[int, typer.Option(help="Where the web app should listen.")] = 8050,
    data_dir: Annotated[Path, typer.Option(help="What the demonstration keeps.")] = Path(
        "var/demo"
    ),
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Forget what is kept and begin anew.")
    ] = False,
    live: Annotated[
        float, typer.Option(help="Seconds between events in the invented firm.")
    ] = 20.0,
    months: Annotated[
        int, typer.Option(min=3, max=36, help="Months of history of a firm that is made anew.")
    ] = 36,
    size: Annotated[
        float, typer.Option(min=0.2, max=5, help="People of a firm that is made anew; 1: some 110.")
    ] = 1.0,
) -> None:
    """Start everything, print the address, stop on Ctrl-C."""
    for variable in [name for name in os.environ if name.startswith("ONEVIEW_")]:
        del os.environ[
            variable
        ]  # the demonstration must not reach a real account by a stray setting
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    folder = data_dir.absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with alone_in(folder):
        if fresh:
            _forget(folder)
        _run(folder, port, live, months, size)


def _forget(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "lock":
            path.unlink()


def _run(folder: Path, port: int, live: float, months: int, size: float) -> None:
    ports = {"netsuite_port": free_port(8061), "suiteprojects_port": free_port(8062)}
    today = date.today()  # noqa: DTZ011  # the firm lives on the machine's day
    account = SandboxAccount.load_or_invent(folder / "sandbox", today, months, size, **ports)
    web_port, identity_port = free_port(port), free_port(8063)
    settings = environment(folder, account, web_port=web_port, identity_port=identity_port)
    processes = Processes(folder / "logs", settings)
    try:
        _start(processes, folder, account, web_port, identity_port, live)
        while True:
            processes.check()
            time.sleep(0.5)
    except KeyboardInterrupt:
        _console.print("\nStopping …")
    finally:
        processes.stop()
    _console.print("Stopped. What was synced is kept; the next start is quick.")


def _start(
    processes: Processes,
    folder: Path,
    account: SandboxAccount,
    web_port: int,
    identity_port: int,
    live: float,
) -> None:
    began = time.monotonic()
    step = _Steps(began)
    step.say("Preparing the record")
    upgrade = processes.start("upgrade", "db", "upgrade")
    if upgrade.popen.wait(60):
        processes.check()
    processes.running.remove(upgrade)
    step.say("Starting the simulated NetSuite and SuiteProjects Pro")
    processes.start(
        "sandbox", "sandbox", "both", "--data-dir", str(folder / "sandbox"), "--live", str(live),
        "--netsuite-port", str(account.netsuite_port),
        "--suiteprojects-port", str(account.suiteprojects_port),
    )  # fmt: skip
    step.say("Starting the web app and the simulated identity provider")
    processes.start("web", "serve")
    people = (
        folder / "sandbox" / PEOPLE_FILE
    )  # the firm's; on the first start it is still being made
    processes.wait_until(people.exists, 120, "The invented firm")
    processes.start(
        "identity-provider", "identity-provider", "--port", str(identity_port),
        "--people", str(people),
        "--client-secret-file", str(folder / "identity-secret"),
        "--redirect-uri", f"http://{HOST}:{web_port}/auth/callback",
    )  # fmt: skip

    def is_up() -> bool:
        return (folder / POINTER).exists() and answers(web_port) and answers(identity_port)

    ready = _Ready(f"http://{HOST}:{web_port}", began, is_up)
    if (folder / POINTER).exists():  # what was synced last time can be looked at right away
        processes.wait_until(ready.tell, 60, "The web app")
    processes.wait_until(lambda: _answer(account), 120, "The simulated systems")
    step.say("Starting the sync")
    record = open_record(WarehouseSettings(data_dir=folder).record_url)
    upload_plan(record, folder / "sandbox" / PLAN_FILE, datetime.now(UTC))
    before = ask_for_changes(record, datetime.now(UTC))
    processes.start("worker", "sync", "worker")
    try:
        _follow(processes, record, before, ready, _rows_of(folder))
    finally:
        record.dispose()


def upload_plan(record: Engine, file: Path, now: datetime) -> None:
    """Upload what the firm plans outside of its systems, once; withdrawn it stays so."""
    if versions(record):
        return
    content = file.read_bytes()
    rows = [
        PlanRow(
            row_number=number,
            measure=row["measure"],
            month=month_of(row["month"]),
            department=row["department"],
            hours=number_of(row["hours"]),
        )
        for number, row in enumerate(json.loads(content), start=2)
    ]
    upload = Upload(version="Plan of hours", file_name=file.name, content=content, subject=_DEMO)
    keep(record, upload, Checked(rows=rows, faults=()), now)


def ask_for_changes(record: Engine, now: datetime) -> int:
    """Have the worker fetch what changed while the demonstration was stopped; return the newest run.

    The first sync begins by itself; later ones would wait for their turn in the schedule.
    """
    newest = run_progress.newest_run(record)
    if newest:
        request_refresh(record, _DEMO, now)
    return newest


def _answer(account: SandboxAccount) -> bool:
    import httpx

    try:
        return all(
            httpx.get(url, timeout=30).status_code < 500
            for url in (f"{account.netsuite_url}/", f"{account.suiteprojects_url}/")
        )
    except httpx.HTTPError:
        return False


def _rows_of(folder: Path) -> int:
    """How many rows the firm's two systems hold: what a first sync has before it."""
    if (folder / POINTER).exists():
        return 0  # only changes will be fetched
    return int(json.loads((folder / "sandbox" / SIZE_FILE).read_text(encoding="utf-8"))["rows"])


class _Ready:
    """Prints the address once, as soon as there is something to see."""

    def __init__(self, address: str, began: float, is_up: Callable[[], bool]) -> None:
        self._address, self._began, self._is_up = address, began, is_up
        self._told = False

    def tell(self) -> bool:
        if not self._told and self._is_up():
            self._told = True
            seconds = time.monotonic() - self._began
            _console.print(
                f"\n  [bold]One View is ready: {self._address}[/bold]\n"
                f"  First data after {seconds:.0f} s. Ctrl-C stops all of it.\n"
            )
        return self._told


def _follow(
    processes: Processes, record: Engine, before: int, ready: _Ready, rows_before_us: int
) -> None:
    began = time.monotonic()
    columns = (
        TextColumn("  {task.description}"), BarColumn(), TextColumn("{task.fields[rows]}"),
        TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=_console) as bar:
        task = bar.add_task("Fetching", total=None, rows="")

        def show(now: run_progress.Progress) -> None:
            total = max(rows_before_us, now.rows_expected, now.rows_read) or None
            text = f"{now.entities_done}/{now.entities} entities, {now.rows_read:,} rows"
            bar.update(
                task,
                completed=now.rows_read,
                total=total,
                rows=text,
                description=now.stage.capitalize(),
            )
            ready.tell()

        def pause() -> None:
            processes.check()
            time.sleep(0.3)

        last = run_progress.follow(record, before, show, pause)
    if last.state == "succeeded":
        processes.wait_until(ready.tell, 60, "The web app")
        _console.print(
            f"  All data is here, {time.monotonic() - began:.0f} s after the sync began. "
            "The firm lives on: press Refresh in the app."
        )
    else:
        _console.print(f"  [red]The sync did not succeed.[/red] {last.error}\n  It will try again.")


class _Steps:
    def __init__(self, began: float) -> None:
        self._began = began

    def say(self, what: str) -> None:
        _console.print(f"[dim]{time.monotonic() - self._began:5.1f} s[/dim]  {what} …")
