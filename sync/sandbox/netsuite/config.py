"""What one simulated NetSuite account is like: its identity, its keys, its preferences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DOCUMENTED_ROW_CAP = 100_000
_OF_FEATURES: Mapping[str, tuple[str, ...]] = {  # what a table's feature adds to other tables
    "revenueelement": (
        "transactionline.revenueelement",
        "transactionline.revrecstartdate",
        "transactionline.revrecenddate",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCredentials:
    """The two pairs of token-based authentication (OAuth 1.0a)."""

    consumer_key: str
    consumer_secret: str = field(repr=False)
    token_id: str
    token_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetSuiteConfig:
    """One simulated account.

    Attributes:
        account: the account id in its upper-case form, `TSTDRV7654321` or `1234567_SB1`.
        base_url: where the simulator is served; appears in links and is accepted as `aud`.
        client_id: the integration that may ask for tokens with a client assertion.
        certificates: certificate id (`kid`) -> PEM of its public key or certificate.
        consumer_key, consumer_secret, token_id, token_secret: of token-based authentication;
            without them it is refused.
        time_zone: of the account; `lastmodifieddate` is shown and compared in it.
        date_format: how a bare date column looks, in NetSuite's own notation.
        concurrency: requests served at one time; more are refused with 429.
        tables_off: tables of switched-off features: "Record 'x' was not found". What a feature adds to other
            tables is not there, either.
        columns_off: `table.column` names the account does not expose.
        row_cap: rows one query can page through.
        largest_page: a larger `limit` is refused.
        tables_forbidden: tables that the role may not see: status 403.
        functions_off: functions that this account's version of SuiteQL lacks.
        is_unsorted: pages come in another order than the query asks for.
        tells_total: `totalResults` is in the answers.
        tells_limits: the role may see the account's limits.
    """

    account: str = "TSTDRV7654321"
    base_url: str = "http://127.0.0.1:8081"
    company: str = "Simulated company"
    client_id: str = ""
    certificates: Mapping[str, str] = field(default_factory=dict)
    consumer_key: str = ""
    consumer_secret: str = field(default="", repr=False)
    token_id: str = ""
    token_secret: str = field(default="", repr=False)
    time_zone: str = "America/Los_Angeles"
    date_format: str = "M/D/YYYY"
    concurrency: int = 5
    token_seconds: int = 3600
    tables_off: frozenset[str] = frozenset()
    columns_off: frozenset[str] = frozenset()
    row_cap: int = DOCUMENTED_ROW_CAP
    largest_page: int = 1000
    tables_forbidden: frozenset[str] = frozenset()
    functions_off: frozenset[str] = frozenset()
    is_unsorted: bool = False
    tells_total: bool = True
    tells_limits: bool = True

    @property
    def columns_hidden(self) -> frozenset[str]:
        """The columns that the account does not expose, those of switched-off features included."""
        gone = (_OF_FEATURES.get(name.lower(), ()) for name in self.tables_off)
        return self.columns_off.union(*gone)

    @property
    def token(self) -> TokenCredentials | None:
        """The credentials of token-based authentication, if the account has any."""
        if not (self.consumer_key and self.token_id):
            return None
        return TokenCredentials(
            consumer_key=self.consumer_key,
            consumer_secret=self.consumer_secret,
            token_id=self.token_id,
            token_secret=self.token_secret,
        )

    @property
    def host_label(self) -> str:
        """The account id as it appears in host names."""
        return self.account.lower().replace("_", "-")
