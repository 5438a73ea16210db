"""The web app's settings: where it listens, who signs people in, what their groups mean."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from models.access import Role
from models.settings import Settings

LOCALE_NAMES = ("en-GB", "en-US", "de-DE", "fr-FR")


def is_loopback(host: str) -> bool:
    """Whether a host name or address never leaves this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _usual_groups() -> dict[str, Role]:
    return {f"one-view-{role.value.replace('_', '-')}": role for role in Role}


class DashboardSettings(Settings):
    """How the web app is reached and how people sign in."""

    host: str = Field(default="127.0.0.1", description="Address the web app listens on.")
    port: int = Field(default=8050, ge=1, le=65535, description="Port the web app listens on.")
    workers: int = Field(default=2, ge=1, description="Web processes.")
    threads: int = Field(default=8, ge=1, description="Threads in each web process.")
    public_url: str = Field(
        default="http://127.0.0.1:8050",
        description="Address people type. Must be https unless it is this machine's own.",
    )
    secret_key: SecretStr = Field(
        description="At least 32 random characters; the same for web app and worker."
    )
    oidc_issuer: str = Field(description="Issuer address of the OpenID Connect provider.")
    oidc_client_id: str = Field(description="Client id at the provider.")
    oidc_client_secret: SecretStr = Field(description="Client secret at the provider.")
    oidc_scopes: str = Field(
        default="openid profile email groups", description="Scopes asked of the provider."
    )
    oidc_groups_claim: str = Field(
        default="groups", description="The claim that lists a person's groups."
    )
    role_groups: dict[str, Role] = Field(
        default_factory=dict,
        description="JSON: group name -> cfo, practice_lead, project_manager or administrator. "
        "The first group listed here that a person has decides. Default: the groups one-view-cfo, "
        "one-view-practice-lead, one-view-project-manager and one-view-administrator.",
    )
    session_hours: int = Field(
        default=12, ge=1, description="A session ends after so many hours, whatever happens."
    )
    session_idle_minutes: int = Field(
        default=120, ge=1, description="A session ends after so many minutes without a request."
    )

    locale: str = Field(
        default="en-GB",
        description="How numbers, money and dates are written where neither the person nor their browser says: "
        "en-GB, en-US, de-DE or fr-FR.",
    )

    api_requests_per_minute: int = Field(
        default=120,
        ge=1,
        description="Requests to the HTTP API that one token may send in a minute.",
    )
    api_sign_in_days: int = Field(
        default=30,
        ge=1,
        description="A personal token rests when its person has not signed in for so many days: what "
        "they may see is learnt from the identity provider at sign-in.",
    )

    @field_validator("public_url", "oidc_issuer")
    @classmethod
    def _encrypted_unless_loopback(cls, value: str) -> str:
        address = urlsplit(value)
        plain = address.scheme == "http" and is_loopback(address.hostname or "")
        if address.scheme != "https" and not plain:
            raise ValueError("must start with https:// (http only on this machine)")
        return value.rstrip("/")

    @field_validator("locale")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in LOCALE_NAMES:
            raise ValueError(f"must be one of {', '.join(LOCALE_NAMES)}")
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 32:
            raise ValueError("must have at least 32 characters")
        return value

    @property
    def roles(self) -> dict[str, Role]:
        """Group name -> role, the default filled in."""
        return self.role_groups or _usual_groups()

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies travel over https only; False on a loopback http address alone."""
        return self.public_url.startswith("https://")
