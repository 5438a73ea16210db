"""How the NetSuite account is reached, and how hard it may be pressed."""

from __future__ import annotations

from ...entities.entity import System
from ..assumption import Assumption
from ..checks import leaves_room, signed_in

HOSTS = Assumption(
    key="netsuite__hosts",
    system=System.NETSUITE,
    fact=(
        "The hosts follow from the account id: lower case, `_` becomes `-`, then "
        "`.suitetalk.api.netsuite.com` and `.app.netsuite.com`"
    ),
    sure="D, C",
    used="`sync/settings.py`",
    breaks=(
        "No connection, or links to records lead nowhere; set `ONEVIEW_NETSUITE_URL`, "
        "`ONEVIEW_NETSUITE_RECORD_URL`"
    ),
    checked="Signs in; links are not checked: open one",
    check=signed_in,
)

AUDIENCE = Assumption(
    key="netsuite__audience",
    system=System.NETSUITE,
    fact="The audience of the client assertion is the token address on the host that is asked",
    sure="D (two hosts appear)",
    used="`sync/clients/netsuite_auth.py`",
    breaks="`invalid_grant` at sign-in",
    checked="Signs in",
    check=signed_in,
)

TOKEN_LIFE = Assumption(
    key="netsuite__token_life",
    system=System.NETSUITE,
    fact="A token lives as long as `expires_in` says, and a refused one is worth one new one",
    sure="D",
    used="`sync/clients/netsuite_auth.py`",
    breaks='A run stops with "refuses our sign-in"',
    checked="Signs in",
    check=signed_in,
)

TOO_MANY_REQUESTS = Assumption(
    key="netsuite__too_many_requests",
    system=System.NETSUITE,
    fact="A limit of simultaneous requests answers 429; a wait may or may not be named",
    sure="D",
    used="`sync/clients/pacing.py`",
    breaks="None: waits grow either way",
    checked="–",
)

REQUESTS_AT_ONCE = Assumption(
    key="netsuite__requests_at_once",
    system=System.NETSUITE,
    fact=(
        "No more than two requests of ours at a time leave room for the account's other "
        "integrations"
    ),
    sure="A",
    used="`ONEVIEW_NETSUITE_CONCURRENCY`",
    breaks="Others are refused now and then, or the first load takes longer",
    checked="Compares with the account's limit where the role may see it",
    check=leaves_room,
)

NOT_OFFERED = Assumption(
    key="netsuite__not_offered",
    system=System.NETSUITE,
    fact="\"Record 'x' was not found\" with status 400, and status 403, mean: not offered to us",
    sure="C",
    used="`sync/clients/netsuite.py`",
    breaks="A missing permission looks like a fault",
    checked="Names each table",
)
