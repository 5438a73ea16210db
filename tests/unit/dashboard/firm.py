"""A small firm in a snapshot: two projects, three people, 26 months of facts that sum to known numbers."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from shutil import copy

import duckdb
from sqlalchemy import Executable, create_engine, text

import models.business.mapping  # noqa: F401  # declares the tables it lists
from models.period import Month
from models.snapshot import EntityStanding, Snapshot, SourceState
from models.tables.billing import (
    fct_ar_open,
    fct_charge,
    fct_invoice_line,
    fct_psa_invoice_line,
)
from models.tables.conformed import (
    dim_account,
    dim_customer,
    dim_department,
    dim_period,
    dim_person,
    dim_project,
    dim_subsidiary,
    dim_task,
    meta_entity,
)
from models.tables.finance import fct_gl, fct_rev_plan
from models.tables.projects import fct_projection, fct_rev_rec
from models.tables.sales import fct_backlog
from models.tables.staffing import fct_capacity, fct_time, fct_time_bill
from tests.small import empty_snapshot, engine_on
from tests.unit.dashboard.filling import MINE, NOW, OTHERS, TODAY, fill, months
from tests.unit.dashboard.firm_money import (
    fill_ahead,
    fill_cash,
    fill_changes,
    fill_plan,
    fill_statement,
)

__all__ = ["MINE", "NOW", "OTHERS", "TODAY", "build", "fill", "months", "snapshot_at"]


def build(path: str) -> None:
    empty_snapshot(Path(path))
    with duckdb.connect(path):  # held open, so that it is not opened and written out for each table
        _dimensions(path)
        _facts(path)
        fill_statement(path)
        fill_plan(path)
        fill_ahead(path)
        fill_cash(path)
        fill_changes(path)


def _dimensions(path: str) -> None:
    unknown = {"name": "Not assigned"}
    fill(
        path,
        dim_subsidiary,
        [
            {"subsidiary_key": -1, **unknown},
            {"subsidiary_key": 1, "name": "Northmere Group", "currency": "GBP"},
            {"subsidiary_key": 2, "name": "Northmere GmbH", "currency": "EUR", "parent_key": 1},
        ],
    )
    fill(
        path,
        dim_department,
        [
            {"department_key": -1, **unknown},
            {"department_key": 10, "name": "Data & Analytics"},
            {"department_key": 12, "name": "Cloud Platforms"},
        ],
    )
    fill(
        path,
        dim_customer,
        [
            {"customer_key": -1, **unknown},
            {"customer_key": 30, "name": "Calder Logistics"},
            {"customer_key": 32, "name": '=HYPERLINK("x") Trading'},
        ],
    )
    fill(
        path,
        dim_person,
        [
            {"person_key": -1, **unknown},
            {
                "person_key": 40,
                "name": "Priya Raman",
                "email": "priya@northmere.example",
                "role": "Manager",
                "department_key": 10,
                "subsidiary_key": 1,
            },
            {
                "person_key": 42,
                "name": "Tom Okafor",
                "email": "tom@northmere.example",
                "role": "Lead",
                "department_key": 12,
                "subsidiary_key": 1,
            },
            {
                "person_key": 44,
                "name": "Nadia Quill",
                "email": "nadia@northmere.example",
                "role": "Lead",
                "department_key": -1,
                "subsidiary_key": 1,
            },
        ],
    )
    common = {
        "kind": "client",
        "currency": "GBP",
        "contract_type": "Time and materials",
        "stage": "Active",
        "starts_on": date(2025, 1, 6),
        "ends_on": date(2027, 3, 31),
        "subsidiary_key": 1,
    }
    fill(
        path,
        dim_project,
        [
            {"project_key": -1, **unknown},
            {
                "project_key": MINE,
                "code": "CAL-01",
                "name": "Route planning",
                "customer_key": 30,
                "department_key": 10,
                "manager_key": 40,
                "budget_hours": Decimal(2000),
                "contract_amount": Decimal(400000),
                "netsuite_id": 900,
                "suiteprojects_id": 10,
                **common,
            },
            {
                "project_key": OTHERS,
                "code": "HYP-02",
                "name": "Secret migration",
                "customer_key": 32,
                "department_key": 12,
                "manager_key": 42,
                "netsuite_id": 901,
                "suiteprojects_id": 11,
                **common,
            },
        ],
    )
    fill(
        path,
        dim_task,
        [{"task_key": 50, "project_key": MINE, "name": "Build", "is_billable": True}],
    )
    fill(
        path,
        dim_account,
        [
            {"account_key": 60, "number": "4000", "name": "Services revenue", "type": "Income"},
            {"account_key": 61, "number": "5000", "name": "Project cost", "type": "COGS"},
        ],
    )
    fill(
        path,
        dim_period,
        [
            {
                "month": month.key,
                "netsuite_id": index,
                "name": str(month),
                "starts_on": month.start,
                "ends_on": month.end,
                "is_closed": month < Month.of(TODAY),
            }
            for index, month in enumerate(months(26))
        ],
    )
    fill(
        path,
        meta_entity,
        [
            {
                "entity": "netsuite__transaction",
                "system": "netsuite",
                "rows": 1200,
                "quarantined": 1,
                "as_of": NOW.replace(tzinfo=None),
            },
            {
                "entity": "suiteprojects__time_entry",
                "system": "suiteprojects",
                "rows": 5400,
                "quarantined": 0,
                "as_of": NOW.replace(tzinfo=None),
            },
        ],
    )


def _facts(path: str) -> None:
    rev, gl, invoices, psa, charges, time, bills, capacity = [], [], [], [], [], [], [], []
    for index, month in enumerate(months(26)):
        for project, department, customer, person in ((MINE, 10, 30, 40), (OTHERS, 12, 32, 42)):
            number = index * 2 + (project == OTHERS)
            amount = Decimal(10000 + 100 * number)
            common = {
                "project_key": project,
                "department_key": department,
                "customer_key": customer,
                "subsidiary_key": 1,
                "day": month.key * 100 + 15,
                "month": month.key,
                "currency": "GBP",
            }
            money = {"amount": amount, "amount_base": amount}
            rev.append(
                {
                    **common,
                    **money,
                    "recognition_id": 1000 + number,
                    "person_key": person,
                    "hours": Decimal(80),
                }
            )
            gl += [
                {
                    **common,
                    "transaction_id": 2000 + number,
                    "line_id": 1,
                    "number": f"JE{number}",
                    "type": "Journal",
                    "account_key": 60,
                    "account_type": "Income",
                    "project_kind": "client",
                    "stream": "services_tm",
                    "person_key": -1,
                    "memo": "-1+1 not a formula",
                    "amount": -amount - 40,
                    "amount_base": -amount - 40,
                },
                {
                    **common,
                    "transaction_id": 2000 + number,
                    "line_id": 2,
                    "number": f"JE{number}",
                    "type": "Journal",
                    "account_key": 61,
                    "account_type": "COGS",
                    "project_kind": "client",
                    "stream": "services_tm",
                    "person_key": -1,
                    "amount": Decimal(6000),
                    "amount_base": Decimal(6000),
                },
            ]
            invoices.append(
                {
                    **common,
                    **money,
                    "transaction_id": 3000 + number,
                    "line_id": 1,
                    "number": f"INV{number}",
                    "type": "CustInvc",
                    "item": "Consulting",
                    "stream": "services_tm",
                    "is_tax": False,
                }
            )
            psa.append(
                {
                    **common,
                    **money,
                    "charge_id": 4000 + number,
                    "invoice_id": 500 + number,
                    "number": f"INV{number}",
                    "status": "approved",
                }
            )
            charges.append(
                {
                    **common,
                    **money,
                    "charge_id": 4000 + number,
                    "person_key": person,
                    "type": "T",
                    "hours": Decimal(80),
                    "invoice_id": 500 + number,
                }
            )
            staffing = {
                "person_key": person,
                "department_key": department,
                "subsidiary_key": 1,
                "in_rollup": True,
                "day": month.key * 100 + 15,
                "month": month.key,
            }
            time.append(
                {
                    **staffing,
                    "time_entry_id": 6000 + number,
                    "project_key": project,
                    "customer_key": customer,
                    "project_department_key": department,
                    "task_key": 50,
                    "accounting_month": month.key,
                    "hours": Decimal(120),
                    "status": "approved",
                    "kind": "client",
                    "is_billable": True,
                    "cost": Decimal(4800),
                    "cost_base": Decimal(4800),
                    "currency": "GBP",
                    "notes": "Work",
                }
            )
            bills.append(
                {
                    **staffing,
                    "time_bill_id": 7000 + number,
                    "project_key": project,
                    "customer_key": customer,
                    "hours": Decimal(118),
                    "is_billable": True,
                    "is_approved": True,
                }
            )
            capacity.append(
                {
                    **staffing,
                    "gross_hours": Decimal(160),
                    "leave_hours": Decimal(0),
                    "net_hours": Decimal(160),
                    "target_hours": Decimal(120),
                }
            )
    for table, rows in (
        (fct_rev_rec, rev),
        (fct_gl, gl),
        (fct_invoice_line, invoices),
        (fct_psa_invoice_line, psa),
        (fct_charge, charges),
        (fct_time, time),
        (fct_time_bill, bills),
        (fct_capacity, capacity),
    ):
        fill(path, table, rows)
    _stocks(path)


def _stocks(path: str) -> None:
    open_items, backlog = [], []
    for month in months(26):
        for system, amount in (("netsuite", 20000), ("suiteprojects", 21000)):
            common = {
                "system": system,
                "month": month.key,
                "day": month.key * 100 + month.end.day,
                "project_key": MINE,
                "department_key": 10,
                "customer_key": 30,
                "subsidiary_key": 1,
                "currency": "GBP",
            }
            money = {"amount_base": Decimal(amount)}
            open_items.append(
                {
                    **common,
                    **money,
                    "document_id": 1,
                    "type": "CustInvc",
                    "number": "INV1",
                    "amount": Decimal(amount),
                    "invoiced_on": date(2026, 9, 1),
                    "due_on": date(2026, 10, 1),
                }
            )
            backlog.append(
                {
                    **common,
                    **money,
                    "contract": "SO1",
                    "stream": "services_tm",
                    "contracted": Decimal(90000),
                    "recognized": Decimal(90000 - amount),
                    "remaining": Decimal(amount),
                }
            )
    fill(path, fct_ar_open, open_items)
    fill(path, fct_backlog, backlog)
    ahead = [Month.of(TODAY).plus(step) for step in range(6)]
    planned = [
        {
            "project_key": MINE,
            "department_key": 10,
            "customer_key": 30,
            "subsidiary_key": 1,
            "month": month.key,
            "amount": Decimal(9000),
            "currency": "GBP",
            "amount_base": Decimal(9000),
        }
        for month in ahead
    ]
    fill(
        path,
        fct_rev_plan,
        [{**row, "planned_revenue_id": index} for index, row in enumerate(planned)],
    )
    fill(
        path,
        fct_projection,
        [
            {**row, "projection_id": index, "day": row["month"] * 100 + 1}
            for index, row in enumerate(planned)
        ],
    )


def altered(snapshot: Snapshot, folder: Path, *statements: str | Executable) -> Path:
    """The file of a copy of a snapshot, changed by SQL."""
    path = Path(copy(snapshot.path, folder / "altered.duckdb"))
    engine = create_engine(f"duckdb:///{path}")
    with engine.begin() as connection:
        for one in statements:
            connection.execute(text(one) if isinstance(one, str) else one)
    engine.dispose()
    return path


def snapshot_at(path, version: int = 7) -> Snapshot:
    return Snapshot(
        version=version,
        path=path,
        built_at=NOW,
        reporting_currency="GBP",
        today=TODAY,
        engine=engine_on(path, read_only=True),
        last_closed_month=Month.of(TODAY).plus(-1),
        sources={
            system: SourceState(
                system=system,
                as_of=NOW - timedelta(minutes=2),
                complete_from=None,
                account="DEMO",
                record_url=f"http://127.0.0.1:{port}",
                quarantined=0,
            )
            for system, port in (("netsuite", 8061), ("suiteprojects", 8062))
        },
        entities={
            f"{system}__{name}": EntityStanding(
                system=system, title=title, area=area, rows=rows, quarantined=0, as_of=NOW
            )
            for system, name, title, area, rows in (
                ("netsuite", "transaction", "Transactions", "finance", 1200),
                ("suiteprojects", "time_entry", "Time entries", "staffing", 5400),
            )
        },
    )
