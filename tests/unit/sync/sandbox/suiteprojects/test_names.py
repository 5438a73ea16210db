"""Attribute names of REST from element names of XML."""

from __future__ import annotations

import pytest

from sync.sandbox.suiteprojects.datatypes import referred
from sync.sandbox.suiteprojects.names import rest_name


@pytest.mark.parametrize(
    ("datatype", "column", "attribute"),
    [
        ("User", "departmentid", "departmentId"),
        ("User", "job_codeid", "jobCodeId"),
        ("User", "line_managerid", "lineManagerId"),
        ("User", "generic", "isGeneric"),
        ("User", "workscheduleid", "workscheduleId"),
        ("User", "workschedule_workhours", "workscheduleWorkhours"),
        ("User", "externalid", "externalId"),
        ("User", "netsuite_user_id__c", "cfnetsuite_user_id"),
        ("Project", "project_stageid", "projectStageId"),
        ("Project", "budget_time", "budgetTime"),
        ("Project", "auto_bill", "isAutoBill"),
        ("Project", "auto_bill_cap_value", "autoBillCapValue"),
        ("Project", "auto_bill_override", "isAutoBillOverriden"),
        ("Project", "az_approver", "expenseAuthorizationApprover"),
        ("Projecttask", "non_billable", "isNonBillable"),
        ("Projecttask", "is_a_phase", "isAPhase"),
        ("Task", "projecttaskid", "projectTaskId"),
        ("Task", "category_1id", "category1Id"),
        ("Task", "acct_date", "accountingDate"),
        ("Ticket", "city", "receiptLocation"),
        ("Ticket", "total_no_tax", "totalNoTax"),
        ("Ticket", "project_taskid", "projectTaskId"),
        ("Booking", "startdate", "startDate"),
        ("Task", "id", "id"),
    ],
)
def test_the_rule_and_its_exceptions(datatype, column, attribute):
    assert rest_name(datatype, column) == attribute


@pytest.mark.parametrize(
    ("column", "datatype"),
    [
        ("projectid", "Project"), ("project_id", "Project"), ("project_taskid", "Projecttask"),
        ("slip_stageid", "Slipstage"), ("line_managerid", "User"), ("original_invoiceid", "Invoice"),
        ("customerpoid", "Customerpo"), ("externalid", None), ("id", None), ("name", None),
    ],
)  # fmt: skip
def test_references_are_told_by_their_names(column, datatype):
    assert referred(column) == datatype
