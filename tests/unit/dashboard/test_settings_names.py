"""Names of departments that are no practice and of accounts of wages are tried before they are saved."""

from shutil import copy

import pytest
from sqlalchemy import create_engine, text

from dashboard.app import create_app
from models.access import Role
from models.business.keep import decisions
from tests.unit.dashboard.conftest import FakeSnapshots
from tests.unit.dashboard.firm import snapshot_at
from tests.unit.dashboard.setting_dialog import ask, attempt, save

pytestmark = pytest.mark.usefixtures("nothing_decided")
CORPORATE, PAYROLL = ["finance", "corporate"], ["labor", "payroll"]


@pytest.fixture(scope="module")
def app(settings, ran, snapshot, clock, tmp_path_factory):
    """The app on the small firm, whose accounts are those of an income statement."""
    path = copy(snapshot.path, tmp_path_factory.mktemp("names") / "names.duckdb")
    engine = create_engine(f"duckdb:///{path}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE dim_account SET statement = 'profit_and_loss'"))
    engine.dispose()
    return create_app(settings, ran, FakeSnapshots(snapshot_at(path)), clock)


@pytest.fixture
def cfo(app, signed_in):
    return signed_in(app, Role.CFO)


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
