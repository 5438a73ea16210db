"""SuiteProjects Pro: people, their capacity and cost, and the time they worked."""

from __future__ import annotations

from ..entity import Entity, Field, Kind, Surface, System

USER = Entity(
    key="suiteprojects__user",
    title="Resources",
    area="staffing",
    system=System.SUITEPROJECTS,
    surface=Surface.REST,
    resource="users",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
        "email": Field(source="email", kind=Kind.TEXT),
        "department_id": Field(source="departmentId", kind=Kind.ID),
        "job_code_id": Field(source="jobCodeId", kind=Kind.ID),
        "line_manager_id": Field(source="lineManagerId", kind=Kind.ID),
        "currency": Field(source="currency", kind=Kind.TEXT),
        "is_active": Field(source="isActive", kind=Kind.FLAG),
        "is_generic": Field(source="isGeneric", kind=Kind.FLAG),
        "work_schedule_id": Field(source="workscheduleId", kind=Kind.ID),
        "work_hours": Field(source="workscheduleWorkhours", kind=Kind.TEXT),
        "external_id": Field(source="externalId", kind=Kind.TEXT),
        "netsuite_id": Field(source="netsuite_user_id__c", kind=Kind.ID),
        "created": Field(source="created", kind=Kind.INSTANT),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    deletions="User",
)

TIME_ENTRY = Entity(
    key="suiteprojects__time_entry",
    title="Time entries",
    area="staffing",
    system=System.SUITEPROJECTS,
    surface=Surface.REST,
    resource="time-entries",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "user_id": Field(source="userId", kind=Kind.ID, required=True),
        "project_id": Field(source="projectId", kind=Kind.ID),
        "project_task_id": Field(source="projectTaskId", kind=Kind.ID),
        "customer_id": Field(source="customerId", kind=Kind.ID),
        "timesheet_id": Field(source="timesheetId", kind=Kind.ID),
        "date": Field(source="date", kind=Kind.DATE, required=True),
        "accounting_date": Field(source="accountingDate", kind=Kind.DATE),
        "hours": Field(source="decimalHours", kind=Kind.DECIMAL, required=True),
        "notes": Field(source="notes", kind=Kind.TEXT),
        "netsuite_id": Field(source="netsuite_timebill_id__c", kind=Kind.ID),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    dated="date",
    deletions="Task",
    measures=("hours",),
)

EXPENSE_REPORT = Entity(
    key="suiteprojects__expense_report",
    title="Expense reports",
    area="staffing",
    system=System.SUITEPROJECTS,
    surface=Surface.REST,
    resource="expense-reports",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "number": Field(source="number", kind=Kind.TEXT),
        "user_id": Field(source="userId", kind=Kind.ID, required=True),
        "status": Field(source="status", kind=Kind.TEXT, required=True),
        "date": Field(source="date", kind=Kind.DATE),
        "currency": Field(source="currency", kind=Kind.TEXT),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    deletions="Envelope",
)

JOB_CODE = Entity(
    key="suiteprojects__job_code",
    title="Job codes",
    area="staffing",
    system=System.SUITEPROJECTS,
    surface=Surface.REST,
    resource="job-codes",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    deletions="Jobcode",
)

SCHEDULE_EXCEPTION = Entity(
    key="suiteprojects__schedule_exception",
    title="Schedule exceptions",
    area="staffing",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="Scheduleexception",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "user_id": Field(source="userid", kind=Kind.ID),
        "work_schedule_id": Field(source="workscheduleid", kind=Kind.ID),
        "name": Field(source="name", kind=Kind.TEXT),
        "start_date": Field(source="startdate", kind=Kind.DATE, required=True),
        "end_date": Field(source="enddate", kind=Kind.DATE, required=True),
        "hours": Field(source="workhours", kind=Kind.DECIMAL),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    deletions="Scheduleexception",
)

TIMESHEET = Entity(
    key="suiteprojects__timesheet",
    title="Timesheets",
    area="staffing",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="Timesheet",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "user_id": Field(source="userid", kind=Kind.ID, required=True),
        "status": Field(source="status", kind=Kind.TEXT, required=True),
        "start_date": Field(source="starts", kind=Kind.DATE, required=True),
        "end_date": Field(source="ends", kind=Kind.DATE, required=True),
        "submitted": Field(source="submitted", kind=Kind.DATE),
        "approved": Field(source="approved", kind=Kind.DATE),
        "total": Field(source="total", kind=Kind.DECIMAL),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    dated="start_date",
    deletions="Timesheet",
)

LOADED_COST = Entity(
    key="suiteprojects__loaded_cost",
    title="Loaded costs",
    area="staffing",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="LoadedCost",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "user_id": Field(source="userid", kind=Kind.ID, required=True),
        "cost": Field(source="cost", kind=Kind.DECIMAL, required=True),
        "currency": Field(source="currency", kind=Kind.TEXT, required=True),
        "start_date": Field(source="start", kind=Kind.DATE),
        "end_date": Field(source="end", kind=Kind.DATE),
        "level": Field(source="lc_level", kind=Kind.INTEGER),
        "project_id": Field(source="projectid", kind=Kind.ID),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    deletions="LoadedCost",
)

TARGET_UTILIZATION = Entity(
    key="suiteprojects__target_utilization",
    title="Utilization targets",
    area="staffing",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="TargetUtilization",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "user_id": Field(source="user_id", kind=Kind.ID, required=True),
        "start_date": Field(source="start_date", kind=Kind.DATE),
        "end_date": Field(source="end_date", kind=Kind.DATE),
        "percentage": Field(source="percentage", kind=Kind.DECIMAL),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    deletions="TargetUtilization",
)
