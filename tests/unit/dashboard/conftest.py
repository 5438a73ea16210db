"""A record, the web app on it and on a small firm, and browsers of who uses it."""

import json
from dataclasses import replace
from datetime import timedelta
from shutil import copy

import pytest
from sqlalchemy import delete, insert, update

from dashboard import texts
from dashboard.app import create_app
from dashboard.auth.person import Person
from dashboard.auth.session import COOKIE, Sessions
from dashboard.auth.tokens import Tokens
from dashboard.settings import DashboardSettings
from models.access import Role
from models.database import open_record
from models.errors import NoSnapshotError
from models.period import Month
from models.snapshot import Snapshot
from models.tables.access import ops_access_token
from models.tables.business import ops_business_decision
from models.tables.operations import (
    ops_audit,
    ops_entity_run,
    ops_probe,
    ops_quarantine,
    ops_refresh_request,
    ops_run,
    ops_selection,
)
from models.told import told
from tests.small import empty_snapshot as write_empty
from tests.unit.dashboard.firm import NOW, altered, build, snapshot_at
from tests.unit.dashboard.spoken import forget, marked, write

PUBLIC_URL = "http://127.0.0.1:8050"


class FakeSnapshots:
    """A folder of snapshots that holds one, or none; and those before it."""

    def __init__(self, snapshot: Snapshot | None, *earlier: Snapshot) -> None:
        self.snapshot = snapshot
        self.earlier = {one.version: one for one in earlier}

    def current(self) -> Snapshot:
        if self.snapshot is None:
            raise NoSnapshotError("Nothing has been published yet.")
        return self.snapshot

    def version(self, number: int) -> Snapshot:
        if number in self.earlier:
            return self.earlier[number]
        if self.current().version != number:
            raise NoSnapshotError(f"Version {number} of the data is not kept any more.")
        return self.current()

    def kept(self):
        return {one.version: one.built_at for one in (*self.earlier.values(), self.current())}

    def since(self, text: str) -> Snapshot:
        return self.version(int(text))


class FakeArchives:
    """A folder of closed months that holds October, closed as a snapshot has it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def months(self) -> list[Month]:
        return [Month(2026, 10)]

    def closed(self, month: Month) -> Snapshot:
        if month not in self.months():
            raise NoSnapshotError(f"{month} was not kept as closed.")
        return self.snapshot


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory) -> Snapshot:
    path = tmp_path_factory.mktemp("snapshot") / "snapshot.duckdb"
    build(str(path))
    return snapshot_at(path)


@pytest.fixture(scope="session")
def empty_snapshot(tmp_path_factory) -> Snapshot:
    path = tmp_path_factory.mktemp("empty") / "snapshot.duckdb"
    write_empty(path)
    return snapshot_at(path)


@pytest.fixture(scope="session")
def ran(sqlite_record, tmp_path_factory):
    """A record in which one run has succeeded, with one bad record."""
    engine = open_record(
        f"sqlite:///{copy(sqlite_record, tmp_path_factory.mktemp('record') / 'record.db')}"
    )
    with engine.begin() as connection:
        connection.execute(
            insert(ops_run).values(
                run_id=1,
                trigger="first",
                mode="full",
                state="succeeded",
                started_at=NOW - timedelta(minutes=5),
                heartbeat_at=NOW,
                finished_at=NOW - timedelta(minutes=2),
                snapshot_version=7,
                stage="done",
            )
        )
        connection.execute(
            insert(ops_entity_run),
            [
                {
                    "run_id": 1,
                    "entity": entity,
                    "state": "succeeded",
                    "started_at": NOW - timedelta(minutes=5),
                    "finished_at": NOW - timedelta(minutes=4),
                    "rows_read": 1200,
                    "rows_inserted": 1200,
                }
                for entity in ("netsuite__transaction", "suiteprojects__time_entry")
            ],
        )
        connection.execute(
            insert(ops_quarantine).values(
                entity="netsuite__transaction",
                record_key="991",
                field="trandate",
                reason=told("is not a date"),
                payload={"secret": "content"},
                first_seen_at=NOW,
                last_seen_at=NOW,
                run_id=1,
            )
        )
        connection.execute(
            insert(ops_probe).values(
                system="netsuite",
                subject="table:netsuite__revenueplan",
                title="Revenue plans",
                state="off",
                detail=told(
                    "NetSuite does not offer {missing}: its feature is off, or the role lacks the permission.",
                    missing="revenueplan",
                ),
                advice=told(
                    "Give {who} the permission to view {table} ({resource}).",
                    who=told("the integration's role"),
                    table="Revenue plans",
                    resource="revenueplan",
                ),
                checked_at=NOW,
            )
        )
        connection.execute(
            insert(ops_selection).values(
                entity="netsuite__currencyrate", state="off", fingerprint="", changed_at=NOW
            )
        )
    yield engine
    engine.dispose()


@pytest.fixture
def nothing_decided(ran):
    """Nothing that a test decides of the business is left to the next."""
    yield
    with ran.begin() as connection:
        connection.execute(delete(ops_business_decision))
        connection.execute(delete(ops_audit).where(ops_audit.c.action.like("setting%")))
        connection.execute(delete(ops_refresh_request))


@pytest.fixture(scope="session")
def settings() -> DashboardSettings:
    return DashboardSettings(
        secret_key="k" * 40,
        oidc_issuer="http://localhost:1",
        oidc_client_id="one-view",
        oidc_client_secret="s" * 40,
        public_url=PUBLIC_URL,
    )


@pytest.fixture(scope="session")
def clock():
    return lambda: NOW


@pytest.fixture(scope="session")
def app(settings, ran, snapshot, clock):
    """The app on the small firm."""
    return create_app(settings, ran, FakeSnapshots(snapshot), clock)


@pytest.fixture(scope="module")
def app_of_statement(settings, ran, snapshot, clock, tmp_path_factory):
    """The app on the small firm, whose accounts are those of an income statement."""
    path = altered(
        snapshot,
        tmp_path_factory.mktemp("statement"),
        "UPDATE dim_account SET statement = 'profit_and_loss'",
    )
    return create_app(settings, ran, FakeSnapshots(snapshot_at(path)), clock)


@pytest.fixture(scope="session")
def earlier_snapshot(snapshot, tmp_path_factory) -> Snapshot:
    """The small firm the day before: a record fewer, an amount that was another."""
    october = "(SELECT {}(recognition_id) FROM fct_rev_rec WHERE month = 202610)"
    path = altered(
        snapshot,
        tmp_path_factory.mktemp("earlier"),
        f"DELETE FROM fct_rev_rec WHERE recognition_id = {october.format('max')}",
        "UPDATE fct_rev_rec SET amount = amount + 5, amount_base = amount_base + 5 "
        f"WHERE recognition_id = {october.format('min')}",
    )
    return replace(snapshot_at(path, version=6), built_at=NOW - timedelta(days=1))


@pytest.fixture(scope="session")
def later_app(settings, ran, snapshot, earlier_snapshot, clock):
    """The app on the small firm, yesterday's data kept, and October as it was closed yesterday."""
    snapshots = FakeSnapshots(snapshot, earlier_snapshot)
    return create_app(settings, ran, snapshots, clock, FakeArchives(earlier_snapshot))


@pytest.fixture(scope="session")
def waiting_app(settings, ran, clock):
    """The app before the first sync has published anything."""
    return create_app(settings, ran, FakeSnapshots(None), clock)


@pytest.fixture(scope="session")
def empty_app(settings, ran, empty_snapshot, clock):
    """The app on a warehouse without a row."""
    return create_app(settings, ran, FakeSnapshots(empty_snapshot), clock)


@pytest.fixture(scope="module")
def translated(tmp_path_factory):
    """A German in which every text of the catalogue stands in brackets."""
    folder = tmp_path_factory.mktemp("locale")
    write(
        folder,
        "de",
        lambda text: marked(text) if isinstance(text, str) else tuple(map(marked, text)),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts, "FOLDER", folder)
        forget()
        texts.read_by_people()
        yield
    forget()


@pytest.fixture(scope="session")
def people() -> dict[Role, Person]:
    return {
        Role.CFO: Person(
            subject="cfo", name="Clara Finch", email="clara@northmere.example", role=Role.CFO
        ),
        Role.PRACTICE_LEAD: Person(
            subject="lead",
            name="Tom Okafor",
            email="tom@northmere.example",
            role=Role.PRACTICE_LEAD,
        ),
        Role.PROJECT_MANAGER: Person(
            subject="pm",
            name="Priya Raman",
            email="priya@northmere.example",
            role=Role.PROJECT_MANAGER,
        ),
        Role.ADMINISTRATOR: Person(
            subject="admin", name="Ada Moss", email="ada@northmere.example", role=Role.ADMINISTRATOR
        ),
    }


class Browser:
    """A browser of a test client, with what Dash adds to its calls."""

    def __init__(self, client) -> None:
        self.client = client

    def get(self, path: str, **more):
        return self.open(path, method="GET", **more)

    def post(self, path: str, **more):
        return self.open(path, method="POST", **more)

    def open(self, path: str, **more):
        return self.client.open(path, base_url=PUBLIC_URL, **more)

    def token(self) -> str:
        """The form token that a page hands out, once."""
        if (token := self.client.get_cookie("_csrf_token", domain="127.0.0.1")) is None:
            self.get("/definitions")
            token = self.client.get_cookie("_csrf_token", domain="127.0.0.1")
        return token.value

    def call(
        self,
        outputs: str,
        inputs: list[dict],
        state: list[dict],
        changed: list[str],
        name: str = "",
    ):
        """Call back, as the browser's Dash does."""
        return self.post(
            "/_dash-update-component",
            json={
                "output": outputs,
                "outputs": _parsed(outputs.replace('["MATCH"]', f'"{name}"')),
                "inputs": inputs,
                "state": state,
                "changedPropIds": changed,
            },
            headers={"X-CSRFToken": self.token(), "Origin": PUBLIC_URL},
        )

    def outputs(self, name: str) -> str:
        """The outputs of the callback that something triggers, as the app declares them."""
        declared = self.get("/_dash-dependencies").get_json()
        return next(
            one["output"] for one in declared if any(name in given["id"] for given in one["inputs"])
        )

    def layout(self, path: str):
        """Ask for what a page is made of, before its data."""
        return self.call(
            "..main.children...shown.data...title.data...first-tick.disabled..",
            [
                {"id": "url", "property": "pathname", "value": path},
                {"id": "version", "property": "data", "value": None},
            ],
            [
                {"id": "url", "property": "search", "value": ""},
                {"id": "shown", "property": "data", "value": None},
            ],
            ["url.pathname"],
        )

    def section(self, path: str, name: str, search: str = ""):
        """Ask for one section of a page."""
        asked = {"name": name, "type": "asked"}
        told = {"place": path, "address": path, "search": search, "version": 7, "live": True}
        return self.call(
            '{"name":["MATCH"],"type":"section"}.children',
            [{"id": asked, "property": "data", "value": told}],
            [{"id": asked, "property": "id", "value": asked}],
            [f'{{"name":"{name}","type":"asked"}}.data'],
            name,
        )

    def block(self, path: str, name: str, search: str = "", **asked):
        """Ask for a block of rows of a page's grid."""
        grid = {"name": name, "type": "grid"}
        request = {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}, **asked}
        return self.call(
            '..{"name":["MATCH"],"type":"grid"}.getRowsResponse...{"name":["MATCH"],"type":"export"}.href'
            '...{"name":["MATCH"],"type":"workbook"}.href..',
            [{"id": grid, "property": "getRowsRequest", "value": request}],
            [
                {"id": grid, "property": "id", "value": grid},
                {"id": "url", "property": "pathname", "value": path},
                {"id": "url", "property": "search", "value": search},
            ],
            [f'{{"name":"{name}","type":"grid"}}.getRowsRequest'],
            name,
        )


def _parsed(outputs: str):
    def one(text: str) -> dict:
        identity, _, prop = text.rpartition(".")
        return {
            "id": json.loads(identity) if identity.startswith("{") else identity,
            "property": prop,
        }

    if outputs.startswith(".."):
        return [one(text) for text in outputs[2:-2].split("...")]
    return one(outputs)


class Program:
    """A program that asks the API with a token, and brings nothing else."""

    def __init__(self, app, token: str | None) -> None:
        self.app = app
        self.client = app.server.test_client(use_cookies=False)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.asked = 0

    def get(self, path: str, **more):
        """Ask; a path that begins with / is below /api/v1, a whole address is followed."""
        self.asked += 1
        address = path.removeprefix(PUBLIC_URL)
        address = address if address.startswith("/api/v1") else f"/api/v1{address}"
        headers = self.headers | more.pop("headers", {})
        return self.client.open(
            address, base_url=PUBLIC_URL, headers=headers, method=more.pop("method", "GET"), **more
        )

    def pages(self, path: str):
        """The bodies of all pages, following `next`."""
        while path:
            body = self.get(path).get_json()
            yield body
            path = body.get("next")


@pytest.fixture(scope="module")
def latest() -> dict[Role, Program]:
    """Whose program was made last: the one whose token is not revoked."""
    return {}


@pytest.fixture
def cfo_program(app, program, latest, settings):
    """A program of the CFO, maybe that of the test before: until half of a minute's requests were sent."""
    known = latest.get(Role.CFO)
    if known and known.app is app and known.asked < settings.api_requests_per_minute / 2:
        return known
    return program(app, Role.CFO)


@pytest.fixture
def program(ran, settings, clock, people, latest):
    """Make a program with a token of somebody: program(app, role)."""

    def make(app, role: Role) -> Program:
        tokens = Tokens(ran, settings, clock)
        with ran.begin() as connection:  # no test is kept from a token by what others made
            live = ops_access_token.c.revoked_at.is_(None)
            connection.execute(update(ops_access_token).where(live).values(revoked_at=NOW))
        made = Program(app, tokens.create(people[role], "a test"))
        latest.clear()
        latest[role] = made
        return made

    return make


@pytest.fixture
def stranger():
    """Make a browser of nobody: stranger(app)."""
    return lambda app: Browser(app.server.test_client())


@pytest.fixture
def signed_in(ran, settings, clock, people):
    """Make a browser of somebody: signed_in(app, role)."""

    def browser(app, role: Role) -> Browser:
        client = app.server.test_client()
        client.set_cookie(
            COOKIE, Sessions(ran, settings, clock).open(people[role]), domain="127.0.0.1"
        )
        return Browser(client)

    return browser
