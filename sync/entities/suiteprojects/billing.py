"""SuiteProjects Pro: what was charged, invoiced and paid."""

from __future__ import annotations

from ..entity import Entity, Field, Kind, Surface, System

CHARGE = Entity(
    key="suiteprojects__charge",
    title="Charges",
    area="billing",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="Slip",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "type": Field(source="type", kind=Kind.TEXT, required=True),
        "date": Field(source="date", kind=Kind.DATE, required=True),
        "accounting_date": Field(source="acct_date", kind=Kind.DATE),
        "project_id": Field(source="projectid", kind=Kind.ID),
        "customer_id": Field(source="customerid", kind=Kind.ID),
        "user_id": Field(source="userid", kind=Kind.ID),
        "project_task_id": Field(source="projecttaskid", kind=Kind.ID),
        "hours": Field(source="decimal_hours", kind=Kind.DECIMAL),
        "rate": Field(source="rate", kind=Kind.DECIMAL),
        "quantity": Field(source="quantity", kind=Kind.DECIMAL),
        "amount": Field(source="total", kind=Kind.DECIMAL, required=True),
        "currency": Field(source="currency", kind=Kind.TEXT, required=True),
        "invoice_id": Field(source="invoiceid", kind=Kind.ID),
        "stage_id": Field(source="slip_stageid", kind=Kind.ID),
        "description": Field(source="description", kind=Kind.TEXT),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    dated="date",
    deletions="Slip",
)

INVOICE = Entity(
    key="suiteprojects__invoice",
    title="Invoices",
    area="billing",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="Invoice",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "number": Field(source="number", kind=Kind.TEXT, required=True),
        "date": Field(source="date", kind=Kind.DATE, required=True),
        "accounting_date": Field(source="acct_date", kind=Kind.DATE),
        "customer_id": Field(source="customerid", kind=Kind.ID),
        "currency": Field(source="currency", kind=Kind.TEXT, required=True),
        "total": Field(source="total", kind=Kind.DECIMAL, required=True),
        "tax": Field(source="tax", kind=Kind.DECIMAL),
        "balance": Field(source="balance", kind=Kind.DECIMAL),
        "approval_status": Field(source="approval_status", kind=Kind.TEXT),
        "credit_reason": Field(source="credit_reason", kind=Kind.TEXT),
        "original_invoice_id": Field(source="original_invoiceid", kind=Kind.ID),
        "netsuite_id": Field(source="netsuite_invoice_id__c", kind=Kind.ID),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    dated="date",
    deletions="Invoice",
)

PAYMENT = Entity(
    key="suiteprojects__payment",
    title="Payments",
    area="billing",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="Payment",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "invoice_id": Field(source="invoiceid", kind=Kind.ID, required=True),
        "customer_id": Field(source="customerid", kind=Kind.ID),
        "date": Field(source="date", kind=Kind.DATE, required=True),
        "amount": Field(source="total", kind=Kind.DECIMAL, required=True),
        "currency": Field(source="currency", kind=Kind.TEXT, required=True),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    dated="date",
    deletions="Payment",
)
