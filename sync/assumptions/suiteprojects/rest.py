"""How SuiteProjects Pro's REST interface answers."""

from __future__ import annotations

from ...entities.entity import System
from ..assumption import Assumption
from ..checks import answer, between, rest_answers, same_by_both

REST_NAMES = Assumption(
    key="suiteprojects__rest_names",
    system=System.SUITEPROJECTS,
    fact=(
        "REST attribute names follow from the XML names: no underscores, camel case, `xxxid` → "
        "`xxxId`, flags → `isXxx`; a custom field `region` is `cfregion` there, and `region__c` in XML"
    ),
    sure="C (by examples), D for custom fields",
    used="`sync/entities/suiteprojects/`",
    breaks="The list is refused, or a column stays empty",
    checked=(
        "Asks; an empty column is not checked: the account's own API description names them all"
    ),
    check=rest_answers,
)

REST_BETWEEN = Assumption(
    key="suiteprojects__rest_between",
    system=System.SUITEPROJECTS,
    fact="`q` takes `updated`, `date` and `id` with `BETWEEN`",
    sure="C for dates, A for `id`",
    used="`sync/clients/suiteprojects_rest.py`",
    breaks="Status 400 on the list",
    checked="Asks for all three",
    check=between("suiteprojects__time_entry"),
)

REST_DAYS = Assumption(
    key="suiteprojects__rest_days",
    system=System.SUITEPROJECTS,
    fact=(
        "Only the form for days is documented, so changes are asked for by whole days, a day "
        "wide on both sides, and judged by their own stamp"
    ),
    sure="D",
    used="`sync/clients/suiteprojects_rest.py`, `sync/clients/windows.py`",
    breaks="None: some records are sent again",
    checked="–",
)

REST_ORDER = Assumption(
    key="suiteprojects__rest_order",
    system=System.SUITEPROJECTS,
    fact="Lists come in the order of `orderBy=+id`, and ids grow",
    sure="D, A",
    used="`sync/clients/suiteprojects_rest.py`",
    breaks='The entity stops: "not in the order of ids"',
    checked="Asks",
    check=answer("suiteprojects__time_entry"),
)

REST_MOMENTS = Assumption(
    key="suiteprojects__rest_moments",
    system=System.SUITEPROJECTS,
    fact="Moments on REST are `YYYY-MM-DD HH:MM:SS` in UTC (also read: with `T`, with a zone)",
    sure="A",
    used="`sync/clients/suiteprojects_rest.py`",
    breaks="Records go to quarantine, or are dated by hours too early or late",
    checked="Compares users by REST and by XML",
    check=same_by_both("suiteprojects__user", "User"),
)
