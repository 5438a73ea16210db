"""Rows of NetSuite's revenue elements and plans, from the domain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from sync.sandbox.system import Row

from .calendar import Clock, end_of
from .export import service_of
from .firm import ACCOUNTS
from .model import ZERO, Project
from .model_money import Document, Line, Plan
from .rows_netsuite import BOOK, currency_id, period_id

_REVENUE, _DEFERRED = ACCOUNTS["4000"].id, ACCOUNTS["2300"].id


def _method(project: Project) -> str:
    return "As worked" if project.bills_time else "Straight-line"


def element(it: Plan, rate: Decimal) -> Row:
    """revenueelement."""
    project = it.project
    order = next((order.document for order in project.orders if order.document), None)
    return {
        "id": it.element_id, "recordnumber": f"RE{it.element_id}", "entity": project.ns_id,
        "item": service_of(project), "subsidiary": project.subsidiary.id,
        "currency": currency_id(project.currency), "exchangerate": rate, "quantity": Decimal(1),
        "salesamount": it.amount, "discountedsalesamount": it.amount, "elementdate": project.start,
        "revrecstartdate": project.start, "revrecenddate": project.finish,
        "forecaststartdate": project.start, "forecastenddate": project.finish, "source": "Sales Order",
        "referenceid": f"SalesOrd_{order.id}" if order else None,
        "revenueplanstatus": "COMPLETE" if project.ended else "IN_PROGRESS",
        "deferralaccount": _DEFERRED, "recognitionaccount": _REVENUE, "accountingbook": BOOK,
        "lastmodifieddate": it.updated,
    }  # fmt: skip


def subscribed(order: Document, line: Line) -> Row:
    """revenueelement of a subscription's order line; what is invoiced is revenue, so that nothing is planned."""
    income = ACCOUNTS[line.account].id
    return {
        "id": line.element, "recordnumber": f"RE{line.element}", "entity": order.entity,
        "item": line.item, "subsidiary": order.subsidiary.id, "currency": currency_id(order.currency),
        "exchangerate": order.rate, "quantity": abs(line.quantity or ZERO), "salesamount": -line.foreign,
        "discountedsalesamount": -line.foreign, "elementdate": order.day, "revrecstartdate": line.starts,
        "revrecenddate": line.ends, "forecaststartdate": line.starts, "forecastenddate": line.ends,
        "source": "Sales Order", "referenceid": f"SalesOrd_{order.id}",
        "revenueplanstatus": "NOT_STARTED", "deferralaccount": income, "recognitionaccount": income,
        "accountingbook": BOOK, "lastmodifieddate": order.updated,
    }  # fmt: skip


def plan(it: Plan, rate: Decimal) -> Row:
    """revenueplan."""
    total = sum((amount for _, _, amount, _ in it.months), ZERO)
    recognized = sum((amount for _, _, amount, done in it.months if done), ZERO)
    return {
        "id": it.plan_id, "recordnumber": f"RP{it.plan_id}", "createdfrom": it.element_id,
        "revenueplantype": "ACTUAL", "item": service_of(it.project), "amount": total, "totalrecognized": recognized,
        "remainingdeferredbalance": total - recognized,
        "revenueplancurrency": currency_id(it.project.currency), "exchangerate": rate,
        "recognitionmethod": _method(it.project), "revrecstartdate": it.project.start,
        "revrecenddate": it.project.finish, "holdrevenuerecognition": False,
        "statusfordisplay": "Completed" if it.project.ended else "In Progress",
        "lastmodifieddate": it.updated,
    }  # fmt: skip


def planned(
    it: Plan, rate: Decimal, clock: Clock, journals: Mapping[tuple[int, Project], Document]
) -> Iterator[Row]:
    """revenueplanplannedrevenue."""
    for id_, month, amount, done in it.months:
        period = period_id(month, clock)
        journal = journals.get((month, it.project)) if done else None
        yield {
            "id": id_, "revenueplan": it.plan_id, "plannedperiod": period,
            "postingperiod": period if done else None, "plannedrevenuetype": "PLANNED", "amount": amount,
            "exchangerate": rate, "isrecognized": done,
            "dateexecuted": min(end_of(month), clock.yesterday) if done else None, "journal": journal.id if journal else None,
            "deferredrevenueaccount": _DEFERRED, "recognitionaccount": _REVENUE,
        }  # fmt: skip
