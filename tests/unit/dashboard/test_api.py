"""The API for programs: it answers as it is described, only reads, and says plainly what was asked wrongly."""

from __future__ import annotations

import json

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from dashboard.api.description import braced
from dashboard.api.endpoint import endpoints
from dashboard.api.problems import KINDS
from dashboard.auth.tokens import Tokens
from models.access import Role
from tests.unit.dashboard.api import CALLS, DOCUMENT, check, problem
from tests.unit.dashboard.conftest import PUBLIC_URL, Program


class TestTheDescription:
    def test_is_openapi_3_1(self):
        OpenAPIV31SpecValidator(DOCUMENT).validate()

    def test_names_every_address_that_the_server_knows_and_no_other(self, app):
        known = {
            braced(rule.rule.removeprefix("/api/v1"))
            for rule in app.server.url_map.iter_rules()
            if rule.rule.startswith("/api/v1") and "_rest" not in (rule.defaults or rule.arguments)
        }

        assert known - {"/"} == set(DOCUMENT["paths"])

    def test_is_had_with_a_token(self, app, program):
        answer = program(app, Role.ADMINISTRATOR).get("/openapi.json")

        assert answer.get_json() == json.loads(json.dumps(DOCUMENT))

    def test_every_endpoint_is_called_here(self):
        assert set(CALLS) == set(endpoints())


@pytest.mark.parametrize("key", CALLS)
class TestEveryEndpoint:
    def test_answers_as_its_schema_says(self, app, program, key):
        answer = program(app, Role.CFO).get(CALLS[key])

        assert answer.status_code == 200, answer.get_data(as_text=True)
        assert answer.content_type == "application/json"
        check(endpoints()[key].schema, answer.get_json())

    def test_is_not_sent_again_while_nothing_changed(self, app, program, key):
        asking = program(app, Role.CFO)
        first = asking.get(CALLS[key])
        mark = first.headers["ETag"]

        again = asking.get(CALLS[key], headers={"If-None-Match": f'"other", {mark}'})
        other = asking.get(CALLS[key], headers={"If-None-Match": 'W/"other"'})

        assert mark.startswith('W/"')
        assert (again.status_code, again.get_data()) == (304, b"")
        assert again.headers["ETag"] == mark
        assert other.get_json() == first.get_json()
        assert first.headers["Cache-Control"] == "private, no-cache"
        assert "Authorization" in first.headers["Vary"]

    def test_opens_to_no_session(self, app, signed_in, key):
        browser = signed_in(app, Role.CFO)

        answer = browser.get(f"/api/v1{CALLS[key]}")

        assert problem(answer, 401)["type"].endswith("#token-missing")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="One View"'

    def test_sets_no_cookie(self, app, program, key):
        assert "Set-Cookie" not in program(app, Role.CFO).get(CALLS[key]).headers

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_only_reads(self, app, program, key, method):
        answer = program(app, Role.CFO).get(CALLS[key], method=method)

        assert problem(answer, 405)["what_to_do"] == "Ask with GET."
        assert "GET" in answer.headers["Allow"]

    def test_refuses_what_it_does_not_know(self, app, program, key):
        glue = "&" if "?" in CALLS[key] else "?"
        answer = program(app, Role.CFO).get(f"{CALLS[key]}{glue}colour=red")

        assert "no parameter 'colour'" in problem(answer, 400)["detail"]

    def test_waits_for_the_first_sync_if_it_shows_data(self, waiting_app, program, key):
        answer = program(waiting_app, Role.CFO).get(CALLS[key])

        if key in {"list_kpis", "list_dimensions", "get_description"}:
            assert answer.status_code == 200
        else:
            problem(answer, 503)


class TestAWrongQuestion:
    @pytest.mark.parametrize(
        ("path", "status", "said"),
        [
            ("/kpis/profit", 404, "There is no KPI 'profit'. There are: "),
            ("/nowhere", 404, "no address /api/v1/nowhere"),
            ("/", 404, "no address /api/v1/"),
            ("/kpis/backlog?period=March", 400, "'March' is not a period."),
            ("/kpis/backlog?by=colour", 400, "by 'colour'. It has: subsidiary"),
            ("/kpis/backlog?where=project", 400, "Write where=dimension=member."),
            ("/kpis/backlog?period=2026&period=2025", 400, "once only"),
            ("/kpis/backlog/rows?side=left", 400, "'left' is not a side. Write one of: erp, psa."),
            ("/kpis/backlog?compare=yes", 400, "Write one of: true, false."),
            ("/kpis/backlog?since=7&as=closed", 400, "as=closed instead"),
            ("/kpis/backlog?currency=EUR", 400, "Write one of: consolidated, subsidiary, "),
            ("/kpis/backlog/rows?line_currency=EUR", 400, "chooses among the currencies"),
            ("/kpis/backlog/rows?limit=0", 400, "Write a number from 1 to 1000."),
            ("/kpis/backlog/rows?limit=1001", 400, "Write a number from 1 to 1000."),
            ("/kpis/backlog/rows?offset=-1", 400, "'-1' is not a offset."),
            ("/kpis/backlog/rows?order=colour", 400, "no column 'colour' to order by"),
        ],
    )
    def test_is_told_with_what_happened_and_what_to_do(self, app, program, path, status, said):
        assert said in problem(program(app, Role.CFO).get(path), status)["detail"]

    def test_leads_to_where_its_kind_is_explained(self, app, program):
        found = problem(program(app, Role.CFO).get("/kpis/profit"), 404)

        assert found["type"] == f"{PUBLIC_URL}/api-reference#unknown"
        assert len({kind.key for kind in KINDS}) == len(KINDS)

    def test_that_we_did_not_foresee_is_a_problem_too_and_tells_nothing(
        self, app, program, monkeypatch
    ):
        asking = program(app, Role.CFO)
        monkeypatch.setitem(app.server.config, "PROPAGATE_EXCEPTIONS", False)
        monkeypatch.setattr("dashboard.api.kpis.contract.described", lambda _: 1 / 0)

        found = problem(asking.get("/kpis"), 500)

        assert "division" not in json.dumps(found)


class TestHowOften:
    def test_a_token_may_ask_so_often_then_must_wait_and_no_other_with_it(
        self, app, program, settings, ran, clock, people
    ):
        asking = program(app, Role.CFO)
        other = Program(app, Tokens(ran, settings, clock).create(people[Role.CFO], "another"))
        for _ in range(settings.api_requests_per_minute):
            assert asking.get("/nowhere").status_code == 404

        refused = asking.get("/kpis")

        problem(refused, 429)
        assert int(refused.headers["Retry-After"]) >= 1
        assert other.get("/kpis").status_code == 200
