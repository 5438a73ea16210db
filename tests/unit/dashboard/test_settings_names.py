"""Names of departments that are no practice and of accounts of wages are tried before they are saved."""

import pytest

from models.access import Role
from models.business.keep import decisions
from tests.unit.dashboard.setting_dialog import ask, attempt, save

pytestmark = pytest.mark.usefixtures("nothing_decided")
CORPORATE, PAYROLL = ["finance", "corporate"], ["labor", "payroll"]


@pytest.fixture
def cfo(app_of_statement, signed_in):
    return signed_in(app_of_statement, Role.CFO)


@pytest.mark.parametrize("place", [CORPORATE, PAYROLL])
def test_the_dialog_offers_to_try_them(cfo, place):
    props = ask(cfo, place=place).get_json()["response"]

    assert props["setting-try"]["hidden"] is False
    assert (
        ask(cfo, place=["labor", "source"]).get_json()["response"]["setting-try"]["hidden"] is True
    )


def test_departments_that_become_no_practice_are_named_with_what_they_cost(cfo, ran):
    tried = attempt(cfo, {"place": CORPORATE}, value="cloud*").get_data(as_text=True)

    assert "A practice → No practice: corporate overhead" in tried
    assert "Cloud Platforms" in tried
    assert "Data \\u0026 Analytics" not in tried
    assert "1 record would be taken for something else" in tried
    assert decisions(ran) == []


def test_accounts_that_become_wages_are_named_and_those_of_income_never(cfo, ran):
    tried = attempt(cfo, {"place": PAYROLL}, value="*").get_data(as_text=True)

    assert "Other cost → Wages and what comes with them" in tried
    assert "Project cost" in tried
    assert "Services revenue" not in tried
    assert decisions(ran) == []


def test_the_same_names_change_nothing_and_it_is_said(cfo):
    save(cfo, PAYROLL, value="*salar*")

    tried = attempt(cfo, {"place": PAYROLL}, value="*salar*\n*salary*").get_data(as_text=True)

    assert "No record would be taken for something else." in tried
