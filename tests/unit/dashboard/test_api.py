"""The numbers for programs: the command's JSON, the person's scope, pages that fit together, plain errors."""

from __future__ import annotations

import json
from dataclasses import fields
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from sqlalchemy import select
from typer.testing import CliRunner

from dashboard.api.description import braced, description
from dashboard.api.endpoint import endpoints
from dashboard.api.problems import KINDS
from dashboard.auth.session import COOKIE
from dashboard.auth.tokens import Tokens
from dashboard.questions import Questions
from models import kpi_cli
from models.access import Hidden, Role, Scope
from models.metrics.catalogue import kpis
from models.metrics.dimensions import DIMENSIONS
from models.metrics.kpi import Lens
from models.tables.operations import ops_audit
from tests.unit.dashboard.conftest import PUBLIC_URL, Program
from tests.unit.dashboard.firm import OTHERS

PERIOD = "period=2026-10"
CALLS = {
    "list_kpis": "/kpis",
    "get_kpi": f"/kpis/recognized_revenue?{PERIOD}&by=department",
    "get_kpi_rows": f"/kpis/project_gross_margin/rows?{PERIOD}&side=psa",
    "get_kpi_changes": f"/kpis/recognized_revenue/changes?{PERIOD}&since=7",
    "list_dimensions": "/dimensions",
    "list_members": "/dimensions/project",
    "get_description": "/openapi.json",
}
COMPARED = {tuple(one.compared): key for key, one in kpis().items()}.values()  # each way once
DOCUMENT = description(PUBLIC_URL)


def problem(answer, status: int) -> dict:
    """The problem that an answer tells."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == "application/problem+json"
    body = answer.get_json()
    check({"$ref": "#/components/schemas/Problem"}, body)
    assert body["status"] == status
    assert body["detail"]
    assert body["what_to_do"]
    return body


def check(schema, body) -> None:
    """Hold an answer to the schema that the description promises."""
    Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(body)


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


class TestANumber:
    @pytest.fixture
    def command(self, snapshot, ran, monkeypatch):
        """Run `oneview kpi --json` over the same firm."""

        class Published:
            def __init__(self, folder):
                self.folder = folder

            def current(self):
                return snapshot

        monkeypatch.setattr(kpi_cli, "Snapshots", Published)
        monkeypatch.setenv("ONEVIEW_DATABASE_URL", ran.url.render_as_string())

        def run(*words):
            return json.loads(CliRunner().invoke(kpi_cli.app, [*words, "--json"]).stdout)

        return run

    @pytest.mark.parametrize("key", kpis())
    def test_is_to_the_letter_what_the_command_says(self, app, program, command, key):
        said = program(app, Role.CFO).get(f"/kpis/{key}?{PERIOD}").get_json()

        assert said == command(key, "--period", "2026-10")

    def test_broken_down_and_filtered_is_what_the_command_says(self, app, program, command):
        said = program(app, Role.CFO).get(
            f"/kpis/recognized_revenue?{PERIOD}&by=department&by=project&where=project=CAL-01"
            "&where=project=HYP-02"
        )

        assert said.get_json() == command(
            "recognized_revenue", "--period", "2026-10", "--by", "department", "--by", "project",
            "--where", "project=CAL-01", "--where", "project=HYP-02",
        )  # fmt: skip
        assert len(said.get_json()["rows"]) == 2

    @pytest.mark.parametrize("lens", Lens)
    @pytest.mark.parametrize("key", ["recognized_revenue", "billable_utilization"])
    def test_in_any_currency_is_what_the_command_says(self, app, program, command, key, lens):
        said = program(app, Role.CFO).get(f"/kpis/{key}?{PERIOD}&currency={lens.value}").get_json()

        assert said == command(key, "--period", "2026-10", "--currency", lens.value)
        assert said["lens"] == lens.value
        check(endpoints()["get_kpi"].schema, said)

    @pytest.mark.parametrize("lens", ["subsidiary", "transaction"])
    def test_by_currency_is_what_the_rows_of_each_currency_sum_to(self, app, program, lens):
        asking = program(app, Role.CFO)
        question = f"{PERIOD}&currency={lens}"

        lines = asking.get(f"/kpis/recognized_revenue?{question}").get_json()["rows"]
        told = [(line, side) for line in lines for side in ("erp", "psa") if line[side]]

        assert told
        for line, side in told:
            code = line["currency"]
            address = f"/kpis/recognized_revenue/rows?{question}&side={side}"
            every = asking.get(address).get_json()
            of_it = asking.get(f"{address}&line_currency={code}").get_json()
            found = sum(Decimal(row["contribution"]) for row in of_it["records"])
            assert found == Decimal(line[side])
            assert every["by_currency"].get(code, every["totals"])["value"] == line[side]

    @pytest.mark.parametrize("key", COMPARED)
    def test_compared_is_what_the_command_says(self, app, program, command, key):
        said = program(app, Role.CFO).get(f"/kpis/{key}?{PERIOD}&compare=true").get_json()

        check(endpoints()["get_kpi"].schema, said)
        assert said == command(key, "--period", "2026-10", "--compare")
        assert list(said["rows"][0]["compared"]) == [basis.value for basis in kpis()[key].compared]

    def test_has_amounts_as_exact_text_never_as_floats(self, app, program):
        text = program(app, Role.CFO).get(f"/kpis/recognized_revenue?{PERIOD}").get_data()

        floats = []
        body = json.loads(text, parse_float=floats.append)
        assert floats == []
        assert Decimal(body["rows"][0]["erp"]) > 0

    def test_is_of_the_last_closed_month_if_no_period_is_named(self, app, program):
        body = program(app, Role.CFO).get("/kpis/backlog").get_json()

        assert body["period"] == {"start": "2026-10-01", "end": "2026-10-31"}

    def test_with_many_lines_comes_in_pages(self, app, program):
        asking = program(app, Role.CFO)
        address = f"/kpis/recognized_revenue?{PERIOD}&by=project"

        whole = asking.get(address).get_json()
        pages = list(asking.pages(f"{address}&limit=1"))

        assert "next" not in whole
        assert [len(page["rows"]) for page in pages] == [1, 1]
        assert [row for page in pages for row in page["rows"]] == whole["rows"]


class TestTheScope:
    def test_of_a_project_manager_is_that_of_the_pages(self, app, program):
        address = f"/kpis/recognized_revenue?{PERIOD}&by=project"

        mine = program(app, Role.PROJECT_MANAGER).get(address).get_data(as_text=True)
        all_of_it = program(app, Role.CFO).get(address).get_data(as_text=True)

        assert "Route planning" in mine
        assert "Secret migration" not in mine
        assert "Secret migration" in all_of_it

    @pytest.mark.parametrize("member", ["Secret migration", "HYP-02", str(OTHERS), "No such"])
    def test_does_not_tell_what_lies_outside_from_what_is_not_there(self, app, program, member):
        answer = program(app, Role.PROJECT_MANAGER).get(
            f"/kpis/recognized_revenue?{PERIOD}&where=project={member}"
        )

        assert problem(answer, 400)["detail"] == (
            f"There is no project with the name, code or key '{member}'."
        )

    def test_holds_for_rows_too(self, app, program):
        address = f"/kpis/recognized_revenue/rows?{PERIOD}&side=psa"

        mine = program(app, Role.PROJECT_MANAGER).get(address).get_json()
        all_of_it = program(app, Role.CFO).get(address).get_json()

        assert {row["project_code"] for row in mine["records"]} == {"CAL-01"}
        assert {row["project_code"] for row in all_of_it["records"]} == {"CAL-01", "HYP-02"}

    def test_keeps_back_what_an_hour_of_a_person_costs(self, app, program):
        address = f"/kpis/project_gross_margin/rows?{PERIOD}&side=psa"

        mine = program(app, Role.PROJECT_MANAGER).get(address).get_json()
        costs = [row for row in mine["records"] if row["measure"] == "Labour cost"]

        assert "not part of your access" in mine["withheld"]
        assert costs
        assert not [row for row in costs if row["person"]]
        assert program(app, Role.CFO).get(address).get_json()["withheld"] == ""

    @pytest.mark.parametrize("key", ["list_kpis", "get_kpi", "get_kpi_rows", "list_members"])
    def test_of_an_administrator_holds_no_number(self, app, program, key):
        problem(program(app, Role.ADMINISTRATOR).get(CALLS[key]), 403)

    def test_is_part_of_the_mark_so_that_nobody_is_told_another_s_answer_is_still_right(
        self, app, program
    ):
        marks = {
            role: program(app, role).get(CALLS["get_kpi"]).headers["ETag"]
            for role in (Role.CFO, Role.PRACTICE_LEAD, Role.PROJECT_MANAGER)
        }

        assert len(set(marks.values())) == 3


class TestTheRows:
    @pytest.mark.parametrize("limit", [1, 7, 1000])
    def test_of_all_pages_are_each_there_once_and_sum_to_the_number(self, app, program, limit):
        asking = program(app, Role.CFO)
        number = asking.get("/kpis/recognized_revenue?period=2026").get_json()["rows"][0]["psa"]

        pages = list(
            asking.pages(f"/kpis/recognized_revenue/rows?period=2026&side=psa&limit={limit}")
        )

        records = [row for page in pages for row in page["records"]]
        links = [row["link"] for row in records]
        assert len(links) == len(set(links)) == pages[0]["total"] == 22
        assert sum(Decimal(row["contribution"]) for row in records) == Decimal(number)
        assert {page["totals"]["value"] for page in pages} == {number}
        assert all(len(page["records"]) <= limit for page in pages)

    @pytest.mark.parametrize("side", ["erp", "psa"])
    @pytest.mark.parametrize("key", kpis())
    def test_of_every_kpi_sum_to_what_they_say(self, app, program, key, side):
        asking = program(app, Role.CFO)

        pages = list(asking.pages(f"/kpis/{key}/rows?{PERIOD}&side={side}&limit=2"))

        for part, total in pages[0]["totals"].items():
            found = [
                Decimal(row["contribution"])
                for page in pages
                for row in page["records"]
                if row["part"] == part and row["contribution"] is not None  # one without a rate
            ]
            assert sum(found) == Decimal(total)

    def test_carry_their_next_page_in_the_header_too(self, app, program):
        answer = program(app, Role.CFO).get(f"{CALLS['get_kpi_rows']}&limit=1")

        following = answer.get_json()["next"]
        assert following.startswith(f"{PUBLIC_URL}/api/v1/kpis/project_gross_margin/rows?")
        assert "snapshot=7" in following
        assert answer.headers["Link"] == f'<{following}>; rel="next"'

    def test_come_in_the_order_asked_for(self, app, program):
        body = program(app, Role.CFO).get(
            "/kpis/recognized_revenue/rows?period=2026&side=psa&order=-contribution"
        )

        amounts = [Decimal(row["contribution"]) for row in body.get_json()["records"]]
        assert amounts == sorted(amounts, reverse=True)

    def test_of_a_snapshot_that_is_gone_ask_to_begin_again(self, app, program):
        answer = program(app, Role.CFO).get(f"{CALLS['get_kpi_rows']}&offset=1&snapshot=3")

        assert "Begin again" in problem(answer, 410)["what_to_do"]

    def test_that_left_the_house_are_written_down(self, app, program, ran):
        program(app, Role.CFO).get(CALLS["get_kpi_rows"])

        with ran.connect() as connection:
            newest = connection.execute(
                select(ops_audit).order_by(ops_audit.c.audit_id.desc())
            ).first()
        assert (newest.subject, newest.action) == ("cfo", "api_rows")
        assert "project_gross_margin" in newest.detail["question"]


class TestTheMembersOfADimension:
    @pytest.mark.parametrize("name", DIMENSIONS)
    def test_are_listed_whatever_the_dimension(self, app, program, name):
        body = program(app, Role.CFO).get(f"/dimensions/{name}").get_json()

        check(endpoints()["list_members"].schema, body)
        assert body["total"] == len(body["members"])

    @pytest.mark.parametrize("name", DIMENSIONS)
    def test_may_each_be_named_and_give_the_line_of_the_breakdown(self, app, program, name):
        asking = program(app, Role.CFO)
        key = next((one.key for one in kpis().values() if name in one.by), None)
        if key is None:
            return  # no number is broken down by it yet
        lines = asking.get(f"/kpis/{key}?period=2026&by={name}").get_json()["rows"]
        listed = asking.get(f"/dimensions/{name}").get_json()["members"]

        called = {f"{one['code']} {one['name']}" if one["code"] else one["name"] for one in listed}
        assert {line[name] for line in lines} <= {*called, "Not assigned"}
        for line in lines:
            where = urlencode({"where": f"{name}={line[name]}"})
            body = asking.get(f"/kpis/{key}?period=2026&{where}").get_json()
            assert body["rows"][0]["value"] == line["value"]

    def test_are_those_of_the_command(self, app, program, snapshot, monkeypatch):
        published = type(
            "Published", (), {"__init__": lambda *_: None, "current": lambda _: snapshot}
        )
        monkeypatch.setattr(kpi_cli, "Snapshots", published)
        said = CliRunner().invoke(kpi_cli.app, ["--members", "project", "--json"]).stdout

        body = program(app, Role.CFO).get("/dimensions/project").get_json()

        assert body["members"] == json.loads(said)
        assert {one["code"] for one in body["members"]} == {"CAL-01", "HYP-02"}

    def test_end_where_the_scope_ends(self, app, program):
        listed = {
            name: program(app, Role.PROJECT_MANAGER).get(f"/dimensions/{name}").get_json()
            for name in ("project", "customer", "department", "person")
        }

        assert {
            name: [one["name"] for one in body["members"]] for name, body in listed.items()
        } == {
            "project": ["Route planning"],
            "customer": ["Calder Logistics"],
            "department": ["Data & Analytics"],
            "person": ["Priya Raman"],
        }

    def test_come_in_pages(self, app, program):
        pages = list(program(app, Role.CFO).pages("/dimensions/project?limit=1"))

        assert [one["name"] for page in pages for one in page["members"]] == [
            "Route planning",
            "Secret migration",
        ]

    def test_may_each_be_named_in_a_filter(self, app, program):
        asking = program(app, Role.CFO)
        for one in asking.get("/dimensions/project").get_json()["members"]:
            for said in (one["name"], one["code"], one["key"], f"{one['code']} {one['name']}"):
                answer = asking.get(f"/kpis/backlog?{PERIOD}&where=project={said}")
                assert answer.status_code == 200, said

    def test_of_what_is_no_dimension_are_not_found(self, app, program):
        found = problem(program(app, Role.CFO).get("/dimensions/colour"), 404)

        assert "no dimension 'colour'. There are: " in found["detail"]


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


def test_a_session_beside_a_token_changes_nothing(app, signed_in, program):
    asking = program(app, Role.PROJECT_MANAGER)
    cookie = signed_in(app, Role.CFO).client.get_cookie(COOKIE, domain="127.0.0.1").value

    answer = asking.get(
        f"/kpis/recognized_revenue?{PERIOD}&by=project", headers={"Cookie": f"{COOKIE}={cookie}"}
    )

    assert "Secret migration" not in answer.get_data(as_text=True)


def test_results_are_kept_apart_by_every_axis_of_a_scope(snapshot):
    scopes = [Scope(), Scope(hidden=frozenset(Hidden))] + [
        Scope(**{one.name: frozenset(keys)})
        for one in fields(Scope)
        if one.name != "hidden"
        for keys in ((), (1,), (2,), (1, 2))
    ]

    keys = {Questions(snapshot, scope, None, {})._key(("answer",)) for scope in scopes}

    assert len(keys) == len(scopes)
