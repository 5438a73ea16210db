"""The small firm's statement, plan, payments and milestones, and a booked fortnight ahead."""

from datetime import date
from decimal import Decimal

from models.period import Month
from models.tables.billing import fct_application
from models.tables.booking import fct_booking
from models.tables.calendar import dim_day
from models.tables.cash import fct_milestone, fct_receipt_ahead, fct_receipt_chance
from models.tables.changes import fct_project_change
from models.tables.forecast import fct_forecast
from models.tables.plan import fct_plan
from models.tables.staffing import fct_capacity_ahead
from models.tables.statements import fct_pnl
from tests.unit.dashboard.filling import MINE, TODAY, fill, months

_OF_MINE = {
    "project_key": MINE,
    "department_key": 10,
    "customer_key": 30,
    "subsidiary_key": 1,
    "currency": "GBP",
}


def _money(amount: int) -> dict:
    return {"amount": Decimal(amount), "amount_base": Decimal(amount)}


def fill_statement(path: str) -> None:
    """Revenue posted month by month, and what is booked for the month to come."""
    posted = [
        {
            **_OF_MINE,
            **_money(10000),
            "amount_consolidated": Decimal(10000),
            "transaction_id": 8000 + month.key,
            "line_id": 1,
            "line": "revenue",
            "stream": "services_tm",
            "day": month.key * 100 + 15,
            "month": month.key,
            "is_labor": False,
        }
        for month in months(26)
    ]
    fill(path, fct_pnl, posted)
    coming = Month.of(TODAY).plus(1).key
    booked = {**_OF_MINE, **_money(7000), "layer": "booked", "stream": "services_tm"}
    fill(path, fct_forecast, [{**booked, "month": coming, "as_of_month": Month.of(TODAY).key}])


def fill_plan(path: str) -> None:
    """Two months of the year before were planned: August in money alone, September in hours, too."""
    row = {
        **_OF_MINE, "source": "upload", "version": "Board", "is_compared": True, "customer_key": -1,
        "project_key": -1,
    }  # fmt: skip
    money = [
        {**row, **_money(9000), "measure": "revenue", "stream": "services_tm", "month": month}
        for month in (202508, 202509)
    ]
    money += [
        {**row, **_money(3000), "measure": "cost", "line": "direct_labor", "month": month}
        for month in (202508, 202509)
    ]
    hours = [
        {**row, "measure": measure, "month": 202509, "hours": Decimal(number)}
        for measure, number in (("capacity_hours", 200), ("billable_hours", 150))
    ]
    fill(path, fct_plan, [*money, *hours])


def fill_ahead(path: str) -> None:
    """A day of each of two weeks in December: the one half booked, the other more than there is."""
    days = (20261201, 20261208)
    week = {20261201: "2026-W49", 20261208: "2026-W50"}
    fill(
        path,
        dim_day,
        [{"day": day, "month": 202612, "week": week[day], "is_ahead": True} for day in days],
    )
    of_person = {"person_key": 40, "department_key": 10, "in_rollup": True, "month": 202612}
    fill(
        path,
        fct_capacity_ahead,
        [{**of_person, "day": day, "net_hours": Decimal(8)} for day in days],
    )
    booking = {
        **of_person, "customer_key": 30, "project_key": MINE, "project_department_key": 10,
        "subsidiary_key": 1, "is_billable": True, "class": "hard", "status": "approved",
    }  # fmt: skip
    fill(
        path,
        fct_booking,
        [
            {**booking, "booking_id": day, "day": day, "hours": hours, "weighted_hours": hours}
            for day, hours in zip(days, (Decimal(4), Decimal(10)), strict=True)
        ],
    )


def fill_cash(path: str) -> None:
    """Three payments in October; a fee that is reached, one that is late, one that is to come."""
    paid = [
        {
            **_OF_MINE,
            **_money(100),
            "invoice_id": 1,
            "payer_id": 8100 + days,
            "kind": "payment",
            "day": 20261020,
            "month": 202610,
            "days_to_pay": days,
            "days_late": days - 30,
        }
        for days in (10, 30, 50)
    ]
    fill(path, fct_application, paid)
    reached = {**_OF_MINE, **_money(400), "month": 202611, "day": 20261123}
    fill(path, fct_milestone, [{**reached, "name": "Design", "reached_on": date(2026, 11, 2)}])
    to_come = {**_OF_MINE, "kind": "scheduled", "is_reached": False}
    fill(
        path,
        fct_receipt_ahead,
        [
            {**to_come, **_money(300), "number": "Launch", "planned_on": date(2026, 12, 24)},
            {**to_come, **_money(200), "number": "Build", "planned_on": date(2026, 11, 20)},
        ],
    )
    paid_in = {202611: (0, 40, 320), 202612: (40, 100, 480)}  # from, to: per cent; 800 in all
    fill(
        path,
        fct_receipt_chance,
        [
            {
                **_OF_MINE, **_money(amount), "kind": "open", "item": "open 1", "basis": "customer",
                "month": month, "is_near": True, "document_id": 8200,
                "chance_from": Decimal(low) / 100, "chance_to": Decimal(high) / 100,
            }
            for month, (low, high, amount) in paid_in.items()
        ],
    )  # fmt: skip


def fill_changes(path: str) -> None:
    """A project that was re-budgeted and put off, and a booking that followed."""
    seen = {"changed_at": "2026-11-02 06:00:00", "seen_at": "2026-11-02 06:00:00"}
    later = {"changed_at": "2026-11-20 09:15:00", "seen_at": "2026-11-20 10:00:00"}
    of_project = {**_OF_MINE, "kind": "project", "record_id": 10}
    fill(
        path,
        fct_project_change,
        [
            {**of_project, **seen, "field": "first_seen", "value_kind": "text"},
            {
                **of_project, **later, "field": "budget", "value_kind": "money", "was": "400000.0000",
                "now": "460000.5000", "difference": Decimal("60000.5"), "unit": "GBP",
            },
            {
                **of_project, **later, "field": "finish_date", "value_kind": "day",
                "was": "2027-03-31", "now": "2027-04-14", "difference": Decimal(14), "unit": "days",
            },
            {
                **_OF_MINE, **later, "kind": "booking", "record_id": 77, "about": "Priya Raman",
                "field": "removed", "value_kind": "hours", "was": "80.0000",
                "difference": Decimal(-80), "unit": "hours", "changed_at": "2026-11-21 08:00:00",
            },
        ],
    )  # fmt: skip
