"""What SuiteProjects Pro's deals and their estimates mean."""

from __future__ import annotations

from ...entities.entity import System
from ..assumption import Assumption
from ..checks import answer, once, values

_USED = "`sync/entities/suiteprojects/sales_deals.py`"

DEALS = Assumption(
    key="suiteprojects__deals",
    system=System.SUITEPROJECTS,
    fact=(
        "`Deal`, `Estimate`, `Estimatephase` and `Estimatelabor` are read by XML; an account without the "
        "application Opportunities, which is given to none any more, has none of them"
    ),
    sure="D",
    used=_USED,
    breaks="What deals would take is not in the demand for people",
    checked="Asks",
    check=answer(
        "suiteprojects__deal",
        "suiteprojects__estimate",
        "suiteprojects__estimate_phase",
        "suiteprojects__estimate_labor",
    ),
)

DEAL_STATUS = Assumption(
    key="suiteprojects__deal_status",
    system=System.SUITEPROJECTS,
    fact="The status of a deal is O open, C closed (won) or L lost; any other is still open",
    sure="D, A for C being won",
    used="`sync/transforms/deal_demand.py`",
    breaks="Deals that are decided count as demand, or open ones do not",
    checked="Asks whether there are other letters",
    check=values("suiteprojects__deal", "status", "[OCLocl].*"),
)

DEAL_OPPORTUNITY = Assumption(
    key="suiteprojects__deal_opportunity",
    system=System.SUITEPROJECTS,
    fact=(
        "Nothing exports deals. The custom field `netsuite_opportunity_id__c`, or the one that the business file "
        "names, holds NetSuite's id of the opportunity; −1 while the export is under way"
    ),
    sure="A",
    used=f"{_USED}, `sync/transforms/deal_demand.py`",
    breaks="How likely a deal is is not known: its hours are told apart and are no demand",
    checked="Asks whether it holds numbers; the meaning is not checked",
    check=values("suiteprojects__deal", "netsuite_id", r"-1|\d+"),
)

DEAL_STAGE = Assumption(
    key="suiteprojects__deal_stage",
    system=System.SUITEPROJECTS,
    fact=(
        "`stage` of a deal is the percentage of its stage, the work done to win it; it is no probability unless "
        "the business file says so"
    ),
    sure="D",
    used="`sync/transforms/deal_demand.py`",
    breaks="Rules on stages do not find deals",
    checked="Asks whether it holds percentages",
    check=values("suiteprojects__deal", "stage", r"\d{1,3}(\.\d+)?"),
)

ESTIMATE_NEWEST = Assumption(
    key="suiteprojects__estimate_newest",
    system=System.SUITEPROJECTS,
    fact="Of several estimates of a deal that name people the one made last stands for it",
    sure="A",
    used="`sync/transforms/deal_demand.py`",
    breaks="A deal wants the hours of an estimate that was given up",
    checked="Asks whether deals have several estimates",
    check=once("suiteprojects__estimate", "deal_id"),
)

ESTIMATE_AMOUNT = Assumption(
    key="suiteprojects__estimate_amount",
    system=System.SUITEPROJECTS,
    fact=(
        "`amount` of an `Estimatelabor` is hours in all from `start_date` to `end_date`, or, with `amount_type` 1, "
        "the percentage of each working day"
    ),
    sure="D, A for the span",
    used="`sync/transforms/deal_demand.py`",
    breaks="The demand of deals is wrong",
    checked="Asks whether `amount_type` holds other values",
    check=values("suiteprojects__estimate_labor", "is_percentage", r"[01]|true|false|True|False"),
)
