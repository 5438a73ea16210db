"""What an hour is listed at, what was agreed for it, and where neither can be told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

D = Decimal
ENTRY = {
    "id": 1, "user_id": 11, "project_id": 101, "project_task_id": 1001, "date": date(2026, 1, 7),
    "hours": D(2), "job_code_id": 3,
}  # fmt: skip
LIST, AGREED = 7, 8


def item(id_, card, rate, **values):
    return {
        "id": id_, "rate_card_id": card, "job_code_id": 3, "rate": D(rate), "currency": "CHF", **values,
    }  # fmt: skip


RULE = {"id": 1, "type": "T", "project_id": 101, "rate_from": "R", "rate_card_id": AGREED}


@pytest.fixture
def row(facts, firm_rows):
    def make(*items, rules=(RULE,), entry=(), user=(), card=LIST):
        (projects, users) = (firm_rows[f"suiteprojects__{name}"] for name in ("project", "user"))
        return facts(
            {
                "suiteprojects__time_entry": [{**ENTRY, **dict(entry)}],
                "suiteprojects__rate_card_item": list(items),
                "suiteprojects__billing_rule": list(rules),
            },
            replace={
                "suiteprojects__project": [{**projects[0], "rate_card_id": card}, *projects[1:]],
                "suiteprojects__user": [{**users[0], **dict(user)}],
            },
        ).row("fct_time")

    return make


def listed(found):
    return found["list_value"], found["list_value_currency"], found["list_value_base"]


def agreed(found):
    return found["agreed_value"], found["agreed_value_currency"], found["agreed_value_base"]


def test_an_hour_is_listed_on_the_projects_card_and_agreed_on_the_rules(row):
    found = row(item(1, LIST, 100), item(2, AGREED, 80))

    assert listed(found) == (200, "CHF", D("198"))  # x 0.9 into the books, x 1.1 on average
    assert agreed(found) == (160, "CHF", D("158.4"))
    assert (found["list_value_subsidiary"], found["agreed_value_subsidiary"]) == (180, 144)
    assert found["value_subsidiary_currency"] == "EUR"


def test_the_rate_is_that_of_the_day(row):
    items = [
        item(1, LIST, 90, end_date=date(2025, 12, 31)),
        item(2, LIST, 100, start_date=date(2026, 1, 1)),
        item(3, LIST, 110, start_date=date(2026, 2, 1)),
    ]

    assert row(*items)["list_value"] == 200


def test_a_range_that_is_over_has_no_rate(row):
    assert listed(row(item(1, LIST, 90, end_date=date(2025, 12, 31)))) == (None, None, None)


def test_the_rate_is_that_of_the_role_the_hour_was_worked_in(row):
    found = row(item(1, LIST, 100), item(2, LIST, 300, job_code_id=4), entry={"job_code_id": 4})

    assert found["list_value"] == 600


def test_without_a_card_an_hour_is_listed_at_the_persons_own_rate(row):
    found = row(user={"rate": D(70), "currency": "EUR"}, card=None)

    assert listed(found) == (140, "EUR", 154)


def test_where_no_rate_can_be_found_there_is_no_value(row):
    found = row(card=None, rules=())

    assert listed(found) == agreed(found) == (None, None, None)


def test_a_project_whose_time_is_not_billed_by_the_hour_agreed_nothing(row):
    found = row(item(1, LIST, 100), item(2, AGREED, 80), rules=[{**RULE, "type": "F"}])

    assert agreed(found) == (None, None, None)


def test_a_rule_that_is_switched_off_counts_where_no_other_does(row):
    off = {**RULE, "id": 2, "is_active": False, "rate_card_id": 9}
    items = (item(1, AGREED, 80), item(2, 9, 70))

    assert row(*items, rules=[off, RULE])["agreed_value"] == 160
    assert row(*items, rules=[off])["agreed_value"] == 140


def test_a_rule_may_ask_for_the_persons_rate_and_multiply_it(row):
    rule = {**RULE, "rate_from": "U", "rate_card_id": None, "rate_multiplier": "1.5"}
    found = row(rules=[rule], user={"rate": D(70), "currency": "EUR"})

    assert agreed(found)[:2] == (210, "EUR")


def test_of_several_rules_the_first_that_holds_on_the_day_counts(row):
    over = {**RULE, "id": 5, "position": 0, "rate_card_id": 9, "end_date": date(2025, 12, 31)}
    later = {**RULE, "id": 6, "position": 2, "rate_card_id": 9}
    rules = [over, {**RULE, "position": 1}, later]

    assert row(item(1, AGREED, 80), item(2, 9, 999), rules=rules)["agreed_value"] == 160
