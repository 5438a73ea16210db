"""Apache Superset as its makers advise to run it, in an environment of its own (`make bench PARTS=superset`)."""

from __future__ import annotations

import os
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from .sync import ROOT, free_port

PROGRAMS = ROOT / ".venv-superset" / "bin"
NAME, PASSWORD = "admin", secrets.token_urlsafe(16)
COOKIE = "session"  # its session's
_START = 180.0  # s that it may take to begin

# what an administrator sets: the record in PostgreSQL, a cache for a day, and nothing sent to its makers
_CONFIG = """
SECRET_KEY = {secret!r}
SQLALCHEMY_DATABASE_URI = {record!r}
_CACHE = {{"CACHE_TYPE": "FileSystemCache", "CACHE_DEFAULT_TIMEOUT": 86400, "CACHE_THRESHOLD": 10000}}
CACHE_CONFIG = _CACHE | {{"CACHE_DIR": {folder!r} + "/metadata"}}
DATA_CACHE_CONFIG = _CACHE | {{"CACHE_DIR": {folder!r} + "/data"}}
FILTER_STATE_CACHE_CONFIG = _CACHE | {{"CACHE_DIR": {folder!r} + "/filters"}}
EXPLORE_FORM_DATA_CACHE_CONFIG = _CACHE | {{"CACHE_DIR": {folder!r} + "/explore"}}
"""


class Superset:
    """A running Superset.

    Attributes:
        address: where it is.
    """

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self._data = folder / "data"

    def forget(self) -> None:
        """Empty the cache of what its charts asked for."""
        for file in self._data.iterdir():
            file.unlink()

    @property
    def kept(self) -> int:
        """How many answers its cache holds."""
        return sum(1 for _ in self._data.iterdir()) if self._data.exists() else 0


def version() -> str:
    """Which Superset is installed; '' where none is."""
    if not (PROGRAMS / "superset").exists():
        return ""
    found = subprocess.run(
        [PROGRAMS / "python", "-c", "from importlib.metadata import version as v;print(v('apache-superset'))"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return found.stdout.strip()


@contextmanager
def superset(record: str, workers: int, threads: int) -> Iterator[Superset]:
    """Superset on a fresh record, with an administrator.

    Args:
        record: the URL of an empty database, as Superset's own driver takes it.
        workers: web processes.
        threads: of each.
    """
    with tempfile.TemporaryDirectory(prefix="superset-") as place:
        folder = Path(place)
        config = folder / "superset_config.py"
        config.write_text(
            _CONFIG.format(secret=secrets.token_hex(32), record=record, folder=str(folder))
        )
        environment = {
            "PATH": f"{PROGRAMS}:{os.environ['PATH']}", "HOME": str(folder), "LANG": "C.UTF-8",
            "SUPERSET_CONFIG_PATH": str(config), "SUPERSET_HOME": str(folder),
            "FLASK_APP": "superset.app:create_app()", "SCARF_ANALYTICS": "false",
        }  # fmt: skip
        for words in (
            ("db", "upgrade"),
            ("fab", "create-admin", "--username", NAME, "--firstname", "A", "--lastname", "Reader",
             "--email", "reader@northmere.example", "--password", PASSWORD),
            ("init",),
        ):  # fmt: skip
            _run(environment, folder, *words)
        with _served(environment, folder, workers, threads) as address:
            yield Superset(address, folder)


def _run(environment: dict[str, str], folder: Path, *words: str) -> None:
    done = subprocess.run(
        [PROGRAMS / "superset", *words], env=environment, cwd=folder, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"superset {words[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-3000:]}")


@contextmanager
def _served(environment: dict[str, str], folder: Path, workers: int, threads: int) -> Iterator[str]:
    port, log = free_port(), folder / "log.txt"
    with log.open("wb") as told:
        process = subprocess.Popen(
            [
                PROGRAMS / "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(workers),
                "--worker-class", "gthread", "--threads", str(threads), "--timeout", "120",
                "--keep-alive", "30", "--limit-request-line", "0", "--limit-request-field_size", "0",
                "superset.app:create_app()",
            ],
            env=environment, cwd=folder, stdout=told, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _until_there(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def _until_there(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    raise SystemExit(f"Superset did not begin:\n{log.read_text(errors='replace')[-3000:]}")
