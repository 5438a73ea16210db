"""The rules by which SuiteProjects Pro charges and recognises, and what it expects to charge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import count

from sync.sandbox.system import Row

from . import psa_links as links
from .firm_life import Life
from .instalments import instalments
from .model import CAPPED, HUNDRED, MILESTONES, PERCENT, RETAINER, ZERO, Project
from .psa_rates import agreed_card
from .revenue import MARKUP

_OPEN_STAGE = 1
_FIRST_PROJECTION = 70_001
_FOUR = Decimal("0.0001")
_LETTERS = {PERCENT: "F", MILESTONES: "M", RETAINER: "R"}


def rules(life: Life) -> Iterator[tuple[str, Iterable[Row]]]:
    """Billing rules, recognition rules and billing projections."""
    yield "Projectbillingrule", [row for it in life.clients for row in _billing(it)]
    yield "Revenue_recognition_rule", list(_recognition(life))
    yield "SlipProjection", list(_projections(life))


def _billing(it: Project) -> Iterator[Row]:
    """By the hour: time at the agreed rates, expenses at cost, purchases with a markup. Else: instalments."""
    if it.bills_time:
        yield _rule(
            it, links.TIME_RULE, "T", "Time at agreed rates", rate_from="R", rate_cardid=agreed_card(it),
            rate_multiplier=Decimal(1), exclude_non_billable_task=True,
            **({"cap": it.value, "stop_if_capped": True, "adjust_if_capped": True}
               if it.contract_type == CAPPED else {}),
        )  # fmt: skip
        yield _rule(it, links.EXPENSE_RULE, "E", "Expenses at cost", exclude_non_billable=True)
        yield _rule(
            it, links.PURCHASE_RULE, "P", "Purchases with markup", markup_type="P",
            markup=(MARKUP - 1) * HUNDRED,
        )  # fmt: skip
        return
    steps = instalments(it)
    if it.contract_type == RETAINER:
        yield _rule(
            it, links.FIXED_RULE, "F", "Retainer, each month in advance", amount=it.monthly_fee
        )
        return
    for place, (day, text, amount) in enumerate(steps):
        percent = (amount / it.value * HUNDRED).quantize(_FOUR) if it.value else None
        yield _rule(
            it, links.FIXED_RULE + place, "F", text, amount=amount, percent=percent, start_date=day,
            end_date=day,
        )  # fmt: skip


def _rule(it: Project, number: int, letter: str, name: str, **more: object) -> Row:
    return {
        "id": links.rule_id(it, number), "name": name, "type": letter, "projectid": it.id,
        "customerid": it.customer.id, "position": number, "active": not it.ended,
        "start_date": it.start, "end_date": it.finish, "currency": it.currency,
        "stop_if_capped": False, "adjust_if_capped": False, "categoryid": links.service(it),
        "customerpoid": links.first_order(it), "cost_center_id": links.cost_center_of_project(it),
        "slip_stageid": _OPEN_STAGE, "exclude_non_billable": False, "exclude_non_billable_task": False,
        "acct_date_how": "N", "description": name, "created": it.created, "updated": it.updated,
    } | more  # fmt: skip


def _recognition(life: Life) -> Iterator[Row]:
    done: dict[Project, Decimal] = defaultdict(Decimal)
    for earned in life.recognitions:
        if earned.type == "F":
            done[earned.project] += earned.amount
    for it in life.clients:
        if not it.bills_time:
            share = (done[it] / it.value * HUNDRED).quantize(_FOUR) if it.value else ZERO
            yield _revenue(
                it, links.FIXED_RULE, _LETTERS[it.contract_type], it.contract_type, amount=it.value,
                percent_how="H" if it.contract_type == PERCENT else None,
                percent_complete=share if it.contract_type == PERCENT else None,
            )  # fmt: skip
            continue
        for number, letter, name in (
            (links.TIME_RULE, "T", "Time as worked"),
            (links.EXPENSE_RULE, "E", "Expenses as charged"),
            (links.PURCHASE_RULE, "P", "Purchases as charged"),
        ):
            yield _revenue(
                it, number, letter, name,
                project_billing_rule_filter=str(links.rule_id(it, number)),
            )  # fmt: skip


def _revenue(it: Project, number: int, letter: str, name: str, **more: object) -> Row:
    return {
        "id": links.rule_id(it, number), "name": name, "type": letter, "recognition_type": "R",
        "projectid": it.id, "customerid": it.customer.id, "customerpo_id": links.first_order(it),
        "active": not it.ended, "start_date": it.start, "end_date": it.finish, "currency": it.currency,
        "categoryid": links.service(it), "cost_centerid": links.cost_center_of_project(it),
        "acct_code": "4050" if letter == "E" else "4000", "acct_date_how": "N",
        "created": it.created, "updated": it.updated,
    } | more  # fmt: skip


def _projections(life: Life) -> Iterator[Row]:
    """By the hour, what is expected as revenue; else the instalments that are not charged yet."""
    ids = count(_FIRST_PROJECTION)
    for it in life.projections:
        if it.project.bills_time:
            text = "Time expected"
            yield _projection(
                life, next(ids), it.project, "T", links.TIME_RULE, it.day, it.amount, text
            )
    charged = {(c.project, c.description) for c in life.charges if c.type == "F"}
    for project in life.clients:
        for place, (day, text, amount) in enumerate(instalments(project)):
            if amount and (project, text) not in charged:
                place = 0 if project.contract_type == RETAINER else place
                number = links.FIXED_RULE + place
                yield _projection(life, next(ids), project, "F", number, day, amount, text)


def _projection(
    life: Life,
    id_: int,
    it: Project,
    letter: str,
    number: int,
    day: date,
    amount: Decimal,
    text: str,
) -> Row:
    return {
        "id": id_, "type": letter, "slip_projection_type": "R", "date": day, "projectid": it.id,
        "customerid": it.customer.id, "project_billing_ruleid": links.rule_id(it, number),
        "categoryid": links.service(it), "quantity": Decimal(1), "total": amount,
        "currency": it.currency, "description": text, "created": life.clock.now,
        "updated": life.clock.now,
    }  # fmt: skip
