"""Keeps a rotating refresh token, and the access token it came with, sealed in the record."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr
from sqlalchemy import Engine, insert, select, update

from models.database import record_time, writing
from models.errors import BusyError, ConfigError, SourceUnavailableError
from models.tables.operations import ops_token
from models.told import told

from ..engine.lease import Heartbeat, Lease, take
from .suiteprojects_auth import Granted

_LOOK, _WAIT = 0.25, 180.0  # seconds between two looks whether it is our turn, and until we give up


class RecordTokenStore:
    """The refresh token in the table `ops_token`.

    The first one comes from the settings. A later change of that setting means that a person consented
    anew: the new value then wins over what is kept.
    """

    def __init__(
        self,
        engine: Engine,
        secret_key: SecretStr,
        seed: SecretStr,
        name: str = "suiteprojects",
        now: Callable[[], datetime] | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._engine = engine
        self._seal = Fernet(_key_of(secret_key))
        self._seed = seed.get_secret_value()
        self._name = name
        self._now = now
        self._sleep = sleep

    def now(self) -> datetime:
        """The record's own time."""
        if self._now is not None:
            return self._now()
        with self._engine.connect() as connection:
            return record_time(connection)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until no other process spends the refresh token; then none does until we are done.

        Raises:
            SourceUnavailableError: another process has been at it for too long.
        """
        lease = self._lease()
        try:
            with Heartbeat(self._engine, lease):
                yield
        finally:
            lease.release(self._engine)

    def _lease(self) -> Lease:
        for _ in range(round(_WAIT / _LOOK)):
            try:
                return take(self._engine, f"token {self._name}")
            except BusyError:
                self._sleep(_LOOK)
        raise SourceUnavailableError(
            told(
                "Another process has been renewing the access to SuiteProjects Pro for minutes. "
                "Nothing was lost; the next run tries again."
            )
        )

    def load(self) -> str:
        """The refresh token to use next.

        Raises:
            ConfigError: what is kept was sealed with another ONEVIEW_SECRET_KEY.
        """
        kept = self._kept()
        if kept is None or kept["seed"] != _print_of(self._seed):
            return self._seed
        return str(kept["token"])

    def granted(self) -> Granted | None:
        """The newest access token; None when none is kept for the present consent."""
        kept = self._kept()
        if kept is None or kept["seed"] != _print_of(self._seed) or "access" not in kept:
            return None
        issued_at, ends_at = (
            datetime.fromisoformat(kept[name]) for name in ("issued_at", "ends_at")
        )
        return Granted(access=kept["access"], issued_at=issued_at, ends_at=ends_at)

    def save(self, token: str, granted: Granted) -> None:
        """Keep the refresh token that replaces the last one, in one transaction with what came with it."""
        content = orjson.dumps(
            {
                "token": token,
                "seed": _print_of(self._seed),
                "access": granted.access,
                "issued_at": granted.issued_at.isoformat(),
                "ends_at": granted.ends_at.isoformat(),
            }
        )
        values = {"sealed": self._seal.encrypt(content), "updated_at": self.now()}
        row = ops_token.c.name == self._name
        with writing(self._engine) as connection:
            if connection.execute(update(ops_token).where(row).values(values)).rowcount == 0:
                connection.execute(insert(ops_token).values(name=self._name, **values))

    def _kept(self) -> dict[str, Any] | None:
        query = select(ops_token.c.sealed).where(ops_token.c.name == self._name)
        with self._engine.connect() as connection:
            sealed = connection.scalar(query)
        if sealed is None:
            return None
        try:
            kept: dict[str, Any] = orjson.loads(self._seal.decrypt(sealed))
        except InvalidToken:
            raise ConfigError(
                told(
                    "The refresh token in the record was sealed with another ONEVIEW_SECRET_KEY. Set the "
                    "former key again; or delete its row from ops_token, have a person consent anew and "
                    "set ONEVIEW_SUITEPROJECTS_REFRESH_TOKEN."
                )
            ) from None
        return kept


def _key_of(secret_key: SecretStr) -> bytes:
    """A key for this one use: the same secret also signs other things elsewhere."""
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"oneview ops_token")
    return base64.urlsafe_b64encode(derive.derive(secret_key.get_secret_value().encode()))


def _print_of(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()
