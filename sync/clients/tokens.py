"""Keeps a rotating refresh token, sealed, in the record."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr
from sqlalchemy import Engine, insert, select, update

from models.errors import ConfigError
from models.tables.operations import ops_token


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
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._seal = Fernet(_key_of(secret_key))
        self._seed = seed.get_secret_value()
        self._name = name
        self._now = now

    def load(self) -> str:
        """The refresh token to use next.

        Raises:
            ConfigError: what is kept was sealed with another ONEVIEW_SECRET_KEY.
        """
        kept = self._kept()
        if kept is None or kept["seed"] != _print_of(self._seed):
            return self._seed
        return str(kept["token"])

    def save(self, token: str) -> None:
        """Keep the refresh token that replaces the last one."""
        content = orjson.dumps({"token": token, "seed": _print_of(self._seed)})
        values = {"sealed": self._seal.encrypt(content), "updated_at": self._now()}
        row = ops_token.c.name == self._name
        with self._engine.begin() as connection:
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
                "The refresh token in the record was sealed with another ONEVIEW_SECRET_KEY. Set the "
                "former key again; or delete its row from ops_token, have a person consent anew and set "
                "ONEVIEW_SUITEPROJECTS_REFRESH_TOKEN."
            ) from None
        return kept


def _key_of(secret_key: SecretStr) -> bytes:
    """A key for this one use: the same secret also signs other things elsewhere."""
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"oneview ops_token")
    return base64.urlsafe_b64encode(derive.derive(secret_key.get_secret_value().encode()))


def _print_of(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()
