"""What NetSuite's columns mean."""

from __future__ import annotations

from ...entities.entity import System
from ..assumption import Assumption
from ..checks import filled, sales_lines_negative, time_on_projects, values

TIMEBILL_PROJECT = Assumption(
    key="netsuite__timebill_project",
    system=System.NETSUITE,
    fact="`timebill.customer` holds the project; there is no column for the job",
    sure="C",
    used="`sync/entities/netsuite/staffing.py`",
    breaks="Exported time falls on no project",
    checked="Asks how many time bills name a project there",
    check=time_on_projects,
)

PLANNED_REVENUE = Assumption(
    key="netsuite__planned_revenue",
    system=System.NETSUITE,
    fact="`isrecognized` is `F` for planned revenue ahead; `plannedperiod` is its period",
    sure="A",
    used="`sync/entities/netsuite/finance_revenue.py`",
    breaks="The forecast is empty or counts twice",
    checked="Asks whether the column holds T or F; the meaning is not checked",
    check=values("netsuite__revenueplanplannedrevenue", "isrecognized", "[TF]"),
)

EXTERNAL_IDS = Assumption(
    key="netsuite__external_ids",
    system=System.NETSUITE,
    fact=(
        "`externalid` of projects, customers, employees, time bills and transactions is the "
        "SuiteProjects Pro id where the two are one record"
    ),
    sure="A",
    used="`sync/entities/netsuite/`",
    breaks="The two sides are not matched by it; the custom fields below still do",
    checked="Asks whether projects have one; whose id it is, is not checked: look at one project",
    check=filled("netsuite__job", "externalid"),
)

SIGNS = Assumption(
    key="netsuite__signs",
    system=System.NETSUITE,
    fact=(
        "On sales documents item lines are negative and the main line is positive; on purchase "
        "documents the reverse"
    ),
    sure="C",
    used="Transforms of invoices and bills",
    breaks="Signs of the ERP side are turned",
    checked="Counts positive and negative lines of invoices",
    check=sales_lines_negative,
)

SUBSCRIPTION_TERM = Assumption(
    key="netsuite__subscription_term",
    system=System.NETSUITE,
    fact=(
        "`revenueelement` of a sales order's line names the element made of it, whose `revrecstartdate` and "
        "`revrecenddate` are the first and the last day of the term; without an element, those of the line are"
    ),
    sure="C, A for the line's element",
    used="`sync/transforms/orders.py`",
    breaks="Subscriptions have no term, so that no ACV is told: all is subscription TCV without a term",
    checked="Asks how many elements have an end; whose it is, is not checked: look at one subscription's order",
    check=filled("netsuite__revenueelement", "revrecenddate"),
)
