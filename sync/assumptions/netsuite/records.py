"""Which records NetSuite shows by SuiteQL, and in which columns."""

from __future__ import annotations

from ...entities.entity import System
from ..assumption import Assumption

STAMPS = Assumption(
    key="netsuite__stamps",
    system=System.NETSUITE,
    fact="`contact`, `vendor`, `projecttask` and `resourceallocation` tell their changes by `lastmodifieddate`",
    sure="C, A for the last two",
    used="`sync/entities/netsuite/projects_partners.py`, `sync/entities/netsuite/projects.py`",
    breaks="The table is not mirrored",
    checked="Asks",
)

SMALL_LISTS = Assumption(
    key="netsuite__small_lists",
    system=System.NETSUITE,
    fact=(
        "`term`, `jobtype`, `customercategory`, `vendorcategory`, `expensecategory`, `budgetcategory` have "
        "`id` and `name`, `term` also `daysuntilnetdue`; `entitystatus` is known by `key`"
    ),
    sure="C, A for expense categories, terms and budget categories",
    used="`sync/entities/netsuite/`",
    breaks="That list is not mirrored: names of terms, stages or categories are missing",
    checked="Asks",
)

ALLOCATIONS = Assumption(
    key="netsuite__allocations",
    system=System.NETSUITE,
    fact=(
        "Columns of `resourceallocation`: `allocationresource`, `project`, `projecttask`, `startdate`, "
        "`enddate`, `allocationamount`, `allocationunit` (H or P), `percentoftime`, `numberhours`, "
        "`allocationtype`, `approvalstatus`"
    ),
    sure="A",
    used="`sync/entities/netsuite/staffing.py`",
    breaks="Allocations are not mirrored",
    checked="Asks; the meaning is not checked: look at one allocation",
)

BUDGETS = Assumption(
    key="netsuite__budgets",
    system=System.NETSUITE,
    fact=(
        "`budgets.year` is an accounting period that is a year, `budgetsmachine.period` one that is a month; "
        "amounts are positive for income and for cost; each category is a version of its own"
    ),
    sure="C, A for the sign",
    used="`sync/entities/netsuite/finance_budgets.py`",
    breaks="Budgets fall in no month, have the wrong sign or count twice",
    checked="Asks; the meaning is not checked: look at one budget",
)

DELETED_RECORDS = Assumption(
    key="netsuite__deleted_records",
    system=System.NETSUITE,
    fact="A deleted record is known by `recordtypeid` and `recordid`; `scriptid` may be empty",
    sure="C, A for the last",
    used="`sync/entities/netsuite/finance_transactions.py`",
    breaks="Deletions of custom records overwrite each other in the list; those of mirrored ones do not",
    checked="Asks",
)

LEADS = Assumption(
    key="netsuite__leads",
    system=System.NETSUITE,
    fact="`searchstage` of a customer is `Lead`, `Prospect` or `Customer`",
    sure="C",
    used="`sync/entities/netsuite/projects_partners.py`",
    breaks="Leads and prospects look like customers",
    checked="Asks; the meaning is not checked",
)

BILLED_QUANTITY = Assumption(
    key="netsuite__billed_quantity",
    system=System.NETSUITE,
    fact="`quantitybilled` of an order line counts up to its `quantity`, whatever the sign of either",
    sure="A",
    used="`sync/entities/netsuite/finance_transactions.py`",
    breaks="The open part of an order is off",
    checked="Not checked: look at one order that is billed in part",
)

FORECAST_TYPE = Assumption(
    key="netsuite__forecast_type",
    system=System.NETSUITE,
    fact="`forecasttype` of an opportunity: 0 omitted, 1 worst case, 2 most likely, 3 upside",
    sure="A",
    used="`sync/entities/netsuite/finance_transactions.py`",
    breaks="Opportunities fall in the wrong class of the sales forecast",
    checked="Not checked: `SELECT DISTINCT forecasttype, BUILTIN.DF(forecasttype) FROM transaction`",
)

LINK_TYPES = Assumption(
    key="netsuite__link_types",
    system=System.NETSUITE,
    fact=(
        "`linktype` of a payment or credit on an invoice or bill is `Payment`; the names of other links "
        "(order to invoice, estimate to order) vary, so only the types of the two documents are used"
    ),
    sure="C, A for the rest",
    used="Transforms of receivables, `sync/entities/netsuite/billing.py`",
    breaks="Invoices stay open on the ERP side",
    checked="Not checked: `SELECT DISTINCT previoustype, nexttype, linktype FROM nexttransactionlinelink`",
)
