"""Whatever changed, and in whatever order: what is renewed in part equals what is made anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models.business import load_file
from sync.engine.renew import Outcome
from sync.entities import ENTITIES
from sync.entities.entity import Entity, Kind
from sync.transforms import TRANSFORMS
from tests.unit.sync.transforms.both import START, Both, Kept

READ = sorted(
    {name.removeprefix("stg_") for item in TRANSFORMS.values() for name in item.inputs}
    & ENTITIES.keys()
)

# --- a firm with something in every table


def _more() -> dict[str, list[dict[str, Any]]]:
    """What the small firm lacks: documents of every kind, a few of each."""
    day, eur = date(2026, 2, 3), {"currency": "EUR", "amount": Decimal(100)}
    of_project = {"project_id": 101, "customer_id": 21, "date": day, **eur}
    return {
        "suiteprojects__timesheet": [{"id": 1, "user_id": 11, "status": "A"}],
        "suiteprojects__time_entry": [
            {
                "id": n, "user_id": 11, "project_id": project, "project_task_id": 1001,
                "customer_id": 21, "timesheet_id": 1, "date": day, "hours": Decimal(8),
            }
            for n, project in ((1, 101), (2, 102), (3, 101))
        ],
        "suiteprojects__charge": [
            {"id": n, "type": "T", "invoice_id": 1, "user_id": 11, **of_project} for n in (1, 2)
        ],
        "suiteprojects__invoice": [
            {
                "id": 1, "number": "I1", "date": day, "customer_id": 21, "currency": "EUR",
                "total": Decimal(300), "approval_status": "A",
            }
        ],
        "suiteprojects__payment": [
            {"id": 1, "invoice_id": 1, "date": date(2026, 3, 1), "amount": Decimal(50)}
        ],
        "suiteprojects__customer_po": [
            {"id": 1, "number": "PO1", "date": day, "currency": "EUR", "total": Decimal(900)}
        ],
        "suiteprojects__customer_po_project": [{"id": 1, "customer_po_id": 1, "project_id": 101}],
        "suiteprojects__recognition": [{"id": 1, "user_id": 11, **of_project}],
        "suiteprojects__projection": [{"id": 1, **of_project}],
        "suiteprojects__purchase_item": [{"id": 1, **of_project}],
        "suiteprojects__expense_report": [{"id": 1, "user_id": 11, "status": "A"}],
        "suiteprojects__receipt": [{"id": 1, "expense_report_id": 1, **of_project}],
        "suiteprojects__schedule_exception": [
            {"id": 1, "work_schedule_id": 2, "start_date": day, "end_date": day}
        ],
        "suiteprojects__project_stage": [{"id": 1, "name": "Open"}],
        "netsuite__transaction": [
            {
                "id": n, "type": kind, "tranid": f"{kind}{n}", "trandate": day, "entity": entity,
                "currency": 2, "postingperiod": 102, "foreigntotal": Decimal(500),
                "exchangerate": "1", "status": "B",
            }
            for n, kind, entity in (
                (1, "SalesOrd", 701), (2, "CustInvc", 701), (3, "CustPymt", 601),
                (4, "SalesOrd", 601), (5, "CustInvc", 601), (6, "Journal", None),
                (7, "Opprtnty", 601), (8, "Estimate", 601),
            )
        ],
        "netsuite__transactionline": [
            {
                "transaction": n, "id": line, "item": item, "subsidiary": 2, "mainline": line == 0,
                "entity": 601, "foreignamount": amount, "netamount": amount, "createdfrom": source,
                "class": 7, "location": 8, "revenueelement": 1,
            }
            for n, source, sold in (
                (1, None, 41), (2, 1, 41), (4, None, 71), (5, 4, 71), (7, None, 41), (8, 7, 41),
            )
            for line, item, amount in ((0, None, Decimal(500)), (1, sold, Decimal(-500)))
        ],
        "netsuite__transactionaccountingline": [
            {
                "transaction": n, "transactionline": 1, "accountingbook": 1, "account": 1,
                "amount": Decimal(-500), "posting": True,
            }
            for n in (2, 5, 6)
        ],
        "suiteprojects__rate_card_item": [
            {"id": 1, "rate_card_id": 1, "job_code_id": 3, "rate": Decimal(150), "currency": "CHF"}
        ],
        "suiteprojects__billing_rule": [
            {"id": 1, "type": "T", "project_id": 101, "rate_from": "R", "rate_card_id": 1}
        ],
        "suiteprojects__booking": [
            {
                "id": 1, "user_id": 11, "project_id": 101, "booking_type_id": 1, "start_date": day,
                "end_date": date(2026, 4, 10), "hours": Decimal(80), "approval_status": "A",
            }
        ],
        "suiteprojects__booking_type": [{"id": 1, "name": "Hard"}],
        "suiteprojects__resource_request": [{"id": 1, "name": "A consultant"}],
        "suiteprojects__resource_profile_type": [{"id": 1, "name": "SQL", "type": "Skill"}],
        "suiteprojects__resource_profile": [
            {"id": 1, "user_id": 11, "resource_profile_type_id": 1, "type": "Skill"}
        ],
        "suiteprojects__resource_request_queue": [{"id": 1, "resource_request_id": 1, "name": "C"}],
        "suiteprojects__pending_booking": [
            {
                "id": 1, "resource_request_queue_id": 1, "project_id": 101, "job_code_id": 3,
                "start_date": day, "end_date": date(2026, 4, 10), "hours": Decimal(80),
            }
        ],
        "suiteprojects__deal": [{"id": 1, "name": "D", "customer_id": 21, "netsuite_id": 7}],
        "suiteprojects__estimate": [{"id": 1, "deal_id": 1}],
        "suiteprojects__estimate_labor": [
            {
                "id": 1, "estimate_id": 1, "user_id": 11, "amount": Decimal(80),
                "start_date": day, "end_date": date(2026, 4, 10),
            }
        ],
        "netsuite__classification": [{"id": 7, "name": "Services"}],
        "netsuite__location": [{"id": 8, "name": "Berlin"}],
        "netsuite__nexttransactionlinelink": [
            {
                "previousdoc": 2, "previousline": 0, "nextdoc": 3, "nextline": 0,
                "linktype": "Payment", "foreignamount": Decimal(200),
            }
        ],
        "netsuite__item": [{"id": 71, "itemid": "SUB", "itemtype": "NonInvtPart"}],
        "netsuite__revenueelement": [
            {
                "id": 1, "entity": 701, "subsidiary": 2, "currency": 2, "revrecstartdate": day,
                "revrecenddate": date(2028, 1, 6),
            }
        ],
        "netsuite__revenueplan": [{"id": 1, "createdfrom": 1, "revenueplancurrency": 2}],
        "netsuite__revenueplanplannedrevenue": [
            {"id": 1, "revenueplan": 1, "plannedperiod": 103, "amount": Decimal(70)}
        ],
        "netsuite__timebill": [
            {"id": 1, "employee": 501, "customer": 701, "trandate": day, "hours": Decimal(8)}
        ],
    }  # fmt: skip


# --- and what may happen to it: few values, so that rows meet

_DAYS = [date(2026, 1, 7), date(2026, 2, 3), date(2026, 2, 20), date(2026, 3, 9), date(2026, 4, 1)]
_DECIMALS = [Decimal(n) for n in ("0", "1", "8", "100", "-500", "62.5")]
_REFERENCES: Mapping[str, list[int | None]] = {
    "currency": [1, 2, 4], "basecurrency": [1, 2], "transactioncurrency": [1, 2, 4],
    "revenueplancurrency": [1, 2, None], "subsidiary": [1, 2, None], "fromsubsidiary": [1, 2],
    "tosubsidiary": [1, 2], "postingperiod": [101, 102, 103, None], "plannedperiod": [102, 103],
    "department": [10, 12, None], "department_id": [1, 2], "entity": [601, 602, 701, 702, 501],
    "customer": [601, 602, 701, 702], "customer_id": [21, 22, None], "employee": [501, 502],
    "projectmanager": [501, 502, None], "project_id": [101, 102, 103, None],
    "project_task_id": [1001, 1002, 1003], "user_id": [11, 12, None], "owner_id": [11, 12],
    "timesheet_id": [1, 2], "expense_report_id": [1, 2], "invoice_id": [1, 2, -1, None],
    "customer_po_id": [1, 2], "item": [41, 61, 71, None], "account": [1, 2], "transaction": [1, 2, 4],
    "transactionline": [0, 1, 2], "accountingbook": [1, 2], "createdfrom": [1, 4, None],
    "revenueplan": [1, 2], "previousdoc": [2, 5], "nextdoc": [3, 7], "previousline": [0],
    "nextline": [0], "work_schedule_id": [2, 3], "job_code_id": [3, 4], "stage_id": [1, 2],
    "class": [7, 8, None], "location": [8, 9, None], "rate_card_id": [1, 2, None],
    "booking_type_id": [1, 2, None], "charge_id": [1, 2, None], "billing_rule_id": [1, 2, None],
    "original_invoice_id": [1, 2, None], "revenueelement": [1, 2, None],
}  # fmt: skip
_WORDS: Mapping[str, list[str | None]] = {
    "type": ["SalesOrd", "CustInvc", "CustCred", "CustPymt", "CashSale", "T"],
    "linktype": ["Payment", "Other"], "accttype": ["Income", "COGS", "Bank", "Equity"],
    "itemtype": ["Service", "InvtPart", "NonInvtPart"], "contract_type": ["Time off", "Fixed", None],
    "work_hours": ["8|8|8|8|8|0|0", "4|4|4|4|4|0|0"], "recognition_type": ["R", "X", None],
    "status": ["A", "B", "C", "R"], "approval_status": ["A", "O"], "approvalstatus": ["3", "1"],
    "external_id": ["10", "12", None], "externalid": ["11", "12", None],
    "accountinglinetype": [None, None, "COGS"],
    "generalrate": ["CURRENT", "AVERAGE", "HISTORICAL", None],
}  # fmt: skip
_OWN = {"suiteprojects": {"customer": [601, 602], "project": [701, 702], "user": [501, 502]}}


def _value(entity: Entity, name: str, kind: Kind) -> st.SearchStrategy[Any]:
    system, _, table = entity.key.partition("__")
    if name == "netsuite_id":
        return st.sampled_from([*_OWN[system].get(table, [1]), -1, None])
    if kind is Kind.ID:
        if entity.key == "netsuite__subsidiary" and name == "parent":
            return st.sampled_from([None, 1])
        return st.sampled_from(_REFERENCES.get(name, [None]))
    if kind is Kind.TEXT:
        if name == "currency":
            return st.sampled_from(["EUR", "CHF", "USD"])
        return st.sampled_from(_WORDS.get(name, ["Blue", "Green"]))
    return {
        Kind.INTEGER: st.sampled_from([0, 1]),
        Kind.DECIMAL: st.sampled_from(_DECIMALS),
        Kind.RATE: st.sampled_from(["1.1", "0.95", "2", None]),
        Kind.DATE: st.sampled_from([*_DAYS, None] if name != "date" else _DAYS),
        Kind.INSTANT: st.just(datetime(2026, 3, 1)),  # noqa: DTZ001 - UTC by agreement
        Kind.FLAG: st.sampled_from([True, False, None]),
    }[kind]


def _ids(entity: Entity, held: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The keys of what is there, and of a few rows more."""
    known = [tuple(row[name] for name in entity.identity) for row in held] or [
        tuple("?" if entity.fields[name].kind is Kind.TEXT else 1 for name in entity.identity)
    ]
    more = {tuple(v + 1 if isinstance(v, int) else v for v in key) for key in known[-2:]}
    return [*known, *sorted(more - set(known))]


def _row(entity: Entity, keys: list[tuple[Any, ...]]) -> st.SearchStrategy[dict[str, Any]]:
    rest = {
        name: _value(entity, name, field.kind)
        for name, field in entity.fields.items()
        if name not in entity.identity
    }
    named = st.sampled_from(keys).map(lambda key: dict(zip(entity.identity, key, strict=True)))
    return st.builds(lambda key, values: {**key, **values}, named, st.fixed_dictionaries(rest))


@pytest.fixture(scope="module")
def held(firm_rows):
    return {key: firm_rows.get(key, []) + _more().get(key, []) for key in ENTITIES}


@pytest.fixture(scope="module")
def first(held):
    """The first build; what is changed of it is a copy."""
    made = Both.of(held)
    yield made
    made.work.close()


@pytest.fixture(scope="module")
def kept(first, tmp_path_factory):
    return Kept(first, tmp_path_factory.mktemp("first"))


@pytest.fixture(scope="module")
def both(kept):
    made = kept.copy()
    yield made
    made.work.close()


def _first(held, key, **values):
    return (key, {**held[key][0], **values}, False)


def _reached(both):
    return {key for key, outcome in both.outcomes.items() if outcome != Outcome.LEFT}


def test_the_first_build_makes_everything_and_one_without_changes_nothing(first, both):
    assert set(first.outcomes.values()) == {Outcome.WHOLE}

    both.step([], START)

    assert set(both.outcomes.values()) == {Outcome.LEFT}


def test_a_time_entry_touches_its_own_facts(both, held):
    both.step([_first(held, "suiteprojects__time_entry", notes="Other words")], START)

    assert {key for key, outcome in both.outcomes.items() if outcome == Outcome.IN_PART} == {
        "fct_time"
    }
    assert Outcome.WHOLE not in both.outcomes.values()


def test_custom_values_follow_the_records_that_hold_some_and_no_others(both, held):
    key = "netsuite__customer"

    def told(**values):
        both.step([_first(held, key, **values)], START)
        query = f"SELECT record_id, field, text_value FROM custom_value WHERE entity = '{key}'"
        return both.outcomes["custom_value"], both.work.execute(query).fetchall()

    for region in ("North", "South"):
        values = [("601", "custentity_region", region)]
        assert told(custom=f'{{"custentity_region": "{region}"}}') == (Outcome.IN_PART, values)
    assert told() == (Outcome.IN_PART, [])
    assert told(companyname="Another") == (Outcome.COMPARED, [])


def test_another_term_of_a_subscription_touches_what_was_ordered_and_nothing_else(both, held):
    element = _first(held, "netsuite__revenueelement", revrecenddate=date(2027, 1, 6))
    both.step([element], START)

    assert {key for key, outcome in both.outcomes.items() if outcome == Outcome.IN_PART} == {
        "subscription_term", "fct_order_intake",
    }  # fmt: skip
    assert Outcome.WHOLE not in both.outcomes.values()


@pytest.mark.parametrize(
    ("rule", "reached"),
    [
        (
            '[[streams.items]]\nstream = "license"\nids = [71]',
            {"sales_line", "deal_line", "fct_gl", "fct_rev_plan"},
        ),
        ('[[streams.accounts]]\nstream = "hardware"\nids = [1]', {"fct_gl", "fct_rev_plan"}),
        (
            '[[streams.contracts]]\nstream = "managed_services"\nnames = ["*"]',
            {
                *("fct_rev_rec", "fct_psa_invoice_line", "psa_backlog", "fct_gl", "fct_time"),
                *("fct_charge", "fct_purchase", "fct_booking", "fct_projection", "fct_contract"),
                *("fct_unbilled", "fct_unbilled_work", "fct_unbilled_item", "fct_milestone"),
            },
        ),
    ],
)
def test_another_stream_of_an_item_an_account_or_a_contract_reaches_all_that_is_sold_by_it(
    kept, tmp_path, rule, reached
):
    both = kept.copy()
    path = tmp_path / "business.toml"
    path.write_text(rule, encoding="utf-8")

    both.decide(load_file(str(path)), START)

    assert reached <= _reached(both)
    both.assert_equal_to_new()
    both.work.close()


def test_a_renamed_project_goes_no_further_than_its_own_table(both, held):
    both.step([_first(held, "suiteprojects__project", name="Another name")], START)

    changed = {
        key for key, outcome in both.outcomes.items()
        if outcome in {Outcome.WHOLE, Outcome.IN_PART}
    }  # fmt: skip
    assert changed == {"dim_project"}


def test_an_entity_that_was_read_again_and_is_the_same_reaches_only_its_readers(both, held):
    both.step([_first(held, "suiteprojects__department")], START)

    assert set(both.outcomes.values()) == {Outcome.LEFT, Outcome.COMPARED}


def test_a_new_day_touches_what_is_stated_for_today_and_no_flow(both):
    both.step([], START + timedelta(days=1))

    flows = {"fct_time", "fct_gl", "fct_charge", "fct_invoice_line", "fct_rev_rec", "fct_expense"}
    assert not _reached(both) & flows
    assert both.outcomes["fct_ar_open"] == Outcome.IN_PART
    both.assert_equal_to_new()


def _anything(
    data: st.DataObject, held: Mapping[str, list[dict[str, Any]]], kept: Kept, steps: int
) -> None:
    both = kept.copy()
    today = START
    for _ in range(data.draw(st.integers(1, steps), label="steps")):
        changed = []
        for _ in range(data.draw(st.integers(0, 5), label="changes")):
            key = data.draw(st.sampled_from(READ))
            row = data.draw(_row(ENTITIES[key], _ids(ENTITIES[key], held[key])), label=key)
            changed.append((key, row, data.draw(st.sampled_from([False, False, True]))))
        today += timedelta(days=data.draw(st.sampled_from([0, 0, 0, 1, 25]), label="days"))
        both.step(changed, today)
    both.assert_equal_to_new()
    both.work.close()


_checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
_phases = [Phase.explicit, Phase.generate]  # a failing example is small enough as it is


def test_a_credit_follows_the_invoice_it_is_given_on_and_the_time_of_that(both, held):
    charge, invoice = (held[f"suiteprojects__{name}"][0] for name in ("charge", "invoice"))
    day = date(2026, 2, 20)
    rows = [
        ("invoice", {**invoice, "id": 1, "date": day}),
        ("invoice", {**invoice, "id": 2, "date": day, "original_invoice_id": 1}),
        ("charge", {**charge, "id": 1, "type": "T", "invoice_id": 1, "billing_rule_id": 1}),
        ("charge", {**charge, "id": 2, "type": "O", "invoice_id": 2}),
        ("time_entry", {**held["suiteprojects__time_entry"][0], "charge_id": 1}),
    ]
    both.step([(f"suiteprojects__{name}", row, False) for name, row in rows], START)
    credited = "SELECT is_for_time, cohort_month FROM fct_charge WHERE charge_id = 2"
    assert both.work.execute(credited).fetchall() == [(True, 202602)]

    moved = {**invoice, "id": 1, "date": date(2026, 1, 20)}
    both.step([("suiteprojects__invoice", moved, False)], START)
    assert both.work.execute(credited).fetchall() == [(True, 202601)]

    both.step([_first(held, "suiteprojects__time_entry", charge_id=None)], START)
    both.step([_first(held, "suiteprojects__billing_rule", cap=Decimal(1))], START)
    assert both.work.execute(credited).fetchall() == [(False, 202601)]
    both.assert_equal_to_new()


@settings(max_examples=2, phases=_phases, suppress_health_check=_checks)
@given(data=st.data())
def test_what_is_renewed_in_part_equals_what_is_made_anew(data, held, kept):
    _anything(data, held, kept, steps=3)


@pytest.mark.all
@settings(max_examples=300, phases=_phases, suppress_health_check=_checks)
@given(data=st.data())
def test_what_is_renewed_in_part_equals_what_is_made_anew_at_length(data, held, kept):
    _anything(data, held, kept, steps=4)


@pytest.mark.all
@pytest.mark.parametrize("key", READ)
@settings(max_examples=12, phases=_phases, suppress_health_check=_checks)
@given(data=st.data())
def test_a_change_of_one_entity_reaches_all_it_should(key, data, held, kept):
    entity = ENTITIES[key]
    both = kept.copy()
    row = data.draw(_row(entity, _ids(entity, held[key])))
    both.step([(key, row, data.draw(st.booleans()))], START)
    both.assert_equal_to_new()
    both.work.close()
