"""`oneview demo`: start the whole product with simulated systems, print one address, stop on Ctrl-C."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import time
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from models.access import Role
from models.database import open_record
from models.errors import OneViewError
from models.settings import WarehouseSettings
from sync.sandbox.settings import PEOPLE_FILE, SandboxAccount

from . import progress as run_progress
from .processes import HOST, Processes, answers, free_port

app = typer.Typer(add_completion=False, help="Everything on this machine, for a look around.")
_console = Console(highlight=False)


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
) -> None:
    """Start everything, print the address, stop on Ctrl-C."""
    for variable in [name for name in os.environ if name.startswith("ONEVIEW_")]:
        del os.environ[
            variable
        ]  # the demonstration must not reach a real account by a stray setting
    folder = data_dir.absolute()
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    signal.signal(signal.SIGTERM, _interrupt)
    ports = {"netsuite_port": free_port(8061), "suiteprojects_port": free_port(8062)}
    today = date.today()  # noqa: DTZ011  # the firm lives on the machine's day
    account = SandboxAccount.load_or_invent(folder / "sandbox", today, **ports)
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
    step.say("Starting the web app")
    processes.start("web", "serve")
    processes.wait_until(lambda: _ready(account), 90, "The simulated systems")
    step.say("Starting the sync and the simulated identity provider")
    processes.start("worker", "sync", "worker")
    processes.start(
        "identity-provider", "identity-provider", "--port", str(identity_port),
        "--people", str(folder / "sandbox" / PEOPLE_FILE),
        "--client-secret-file", str(folder / "identity-secret"),
        "--redirect-uri", f"http://{HOST}:{web_port}/auth/callback",
    )  # fmt: skip
    _follow_first_sync(processes, folder, began, web_port)


def _ready(account: SandboxAccount) -> bool:
    import httpx

    try:
        return all(
            httpx.get(url, timeout=30).status_code < 500
            for url in (f"{account.netsuite_url}/", f"{account.suiteprojects_url}/")
        )
    except httpx.HTTPError:
        return False


def _follow_first_sync(processes: Processes, folder: Path, began: float, web_port: int) -> None:
    record = open_record(WarehouseSettings(data_dir=folder).record_url)
    pointer = folder / "snapshots" / "current.json"
    announced = False
    columns = (
        TextColumn("  {task.description}"), BarColumn(), TextColumn("{task.fields[rows]}"),
        TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip

    def announce() -> None:
        nonlocal announced
        if not announced and pointer.exists() and answers(web_port):
            announced = True
            seconds = time.monotonic() - began
            _console.print(
                f"\n  [bold]One View is ready: http://{HOST}:{web_port}[/bold]"
                f"\n"
                f"  First data after {seconds:.0f} s. Ctrl-C stops all of it.\n"
            )

    with Progress(*columns, console=_console) as bar:
        task = bar.add_task("Syncing", total=None, rows="")

        def show(now: run_progress.Progress) -> None:
            total = max(now.rows_expected, now.rows_read) or None
            text = f"{now.entities_done}/{now.entities} entities, {now.rows_read:,} rows"
            bar.update(
                task, completed=now.rows_read, total=total, rows=text, description=now.stage.title()
            )
            announce()

        def pause() -> None:
            processes.check()
            time.sleep(0.3)

        def is_done(now: run_progress.Progress | None) -> bool:
            return now is not None and now.is_over

        last = run_progress.follow(record, show, is_done, pause)
    record.dispose()
    if last and last.state != "succeeded":
        raise OneViewError(f"The sync did not succeed: {last.error}")
    processes.wait_until(lambda: pointer.exists() and answers(web_port), 60, "The web app")
    announce()
    _console.print(
        f"  All data after {time.monotonic() - began:.0f} s. The firm lives on; press Refresh in the app."
    )


class _Steps:
    def __init__(self, began: float) -> None:
        self._began = began

    def say(self, what: str) -> None:
        _console.print(f"[dim]{time.monotonic() - self._began:5.1f} s[/dim]  {what} …")
