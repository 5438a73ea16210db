"""`oneview sandbox`: start the simulated systems, alone or together."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from .settings import SandboxAccount

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Simulated source systems.")

DataDir = Annotated[Path, typer.Option(help="Where the account and its life are kept.")]
Live = Annotated[float, typer.Option(help="An event in the firm every so many seconds; 0: none.")]
Today = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The firm's first day.")]
_DATA = Path("var/sandbox")


def _account(folder: Path, today: datetime | None, **ports: int) -> SandboxAccount:
    day = today.date() if today else date.today()  # noqa: DTZ011  # the firm lives on the machine's day
    return SandboxAccount.load_or_invent(folder, day, **ports)


def _serve(account: SandboxAccount, folder: Path, live: float, *systems: str) -> None:
    from .serve import serve  # the servers' libraries load only when they run

    netsuite, suiteprojects = "netsuite" in systems, "suiteprojects" in systems
    serve(account, folder, netsuite=netsuite, suiteprojects=suiteprojects, live_seconds=live)


@app.command()
def netsuite(
    port: int = 8061, data_dir: DataDir = _DATA, live: Live = 0.0, today: Today = None
) -> None:
    """Start the simulated NetSuite; its credentials are printed as One View settings."""
    account = _account(data_dir, today, netsuite_port=port)
    key = data_dir / "netsuite-key.pem"
    key.touch(mode=0o600)
    key.write_text(account.netsuite_private_key)
    typer.echo(
        f"# Simulated NetSuite on {account.netsuite_url}\n"
        f"ONEVIEW_NETSUITE_ACCOUNT={account.netsuite_account}\n"
        f"ONEVIEW_NETSUITE_URL={account.netsuite_url}\n"
        f"ONEVIEW_NETSUITE_CLIENT_ID={account.netsuite_client_id}\n"
        f"ONEVIEW_NETSUITE_CERTIFICATE_ID={account.netsuite_certificate_id}\n"
        f"ONEVIEW_NETSUITE_PRIVATE_KEY_FILE={key}"
    )
    _serve(account, data_dir, live, "netsuite")


@app.command()
def suiteprojects(
    port: int = 8062, data_dir: DataDir = _DATA, live: Live = 0.0, today: Today = None
) -> None:
    """Start the simulated SuiteProjects Pro; its credentials are printed as One View settings."""
    account = _account(data_dir, today, suiteprojects_port=port)
    typer.echo(
        f"# Simulated SuiteProjects Pro on {account.suiteprojects_url}\n"
        f"ONEVIEW_SUITEPROJECTS_URL={account.suiteprojects_url}\n"
        f"ONEVIEW_SUITEPROJECTS_CLIENT_ID={account.suiteprojects_client_id}\n"
        f"ONEVIEW_SUITEPROJECTS_CLIENT_SECRET={account.suiteprojects_client_secret}\n"
        f"ONEVIEW_SUITEPROJECTS_REFRESH_TOKEN={account.suiteprojects_refresh_token}\n"
        f"ONEVIEW_SUITEPROJECTS_API_KEY={account.suiteprojects_api_key}"
    )
    _serve(account, data_dir, live, "suiteprojects")


@app.command()
def both(
    netsuite_port: int = 8061,
    suiteprojects_port: int = 8062,
    data_dir: DataDir = _DATA,
    live: Live = 0.0,
    today: Today = None,
) -> None:
    """Start both systems of one firm in one process, so that they live the same life."""
    ports = {"netsuite_port": netsuite_port, "suiteprojects_port": suiteprojects_port}
    _serve(_account(data_dir, today, **ports), data_dir, live, "netsuite", "suiteprojects")
