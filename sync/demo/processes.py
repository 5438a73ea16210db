"""The demonstration's processes: started in order, watched, stopped together."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from models.errors import OneViewError

HOST = "127.0.0.1"
STOP_SECONDS = 10.0


class ProcessEndedError(OneViewError):
    """A process of the demonstration ended by itself; its last words are in its log."""


def free_port(wanted: int) -> int:
    """`wanted` if nobody listens there, else any free port."""
    for candidate in (0,) if answers(wanted) else (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((HOST, candidate))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OneViewError("No free port on 127.0.0.1.")


def answers(port: int) -> bool:
    """Whether somebody accepts connections on a port."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((HOST, port)) == 0


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold a folder for one demonstration at a time; freed whenever the process ends.

    Raises:
        OneViewError: another one holds it.
    """
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OneViewError(
                f"A demonstration already runs on {folder}. Stop it with Ctrl-C in its terminal, "
                "or give this one a folder of its own with --data-dir."
            ) from None
        yield


@dataclass(slots=True)
class Process:
    """One running command and its log."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path


@dataclass(slots=True)
class Processes:
    """The set of them; stops all, however it is left."""

    log_dir: Path
    environment: Mapping[str, str]
    running: list[Process] = field(default_factory=list)

    def start(self, name: str, *command: str) -> Process:
        """Start `oneview <command>` with its output in `<name>.log`."""
        self.log_dir.mkdir(parents=True, exist_ok=True)
        path = self.log_dir / f"{name}.log"
        with path.open("ab") as log:
            popen = subprocess.Popen(
                [sys.executable, "-m", "oneview", *command],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **self.environment},
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops them in order
            )
        process = Process(name, popen, path)
        self.running.append(process)
        return process

    def check(self) -> None:
        """Complain if one has ended.

        Raises:
            ProcessEndedError: names it and shows the end of its log.
        """
        for process in self.running:
            if process.popen.poll() is not None:
                tail = process.log.read_text(errors="replace").splitlines()[-12:]
                raise ProcessEndedError(
                    f"'{process.name}' ended with code {process.popen.returncode}. Its last words:\n  "
                    + "\n  ".join(tail)
                    + f"\nThe whole log: {process.log}"
                )

    def wait_until(self, ready: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait for something, watching the processes meanwhile.

        Raises:
            OneViewError: it took longer than `seconds`.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise OneViewError(f"{what} did not get ready within {seconds:.0f} s.")
            time.sleep(0.1)

    def stop(self) -> None:
        """End all of them, the youngest first; those who do not listen are killed."""
        for process in reversed(self.running):
            self._signal(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in reversed(self.running):
            try:
                process.popen.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._signal(process, signal.SIGKILL)
                process.popen.wait()
        self.running.clear()

    @staticmethod
    def _signal(process: Process, number: signal.Signals) -> None:
        if process.popen.poll() is None:
            target = process.popen.pid
            if number is signal.SIGKILL:
                os.killpg(target, number)
            else:
                os.kill(target, number)
