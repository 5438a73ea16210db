"""Conformed dimensions: one row a customer, project, person, … whichever systems know it.

Keys are stable integers. A thing that SuiteProjects Pro knows has key `2 * its id there`; one that
only NetSuite knows has key `2 * its NetSuite id + 1`. What only one system knows (subsidiaries, accounts,
classes, locations, items; roles) keeps its ids. Key -1 is the unknown member; it always has a row, named "Not assigned".
`month` is yyyymm, `day` is yyyymmdd, both integers, in every table.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer, MetaData, String, Table

from .types import money

SNAPSHOT = MetaData()
UNKNOWN = -1

dim_subsidiary = Table(
    "dim_subsidiary",
    SNAPSHOT,
    Column("subsidiary_key", BigInteger),
    Column("name", String),
    Column("currency", String),  # ISO code of its books
    Column("parent_key", BigInteger),
    Column("is_elimination", Boolean),  # holds nothing but eliminations of intercompany (R11)
    Column("is_deleted", Boolean),  # gone from every system; what refers to it keeps its name
)

dim_department = Table(
    "dim_department",
    SNAPSHOT,
    Column("department_key", BigInteger),
    Column("name", String),
    Column("netsuite_id", BigInteger),
    Column("suiteprojects_id", BigInteger),
    Column("is_deleted", Boolean),  # gone from every system; what refers to it keeps its name
)

dim_customer = Table(
    "dim_customer",
    SNAPSHOT,
    Column("customer_key", BigInteger),
    Column("name", String),
    Column("currency", String),
    Column("parent_key", BigInteger),  # a customer_key; UNKNOWN: none above it
    Column(
        "top_key", BigInteger
    ),  # the customer at the top of its tree; its own key if none is above
    Column("stage", String),  # customer | prospect | lead; the last two have bought nothing yet
    Column("category", String),
    Column("is_internal", Boolean),  # stands for the firm itself: all its projects are internal
    Column("netsuite_id", BigInteger),
    Column("suiteprojects_id", BigInteger),
    Column("is_deleted", Boolean),  # gone from every system; what refers to it keeps its name
)

dim_person = Table(
    "dim_person",
    SNAPSHOT,
    Column("person_key", BigInteger),
    Column("name", String),
    Column("email", String),  # lower case; how a signed-in person is recognised
    Column("role", String),  # job code name
    Column("role_key", BigInteger),  # today's; see dim_person_org for a day in the past
    Column("department_key", BigInteger),  # today's
    Column("subsidiary_key", BigInteger),  # today's
    Column("manager_key", BigInteger),  # a person_key
    # employee | contractor: works for us and is nobody's employee | generic: stands for a role
    Column("kind", String),
    Column("is_active", Boolean),  # may work today
    Column("list_rate", money()),  # what an hour is listed at where no rate card says otherwise
    Column("list_rate_currency", String),
    Column("hired_on", Date),
    Column("released_on", Date),
    Column("netsuite_id", BigInteger),
    Column("suiteprojects_id", BigInteger),
    Column("is_deleted", Boolean),  # gone from every system; what refers to it keeps its name
)

dim_project = Table(
    "dim_project",
    SNAPSHOT,
    Column("project_key", BigInteger),
    Column("code", String),
    Column("name", String),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("department_key", BigInteger),
    Column("manager_key", BigInteger),  # a person_key
    Column("kind", String),  # client | internal_productive | internal_admin | time_off (R10)
    Column("contract_type", String),
    Column("currency", String),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("baseline_starts_on", Date),  # as of the oldest version that is known
    Column("baseline_ends_on", Date),
    Column("stage", String),
    Column("is_active", Boolean),
    Column("program_key", BigInteger),  # the project_key of the portfolio or parent it is part of
    Column("is_program", Boolean),  # stands for the projects in it
    Column("template_key", BigInteger),  # the project_key it was copied from
    Column("budget_hours", money()),
    Column("baseline_budget_hours", money()),  # as of the oldest version that is known
    Column("budget_amount", money()),  # what it may earn, in `currency`
    Column("contract_amount", money()),  # in `currency`
    Column("netsuite_id", BigInteger),
    Column("suiteprojects_id", BigInteger),
    Column("is_deleted", Boolean),  # gone from every system; what refers to it keeps its name
)

dim_task = Table(
    "dim_task",
    SNAPSHOT,
    Column("task_key", BigInteger),
    Column("project_key", BigInteger),
    Column("name", String),
    Column("number", String),
    Column("parent_key", BigInteger),  # the task it is part of
    Column("is_billable", Boolean),
    Column("is_closed", Boolean),
    Column("planned_hours", money()),
    Column(
        "percent_complete", money()
    ),  # 0 to 1, as the project's manager reports it; null: not told
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("budget_cost", money()),  # in `currency`
    Column("budget_revenue", money()),  # in `currency`
    Column("currency", String),
    Column("is_deleted", Boolean),  # gone from every system; what refers to it keeps its name
)

dim_account = Table(
    "dim_account",
    SNAPSHOT,
    Column("account_key", BigInteger),
    Column("number", String),
    Column("name", String),
    Column("type", String),  # NetSuite's accttype code
    Column("parent_key", BigInteger),
    Column("statement", String),  # profit_and_loss | balance_sheet | none
    Column("line", String),  # of the profit and loss, as `dim_pnl_line` has it
    Column("rate_type", String),  # average | closing | historical (R5)
    Column("is_intercompany", Boolean),  # eliminated in consolidation (R11)
    Column("special", String),  # what NetSuite itself uses it for, its own code
    Column("is_deleted", Boolean),  # gone from every system; what refers to it keeps its name
)

dim_period = Table(  # one row a month of NetSuite's books; see dim_fiscal_period for all periods
    "dim_period",
    SNAPSHOT,
    Column("month", Integer),
    Column("netsuite_id", BigInteger),
    Column("name", String),
    Column("starts_on", Date),
    Column("ends_on", Date),
    # of NetSuite's calendar; where the business file says when years begin, as it says
    Column("quarter", String),  # the fiscal quarter's name
    Column("quarter_month", Integer),  # its first month
    Column("year", String),  # the fiscal year's name
    Column("year_month", Integer),  # its first month
    Column("is_closed", Boolean),  # closed in NetSuite's books
)

meta_snapshot = Table(  # one row
    "meta_snapshot",
    SNAPSHOT,
    Column("version", BigInteger),
    Column("built_at", DateTime),  # UTC
    Column("change_sequence", BigInteger),  # the record's newest change this snapshot holds
    Column("reporting_currency", String),
    Column("today", Integer),  # the day (yyyymmdd) that "as of now" stocks speak of
)

meta_source = Table(  # one row a system: 'netsuite', 'suiteprojects'
    "meta_source",
    SNAPSHOT,
    Column("system", String),
    Column("as_of", DateTime),  # UTC; every change before it is in the snapshot
    Column("complete_from", Integer),  # yyyymm; null when all history is here
    Column("account", String),  # account id, for links
    Column("record_url", String),  # base address of the system's own pages, for links
    Column("quarantined", Integer),
)

meta_entity = Table(  # one row an entity: how fresh, how many
    "meta_entity",
    SNAPSHOT,
    Column("entity", String),  # e.g. netsuite__transaction
    Column("system", String),
    Column("rows", BigInteger),
    Column("quarantined", Integer),
    Column("as_of", DateTime),
    Column("age_minutes", Integer),  # from then to when the snapshot was made
    Column("newest_change", DateTime),  # of any of its records; null: they do not tell
    Column("change_minutes", Integer),  # from then to `as_of`
    Column("title", String),
    Column("area", String),  # projects | staffing | billing | finance | sales
)

meta_lineage = Table(  # which entities a fact or dimension is made of
    "meta_lineage",
    SNAPSHOT,
    Column("fact", String),  # a table of the snapshot
    Column("entity", String),
    Column("title", String),  # of the entity
)
