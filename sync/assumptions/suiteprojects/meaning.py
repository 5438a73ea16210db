"""What SuiteProjects Pro's fields mean."""

from __future__ import annotations

from ...entities.entity import System
from ..assumption import Assumption
from ..checks import answer, filled, values

WORK_HOURS = Assumption(
    key="suiteprojects__work_hours",
    system=System.SUITEPROJECTS,
    fact=(
        "`workscheduleWorkhours` of a user is the hours of Monday to Sunday joined by a bar, "
        "as in `8|8|8|8|6|0|0`"
    ),
    sure="A",
    used="`sync/entities/suiteprojects/staffing.py`",
    breaks="Capacity, and with it utilization, is wrong",
    checked="Asks whether every user's has that form",
    check=values("suiteprojects__user", "work_hours", r"\d+(\.\d+)?(\|\d+(\.\d+)?){6}"),
)

HOLIDAYS = Assumption(
    key="suiteprojects__holidays",
    system=System.SUITEPROJECTS,
    fact=(
        "A schedule exception without a user is a public holiday of its work schedule; one "
        "with a user is that person's own"
    ),
    sure="A",
    used="`sync/entities/suiteprojects/staffing.py`",
    breaks="As above",
    checked="Not checked",
)

TARGET_PERCENTAGE = Assumption(
    key="suiteprojects__target_percentage",
    system=System.SUITEPROJECTS,
    fact="Target utilization is a percentage: 75 means 75 %",
    sure="A",
    used="`sync/entities/suiteprojects/staffing.py`",
    breaks="Targets are off by a hundred",
    checked="Asks whether targets lie above 1; the meaning of 0 and 1 is open",
    check=values(
        "suiteprojects__target_utilization",
        "percentage",
        r"0(\.0+)?|1(\.0+)?|\d{2,3}(\.\d+)?|[2-9](\.\d+)?",
    ),
)

LOADED_COST = Assumption(
    key="suiteprojects__loaded_cost",
    system=System.SUITEPROJECTS,
    fact="Loaded cost holds from `start` to `end` for its user; `lc_level` ranks several",
    sure="C, A for the rank",
    used="`sync/entities/suiteprojects/staffing.py`",
    breaks="The cost of time, and with it margins, is wrong",
    checked="Not checked",
)

LETTERS = Assumption(
    key="suiteprojects__letters",
    system=System.SUITEPROJECTS,
    fact=(
        "Letters of timesheets and expense reports: O open, S submitted, A approved, R "
        "rejected, X archived (counts as approved); of invoices O, S, A, R"
    ),
    sure="D for O, S, A; A for the rest",
    used="Transforms",
    breaks="Time or invoices are left out or counted too early",
    checked="Asks whether timesheets hold other letters",
    check=values("suiteprojects__timesheet", "status", "[OSARX]"),
)

INVOICE_TOTAL = Assumption(
    key="suiteprojects__invoice_total",
    system=System.SUITEPROJECTS,
    fact="The total of an invoice includes its tax; a credit is an invoice with a negative total",
    sure="A",
    used="Transforms",
    breaks="Invoiced revenue differs by the tax",
    checked="Not checked: the two sides disagree on the page",
)

INVOICE_EMAILED = Assumption(
    key="suiteprojects__invoice_emailed",
    system=System.SUITEPROJECTS,
    fact="`emailed` of an invoice is the day on which it was sent by mail; empty where it was not",
    sure="C",
    used="`sync/entities/suiteprojects/billing.py`",
    breaks="`invoice_to_sent` is empty or wrong",
    checked="Asks; tells where the field is empty everywhere",
    check=filled("suiteprojects__invoice", "emailed_on"),
)

RECOGNITION_TYPE = Assumption(
    key="suiteprojects__recognition_type",
    system=System.SUITEPROJECTS,
    fact=(
        "`recognition_type` is R for revenue, C for cost; the month is the accounting date's, "
        "else the date's"
    ),
    sure="D, A",
    used="`sync/entities/suiteprojects/finance.py`",
    breaks="Recognised revenue falls in another month",
    checked="Asks whether there are other letters; the month is not checked",
    check=values("suiteprojects__recognition", "recognition_type", "[RC]"),
)

RECOGNITION_DATE = Assumption(
    key="suiteprojects__recognition_date",
    system=System.SUITEPROJECTS,
    fact="Recognition loads by its `date`, for its accounting date may be empty",
    sure="A",
    used="`sync/entities/suiteprojects/finance.py`",
    breaks="A month at the edge of the recent window is short until history is loaded",
    checked="Not checked",
)

PROJECTIONS = Assumption(
    key="suiteprojects__projections",
    system=System.SUITEPROJECTS,
    fact="Revenue and billing projections are made anew by the vendor and keep no ids: read whole",
    sure="D",
    used="`sync/entities/suiteprojects/finance.py`",
    breaks="The forecast counts twice or lags",
    checked="Asks",
    check=answer("suiteprojects__projection"),
)

NETSUITE_IDS = Assumption(
    key="suiteprojects__netsuite_ids",
    system=System.SUITEPROJECTS,
    fact=(
        "Custom fields `netsuite_…_id__c` on customers, users, projects, time, invoices and "
        "recognition hold the NetSuite id; −1 while the export is under way"
    ),
    sure="C for projects and recognition, A for the rest",
    used="`sync/entities/suiteprojects/`",
    breaks="The two sides are not matched by them",
    checked="Asks whether those of projects are numbers; the meaning is not checked",
    check=values("suiteprojects__project", "netsuite_id", r"-1|\d+"),
)

CONTRACT_TYPE = Assumption(
    key="suiteprojects__contract_type",
    system=System.SUITEPROJECTS,
    fact="The kind of contract is in the custom field `contract_type__c` with the texts we know",
    sure="A (each account has its own)",
    used="Transforms of projects",
    breaks='Projects fall under "other"',
    checked="Asks; unknown texts are not checked",
    check=filled("suiteprojects__project", "contract_type"),
)

PURCHASE_ORDERS = Assumption(
    key="suiteprojects__purchase_orders",
    system=System.SUITEPROJECTS,
    fact=(
        "A project has its purchase orders through `Customerpo_to_project`, and a purchase "
        "order one project"
    ),
    sure="C, A",
    used="`sync/entities/suiteprojects/sales.py`",
    breaks="Contract value, and with it backlog, counts twice",
    checked="Not checked",
)
