"""What open deals would take: which of them count, how likely they are, and on which days."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from models.business import default_business
from models.business.load import load_file
from models.business.mapping import Judge, Member
from sync.engine.given import give

D = Decimal
TODAY = date(2026, 1, 15)  # a Thursday; Ada works 8 hours, 6 on a Friday
MONDAY, FRIDAY = date(2026, 2, 2), date(2026, 2, 6)
MONDAY_AFTER, FRIDAY_AFTER = date(2026, 2, 9), date(2026, 2, 13)
OPPORTUNITY = {
    "id": 900, "type": "Opprtnty", "tranid": "OPP-900", "status": "A", "probability": "0.75",
    "trandate": date(2025, 12, 1), "expectedclosedate": date(2026, 1, 20), "entity": 601, "currency": 2,
    "foreigntotal": D(1000),
}  # fmt: skip
LINE = {
    "transaction": 900, "id": 1, "item": 41, "subsidiary": 2, "department": 12, "mainline": False,
    "entity": 601, "foreignamount": D(-1000),
}  # fmt: skip
DEAL = {"id": 1, "name": "A lake", "customer_id": 21, "status": "O", "netsuite_id": 900}
ENTRY = {
    "id": 1, "user_id": 11, "project_id": 101, "date": date(2026, 1, 5), "hours": D(8),
}  # fmt: skip


def labor(**values):
    return {
        "id": 1, "estimate_id": 5, "user_id": 11, "amount": D(38), "is_percentage": False,
        "start_date": MONDAY, "end_date": FRIDAY, **values,
    }  # fmt: skip


@pytest.fixture
def made(facts):
    def make(*lines, deals=(DEAL,), opportunity=OPPORTUNITY, estimates=(), **more):
        return facts(
            {
                "suiteprojects__time_entry": [ENTRY],  # says from when on capacity is known
                "suiteprojects__deal": list(deals),
                "suiteprojects__estimate": [{"id": 5, "deal_id": 1}, *estimates],
                "suiteprojects__estimate_phase": [{"id": 7, "estimate_id": 5, "name": "Build"}],
                "suiteprojects__estimate_labor": list(lines or (labor(),)),
                "netsuite__transaction": [opportunity],
                "netsuite__transactionline": [LINE],
                **more,
            },
            today=TODAY,
        )

    return make


def days(made_of, column="hours"):
    return {row["day"]: row[column] for row in made_of.rows("fct_deal_demand")}


def asked(made_of):
    """What counts and what is left out, each with its reason."""
    found = {}
    for row in made_of.rows("fct_deal_demand"):
        key = (row["deal_id"], row["left_out"])
        found[key] = found.get(key, 0) + (row["hours"] or 0)
    return found


def test_hours_fall_on_the_working_days_of_whom_the_estimate_names(made):
    facts = made(labor(phase_id=7))

    assert days(facts) == {20260202: 8, 20260203: 8, 20260204: 8, 20260205: 8, 20260206: 6}
    row = facts.row("fct_deal_demand", "day = 20260206")
    assert (row["deal"], row["opportunity"], row["phase"]) == ("A lake", "OPP-900", "Build")
    assert (row["likelihood"], row["probability"], row["weighted_hours"]) == (
        "opportunity",
        D("0.75"),
        D("4.5"),
    )
    assert (row["role_key"], row["department_key"], row["subsidiary_key"]) == (3, 2, 2)
    assert (row["customer_key"], row["project_key"], row["left_out"]) == (42, -1, None)


def test_a_stand_in_for_a_role_works_on_weekdays_in_the_opportunitys_practice(made):
    generic = {"id": 12, "name": "Generic consultant", "job_code_id": 3, "is_generic": True}
    facts = made(labor(user_id=12, amount=D(10)), suiteprojects__user=[generic])
    row = facts.row("fct_deal_demand", "day = 20260206")

    assert days(facts) == {20260202: 2, 20260203: 2, 20260204: 2, 20260205: 2, 20260206: 2}
    assert (row["role_key"], row["department_key"], row["subsidiary_key"]) == (3, 4, 2)


def test_who_nobody_names_is_of_no_role(made):
    row = made(labor(user_id=None)).row("fct_deal_demand", "day = 20260202")

    assert (row["role_key"], row["person_key"], row["department_key"]) == (-1, -1, 4)


def test_a_percentage_is_of_each_working_day(made):
    half = {"amount": D(50), "is_percentage": True}
    assert list(days(made(labor(**half))).values()) == [4, 4, 4, 4, 3]


def test_a_percentage_of_a_stand_in_is_of_a_full_time_day(made):
    facts = made(labor(user_id=None, amount=D(50), is_percentage=True))
    assert list(days(facts).values()) == [4] * 5


def test_days_add_up_to_the_hours_whatever_is_rounded(made):
    assert (
        sum(days(made(labor(user_id=None, amount=D(100), end_date=date(2026, 2, 10)))).values())
        == 100
    )


def several(*deals):
    """Deals without an opportunity, each with an estimate and a line of its own: what counts and what not shows all the same."""
    return {
        "deals": [
            {**DEAL, "netsuite_id": None, "id": n, **values} for n, values in enumerate(deals, 11)
        ],
        "estimates": [{"id": 100 + n, "deal_id": n} for n, _ in enumerate(deals, 11)],
    }, [labor(id=n, estimate_id=100 + n) for n, _ in enumerate(deals, 11)]


def test_only_deals_that_are_active_and_neither_closed_nor_lost_ask_for_anybody(made):
    over = (
        {"status": "C"},
        {"status": "L"},
        {"status": "Closed"},
        {"status": "lost"},
        {"is_active": False},
    )
    still = ({"status": "O"}, {"status": None}, {"status": "S"})
    given_, lines = several(*over, *still)

    assert asked(made(*lines, **given_)) == {(n, "likelihood"): 38 for n in (16, 17, 18)}


@pytest.mark.parametrize("status", ["C", "D"])
def test_a_deal_whose_opportunity_is_decided_asks_for_nobody(made, status):
    assert asked(made(opportunity={**OPPORTUNITY, "status": status})) == {}


def test_a_deal_whose_opportunity_was_ordered_asks_for_nobody(made):
    order = {"id": 901, "type": "SalesOrd", "status": "B", "trandate": TODAY, "currency": 2}
    facts = made(
        netsuite__transaction=[OPPORTUNITY, order],
        netsuite__transactionline=[LINE, {**LINE, "transaction": 901, "createdfrom": 900}],
    )

    assert asked(facts) == {}


@pytest.mark.parametrize(("day", "counts"), [(date(2026, 1, 14), True), (TODAY, False)])
def test_people_who_are_booked_on_the_opportunitys_project_are_demand_already(made, day, counts):
    booking = {
        "id": 1, "user_id": 11, "project_id": 101, "booking_type_id": 1, "start_date": day,
        "end_date": day, "hours": D(8), "approval_status": "A",
    }  # fmt: skip
    facts = made(
        opportunity={**OPPORTUNITY, "entity": 701},
        netsuite__transactionline=[{**LINE, "entity": 701}],
        suiteprojects__booking=[booking],
        suiteprojects__booking_type=[{"id": 1, "name": "Hard"}],
    )

    assert bool(asked(facts)) is counts


def test_a_deal_without_an_opportunity_is_no_demand_and_told_apart(made):
    in_flight, not_there = {"netsuite_id": -1}, {"netsuite_id": 12345}
    given_, lines = several({}, in_flight, not_there)
    facts = made(*lines, **given_)

    assert asked(facts) == {(n, "likelihood"): 38 for n in (11, 12, 13)}
    assert {row["weighted_hours"] for row in facts.rows("fct_deal_demand")} == {None}


def test_an_opportunity_that_does_not_say_how_likely_it_is_leaves_its_deal_out(made):
    assert asked(made(opportunity={**OPPORTUNITY, "probability": None})) == {(1, "likelihood"): 38}


def test_of_two_deals_with_one_opportunity_the_first_that_is_open_counts(made):
    deals = [{**DEAL, "status": "L"}, {**DEAL, "id": 2}, {**DEAL, "id": 3}]
    estimates = [{"id": 6, "deal_id": 2}, {"id": 7, "deal_id": 3}]
    lines = [labor(id=n, estimate_id=4 + n) for n in (1, 2, 3)]

    assert asked(made(*lines, deals=deals, estimates=estimates)) == {
        (2, None): 38,
        (3, "claim"): 38,
    }


def test_rules_of_the_business_say_how_likely_a_deal_is_that_no_opportunity_tells_of(
    made, tmp_path
):
    file = tmp_path / "business.toml"
    file.write_text(
        '[[deals]]\nprobability = 0.9\nnames = ["*extension*"]\n'
        '[[deals]]\nprobability = 0.8\ntypes = ["Hot"]\n'
        '[[deals]]\nprobability = 0.6\nstages = ["50-100"]\n'
        '[[deals]]\nprobability = 0.25\nstages = ["0-49"]\n'
    )
    stages = ("30", "49.9", "50.00", "101", "soon", None)
    named = ({"name": "An Extension", "stage": "30"}, {"rating": "hot "}, {"rating": "cold"})
    given_, lines = several(*({"stage": one} for one in stages), *named)
    facts = made(*lines, **given_)
    give(facts.connection, load_file(str(file)))
    found = facts.rows("fct_deal_demand", "day = 20260202")
    give(facts.connection, default_business())

    low, half, high, highest = D("0.25"), D("0.6"), D("0.8"), D("0.9")
    told = [row["probability"] for row in sorted(found, key=lambda row: row["deal_id"])]
    assert told == [low, low, half, None, None, None, highest, high, None]
    assert all((row["likelihood"] == "rule") == (row["left_out"] is None) for row in found)
    judge = Judge(load_file(str(file)), "deal")  # tried on the page Settings: says the same
    for row in found:
        deal = Member(
            key="", code=str(row["deal_stage"] or ""), name=row["deal"],
            type=(row["rating"] or "").strip(), rows=1, amount=None,
        )  # fmt: skip
        tried = judge.verdict(deal).value
        assert (D(tried) if tried else None) == row["probability"], row


@pytest.mark.parametrize(("name", "value"), [("our_one", "900"), ("our_one__c", "OPP-900")])
def test_another_custom_field_may_hold_the_opportunity_or_its_number(made, tmp_path, name, value):
    file = tmp_path / "business.toml"
    file.write_text(f'[sales]\nopportunity_field = "{name}"\n')
    custom = f'{{"our_one__c": "{value}"}}'
    facts = made(deals=[{**DEAL, "netsuite_id": None, "custom": custom}])
    give(facts.connection, load_file(str(file)))
    found = asked(facts)
    give(facts.connection, default_business())

    assert found == {(1, None): 38}


def test_of_several_estimates_the_newest_that_names_somebody_stands(made):
    estimates = [
        {"id": 6, "deal_id": 1, "created": datetime(2026, 1, 9)},  # noqa: DTZ001
        {"id": 4, "deal_id": 1, "created": datetime(2026, 1, 10)},  # noqa: DTZ001
        {"id": 8, "deal_id": 1, "created": datetime(2026, 1, 12)},  # noqa: DTZ001
    ]
    lines = [
        labor(),
        labor(id=2, estimate_id=6, amount=D(60)),
        labor(id=3, estimate_id=4, amount=D(50)),
    ]

    assert asked(made(*lines, estimates=estimates)) == {(1, None): 50}


def test_work_does_not_begin_before_the_deal_is_expected_to_close(made):
    # planned for the week of 2 February, expected to close on Tuesday 10 February
    late = {**OPPORTUNITY, "expectedclosedate": date(2026, 2, 10)}

    assert min(days(made(opportunity=late))) == 20260216, "by whole weeks, so that weeks stay weeks"


def test_what_should_have_begun_before_today_begins_now_and_phases_keep_their_order(made):
    first = labor(start_date=date(2026, 1, 5), end_date=date(2026, 1, 9))
    then = labor(id=2, start_date=date(2026, 1, 12), end_date=date(2026, 1, 16))
    stale = {**OPPORTUNITY, "expectedclosedate": date(2025, 12, 20)}
    found = days(made(first, then, opportunity=stale))

    assert (min(found), max(found)) == (20260119, 20260130)
    assert sum(found.values()) == 76


def test_a_line_without_days_is_worked_while_the_others_are(made):
    undated = labor(id=2, start_date=None, end_date=None, amount=D(76), user_id=None)
    second = labor(id=3, start_date=MONDAY_AFTER, end_date=FRIDAY_AFTER)
    facts = made(labor(), undated, second)
    found = {r["day"] for r in facts.rows("fct_deal_demand", "labor_id = 2")}

    assert (min(found), max(found), len(found)) == (20260202, 20260213, 10)


def test_an_estimate_without_days_is_told_apart_where_nothing_tells_when(made):
    turned, mistyped = (
        labor(id=2, start_date=FRIDAY, end_date=MONDAY),
        labor(id=3, end_date=date(2062, 2, 6)),
    )
    facts = made(labor(start_date=None, end_date=None), turned, mistyped)

    assert asked(facts) == {(1, "dates"): 3 * 38}
    assert set(days(facts)) == {20260115}


def test_a_percentage_without_days_is_no_number_of_hours(made):
    facts = made(labor(start_date=None, end_date=None, is_percentage=True))
    row = facts.row("fct_deal_demand")

    assert (row["left_out"], row["hours"]) == ("dates", None)


def test_an_estimate_without_days_is_worked_as_long_after_the_close_as_projects_are(made):
    begun, ends = date(2025, 3, 17), date(2025, 3, 30)
    projects = [
        {
            "id": 200 + n, "name": f"P{n}", "code": f"P{n}", "customer_id": 21, "currency": "EUR", "start_date": begun,
            "finish_date": ends, "contract_type": "Time and materials", "netsuite_id": 1200 + n,
        }
        for n in range(10)
    ]  # fmt: skip
    jobs = [{"id": 1200 + n, "entityid": f"P{n}", "customer": 601} for n in range(10)]
    orders = [
        {
            "id": 2000 + n, "type": "SalesOrd", "status": "B", "trandate": date(2025, 3, 3), "currency": 2,
            "entity": 1200 + n, "postingperiod": None,
        }
        for n in range(10)
    ]  # fmt: skip
    lines = [
        {**LINE, "transaction": 2000 + n, "entity": 1200 + n, "createdfrom": None}
        for n in range(10)
    ]
    facts = made(
        labor(start_date=None, end_date=None, user_id=None, amount=D(100)),
        suiteprojects__project=projects,
        netsuite__job=jobs,
        netsuite__transaction=[OPPORTUNITY, *orders],
        netsuite__transactionline=[LINE, *lines],
    )
    found = days(facts)

    # it closes on Tuesday 20 January; projects begin 14 days after their order and last as long
    assert (min(found), max(found), len(found)) == (20260203, 20260216, 10)
    assert sum(found.values()) == 100
