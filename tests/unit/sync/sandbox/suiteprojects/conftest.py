"""A small simulated SuiteProjects Pro account, asked over HTTP in-process."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from sync.sandbox.suiteprojects import SuiteProjectsConfig, create_suiteprojects
from sync.sandbox.system import SourceSystem, SourceTable

START = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
BASE = "https://example.test"


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def _table(name: str, *columns: str) -> SourceTable:
    return SourceTable(name, ("id",), ("id", *columns, "updated"), "updated")


def _system() -> SourceSystem:
    system = SourceSystem(
        "suiteprojects",
        [
            _table("User", "name", "email", "active", "nickname", "job_codeid", "created"),
            _table("Customer", "name", "currency", "externalid"),
            _table("Project", "name", "customerid", "project_stageid", "budget", "budget_time",
                   "start_date", "active", "contract_type__c", "netsuite_project_id__c", "notes"),
            _table("Projecttask", "name", "projectid", "non_billable", "is_a_phase"),
            _table("Task", "userid", "projectid", "projecttaskid", "timesheetid", "date", "acct_date",
                   "decimal_hours", "notes"),
            _table("Timesheet", "name", "userid", "status", "starts"),
            _table("Invoice", "number", "date", "total", "currency"),
            _table("Slip", "invoiceid", "total", "date"),
        ],
    )  # fmt: skip
    at = LONG_AGO
    system.load("User", [{"id": 7, "name": "Ada Example", "email": "ada@example.test", "active": True,
                          "nickname": "oneview", "job_codeid": 2, "created": at, "updated": at}])  # fmt: skip
    system.load("Customer", [{"id": 3, "name": "Brick & <Mortar>", "currency": "EUR",
                              "externalid": "1001", "updated": at}])  # fmt: skip
    system.load("Project", [_project(number, at) for number in (11, 12, 13)])
    system.load("Projecttask", [
        {"id": 31, "name": "Build", "projectid": 11, "non_billable": False, "is_a_phase": False, "updated": at},
        {"id": 32, "name": "Phase 1", "projectid": 11, "non_billable": False, "is_a_phase": True, "updated": at},
    ])  # fmt: skip
    system.load("Task", [_time_entry(number) for number in range(1, 251)])
    system.load("Timesheet", [
        {"id": 51, "name": "Week 1", "userid": 7, "status": "O", "starts": date(2026, 1, 5), "updated": at},
        {"id": 52, "name": "Week 2", "userid": 7, "status": "A", "starts": date(2026, 1, 12), "updated": at},
    ])  # fmt: skip
    system.load("Invoice", [{"id": 61, "number": "INV-61", "date": date(2026, 2, 1),
                             "total": Decimal("1200.50"), "currency": "EUR", "updated": at}])  # fmt: skip
    system.load("Slip", [
        {"id": 71, "invoiceid": 61, "total": Decimal("1200.50"), "date": date(2026, 1, 31), "updated": at},
        {"id": 72, "invoiceid": None, "total": Decimal("-80.00"), "date": date(2026, 1, 31), "updated": at},
    ])  # fmt: skip
    return system


def _project(number: int, at: datetime) -> dict[str, Any]:
    return {
        "id": number, "name": f"Project {number}", "customerid": 3, "project_stageid": number % 2,
        "budget": Decimal("100000.00"), "budget_time": Decimal(800), "start_date": date(2026, 1, number),
        "active": number != 13, "contract_type__c": "Retainer", "netsuite_project_id__c": number + 5000,
        "notes": None, "updated": at,
    }  # fmt: skip


def _time_entry(number: int) -> dict[str, Any]:
    day = date(2026, 1, 1) + timedelta(days=number // 10)
    return {
        "id": number, "userid": 7, "projectid": 11 + number % 3, "projecttaskid": 31,
        "timesheetid": 51, "date": day, "acct_date": None, "decimal_hours": Decimal("7.25"),
        "notes": "Wrote a “report”", "updated": LONG_AGO + timedelta(minutes=number),
    }  # fmt: skip


@dataclass
class Wire:
    """The account and a client that signs in with its pre-issued refresh token."""

    system: SourceSystem
    clock: Clock
    config: SuiteProjectsConfig
    http: httpx.Client
    token: str = ""
    refresh_token: str = "first-refresh-token"

    def grant(self, **form: str) -> httpx.Response:
        login = (self.config.client_id, self.config.client_secret)
        return self.http.post("/login/oauth2/v1/token", data=form, auth=login)

    def sign_in(self) -> str:
        answer = self.grant(grant_type="refresh_token", refresh_token=self.refresh_token)
        answer.raise_for_status()
        self.refresh_token = answer.json()["refresh_token"]
        self.token = answer.json()["access_token"]
        return self.token

    def rest(self, path: str, method: str = "GET", **params: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.http.request(method, f"/rest/v1/{path}", params=params, headers=headers)

    def xml(
        self, commands: str, auth: str | None = None, envelope: str | None = None
    ) -> ET.Element:
        if auth is None:
            auth = f"<Auth><Login><access_token>{self.token}</access_token></Login></Auth>"
        if envelope is None:
            envelope = (
                f'API_version="1.0" client="t" namespace="default" key="{self.config.api_key}"'
            )
        answer = self.http.post(
            "/api.pl", content=f"<request {envelope}>{auth}{commands}</request>"
        )
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/xml")
        return ET.fromstring(answer.content)

    def read(self, attributes: str, inside: str = "") -> ET.Element:
        response = self.xml(f"<Read {attributes}>{inside}</Read>")
        found = response.find("Read")
        assert found is not None
        return found

    def ids(self, attributes: str, inside: str = "") -> list[int]:
        found = self.read(attributes, inside)
        assert found.get("status") == "0"
        return [int(child.findtext("id") or 0) for child in found]


@pytest.fixture
def open_wire() -> Iterator[Callable[..., Wire]]:
    """Opens an account with settings of one's own; a second one shares the given system and clock."""
    clients: list[httpx.Client] = []

    def make(
        system: SourceSystem | None = None, clock: Clock | None = None, **settings: Any
    ) -> Wire:
        config = SuiteProjectsConfig(
            company="northmere", base_url=BASE, client_id="12_abc", client_secret="client-secret",
            api_key="api-key", refresh_token="first-refresh-token", password="pass-word",
        )  # fmt: skip
        config = replace(config, **settings)
        system, clock = system or _system(), clock or Clock()
        transport = httpx.WSGITransport(app=create_suiteprojects(system, config, clock))
        client = httpx.Client(transport=transport, base_url=BASE)
        clients.append(client)
        return Wire(system, clock, config, client)

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def wire(open_wire: Callable[..., Wire]) -> Wire:
    """The account with its defaults, signed in."""
    opened = open_wire()
    opened.sign_in()
    return opened
