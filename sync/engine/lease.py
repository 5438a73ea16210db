"""Who may write: a lease that runs out, and a token that tells an old owner from the new one."""

from __future__ import annotations

import os
import platform
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, bindparam, select, text, update
from sqlalchemy.exc import DBAPIError

from models.database import record_time, writing
from models.errors import BusyError, LeaseLostError
from models.tables.operations import ops_lease
from models.tables.types import Instant
from models.told import told

TTL = timedelta(seconds=60)
_TAKE = text(
    "INSERT INTO ops_lease (name, owner, token, expires_at) VALUES (:name, :owner, 1, :expires) "
    "ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, token = ops_lease.token + 1, "
    "expires_at = excluded.expires_at "
    "WHERE ops_lease.expires_at <= :now OR ops_lease.owner = :dead RETURNING token"
).bindparams(bindparam("expires", type_=Instant), bindparam("now", type_=Instant))


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write under `name`, as long as nobody else took it over."""

    name: str
    token: int

    def extend(self, connection: Connection) -> None:
        """Prolong the lease within the caller's transaction.

        Raises:
            LeaseLostError: somebody else owns it now; the transaction must not be committed.
        """
        prolonged = connection.execute(
            update(ops_lease)
            .where(ops_lease.c.name == self.name, ops_lease.c.token == self.token)
            .values(expires_at=record_time(connection) + TTL)
        )
        if prolonged.rowcount == 0:
            raise LeaseLostError(
                told(
                    "Another process took over '{name}'; what this one still held was not written.",
                    name=self.name,
                )
            )

    def release(self, engine: Engine) -> None:
        """Let the next one in; without effect where the lease is already somebody else's."""
        with writing(engine) as connection:
            connection.execute(
                update(ops_lease)
                .where(ops_lease.c.name == self.name, ops_lease.c.token == self.token)
                .values(expires_at=record_time(connection))
            )


def take(engine: Engine, name: str) -> Lease:
    """Take the lease of `name`.

    Raises:
        BusyError: a living process holds it.
    """
    me = process_name()
    with writing(engine) as connection:
        now = record_time(connection)
        holder = connection.scalar(select(ops_lease.c.owner).where(ops_lease.c.name == name))
        dead = holder if holder is not None and is_dead(holder) else ""
        token = connection.execute(
            _TAKE, {"name": name, "owner": me, "expires": now + TTL, "now": now, "dead": dead}
        ).scalar_one_or_none()
    if token is None:
        raise BusyError(
            told(
                "Another process ({holder}) is at '{name}' now. Wait for it, or join it.",
                holder=holder,
                name=name,
            )
        )
    return Lease(name, int(token))


@contextmanager
def leased(engine: Engine, lease: Lease) -> Iterator[Connection]:
    """A transaction that commits only while the lease is ours."""
    with writing(engine) as connection:
        lease.extend(connection)
        yield connection


def process_name() -> str:
    """This process, so named that another on the same machine can tell whether it still lives."""
    return ":".join([platform.node()[:60], _boot(), str(os.getpid()), _started(os.getpid()) or "?"])


def is_dead(owner: str) -> bool:
    """Whether a process of this very machine is known to have ended; of others nobody knows."""
    host, boot, pid, started = owner.rsplit(":", 3)
    if host != platform.node()[:60] or not _boot() or not pid.isdigit():
        return False
    return boot != _boot() or _started(int(pid)) != started


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")[:8]
    except OSError:
        return ""


def _started(pid: int) -> str | None:
    """When a living process began, in ticks since boot; None when there is no such process."""
    try:
        state, *rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if state in "ZX" else rest[18]


class Heartbeat:
    """Prolongs a lease beside long work; `is_lost` tells whether it is somebody else's by now."""

    def __init__(
        self, engine: Engine, lease: Lease, beat: Callable[[Connection], None] | None = None
    ) -> None:
        self._engine, self._lease, self._beat = engine, lease, beat
        self._ended, self._lost = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"lease {lease.name}", daemon=True)

    @property
    def is_lost(self) -> bool:
        """Whether another process owns the lease."""
        return self._lost.is_set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(TTL.total_seconds() / 6):
            try:
                with writing(self._engine) as connection:
                    self._lease.extend(connection)
                    if self._beat:
                        self._beat(connection)
            except LeaseLostError:
                self._lost.set()
                return
            except DBAPIError:
                continue  # a busy or absent database: the next chunk finds out, and says so
