"""What one simulated SuiteProjects Pro account is set to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteProjectsConfig:
    """An account: its address, its one registered application, its one (read-only) user, its limits."""

    company: str
    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    api_key: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    """A consent given before the start, so that a client need not ask a person."""
    namespace: str = "default"
    user: str = "oneview"
    password: str | None = field(default=None, repr=False)
    """None: nobody signs in with a password."""
    token_seconds: int = 3600
    per_minute: int = 2000
    per_day: int = 100_000
    filter_set_cache: bool = True
    """A token does not see what was created after it was issued (until its cache is refreshed)."""
    auto_consent: bool = False
    iso_date_times: bool = False
    """REST writes `2026-04-01T08:00:00Z` instead of `2026-04-01 08:00:00`; the documents leave it open."""
    largest_page: int = 1000
    """A larger limit is refused, by REST with 400, by XML with 605."""
    not_queryable: frozenset[str] = frozenset()
    """Attributes that `q` may not name in this account, beside the usual ones: `Task.updated`."""
    missing: frozenset[str] = frozenset()
    """Fields that this account lacks: `Project.contract_type__c`."""
    datatypes_off: frozenset[str] = frozenset()
    """Datatypes of switched-off features: `Booking`. XML answers 425, REST 403."""
    moments_off: timedelta = timedelta(0)
    """XML writes and reads moments, its clock included, in a time zone this far from UTC."""
    rest_moments_off: timedelta = timedelta(0)
    """REST writes moments in a time zone this far from UTC."""
    is_unsorted: bool = False
    """Lists come in another order than is asked for."""
    redirect_uri: str = ""
    """A refresh must name this address; empty: it need not."""
    rotates: bool = True
    """A refresh token is spent by its use, and a new one comes with the answer."""
    one_access_token: bool = False
    """A new access token ends those before it."""
    state_file: Path | None = None
    """Where tokens outlive a restart; None: they do not."""

    @property
    def root(self) -> str:
        """The base address without a trailing slash."""
        return self.base_url.rstrip("/")
