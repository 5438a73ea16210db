"""What SuiteProjects Pro's plans, rules and lists mean."""

from __future__ import annotations

from ...entities.entity import System
from ..assumption import Assumption

RATES_WITHOUT_ID = Assumption(
    key="suiteprojects__rates_without_id",
    system=System.SUITEPROJECTS,
    fact=(
        "`Currency` and `Currencyrate` have no id: a rate is its day, symbol and type, and the "
        "list, read in the order of days, grows at its end"
    ),
    sure="C for the fields, A for the rest",
    used="`sync/clients/suiteprojects_wire.py`",
    breaks="Rates are missing, or counted twice",
    checked="Asks",
)

RATE_DIRECTION = Assumption(
    key="suiteprojects__rate_direction",
    system=System.SUITEPROJECTS,
    fact="`crate` is how many units of the currency one unit of the account's base currency buys",
    sure="A",
    used="`sync/entities/suiteprojects/finance.py`",
    breaks="Rates are upside down; no amount is translated with them",
    checked="Not checked: look at one rate",
)

SCHEDULES = Assumption(
    key="suiteprojects__schedules",
    system=System.SUITEPROJECTS,
    fact=(
        "`Workschedule` has `userid`, `workdays` and `workhours` (Monday to Sunday joined by a "
        "bar); one without a user is the account's, one with a user is that person's"
    ),
    sure="C for names, A for the form",
    used="`sync/entities/suiteprojects/staffing.py`",
    breaks="The entity stops with status 602, or patterns of the week stay unread",
    checked="Asks; the form is not checked",
)

VENDOR_FIELDS = Assumption(
    key="suiteprojects__vendor_fields",
    system=System.SUITEPROJECTS,
    fact=(
        "`Vendor` has `name`, `code`, `currency`, `terms`, `active`, `externalid`; its NetSuite"
        " id is in `netsuite_vendor_id__c`"
    ),
    sure="A",
    used="`sync/entities/suiteprojects/projects_costs.py`",
    breaks="The entity stops with status 602, or vendors are not matched",
    checked="Asks",
)

LEAVE = Assumption(
    key="suiteprojects__leave",
    system=System.SUITEPROJECTS,
    fact=(
        "Approved leave is a `Schedulerequest` with status A, its hours day by day its "
        "`Schedulerequest_item`; the same hours may stand on time entries: leave is counted "
        "once a person and day"
    ),
    sure="D, A for the items",
    used="`sync/entities/suiteprojects/staffing_time.py`",
    breaks="Net capacity is short by leave counted twice",
    checked="Not checked",
)

BOOKING_SHARE = Assumption(
    key="suiteprojects__booking_share",
    system=System.SUITEPROJECTS,
    fact=(
        "A booking with `as_percentage` takes that share of the person's own hours, else its "
        "`hours` are spread over the days of work; `BookingType` has no letter for hard or "
        "soft: its name tells"
    ),
    sure="D, A for the names",
    used="`sync/entities/suiteprojects/staffing_bookings.py`",
    breaks="Booked hours are wrong for those whose week is not full",
    checked="Not checked: look at the list of booking types",
)

SKILLS = Assumption(
    key="suiteprojects__skills",
    system=System.SUITEPROJECTS,
    fact=(
        "A `Resourceprofile` says what a user has, its `Resourceprofile_type` what that is called and whether it is a "
        "Skill or a Jobrole; one that is named as a job code is that job code"
    ),
    sure="D, A for the names",
    used="`sync/entities/suiteprojects/staffing_skills.py`",
    breaks="Who could fill a role is told too low: their own job code alone counts",
    checked="Asks; not checked for the names: look at the list of job roles",
)

REQUEST_STATUS = Assumption(
    key="suiteprojects__request_status",
    system=System.SUITEPROJECTS,
    fact=(
        "A resource request has status O while places are open and F when it is final; the role"
        " is on the `PendingBooking` of each place"
    ),
    sure="A",
    used="`sync/entities/suiteprojects/staffing_bookings.py`",
    breaks="Open demand is missing or counted after it was met",
    checked="Not checked: look at one request",
)

UNDATED = Assumption(
    key="suiteprojects__undated",
    system=System.SUITEPROJECTS,
    fact=(
        "`ResourceRequest`, `ResourceRequestQueue` and `Currencyrate` bear no moment of change:"
        " read whole"
    ),
    sure="C",
    used="`sync/entities/suiteprojects/`",
    breaks="None: a few more records are read",
    checked="–",
)

RULE_LETTERS = Assumption(
    key="suiteprojects__rule_letters",
    system=System.SUITEPROJECTS,
    fact=(
        "Billing rules have the letters of charges (T, E, P, F), recognition rules those of "
        "their transactions; others are kept as they are"
    ),
    sure="D in part, A",
    used="`sync/entities/suiteprojects/billing.py`, `sync/entities/suiteprojects/finance.py`",
    breaks="A rule is shown by its letter instead of its name",
    checked="Not checked",
)

BUDGET_CATEGORY = Assumption(
    key="suiteprojects__budget_category",
    system=System.SUITEPROJECTS,
    fact=(
        "`Budget` is a project's budget by `budgetcategory_id` (1 labour, 2 expenses, 3 "
        "purchases), `BudgetAllocation` its parts by month or person, which sum to it"
    ),
    sure="C for the fields, A for the numbers",
    used="`sync/entities/suiteprojects/projects.py`",
    breaks="Planned cost is sorted wrongly",
    checked="Asks; the meaning is not checked",
)

TEMPLATE = Assumption(
    key="suiteprojects__template",
    system=System.SUITEPROJECTS,
    fact=(
        "`template_project_id` of a project stays readable after it was made and names the "
        "project it was made from"
    ),
    sure="A",
    used="`sync/entities/suiteprojects/projects.py`",
    breaks="Projects seem to have no template",
    checked="Asks; an empty column is not checked",
)
