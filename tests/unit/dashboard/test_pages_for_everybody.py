"""Every page for every role on a full, an empty and a partial warehouse: what may be seen shows, the rest is refused."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from dashboard.app import create_app
from dashboard.auth.permissions import MATRIX
from dashboard.auth.person import Person
from dashboard.components.shell import navigation
from dashboard.page import pages
from models.access import Role
from models.period import Month
from models.tables.finance import fct_gl
from tests.small import empty_snapshot
from tests.unit.dashboard import firm
from tests.unit.dashboard.conftest import FakeSnapshots
from tests.unit.dashboard.test_pages import ADDRESSES

WAREHOUSES = ("full", "empty", "partial")
CASES = list(product(sorted(ADDRESSES), Role, WAREHOUSES))
# each page with each role, each role and each page with each warehouse
PAIRS = [
    (page, role, WAREHOUSES[(at + place) % len(WAREHOUSES)])
    for at, page in enumerate(sorted(ADDRESSES))
    for place, role in enumerate(Role)
]
MARKED = [
    pytest.param(*case, marks=() if case in PAIRS else (pytest.mark.all,), id="-".join(case))
    for case in CASES
]


@pytest.fixture(scope="module")
def partial_app(settings, ran, clock, tmp_path_factory):
    """The app where one system has been read, not long back, and the other has not answered for a day."""
    path = tmp_path_factory.mktemp("partial") / "snapshot.duckdb"
    empty_snapshot(path)
    firm._dimensions(str(path))
    month = Month.of(firm.TODAY).plus(-1)
    firm.fill(
        str(path),
        fct_gl,
        [
            {
                "project_key": firm.MINE,
                "department_key": 10,
                "customer_key": 30,
                "subsidiary_key": 1,
                "day": month.key * 100 + 15,
                "month": month.key,
                "currency": "GBP",
                "transaction_id": 1,
                "line_id": 1,
                "type": "Journal",
                "account_key": 60,
                "account_type": "Income",
                "project_kind": "client",
                "stream": "services_tm",
                "amount": -1000,
                "amount_base": -1000,
            }
        ],
    )
    snapshot = firm.snapshot_at(path)
    sources = {
        "netsuite": replace(
            snapshot.sources["netsuite"],
            complete_from=month,
            as_of=firm.NOW - timedelta(days=1),
        ),
        "suiteprojects": replace(snapshot.sources["suiteprojects"], as_of=None),
    }
    return create_app(settings, ran, FakeSnapshots(replace(snapshot, sources=sources)), clock)


@pytest.fixture
def apps(app, empty_app, partial_app):
    return dict(zip(WAREHOUSES, (app, empty_app, partial_app), strict=True))


@pytest.mark.parametrize(("key", "role", "warehouse"), MARKED)
def test_shows_what_a_person_may_see_and_refuses_the_rest(apps, signed_in, key, role, warehouse):
    page, (path, search) = pages()[key], ADDRESSES[key]
    browser = signed_in(apps[warehouse], role)
    allowed = page.permission in MATRIX[role]

    for section in page.sections:
        answer = browser.section(path, section.name, search)
        text = answer.get_data(as_text=True)
        if not allowed or (section.permission and section.permission not in MATRIX[role]):
            assert answer.status_code == 403, section.name
            assert '"children"' not in text, section.name
        elif key == "project" and answer.status_code != 200:
            assert answer.status_code == (404 if warehouse == "empty" else 403)
        else:
            assert answer.status_code == 200, section.name
            assert '"children"' in text, section.name
            assert "could not be shown" not in text, section.name


def test_a_part_a_person_may_not_see_is_not_even_announced(app, signed_in):
    shown = {
        role: signed_in(app, role).layout(ADDRESSES["project"][0]).get_data(as_text=True)
        for role in (Role.CFO, Role.PROJECT_MANAGER)
    }

    assert "section-people" in shown[Role.CFO]
    assert "section-people" not in shown[Role.PROJECT_MANAGER]
    assert "section-outlook" in shown[Role.PROJECT_MANAGER]


def test_what_no_project_tells_is_no_page_of_those_who_see_projects(app, signed_in):
    offered, answers = {}, {}
    for role in (Role.PRACTICE_LEAD, Role.PROJECT_MANAGER):
        person = Person(subject="p", name="P P", email="p@example.com", role=role)
        offered[role] = {link.href for link in navigation(person, "/")}
        answers[role] = signed_in(app, role).section("/utilization", "tiles").status_code

    assert offered[Role.PRACTICE_LEAD] - offered[Role.PROJECT_MANAGER] == {
        "/utilization",
        "/profit-and-loss",
    }
    assert answers == {Role.PRACTICE_LEAD: 200, Role.PROJECT_MANAGER: 403}


def test_a_late_source_is_told_on_each_tile_it_feeds(partial_app, signed_in):
    shown = signed_in(partial_app, Role.CFO).section("/revenue", "tiles").get_data(as_text=True)

    assert "NetSuite's data is from 24 h ago" in shown


@pytest.mark.parametrize(
    ("path", "title"),
    [("/", "One View"), ("/cash", "Cash"), ("/definitions/backlog", "Definitions")],
)
def test_the_row_of_pages_tells_where_the_reader_is(path, title):
    person = Person(subject="p", name="P P", email="p@example.com", role=Role.CFO)
    links = navigation(person, path)

    assert [link.children for link in links if link.className.endswith(" current")] == [title]
