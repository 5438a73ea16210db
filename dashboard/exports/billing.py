"""Billing: the charges and the invoices of a project, in both systems, and what was paid."""

from __future__ import annotations

from ..export import Export
from .records import records

CHARGES = Export(
    key="charges",
    title="Charges",
    page="project",
    system="suiteprojects",
    place=20,
    rows=records("charges"),
)

PSA_INVOICES = Export(
    key="psa_invoices",
    title="Invoices",
    page="project",
    system="suiteprojects",
    place=30,
    rows=records("psa_invoices"),
)

ERP_INVOICES = Export(
    key="erp_invoices",
    title="Invoices",
    page="project",
    system="netsuite",
    place=40,
    rows=records("erp_invoices"),
)

PAYMENTS = Export(
    key="payments",
    title="Payments",
    page="project",
    system="netsuite",
    place=45,
    rows=records("payments"),
)
