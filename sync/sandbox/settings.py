"""What a simulated account is: its ids, credentials and ports, invented once and kept beside its data."""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import BaseModel, ConfigDict, Field

HOST = "127.0.0.1"
_FILE = "sandbox.json"
SIZE_FILE = "size.json"  # how many rows the two systems hold
PLAN_FILE = "plan.json"  # what the firm plans outside of its systems; written when the firm is made
PEOPLE_FILE = "people.json"  # who may sign in to the demonstration; written when the firm is made


class SandboxAccount(BaseModel):
    """The two simulated accounts of one invented firm."""

    model_config = ConfigDict(frozen=True)

    seed: int = 7
    today: date = Field(
        description="The day the firm's history was made; later days are lived live."
    )
    months: int = Field(
        default=36, ge=3, le=36, description="Months of history before the running one."
    )
    size: float = Field(
        default=1.0,
        ge=0.2,
        le=5,
        description="The firm's people and projects against the usual ones.",
    )
    netsuite_port: int = 8061
    suiteprojects_port: int = 8062
    netsuite_account: str = "8841207_SB1"
    netsuite_client_id: str
    netsuite_certificate_id: str
    netsuite_private_key: str
    netsuite_public_key: str
    netsuite_consumer_key: str
    netsuite_consumer_secret: str
    netsuite_token_id: str
    netsuite_token_secret: str
    netsuite_tables_off: frozenset[str] = Field(
        default=frozenset(), description="Tables whose feature is switched off in the account."
    )
    suiteprojects_company: str = "northmere"
    suiteprojects_client_id: str
    suiteprojects_client_secret: str
    suiteprojects_refresh_token: str
    suiteprojects_api_key: str

    @property
    def netsuite_url(self) -> str:
        """Where the simulated NetSuite answers."""
        return f"http://{HOST}:{self.netsuite_port}"

    @property
    def suiteprojects_url(self) -> str:
        """Where the simulated SuiteProjects Pro answers."""
        return f"http://{HOST}:{self.suiteprojects_port}"

    @classmethod
    def invent(cls, today: date, **given: object) -> Self:
        """Make an account with fresh random credentials."""
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return cls.model_validate(
            {
                "today": today,
                "netsuite_client_id": secrets.token_hex(32),
                "netsuite_certificate_id": secrets.token_urlsafe(32),
                "netsuite_private_key": private.decode(),
                "netsuite_public_key": public.decode(),
                "netsuite_consumer_key": secrets.token_hex(32),
                "netsuite_consumer_secret": secrets.token_hex(32),
                "netsuite_token_id": secrets.token_hex(32),
                "netsuite_token_secret": secrets.token_hex(32),
                "suiteprojects_client_id": f"{secrets.randbelow(900) + 100}_{secrets.token_hex(8)}",
                "suiteprojects_client_secret": secrets.token_urlsafe(32),
                "suiteprojects_refresh_token": secrets.token_urlsafe(32),
                "suiteprojects_api_key": secrets.token_hex(16),
                **given,
            }
        )

    @classmethod
    def load_or_invent(
        cls, folder: Path, today: date, months: int = 36, size: float = 1.0, **given: object
    ) -> Self:
        """The account kept in `folder`, or a new one that is then kept there, readable by its owner only.

        `given` (ports) overrides what is kept; the firm's past is what it was.
        """
        path = folder / _FILE
        if path.exists():
            kept = cls.model_validate_json(path.read_text(encoding="utf-8"))
            account = kept.model_copy(update=given)
        else:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            account = cls.invent(today, months=months, size=size, **given)
        path.touch(mode=0o600)
        path.write_text(account.model_dump_json(indent=2), encoding="utf-8")
        return account
