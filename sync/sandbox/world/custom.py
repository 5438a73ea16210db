"""The custom fields that the invented firm has added to both systems, and what its people filled in.

A value follows from the record's number, so that it is the same each time the firm is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sync.sandbox.fields import add_field
from sync.sandbox.system import CustomField, Row, SourceSystem

_FIRST_DAY = date(2024, 1, 1)
_REGIONS = ("North", "South", "East", "West", "Zürich & Genève")
_SALES = frozenset({"opportunity", "salesOrder", "invoice", "creditMemo"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filled:
    """A field, and who has a value: every `each`-th record, what `value` makes of its number."""

    field: CustomField
    each: int
    value: Callable[[int], Any]
    only: tuple[str, frozenset[str]] | None = None  # a column and the values it must have


def _field(
    table: str,
    name: str,
    type_: str,
    label: str,
    each: int,
    value: Callable[[int], Any],
    **more: Any,
) -> _Filled:
    only = more.pop("only", None)
    field = CustomField(table=table, name=name, type=type_, label=label, **more)
    return _Filled(field=field, each=each, value=value, only=only)


def _day(number: int) -> date:
    return _FIRST_DAY + timedelta(days=number % 600)


def _moment(number: int) -> datetime:
    return datetime(2025, 1, 1, 7, 30, tzinfo=UTC) + timedelta(minutes=number % 100_000)


def _region(number: int) -> str:
    return _REGIONS[number % len(_REGIONS)]


def _share(number: int) -> Decimal:
    return Decimal(number % 997) / 8


NETSUITE = (
    _field("customer", "custentity_region", "text", "Region", 1, _region),
    _field("customer", "custentity_rating", "integer", "Rating", 2, lambda n: n % 5),
    _field("customer", "custentity_key_account", "flag", "Key account", 1, lambda n: n % 3 == 0),
    _field("customer", "custentity_since", "date", "Customer since", 2, _day),
    _field("job", "custentity_sponsor", "list", "Sponsor", 2, lambda n: n % 40 + 1),
    _field("job", "custentity_risk_share", "decimal", "Risk share", 1, _share),
    _field("job", "custentity_kicked_off", "moment", "Kicked off", 3, _moment),
    _field("employee", "custentity_grade", "text", "Grade", 1, lambda n: f"G{n % 7}"),
    _field("item", "custitem_practices", "several", "Practices", 1, lambda n: f"{n % 3 + 1}, {n % 3 + 2}"),
    _field("department", "custrecord_cost_pool", "text", "Cost pool", 1, lambda n: f"CP-{n:03d}"),
    _field(
        "transaction", "custbody_channel", "text", "Channel", 1, _region,
        records=_SALES, only=("type", frozenset({"Opprtnty", "SalesOrd", "CustInvc", "CustCred"})),
    ),
    _field(
        "transaction", "custbody_discount", "decimal", "Agreed discount", 3, _share,
        records=_SALES, only=("type", frozenset({"SalesOrd", "CustInvc"})),
    ),
    _field("transaction", "custbody_checked", "flag", "Checked", 4, lambda n: n % 8 == 0),
    _field("transactionline", "custcol_work_package", "text", "Work package", 7, lambda n: f"WP {n % 90}"),
    _field("timebill", "custcol_overtime", "flag", "Overtime", 50, lambda n: n % 100 == 0),
)  # fmt: skip

SUITEPROJECTS = (
    _field("User", "home_office__c", "flag", "Home office", 1, lambda n: n % 2 == 0),
    _field("User", "languages__c", "several", "Languages", 2, lambda n: "German, English"),
    _field("Customer", "segment__c", "list", "Segment", 1, _region),
    _field("Project", "risk_score__c", "decimal", "Risk score", 1, _share),
    _field("Project", "steering_date__c", "date", "Next steering committee", 2, _day),
    _field("Project", "is_reference__c", "flag", "Reference", 3, lambda n: n % 2 == 0),
    _field("Projecttask", "method__c", "text", "Method", 4, lambda n: f"M{n % 6}"),
    _field("Task", "location__c", "text", "Where", 50, _region),
    _field("Invoice", "delivery__c", "text", "Delivery", 3, lambda n: "By post" if n % 2 else "By mail"),
    _field("Slip", "reviewed__c", "flag", "Reviewed", 40, lambda n: n % 80 == 0),
)  # fmt: skip

# Those that the firm's rows are made with: they are listed as any other.
_MADE = (
    ("User", "netsuite_user_id__c", "integer", "NetSuite user"),
    ("Customer", "netsuite_customer_id__c", "integer", "NetSuite customer"),
    ("Vendor", "netsuite_vendor_id__c", "integer", "NetSuite vendor"),
    ("Project", "contract_type__c", "list", "Kind of contract"),
    ("Project", "netsuite_project_id__c", "integer", "NetSuite project"),
    ("Task", "netsuite_timebill_id__c", "integer", "NetSuite time bill"),
    ("Invoice", "netsuite_invoice_id__c", "integer", "NetSuite invoice"),
    (
        "Revenue_recognition_transaction",
        "netsuite_revenue_recognition_transaction_id__c",
        "integer",
        "NetSuite revenue",
    ),
)


def add_custom_fields(netsuite: SourceSystem, suiteprojects: SourceSystem) -> None:
    """Give both systems the firm's custom fields and their values."""
    for table, name, type_, label in _MADE:
        add_field(suiteprojects, CustomField(table=table, name=name, type=type_, label=label))
    for system, fields in ((netsuite, NETSUITE), (suiteprojects, SUITEPROJECTS)):
        for filled in fields:
            _fill(system, filled)


def _fill(system: SourceSystem, filled: _Filled) -> None:
    field = filled.field
    if field.table not in system.tables:
        return
    table = system.tables[field.table]
    add_field(system, field)
    for number, row in enumerate(table.rows.values()):
        if number % filled.each == 0 and _is_meant(filled, row):
            row[field.name] = filled.value(number)


def _is_meant(filled: _Filled, row: Row) -> bool:
    return filled.only is None or row[filled.only[0]] in filled.only[1]
