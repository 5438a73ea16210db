"""The simulated account: its settings, rows, tokens and limits, shared by all its surfaces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from ..system import SourceSystem
from .config import SuiteProjectsConfig
from .quota import Quota
from .store import Store
from .tokens import Access, TokenStore


@dataclass(frozen=True, slots=True)
class Account:
    """What a request handler needs to know."""

    config: SuiteProjectsConfig
    clock: Callable[[], datetime]
    store: Store
    tokens: TokenStore
    quota: Quota

    @classmethod
    def open(
        cls, system: SourceSystem, config: SuiteProjectsConfig, clock: Callable[[], datetime]
    ) -> Account:
        """The account over a system's rows."""
        tokens = TokenStore(config, clock, lambda: system.version)
        quota = Quota(config.per_minute, config.per_day, clock)
        return cls(config, clock, Store(system, config.missing), tokens, quota)

    def seen_until(self, access: Access | None, surface: str) -> int | None:
        """The version of the system up to which new rows are seen with a token; None: all are."""
        if access is None or not self.config.filter_set_cache:
            return None
        return access.seen[surface]

    def record_url(self, datatype: str, identity: int | str) -> str:
        """Where a person looks at a record."""
        return f"{self.config.root}/record.pl?type={quote(datatype)}&id={quote(str(identity))}"
