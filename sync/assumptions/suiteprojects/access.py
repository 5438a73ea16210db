"""How the SuiteProjects Pro account is reached, and what our user sees."""

from __future__ import annotations

from ...entities.entity import System
from ..assumption import Assumption
from ..checks import signed_in

ADDRESSES = Assumption(
    key="suiteprojects__addresses",
    system=System.SUITEPROJECTS,
    fact=(
        "The authorization server is under `/login/oauth2/v1`, REST under `/rest/v1`, XML at "
        "`/api.pl` of the account domain"
    ),
    sure="C",
    used="`sync/clients/suiteprojects_*.py`",
    breaks="No connection",
    checked="Signs in, asks",
    check=signed_in,
)

REFRESH_ROTATES = Assumption(
    key="suiteprojects__refresh_rotates",
    system=System.SUITEPROJECTS,
    fact=(
        "A refresh brings a new refresh token and spends the old one; the new one is kept "
        "before anything is fetched with it"
    ),
    sure="C",
    used="`sync/clients/suiteprojects_auth.py`",
    breaks="A person has to consent anew",
    checked="Signs in, which spends and keeps one",
    check=signed_in,
)

NO_REDIRECT = Assumption(
    key="suiteprojects__no_redirect",
    system=System.SUITEPROJECTS,
    fact="The refresh needs no redirect address",
    sure="A (clients send one)",
    used="`sync/clients/suiteprojects_auth.py`",
    breaks="`invalid_grant`; set `ONEVIEW_SUITEPROJECTS_REDIRECT_URI`",
    checked="Signs in",
    check=signed_in,
)

TOKENS_COEXIST = Assumption(
    key="suiteprojects__tokens_coexist",
    system=System.SUITEPROJECTS,
    fact="An access token made by one refresh stays good when another is made",
    sure="A",
    used="`sync/clients/suiteprojects_auth.py`",
    breaks="Two processes turn each other's tokens down; each takes a new one, once",
    checked="Not checked",
)

TOKEN_SEES_PAST = Assumption(
    key="suiteprojects__token_sees_past",
    system=System.SUITEPROJECTS,
    fact=(
        "A token sees what existed when it was issued; a new token at the start of each run "
        "sees everything older than the run"
    ),
    sure="D",
    used="`AccessTokens.begin_run`",
    breaks="New records are missed",
    checked=(
        "Not checked: compare `oneview sync status` after adding a record, or give the user "
        "the all-access filter set"
    ),
)

STATUS_CODES = Assumption(
    key="suiteprojects__status_codes",
    system=System.SUITEPROJECTS,
    fact=(
        "Status 556 means too many requests; 414, 419, 606 pass; 2, 9, 401 want a new token; "
        "413, 423, 425 mean not offered; the rest does not heal by waiting"
    ),
    sure="C, A",
    used="`sync/clients/suiteprojects_wire.py`",
    breaks="A passing fault stops an entity, or the reverse",
    checked="Names each table",
)

SEES_EVERYTHING = Assumption(
    key="suiteprojects__sees_everything",
    system=System.SUITEPROJECTS,
    fact="The user of the integration may read everything",
    sure="–",
    used="All lists",
    breaks="Numbers are too low, silently",
    checked="Not checked: give it a role and filter sets that see all",
)
