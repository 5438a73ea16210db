"""The settings of the sync: which accounts, how to sign in, how much at once, how often."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from models.settings import Settings

_ACCOUNT = re.compile(r"[A-Za-z0-9]{1,20}([_-](SB|RP|sb|rp)\d*)?")
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?(/[\w./-]*)?")
_EMPTY = SecretStr("")
_OAUTH2 = ("netsuite_client_id", "netsuite_certificate_id", "netsuite_private_key")
_TBA = (
    "netsuite_consumer_key",
    "netsuite_consumer_secret",
    "netsuite_token_id",
    "netsuite_token_secret",
)
_Concurrency = Annotated[int, Field(ge=1, le=50)]


class SyncSettings(Settings):
    """Everything the sync needs to know before it starts."""

    model_config = SettingsConfigDict(hide_input_in_errors=True)

    netsuite_account: str = Field(
        description="NetSuite account id, such as 1234567 or 1234567_SB1."
    )
    netsuite_url: str = Field(
        default="",
        validate_default=True,
        description="REST host. Default: derived from the account id.",
    )
    netsuite_record_url: str = Field(
        default="",
        validate_default=True,
        description="Host that people open records on. Default: derived from the account id.",
    )
    netsuite_auth: Literal["oauth2", "tba"] = Field(
        default="oauth2",
        description="oauth2: client credentials with a certificate. tba: token-based, until Oracle ends it.",
    )
    netsuite_client_id: str = Field(
        default="",
        validate_default=True,
        description="oauth2: client id of the integration record.",
    )
    netsuite_certificate_id: str = Field(
        default="", validate_default=True, description="oauth2: id NetSuite gave the certificate."
    )
    netsuite_private_key: SecretStr = Field(
        default=_EMPTY,
        validate_default=True,
        description="oauth2: private key of the certificate, PEM, RSA or EC.",
    )
    netsuite_consumer_key: str = Field(default="", validate_default=True, description="tba")
    netsuite_consumer_secret: SecretStr = Field(
        default=_EMPTY, validate_default=True, description="tba"
    )
    netsuite_token_id: str = Field(default="", validate_default=True, description="tba")
    netsuite_token_secret: SecretStr = Field(
        default=_EMPTY, validate_default=True, description="tba"
    )
    netsuite_concurrency: _Concurrency = Field(
        default=2,
        description="Requests in flight at once, of all processes and machines; the account's limit is "
        "shared by all its users.",
    )
    suiteprojects_url: str = Field(
        description="Account domain, such as https://<company>.app.netsuitesuiteprojectspro.com."
    )
    suiteprojects_company: str = Field(
        default="", description="Company id. Default: the first part of the account domain."
    )
    suiteprojects_client_id: str = Field(
        min_length=1, description="Client id of the registered integration application."
    )
    suiteprojects_client_secret: SecretStr = Field(
        min_length=1, description="Client secret of the registered integration application."
    )
    suiteprojects_redirect_uri: str = Field(
        default="",
        description="Redirect address registered with the application, if it asks for it.",
    )
    suiteprojects_refresh_token: SecretStr = Field(
        min_length=1,
        description="First refresh token; later ones replace it in the record. A new value starts anew.",
    )
    suiteprojects_api_key: SecretStr = Field(min_length=1, description="Key of the XML API.")
    suiteprojects_namespace: str = Field(
        default="default", min_length=1, description="Namespace of the XML API key."
    )
    suiteprojects_concurrency: _Concurrency = Field(
        default=2,
        description="Requests in flight at once, REST and XML together, of all processes and machines.",
    )
    suiteprojects_requests_per_minute: int = Field(
        default=0, ge=0, description="What the account allows in 60 seconds; 0: not known."
    )
    suiteprojects_requests_per_day: int = Field(
        default=100_000, ge=0, description="What the account allows in 24 hours; 0: not known."
    )
    suiteprojects_reserve_percent: int = Field(
        default=20,
        ge=0,
        le=90,
        description="Part of both that is left to others who use the account.",
    )
    secret_key: SecretStr = Field(
        min_length=32,
        description="Seals rotating tokens in the record; keep it as long as the record.",
    )
    sync_interval_minutes: int = Field(
        default=15,
        ge=1,
        le=1440,
        description="How often the worker fetches changes, unless the file of the next line says otherwise.",
    )
    sync_file: str = Field(
        default="",
        description="TOML file that chooses entities, fields, records and schedule. Default: everything.",
    )
    publish_gap_seconds: int = Field(
        default=60,
        ge=0,
        le=3600,
        description="Least time between two snapshots of scheduled runs; a person's refresh does not wait.",
    )
    payload_days: int = Field(
        default=14,
        ge=0,
        le=366,
        description="Days for which what the sources sent is kept as it came, for `oneview sync replay`. "
        "0: not at all.",
    )
    quarantine_limit: float = Field(
        default=1.0,
        ge=0,
        le=100,
        description="Percent of a table's records (and more than 100 of them) that may newly turn out "
        "unusable before a run stops ahead of publishing.",
    )
    history_months_first: int = Field(
        default=14, ge=1, le=240, description="Months of history that are loaded first, the newest."
    )

    @field_validator("netsuite_account")
    @classmethod
    def _account(cls, value: str) -> str:
        if not _ACCOUNT.fullmatch(value):
            raise ValueError("should be an account id such as 1234567 or 1234567_SB1")
        return value.upper().replace("-", "_")

    @field_validator("netsuite_url", "netsuite_record_url", "suiteprojects_url")
    @classmethod
    def _address(cls, value: str, info: ValidationInfo) -> str:
        value = value.rstrip("/") or _default_host(info)
        if not value and "netsuite_account" not in info.data:
            return value  # the account is what is missing, and is named
        if not _URL.fullmatch(value):
            raise ValueError("should be an address such as https://host.example")
        return value

    @field_validator(*_OAUTH2, *_TBA)
    @classmethod
    def _credentials(cls, value: str | SecretStr, info: ValidationInfo) -> str | SecretStr:
        used = _OAUTH2 if info.data.get("netsuite_auth") == "oauth2" else _TBA
        plain = value.get_secret_value() if isinstance(value, SecretStr) else value
        if info.field_name in used and not plain:
            raise ValueError(
                f"is missing; ONEVIEW_NETSUITE_AUTH={info.data.get('netsuite_auth')} needs it"
            )
        return value

    @field_validator("netsuite_private_key")
    @classmethod
    def _private_key(cls, value: SecretStr) -> SecretStr:
        pem = value.get_secret_value().replace("\\n", "\n")  # how one line of an env file writes it
        if not pem:
            return value
        try:
            key = load_pem_private_key(pem.encode(), password=None)
        except (ValueError, TypeError):
            raise ValueError("is not a private key in PEM without a password") from None
        if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise ValueError("should be an RSA or an EC key")  # noqa: TRY004 - pydantic wants this
        return SecretStr(pem)


def _default_host(info: ValidationInfo) -> str:
    """The host that NetSuite gives an account; other addresses have no default."""
    service = {"netsuite_url": "suitetalk.api", "netsuite_record_url": "app"}.get(
        info.field_name or ""
    )
    account = info.data.get("netsuite_account")
    if service is None or account is None:
        return ""
    return f"https://{account.lower().replace('_', '-')}.{service}.netsuite.com"
