"""The tables of the two systems: vendor names, identifying columns, the column that dates a change."""

from __future__ import annotations

from sync.sandbox.netsuite_tables import NETSUITE_TABLES
from sync.sandbox.system import SourceSystem, SourceTable

_SUITEPROJECTS: dict[str, str] = {
    "User": (
        "name nickname email departmentid job_codeid line_managerid currency active generic workscheduleid "
        "workschedule_workhours externalid netsuite_user_id__c"
    ),
    "Customer": "name currency active externalid netsuite_customer_id__c",
    "Project": (
        "name code customerid userid currency project_stageid start_date finish_date budget budget_time active "
        "contract_type__c netsuite_project_id__c"
    ),
    "Projecttask": "name projectid customerid non_billable planned_hours closed",
    "Task": (
        "userid projectid project_taskid customerid timesheetid date acct_date decimal_hours notes "
        "netsuite_timebill_id__c"
    ),
    "Envelope": "number name userid status date currency total submitted approved",
    "Ticket": (
        "envelopeid userid projectid customerid date acct_date description total_no_tax currency non_billable "
        "status"
    ),
    "CustField": "association name title type decpos active required",
    "Jobcode": "name active",
    "Department": "name externalid userid",
    "Projectstage": "name position",
    "Scheduleexception": "userid workscheduleid name startdate enddate workhours exception_type",
    "Timesheet": "name userid status starts ends submitted approved total",
    "LoadedCost": "userid cost currency start end current lc_level projectid",
    "TargetUtilization": "user_id start_date end_date percentage",
    "Slip": (
        "type date acct_date projectid customerid userid projecttaskid decimal_hours rate quantity total currency "
        "invoiceid slip_stageid description"
    ),
    "Slipstage": "name position",
    "Invoice": (
        "number date acct_date customerid currency total tax balance approval_status credit_reason "
        "original_invoiceid terms netsuite_invoice_id__c"
    ),
    "Payment": "invoiceid customerid date total currency",
    "Revenue_recognition_transaction": (
        "projectid customerid userid date acct_date type recognition_type decimal_hours rate total currency "
        "netsuite_revenue_recognition_transaction_id__c"
    ),
    "RevenueProjection": "project_id customer_id date total currency type",
    "Customerpo": "number name date customerid currency total active externalid",
    "Customerpo_to_project": "customerpoid customerid projectid active",
    "Purchase_item": "date acct_date projectid customerid name quantity cost total currency",
}


def netsuite_system() -> SourceSystem:
    """An empty NetSuite."""
    return SourceSystem(
        "netsuite",
        [
            SourceTable(name, tuple(key.split()), tuple(columns.split()), modified)
            for name, (key, columns, modified) in NETSUITE_TABLES.items()
        ],
    )


def suiteprojects_system() -> SourceSystem:
    """An empty SuiteProjects Pro."""
    return SourceSystem(
        "suiteprojects",
        [
            SourceTable(name, ("id",), ("id", *columns.split(), "created", "updated"), "updated")
            for name, columns in _SUITEPROJECTS.items()
        ],
    )
