"""The reconciliation controls on the page Trust: how they stand, since when, who looks after them, what is apart."""

from decimal import Decimal

import pytest
from sqlalchemy import delete, select

from dashboard.app import create_app
from dashboard.auth.people import met
from models.access import Role
from models.control_owners import owners
from models.tables.access import ops_person
from models.tables.controls import fct_control
from models.tables.dated import fct_break_dated, meta_observation
from models.tables.operations import ops_audit
from tests.unit.dashboard import firm
from tests.unit.dashboard.conftest import FakeSnapshots

MONTH, D = 202610, Decimal
NOBODY = {"subsidiary_key": 1, "department_key": -1, "customer_key": -1, "project_key": -1}
MINE = {**NOBODY, "project_key": firm.MINE, "department_key": 10}
THEIRS = {**NOBODY, "project_key": firm.OTHERS, "department_key": 12}


def check(control, amount, against, holds=False, apart=0, **more):
    return {
        "control": control, "month": MONTH, "amount": D(amount), "holds": holds, "name": None,
        "against": None if against is None else D(against), "weight_base": D(1000),
        "unexplained_base": D(apart), "currency": None, **NOBODY, **more,
    }  # fmt: skip


CHECKS = [
    check("RC-01", 600, 500, apart=110, name="INV-7", currency="EUR", **MINE),
    check("RC-02", 900, 400, apart=500, **THEIRS),
    check("RC-11", 40, 38, **MINE),
    check("RC-07", 5, 5, holds=True),
]


def failing(control, day, **more):
    keys = ("control", "month", "subsidiary_key", "customer_key", "project_key", "name")
    row = {**next(one for one in CHECKS if one["control"] == control), **more}
    return {**{key: row[key] for key in keys}, "from_day": day, "to_day": more.get("to_day")}


@pytest.fixture(scope="module")
def record(ran):
    """The record that the browsers of the tests are signed in to, and who may come in."""
    for subject, name, role in (
        ("cfo", "Clara Finch", Role.CFO), ("lead", "Tom Okafor", Role.PRACTICE_LEAD),
        ("gone", "Ines Roth", None),
    ):  # fmt: skip
        met(ran, firm.NOW, subject=subject, name=name, email="", role=role)
    yield ran
    with ran.begin() as connection:
        connection.execute(delete(ops_person).where(ops_person.c.subject == "gone"))


@pytest.fixture(scope="module")
def app(settings, record, snapshot, clock, tmp_path_factory):
    path = firm.altered(snapshot, tmp_path_factory.mktemp("checks"), "DELETE FROM fct_control")
    firm.fill(str(path), fct_control, CHECKS)
    dated = [
        failing("RC-01", 20261002, to_day=20261020),  # it held for a while
        failing("RC-01", 20261028),
        failing("RC-02", 20260901),
    ]
    firm.fill(str(path), fct_break_dated, dated)
    firm.fill(str(path), meta_observation, [{"observation": "breaks", "first_day": 20260901}])
    return create_app(settings, record, FakeSnapshots(firm.snapshot_at(path)), clock)


@pytest.fixture
def shown(app, signed_in):
    def show(role, section, query="?period=2026-10"):
        return signed_in(app, role).section("/trust", section, query).get_data(as_text=True)

    return show


def test_a_control_says_how_it_stands_and_since_when_it_fails(shown):
    told = shown(Role.CFO, "reconciliation")

    assert "1 of 4 controls hold" in told
    assert "28 Oct 2026" in told  # failing again since; what was before is over
    assert "1 Sep 2026 or earlier" in told  # on the first day that was written down
    assert "£500" in told


def test_a_control_that_was_not_run_says_what_it_needs(shown):
    assert "needs expense reports in both systems" in shown(Role.CFO, "reconciliation")


def test_what_does_not_hold_stands_side_by_side_with_its_rows(shown):
    told = shown(Role.CFO, "differences")

    for words in ("INV-7", "600.00", "500.00", "€100.00", "40.0", "38.0"):
        assert words in told, words
    assert "recognized_revenue?side=psa" in told
    assert f"project={firm.OTHERS}" in told
    assert "rows-find=INV-7" in told


def test_who_sees_some_projects_sees_their_checks_alone(shown):
    told = shown(Role.PROJECT_MANAGER, "differences")

    assert "INV-7" in told
    assert "Secret migration" not in told
    assert "0 of 2 controls hold" in shown(Role.PROJECT_MANAGER, "reconciliation")


def test_a_period_without_breaks_says_so(shown):
    told = shown(Role.CFO, "differences", "?period=2025-01")

    assert "Every check of this period holds" in told


def choose(browser, control, subject):
    chosen = {"control": control, "type": "control-owner"}
    return browser.call(
        '{"of":"owners","type":"said"}.children',
        [[{"id": chosen, "property": "value", "value": subject}]],
        [],
        [f'{{"control":"{control}","type":"control-owner"}}.value'],
    )


def test_who_may_makes_somebody_the_owner_and_the_trail_keeps_it(app, signed_in, shown, record):
    browser = signed_in(app, Role.CFO)

    said = choose(browser, "RC-02", "lead").get_data(as_text=True)

    assert "Tom Okafor looks after RC-02 from now on." in said
    assert owners(record) == {"RC-02": "lead"}
    with record.connect() as connection:
        (kept,) = connection.execute(
            select(ops_audit).where(ops_audit.c.action == "control_owner")
        ).all()
    assert (kept.subject, kept.detail) == (
        "cfo", {"control": "RC-02", "owner": "lead", "before": None},
    )  # fmt: skip
    assert "Tom Okafor" in shown(Role.PRACTICE_LEAD, "reconciliation")
    assert "Nobody looks after RC-02" in choose(browser, "RC-02", None).get_data(as_text=True)
    assert owners(record) == {}


@pytest.mark.parametrize("role", [Role.PRACTICE_LEAD, Role.PROJECT_MANAGER])
def test_others_may_not_choose_an_owner(app, signed_in, record, role):
    assert choose(signed_in(app, role), "RC-02", "lead").status_code == 403
    assert owners(record) == {}


@pytest.mark.parametrize(("control", "subject"), [("RC-02", "gone"), ("RC-99", "lead")])
def test_nobody_who_may_not_come_in_and_no_unknown_control_has_an_owner(
    app, signed_in, record, control, subject
):
    said = choose(signed_in(app, Role.CFO), control, subject).get_data(as_text=True)

    assert "Nothing was changed." in said
    assert owners(record) == {}
