"""The numbers for programs: those of the command, the rows behind them, the members they are told by."""

from __future__ import annotations

import json
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from dashboard.api.endpoint import endpoints
from models import kpi_cli
from models.access import Role
from models.metrics.catalogue import kpis
from models.metrics.dimensions import DIMENSIONS
from models.metrics.kpi import Lens
from models.tables.operations import ops_audit
from tests.unit.dashboard.api import CALLS, PERIOD, check, problem
from tests.unit.dashboard.conftest import PUBLIC_URL

COMPARED = {tuple(one.compared): key for key, one in kpis().items()}.values()  # each way once


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
    def test_is_to_the_letter_what_the_command_says(self, cfo_program, command, key):
        said = cfo_program.get(f"/kpis/{key}?{PERIOD}").get_json()

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
    def test_of_every_kpi_sum_to_what_they_say(self, cfo_program, key, side):
        pages = list(cfo_program.pages(f"/kpis/{key}/rows?{PERIOD}&side={side}&limit=2"))

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
