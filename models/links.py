"""Addresses of records in the two source systems' own pages."""

from __future__ import annotations

from urllib.parse import quote

_NETSUITE_PAGES = {
    "transaction": "app/accounting/transactions/transaction.nl",
    "job": "app/common/entity/custjob.nl",
    "timebill": "app/accounting/transactions/timebill.nl",
}
_SUITEPROJECTS_TYPES = frozenset(
    {
        "Task",
        "Slip",
        "Invoice",
        "Revenue_recognition_transaction",
        "Projecttask",
        "Ticket",
        "Purchase_item",
        "Purchaseorder",
        "Project",
        "RevenueProjection",
        "Customerpo",
        "Timesheet",
        "Budget",
        "RateCardItem",
        "Booking",
    }
)


def record_link(
    system: str, record_type: str | None, record_id: int | str | None, record_url: str
) -> str | None:
    """Return the address of a record, or None where the system has no page for it."""
    if not record_url or record_type is None or record_id is None:
        return None
    base, number = record_url.rstrip("/"), quote(str(record_id), safe="")
    if system == "netsuite" and record_type in _NETSUITE_PAGES:
        return f"{base}/{_NETSUITE_PAGES[record_type]}?id={number}"
    if system == "suiteprojects" and record_type in _SUITEPROJECTS_TYPES:
        return f"{base}/record.pl?type={record_type}&id={number}"
    return None
