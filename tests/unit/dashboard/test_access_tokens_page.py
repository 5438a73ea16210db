"""The page Access tokens: one's own for everybody, all of them for administrators, shown once."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from dashboard.api.description import braced
from dashboard.api.endpoint import endpoints
from dashboard.api.problems import KINDS
from dashboard.app import create_app
from dashboard.auth.people import met
from dashboard.auth.session import COOKIE, Sessions
from dashboard.auth.tokens import Tokens
from models.access import Role
from models.tables.access import ops_person
from models.tables.operations import ops_audit
from tests.unit.dashboard.conftest import Browser, FakeSnapshots, Program
from tests.unit.dashboard.firm import NOW

LISTS = "token-lists.children"


@pytest.fixture
def app(settings, record, snapshot, clock):
    """The app on a record of its own."""
    return create_app(settings, record, FakeSnapshots(snapshot), clock)


@pytest.fixture
def tokens(record, settings, clock):
    return Tokens(record, settings, clock)


@pytest.fixture
def browser(app, record, settings, clock, people):
    """Make a browser of somebody who has signed in: browser(role)."""

    def make(role: Role) -> Browser:
        who = people[role]
        met(record, NOW, subject=who.subject, name=who.name, email=who.email, role=role)
        client = app.server.test_client()
        value = Sessions(record, settings, clock).open(who)
        client.set_cookie(COOKIE, value, domain="127.0.0.1")
        return Browser(client)

    return make


def make(asking: Browser, name: str, days: str = "90"):
    """Click on 'Make a token'."""
    return asking.call(
        f"..new-token.children...{LISTS}...token-name.value..",
        [{"id": "make-token", "property": "n_clicks", "value": 1}],
        [
            {"id": "token-name", "property": "value", "value": name},
            {"id": "token-days", "property": "value", "value": days},
        ],
        ["make-token.n_clicks"],
    )


def click(app, asking: Browser, kind: str, part: str, value):
    """Click on one of the buttons of a list."""
    output = next(
        key
        for key, bound in app.callback_map.items()
        if key.startswith(LISTS) and kind in str(bound["inputs"])
    )
    button = {part: value, "type": kind}
    identity = re.sub(r"\s", "", str(button).replace("'", '"'))
    return asking.call(
        output,
        [[{"id": button, "property": "n_clicks", "value": 1}]],
        [],
        [f"{identity}.n_clicks"],
    )


def shown(answer) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("role", Role)
def test_everybody_makes_a_token_that_is_shown_once_and_works(app, browser, role):
    asking = browser(role)

    text = shown(make(asking, "Month-end workbook"))

    (value,) = re.findall(r"ov_[A-Za-z0-9_-]{43}", text)
    listed = shown(asking.section("/access-tokens", "tokens"))
    assert "Month-end workbook" in listed
    assert value not in listed
    assert Program(app, value).get("/openapi.json").status_code == 200


@pytest.mark.parametrize(
    ("name", "days", "said"),
    [("", "90", "needs a name"), (None, "90", "needs a name"), ("a", "400", "1 to 365 days")],
)
def test_what_a_token_cannot_be_is_told_and_none_is_made(browser, tokens, name, days, said):
    text = shown(make(browser(Role.CFO), name, days))

    assert said in text
    assert "ov_" not in text
    assert tokens.all() == []


def test_one_sees_and_revokes_one_s_own_only(app, browser, tokens, people):
    tokens.create(people[Role.CFO], "The chief's")
    asking = browser(Role.PROJECT_MANAGER)
    tokens.create(people[Role.PROJECT_MANAGER], "My own")
    mine, chief = tokens.all()

    listed = shown(asking.section("/access-tokens", "tokens"))
    for token in (chief, mine):
        shown(click(app, asking, "revoke-token", "token", token.token_id))

    assert "My own" in listed
    assert "The chief" not in listed
    assert "Who may come in" not in listed
    assert {one.name: one.revoked_at is None for one in tokens.all()} == {
        "My own": False,
        "The chief's": True,
    }


def test_an_administrator_sees_all_and_revokes_any(app, browser, tokens, people):
    value = tokens.create(people[Role.CFO], "The chief's")
    asking = browser(Role.ADMINISTRATOR)

    listed = shown(asking.section("/access-tokens", "tokens"))
    shown(click(app, asking, "revoke-token", "token", tokens.all()[0].token_id))

    assert "The chief" in listed
    assert "Clara Finch" in listed
    assert value not in listed
    assert Program(app, value).get("/kpis").status_code == 401


def test_an_administrator_switches_a_person_off_and_on_again(app, browser, tokens, people, record):
    chief = browser(Role.CFO)
    value = tokens.create(people[Role.CFO], "The chief's")
    asking = browser(Role.ADMINISTRATOR)

    shown(click(app, asking, "person-access", "subject", "cfo"))
    assert chief.get("/definitions").status_code == 302  # the session has ended
    assert Program(app, value).get("/kpis").status_code == 401
    shown(click(app, asking, "person-access", "subject", "cfo"))
    assert Program(app, value).get("/kpis").status_code == 200

    with record.connect() as connection:
        said = connection.scalars(select(ops_audit.c.action).order_by(ops_audit.c.audit_id)).all()
    assert [one for one in said if one.startswith("person_")] == [
        "person_disabled",
        "person_enabled",
    ]


@pytest.mark.parametrize(
    ("role", "subject", "status"),
    [
        (Role.CFO, "admin", 403),
        (Role.ADMINISTRATOR, "admin", 403),
        (Role.ADMINISTRATOR, "nobody", 404),
    ],
)
def test_nobody_else_keeps_people_out_and_nobody_themselves(
    app, browser, record, role, subject, status
):
    browser(Role.ADMINISTRATOR)

    answer = click(app, browser(role), "person-access", "subject", subject)

    assert answer.status_code == status
    with record.connect() as connection:
        assert set(connection.scalars(select(ops_person.c.disabled_at))) == {None}


def test_the_reference_names_every_address_and_every_problem(browser):
    answer = browser(Role.PRACTICE_LEAD).section("/api-reference", "reference")

    text = json.dumps(answer.get_json())
    for endpoint in endpoints().values():
        assert f">GET /api/v1{braced(endpoint.path)}</code>" in text
    numbers, why = "/kpis/{key}<", "/kpis/{key}/changes<"
    assert (
        text.index("/kpis<") < text.index(numbers) < text.index(why) < text.index("openapi.json<")
    )
    for kind in KINDS:
        assert f'"id": "{kind.key}"' in text
