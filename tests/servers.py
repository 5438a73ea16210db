"""A PostgreSQL server of one's own, for as long as it is needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = Path("/usr/lib/postgresql/15/bin")


def is_installed() -> bool:
    """Whether Debian's PostgreSQL 15 is on this machine."""
    return (BINARIES / "initdb").exists()


@contextmanager
def postgres(settings: str, port: int | None = None) -> Iterator[str]:
    """The URL of a fresh server on a socket of its own.

    Args:
        settings: as the server's command line takes them.
        port: a port of this machine that it serves, too; None: the socket alone.
    """
    wire = f"-c listen_addresses=127.0.0.1 -p {port}" if port else "-c listen_addresses="
    folder = Path(tempfile.mkdtemp(prefix="oneview-pg-"))
    control = [str(BINARIES / "pg_ctl"), "-D", str(folder / "data")]
    options = f"{settings} {wire} -c unix_socket_directories={folder}"
    try:
        _as_owner(
            folder, str(BINARIES / "initdb"), "-D", str(folder / "data"), "-U", "postgres",
            "-A", "trust", "-N", "-E", "UTF8",
        )  # fmt: skip
        _as_owner(folder, *control, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}&port={port or 5432}"
        finally:
            _as_owner(folder, *control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_owner(folder: Path, *command: str) -> None:
    """Run a PostgreSQL command as a user that may: root may not."""
    prefix: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        prefix = ["runuser", "-u", "postgres", "--"]
    subprocess.run([*prefix, *command], check=True, capture_output=True, timeout=60)
