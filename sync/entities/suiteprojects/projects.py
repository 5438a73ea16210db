"""SuiteProjects Pro: who we work for, on what, what it costs and what it earned."""

from __future__ import annotations

from ..entity import Entity, Field, Kind, Surface, System

CUSTOMER = Entity(
    key="suiteprojects__customer",
    title="Customers",
    area="projects",
    system=System.SUITEPROJECTS,
    surface=Surface.REST,
    resource="customers",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
        "currency": Field(source="currency", kind=Kind.TEXT),
        "is_active": Field(source="isActive", kind=Kind.FLAG),
        "external_id": Field(source="externalId", kind=Kind.TEXT),
        "netsuite_id": Field(source="netsuite_customer_id__c", kind=Kind.ID),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    deletions="Customer",
)

PROJECT = Entity(
    key="suiteprojects__project",
    title="Projects",
    area="projects",
    system=System.SUITEPROJECTS,
    surface=Surface.REST,
    resource="projects",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
        "code": Field(source="code", kind=Kind.TEXT),
        "customer_id": Field(source="customerId", kind=Kind.ID),
        "owner_id": Field(source="userId", kind=Kind.ID),
        "currency": Field(source="currency", kind=Kind.TEXT),
        "stage_id": Field(source="projectStageId", kind=Kind.ID),
        "start_date": Field(source="startDate", kind=Kind.DATE),
        "finish_date": Field(source="finishDate", kind=Kind.DATE),
        "budget": Field(source="budget", kind=Kind.DECIMAL),
        "budget_hours": Field(source="budgetTime", kind=Kind.DECIMAL),
        "is_active": Field(source="isActive", kind=Kind.FLAG),
        "contract_type": Field(source="contract_type__c", kind=Kind.TEXT),
        "netsuite_id": Field(source="netsuite_project_id__c", kind=Kind.ID),
        "created": Field(source="created", kind=Kind.INSTANT),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    deletions="Project",
)

PROJECT_TASK = Entity(
    key="suiteprojects__project_task",
    title="Project tasks",
    area="projects",
    system=System.SUITEPROJECTS,
    surface=Surface.REST,
    resource="project-tasks",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
        "project_id": Field(source="projectId", kind=Kind.ID, required=True),
        "is_non_billable": Field(source="isNonBillable", kind=Kind.FLAG),
        "planned_hours": Field(source="plannedHours", kind=Kind.DECIMAL),
        "is_closed": Field(source="isClosed", kind=Kind.FLAG),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    deletions="Projecttask",
)

RECEIPT = Entity(
    key="suiteprojects__receipt",
    title="Receipts",
    area="projects",
    system=System.SUITEPROJECTS,
    surface=Surface.REST,
    resource="receipts",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "expense_report_id": Field(source="envelopeId", kind=Kind.ID),
        "user_id": Field(source="userId", kind=Kind.ID),
        "project_id": Field(source="projectId", kind=Kind.ID),
        "customer_id": Field(source="customerId", kind=Kind.ID),
        "date": Field(source="date", kind=Kind.DATE, required=True),
        "accounting_date": Field(source="accountingDate", kind=Kind.DATE),
        "description": Field(source="description", kind=Kind.TEXT),
        "amount": Field(source="totalNoTax", kind=Kind.DECIMAL, required=True),
        "currency": Field(source="currency", kind=Kind.TEXT, required=True),
        "is_non_billable": Field(source="isNonBillable", kind=Kind.FLAG),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    dated="date",
    deletions="Ticket",
)

DEPARTMENT = Entity(
    key="suiteprojects__department",
    title="Departments",
    area="projects",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="Department",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
        "external_id": Field(source="externalid", kind=Kind.TEXT),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    deletions="Department",
)

PROJECT_STAGE = Entity(
    key="suiteprojects__project_stage",
    title="Project stages",
    area="projects",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="Projectstage",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    deletions="Projectstage",
)

RECOGNITION = Entity(
    key="suiteprojects__recognition",
    title="Recognition transactions",
    area="projects",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="Revenue_recognition_transaction",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "project_id": Field(source="projectid", kind=Kind.ID, required=True),
        "customer_id": Field(source="customerid", kind=Kind.ID),
        "user_id": Field(source="userid", kind=Kind.ID),
        "date": Field(source="date", kind=Kind.DATE),
        "accounting_date": Field(source="acct_date", kind=Kind.DATE),
        "type": Field(source="type", kind=Kind.TEXT),
        "recognition_type": Field(source="recognition_type", kind=Kind.TEXT),
        "hours": Field(source="decimal_hours", kind=Kind.DECIMAL),
        "rate": Field(source="rate", kind=Kind.DECIMAL),
        "amount": Field(source="total", kind=Kind.DECIMAL, required=True),
        "currency": Field(source="currency", kind=Kind.TEXT, required=True),
        "netsuite_id": Field(source="netsuite_revenue_recognition_transaction_id__c", kind=Kind.ID),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    dated="date",  # the accounting date may be empty: such a row would never be read
    deletions="Revenue_recognition_transaction",
)

PROJECTION = Entity(
    key="suiteprojects__projection",
    title="Revenue projections",
    area="projects",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="RevenueProjection",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "project_id": Field(source="project_id", kind=Kind.ID, required=True),
        "customer_id": Field(source="customer_id", kind=Kind.ID),
        "date": Field(source="date", kind=Kind.DATE, required=True),
        "amount": Field(source="total", kind=Kind.DECIMAL, required=True),
        "currency": Field(source="currency", kind=Kind.TEXT, required=True),
        "type": Field(source="type", kind=Kind.TEXT),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
)

PURCHASE_ITEM = Entity(
    key="suiteprojects__purchase_item",
    title="Purchase items",
    area="projects",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="Purchase_item",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "date": Field(source="date", kind=Kind.DATE, required=True),
        "accounting_date": Field(source="acct_date", kind=Kind.DATE),
        "project_id": Field(source="projectid", kind=Kind.ID),
        "customer_id": Field(source="customerid", kind=Kind.ID),
        "name": Field(source="name", kind=Kind.TEXT),
        "amount": Field(source="total", kind=Kind.DECIMAL, required=True),
        "currency": Field(source="currency", kind=Kind.TEXT, required=True),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    dated="date",
    deletions="Purchase_item",
)
