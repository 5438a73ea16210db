"""A personal token: shown once, never more than its person, dead when it should be, and in no log."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import create_engine, select, text

from dashboard.app import create_app
from dashboard.auth import people as known
from dashboard.auth.permissions import Permission
from dashboard.auth.tokens import MOST_DAYS, Caller, Refusal, Tokens
from models.access import Role
from models.database import upgrade
from models.errors import QuestionError
from models.metrics import members
from models.tables.access import ops_access_token, ops_person
from models.tables.conformed import SNAPSHOT, dim_person
from models.tables.operations import ops_audit
from tests.unit.dashboard.conftest import FakeSnapshots, Program
from tests.unit.dashboard.firm import NOW

ADDRESS = "192.0.2.7"


class Clock:
    """A clock that a test sets."""

    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def time() -> Clock:
    return Clock()


@pytest.fixture
def tokens(record, settings, time) -> Tokens:
    return Tokens(record, settings, time)


@pytest.fixture
def cfo(people, record):
    """Clara, who has just signed in."""
    return signed_in_again(record, people[Role.CFO], NOW)


def signed_in_again(record, person, at, role=...):
    told = person.role if role is ... else role
    known.met(record, at, subject=person.subject, name=person.name, email=person.email, role=told)
    return person


def trail(record) -> list[tuple[str, dict]]:
    with record.connect() as connection:
        rows = connection.execute(select(ops_audit).order_by(ops_audit.c.audit_id))
        return [(row.action, row.detail) for row in rows]


class TestAToken:
    def test_lets_its_person_in(self, tokens, cfo):
        value = tokens.create(cfo, "Month-end workbook")

        admitted = tokens.admit(value, ADDRESS)

        assert isinstance(admitted, Caller)
        assert (admitted.person.email, admitted.person.role) == (cfo.email, Role.CFO)

    def test_is_random_and_recognisable(self, tokens, cfo):
        values = {tokens.create(cfo, "a") for _ in range(3)}

        assert len(values) == 3
        assert all(re.fullmatch(r"ov_[A-Za-z0-9_-]{43}", value) for value in values)

    def test_is_kept_nowhere_but_as_a_hash(self, tokens, cfo, record):
        value = tokens.create(cfo, "a")
        tokens.admit(value, ADDRESS)

        with record.connect() as connection:
            names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
            kept = [str(connection.execute(text(f"SELECT * FROM {name}")).all()) for name in names]
        assert not [rows for rows in kept if value in rows or value[10:] in rows]
        assert any(value[:8] in rows for rows in kept)  # the hint, to know it by

    @pytest.mark.parametrize(
        "value", ["", "ov_", "ov_invented", "invented", "ov_' OR 1=1 --", "ov_" + "é" * 43]
    )
    def test_that_was_invented_opens_nothing(self, tokens, cfo, value):
        tokens.create(cfo, "a")

        assert tokens.admit(value, ADDRESS) is Refusal.UNKNOWN

    def test_expires(self, tokens, cfo, time, record):
        value = tokens.create(cfo, "a", days=90)

        time.now = NOW + timedelta(days=90) - timedelta(seconds=1)
        signed_in_again(record, cfo, time.now)
        assert isinstance(tokens.admit(value, ADDRESS), Caller)
        time.now = NOW + timedelta(days=90)
        assert tokens.admit(value, ADDRESS) is Refusal.EXPIRED

    @pytest.mark.parametrize("days", [0, -1, MOST_DAYS + 1])
    def test_lives_a_year_at_most(self, tokens, cfo, days):
        with pytest.raises(QuestionError, match="1 to 365 days; none was made"):
            tokens.create(cfo, "a", days=days)

        assert tokens.of(cfo) == []

    @pytest.mark.parametrize("name", ["", "  ", "x" * 101])
    def test_has_a_name(self, tokens, cfo, name):
        with pytest.raises(QuestionError, match="needs a name"):
            tokens.create(cfo, name)

    def test_is_one_of_twenty_at_most(self, tokens, cfo):
        for _ in range(20):
            tokens.create(cfo, "a")
        with pytest.raises(QuestionError, match="20 tokens already"):
            tokens.create(cfo, "a")

        tokens.revoke(tokens.of(cfo)[0].token_id, cfo)

        assert tokens.create(cfo, "a")

    def test_shows_when_it_was_used_last_and_from_how_many_addresses(self, tokens, cfo, time):
        value = tokens.create(cfo, "a")
        assert tokens.of(cfo)[0].used_at is None

        for minutes, address in ((5, ADDRESS), (6, "192.0.2.8"), (7, ADDRESS)):
            time.now = NOW + timedelta(minutes=minutes)
            tokens.admit(value, address)

        (shown,) = tokens.of(cfo)
        assert (shown.used_at, shown.addresses) == (NOW + timedelta(minutes=7), 2)


class TestRevoking:
    def test_ends_a_token_at_once(self, tokens, cfo):
        value = tokens.create(cfo, "a")

        assert tokens.revoke(tokens.of(cfo)[0].token_id, cfo)

        assert tokens.admit(value, ADDRESS) is Refusal.REVOKED
        assert not tokens.revoke(tokens.of(cfo)[0].token_id, cfo)

    def test_is_not_for_others(self, tokens, cfo, people):
        value = tokens.create(cfo, "a")
        (made,) = tokens.of(cfo)

        assert not tokens.revoke(made.token_id, people[Role.PRACTICE_LEAD])

        assert tokens.of(people[Role.PRACTICE_LEAD]) == []
        assert isinstance(tokens.admit(value, ADDRESS), Caller)

    def test_is_for_administrators_who_see_all(self, tokens, cfo, people):
        value = tokens.create(cfo, "a")
        (made,) = tokens.all()

        assert made.owner == "Clara Finch"
        assert tokens.revoke(made.token_id, people[Role.ADMINISTRATOR])

        assert tokens.admit(value, ADDRESS) is Refusal.REVOKED


class TestThePerson:
    def test_s_rights_at_the_moment_of_the_request_are_the_token_s(self, tokens, cfo, record):
        value = tokens.create(cfo, "a")

        signed_in_again(record, cfo, NOW, role=Role.PROJECT_MANAGER)

        assert tokens.admit(value, ADDRESS).person.role is Role.PROJECT_MANAGER

    def test_whose_groups_give_no_role_any_more_has_no_token(self, tokens, cfo, record):
        value = tokens.create(cfo, "a")

        signed_in_again(record, cfo, NOW, role=None)

        assert tokens.admit(value, ADDRESS) is Refusal.NO_ACCESS
        with pytest.raises(QuestionError, match="no access"):
            tokens.create(cfo, "from a session that still lives")

    def test_who_is_disabled_has_no_token_until_enabled(self, tokens, cfo, record):
        value = tokens.create(cfo, "a")

        assert known.disable(record, NOW, cfo.subject)
        assert tokens.admit(value, ADDRESS) is Refusal.NO_ACCESS
        assert not known.met(
            record, NOW, subject=cfo.subject, name="C", email=cfo.email, role=Role.CFO
        )
        assert known.enable(record, cfo.subject)

        assert isinstance(tokens.admit(value, ADDRESS), Caller)

    def test_who_has_not_signed_in_for_long_must_once(self, tokens, cfo, record, settings, time):
        value = tokens.create(cfo, "a")

        time.now = NOW + timedelta(days=settings.api_sign_in_days)
        assert tokens.admit(value, ADDRESS) is Refusal.STALE
        signed_in_again(record, cfo, time.now)

        assert isinstance(tokens.admit(value, ADDRESS), Caller)

    def test_who_has_left_the_firm_sees_nothing(
        self, record, settings, snapshot, people, tokens, clock, monkeypatch
    ):
        lead = signed_in_again(record, people[Role.PRACTICE_LEAD], NOW)
        app = create_app(settings, record, FakeSnapshots(snapshot), clock)
        asking = Program(app, tokens.create(lead, "a"))
        assert asking.get("/kpis/recognized_revenue").status_code == 200

        monkeypatch.setattr("dashboard.api.asking.members.has_left", lambda *_: True)

        answer = asking.get("/kpis/recognized_revenue")
        assert answer.status_code == 403
        assert "no access to One View any more" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        ([], False),
        ([{}], False),
        ([{"released_on": date(2026, 11, 23)}], False),
        ([{"released_on": date(2026, 11, 22)}], True),
        ([{"is_deleted": True}], True),
        ([{"is_deleted": True}, {}], False),
    ],
)
def test_a_person_has_left_when_every_line_of_theirs_says_so(snapshot, tmp_path, lines, left):
    engine = create_engine("duckdb:///:memory:")
    SNAPSHOT.create_all(engine, tables=[dim_person])
    with engine.begin() as connection:
        for key, line in enumerate(lines):
            about = {"released_on": None, "is_deleted": False} | line
            connection.execute(
                dim_person.insert().values(person_key=key, email="clara@northmere.example", **about)
            )

    assert (
        members.has_left(replace(snapshot, engine=engine, path=tmp_path), "Clara@Northmere.example")
        is left
    )
    engine.dispose()


class TestTheTrail:
    def test_tells_of_making_new_addresses_and_revoking_but_not_of_each_use(
        self, tokens, cfo, record, people
    ):
        value = tokens.create(cfo, "Workbook", days=30)
        for address in (ADDRESS, ADDRESS, "192.0.2.8", ADDRESS):
            tokens.admit(value, address)
        number = tokens.of(cfo)[0].token_id
        tokens.revoke(number, people[Role.ADMINISTRATOR])

        assert trail(record) == [
            ("token_created", {"token": number, "name": "Workbook", "days": 30}),
            ("token_new_address", {"token": number, "address": ADDRESS}),
            ("token_new_address", {"token": number, "address": "192.0.2.8"}),
            ("token_revoked", {"token": number}),
        ]


class TestOnTheWire:
    @pytest.fixture
    def app(self, record, settings, snapshot, time):
        return create_app(settings, record, FakeSnapshots(snapshot), time)

    def refused(self, app, value, said):
        answer = Program(app, value).get("/kpis")

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == (
            'Bearer realm="One View", error="invalid_token"'
        )
        assert answer.get_json()["detail"] == said.value
        assert answer.get_json()["what_to_do"] == said.advice

    def test_unknown_expired_and_revoked_tokens_get_401(self, app, tokens, cfo, time, record):
        live, short = tokens.create(cfo, "a"), tokens.create(cfo, "b", days=1)
        self.refused(app, "ov_invented", Refusal.UNKNOWN)
        time.now = NOW + timedelta(days=1)
        self.refused(app, short, Refusal.EXPIRED)
        assert Program(app, live).get("/kpis").status_code == 200
        tokens.revoke(tokens.of(cfo)[1].token_id, cfo)
        self.refused(app, live, Refusal.REVOKED)

    @pytest.mark.parametrize("scheme", ["Basic", "Token", ""])
    def test_another_way_to_send_it_is_not_taken(self, app, tokens, cfo, scheme):
        value = tokens.create(cfo, "a")

        answer = Program(app, None).get("/kpis", headers={"Authorization": f"{scheme} {value}"})
        in_query = Program(app, None).get(f"/kpis?access_token={value}")

        assert answer.status_code == in_query.status_code == 401

    def test_no_log_ever_shows_it(self, app, tokens, cfo, caplog, capfd):
        caplog.set_level(logging.DEBUG)
        value = tokens.create(cfo, "a")
        asking = Program(app, value)
        asking.get("/kpis")
        asking.get("/kpis/profit")
        tokens.revoke(tokens.of(cfo)[0].token_id, cfo)
        refused = asking.get("/kpis")

        seen = caplog.text + "".join(capfd.readouterr()) + refused.get_data(as_text=True)
        assert "was refused: revoked" in caplog.text
        assert value not in seen
        assert value[12:] not in seen


def test_everybody_may_have_tokens_and_administrators_alone_manage_them():
    from dashboard.auth.permissions import MATRIX

    assert all(Permission.OWN_TOKENS in allowed for allowed in MATRIX.values())
    assert [role for role in Role if Permission.MANAGE_ACCESS in MATRIX[role]] == [
        Role.ADMINISTRATOR
    ]


@pytest.mark.once
def test_tokens_live_in_a_migrated_record(record_url, settings, time, people):
    from models.database import open_record

    engine = open_record(record_url)
    upgrade(engine)
    try:
        tokens = Tokens(engine, settings, time)
        value = tokens.create(people[Role.CFO], "a")
        assert isinstance(tokens.admit(value, ADDRESS), Caller)
        assert tokens.revoke(tokens.all()[0].token_id, people[Role.CFO])
        with engine.connect() as connection:
            assert connection.scalar(select(ops_person.c.role)) == "cfo"
            assert connection.scalar(select(ops_access_token.c.revoked_by)) == "cfo"
    finally:
        engine.dispose()
