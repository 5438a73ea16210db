"""A firm of a few dozen records in both simulated systems, read over the wire by the true clients."""

from __future__ import annotations

import json
import logging
import secrets
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from io import BytesIO
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from sqlalchemy import Column, Engine, MetaData, Table, Text, select
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from models.database import open_record
from models.settings import WarehouseSettings
from models.snapshot import read_pointer
from models.tables.operations import ops_quarantine
from sync.clients import connect
from sync.engine.build import build
from sync.engine.meta import SourceInfo
from sync.engine.publish import build_and_publish
from sync.engine.run import RunResult, run_sync
from sync.engine.stage import ensure_tables, staging_table
from sync.engine.warehouse import compare
from sync.entities import ENTITIES
from sync.entities.entity import Entity, System
from sync.sandbox.misbehaving import Misbehaving
from sync.sandbox.netsuite import NetSuiteConfig, create_netsuite
from sync.sandbox.netsuite.oauth2 import TokenService
from sync.sandbox.settings import HOST, SandboxAccount
from sync.sandbox.suiteprojects import SuiteProjectsConfig, create_suiteprojects
from sync.sandbox.system import SourceSystem
from sync.sandbox.world.tables import netsuite_system
from sync.sandbox.world.tables_suiteprojects import suiteprojects_system
from sync.settings import SyncSettings
from sync.transforms import TRANSFORMS
from sync.transforms.transform import Transform

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
PAGE, XML_PAGE = 10, 30  # instead of 1,000: a few dozen records fill several pages
SECRET = {"access_token", "refresh_token", "client_assertion"}
FEW = {
    key: ENTITIES[key]
    for key in (
        "netsuite__subsidiary", "netsuite__currency", "netsuite__account", "netsuite__customer",
        "netsuite__employee", "netsuite__transaction", "netsuite__transactionline",
        "netsuite__transactionaccountingline", "netsuite__timebill",
        "suiteprojects__user", "suiteprojects__customer", "suiteprojects__time_entry",
        "suiteprojects__charge",
    )
}  # fmt: skip


UNDISTURBED: dict[Any, tuple[Any, Any, Path]] = {}  # by the state of the two systems
PUBLISHED = MetaData()


def copy_of(entity: Entity) -> Transform:
    """A fact table that is the entity's living rows, as text."""
    names = [*entity.identity, *(name for name in entity.fields if name not in entity.identity)]
    columns = [Column(name, Text) for name in names]
    chosen = ", ".join(f'CAST("{column.name}" AS VARCHAR) AS "{column.name}"' for column in columns)
    return Transform(
        key=f"rows_{entity.key}",
        target=Table(f"rows_{entity.key}", PUBLISHED, *columns),
        sql=f"SELECT {chosen} FROM mirror.{entity.table}",
    )


COPIES = {copy.key: copy for copy in map(copy_of, FEW.values())}
COPIES["root_subsidiary"] = TRANSFORMS["root_subsidiary"]


@pytest.fixture(autouse=True)
def small_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """Carry, renew and publish as ever, but few tables, so that a run takes about a second."""
    monkeypatch.setattr(import_module("sync.engine.build"), "TRANSFORMS", COPIES)
    monkeypatch.setattr(import_module("sync.engine.build"), "OBSERVATIONS", {})
    monkeypatch.setitem(build.__kwdefaults__, "entities", FEW)
    monkeypatch.setattr(import_module("sync.engine.warehouse"), "SNAPSHOT", PUBLISHED)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


class Quiet(WSGIRequestHandler):
    """Says nothing."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Called for every request."""


# ---------------------------------------------------------------- the two systems


def fill(netsuite: SourceSystem, suiteprojects: SourceSystem) -> None:
    """35 invoices of two lines, 35 hours on both sides, 70 charges, dated over seven months."""
    put = lambda system, table, **row: system.load(  # noqa: E731
        table, [dict.fromkeys(system.tables[table].columns) | row]
    )
    put(netsuite, "subsidiary", id=1, name="Parent", currency=1, iselimination=False)
    put(netsuite, "currency", id=1, name="Euro", symbol="EUR", isbasecurrency=True)
    put(netsuite, "account", id=40, acctnumber="4000", fullname="Revenue", accttype="Income")
    for number in range(1, 4):
        put(netsuite, "customer", id=number, entityid=f"C{number}", companyname=f"Customer {number}",
            currency=1, lastmodifieddate=NOON - timedelta(days=90))  # fmt: skip
        put(netsuite, "employee", id=number, entityid=f"E{number}", subsidiary=1,
            lastmodifieddate=NOON - timedelta(days=90))  # fmt: skip
        put(suiteprojects, "User", id=number, name=f"Person {number}", active=True, currency="EUR",
            updated=NOON - timedelta(days=90))  # fmt: skip
        put(suiteprojects, "Customer", id=number, name=f"Customer {number}", currency="EUR",
            active=True, updated=NOON - timedelta(days=90))  # fmt: skip
    for number in range(1, 36):
        invoice(netsuite, number)
        changed = NOON - timedelta(days=40, minutes=-number)
        put(netsuite, "timebill", id=number, employee=1 + number % 3, customer=1 + number % 3,
            hours=Decimal("7.5"), trandate=_day(number), subsidiary=1, lastmodifieddate=changed)  # fmt: skip
        put(suiteprojects, "Task", id=number, userid=1 + number % 3, customerid=1 + number % 3,
            date=_day(number), decimal_hours=Decimal("7.5"), updated=changed)  # fmt: skip
    for number in range(1, 71):
        put(suiteprojects, "Slip", id=number, type="T", date=_day(number // 2),
            customerid=1 + number % 3, userid=1 + number % 3, decimal_hours=Decimal("1.25"),
            total=Decimal("125.5"), currency="EUR",
            updated=NOON - timedelta(days=40, minutes=-number))  # fmt: skip


def invoice(netsuite: SourceSystem, number: int, **more: Any) -> None:
    """An invoice with a main line and one of revenue, as saved by a person at `lastmodifieddate`."""
    at = more.pop("lastmodifieddate", NOON - timedelta(days=40, minutes=-number))
    amount = more.pop("amount", Decimal("100.10") + number)
    tables = netsuite.tables
    row = dict.fromkeys(tables["transaction"].columns) | {
        "id": number, "tranid": f"INV{number}", "type": "CustInvc", "trandate": _day(number),
        "posting": True, "voided": False, "foreigntotal": amount, "exchangerate": Decimal(1),
        "currency": 1, "entity": 1 + number % 3, "lastmodifieddate": at,
    }  # fmt: skip
    netsuite.put("transaction", row | more)
    for line, value in ((0, amount), (1, -amount)):
        common = {"transaction": number, "lastmodifieddate": at, "linelastmodifieddate": at}
        columns = tables["transactionline"].columns
        netsuite.put("transactionline", dict.fromkeys(columns) | {
            name: value for name, value in (common | {
                "id": line, "mainline": line == 0, "taxline": False, "foreignamount": value,
                "subsidiary": 1,
            }).items() if name in columns
        })  # fmt: skip
        columns = tables["transactionaccountingline"].columns
        netsuite.put("transactionaccountingline", dict.fromkeys(columns) | {
            name: value for name, value in (common | {
                "transactionline": line, "accountingbook": 1, "account": 40, "amount": value,
                "posting": True,
            }).items() if name in columns
        })  # fmt: skip


def _day(number: int) -> date:
    return date(2025, 9, 1) + timedelta(days=6 * number)


@dataclass
class Served:
    """A simulated system on a port of this machine; it remembers what was asked and the secrets."""

    system: SourceSystem
    app: Any = None
    misbehaving: Any = None
    asked: list[Request] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    url: str = ""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        body = Request(environ).get_data()
        environ["wsgi.input"] = BytesIO(body)
        request = Request(environ | {"wsgi.input": BytesIO(body)})
        self.asked.append(request)
        if not environ["PATH_INFO"].endswith("/token"):
            return self.misbehaving(environ, start_response)
        response = Response.from_app(self.misbehaving, environ, buffered=True)
        if response.status_code == 200 and response.is_json:
            for said in (request.form.to_dict(), json.loads(response.get_data())):
                self.secrets |= {said[name] for name in SECRET & said.keys()}
        return response(environ, start_response)

    def paths(self) -> list[str]:
        return [request.path for request in self.asked]


@dataclass
class Firm:
    """The firm's two systems, and a warehouse that mirrors them."""

    netsuite: Served
    suiteprojects: Served
    account: SandboxAccount
    clock: Clock
    record: Engine
    record_url: str
    warehouse: WarehouseSettings
    folder: Path
    empty: Path  # a record with nothing in its tables, to be copied
    waits: list[float] = field(default_factory=list)
    patient: Callable[[float], object] | None = None
    given: dict[str, Any] = field(default_factory=dict)
    contents: str = field(default_factory=lambda: secrets.token_hex(8))
    pristine: tuple[int, int] = (0, 0)

    def settings(self) -> SyncSettings:
        """The settings that an administrator would give."""
        of = self.account
        given = {
            "netsuite_account": of.netsuite_account,
            "netsuite_url": self.netsuite.url,
            "netsuite_client_id": of.netsuite_client_id,
            "netsuite_certificate_id": of.netsuite_certificate_id,
            "netsuite_private_key": of.netsuite_private_key,
            "suiteprojects_url": self.suiteprojects.url,
            "suiteprojects_company": of.suiteprojects_company,
            "suiteprojects_client_id": of.suiteprojects_client_id,
            "suiteprojects_client_secret": of.suiteprojects_client_secret,
            "suiteprojects_refresh_token": of.suiteprojects_refresh_token,
            "suiteprojects_api_key": of.suiteprojects_api_key,
            "secret_key": "a long secret that seals rotating tokens",
        }
        return SyncSettings.load(**given | self.given)

    def sources(self, record: Engine | None = None) -> list[Any]:
        """Both systems, connected as a new process does."""
        sleep = self.patient or self.waits.append
        return list(connect(self.settings(), record or self.record, sleep).values())

    def run(self, **options: Any) -> RunResult:
        """A run as a new process makes it: fetch, build, publish."""
        return self._run(self.record, self.warehouse, **options)

    def good_run(self, **options: Any) -> RunResult:
        """A run that goes well."""
        result = self.run(**options)
        assert result.state == "succeeded", result.error
        return result

    def _run(self, record: Engine, warehouse: WarehouseSettings, **options: Any) -> RunResult:
        infos = [
            SourceInfo(system=system, account="demo", record_url="https://records.example")
            for system in System
        ]
        given: dict[str, Any] = {
            "trigger": "command",
            "entities": FEW,
            "history_months": 240,  # everything at once: one build instead of two
            "build": lambda: build_and_publish(record, warehouse, infos, self.clock),
        }
        clock = options.pop("clock", self.clock)
        sources = self.sources(record)
        try:
            return run_sync(record, sources, clock, **given | options)
        finally:
            for source in sources:
                source.close()

    def assert_undisturbed(self) -> None:
        """Record and snapshot equal those of one undisturbed load of the systems as they are now."""
        rows, aside, path = self._undisturbed()
        assert rows_of(self.record) == rows
        assert aside_of(self.record) == aside
        published = self.published()
        assert published is not None
        assert compare(published.path, path) == []

    def _undisturbed(self) -> tuple[Any, Any, Path]:
        """Rows, quarantine and snapshot of an undisturbed load; loaded once for each state of the systems."""
        state = (self.clock.now, self.netsuite.system.version, self.suiteprojects.system.version)
        key = (*state, self.contents) if state[1:] != self.pristine else state
        if key not in UNDISTURBED:
            for system in (self.netsuite, self.suiteprojects):
                system.misbehaving.behave()
            folder = Path(tempfile.mkdtemp(dir=self.folder.parents[0], prefix="undisturbed"))
            record = open_record(f"sqlite:///{copy(self.empty, folder / 'record.db')}")
            ensure_tables(record, FEW.values())
            warehouse = WarehouseSettings(data_dir=folder, archive_closed_months=False)
            self.suiteprojects.app.renew_consent()
            result = self._run(record, warehouse)
            assert result.state == "succeeded", result.error
            pointer = read_pointer(warehouse.snapshot_dir)
            assert pointer is not None
            UNDISTURBED[key] = (rows_of(record), aside_of(record), pointer.path)
            record.dispose()
        return UNDISTURBED[key]

    def rows(self, key: str) -> dict[Any, Any]:
        """The living rows of an entity, by identity."""
        return rows_of(self.record, living_only=True)[key]

    def aside(self) -> list[Any]:
        """What is in quarantine."""
        with self.record.connect() as connection:
            return list(connection.execute(select(ops_quarantine)))

    def published(self) -> Any:
        """The pointer that readers follow."""
        return read_pointer(self.warehouse.snapshot_dir)

    def secrets(self) -> set[str]:
        """What nobody but the two parties may ever read."""
        of = self.account
        fixed = {
            of.suiteprojects_client_secret,
            of.suiteprojects_refresh_token,
            of.suiteprojects_api_key,
        }
        keys = set(of.netsuite_private_key.splitlines()[1:-1])
        return fixed | keys | self.netsuite.secrets | self.suiteprojects.secrets


def rows_of(record: Engine, *, living_only: bool = True) -> dict[str, dict[Any, Any]]:
    """What a person would compare of the mirrored rows."""
    found: dict[str, dict[Any, Any]] = {}
    with record.connect() as connection:
        for key, entity in FEW.items():
            table = staging_table(entity)
            names = [*entity.identity, *entity.fields, "custom"]
            query = select(*(table.c[name] for name in dict.fromkeys(names)))
            if living_only:
                query = query.where(table.c._deleted_at.is_(None))
            rows = [tuple(row) for row in connection.execute(query)]
            width = len(entity.identity)
            found[key] = {row[:width] if width > 1 else row[0]: row for row in rows}
    return found


def aside_of(record: Engine) -> list[Any]:
    """Which records are in quarantine, and why."""
    columns = [ops_quarantine.c[name] for name in ("entity", "record_key", "field", "reason")]
    with record.connect() as connection:
        return sorted(map(tuple, connection.execute(select(*columns))))


# ---------------------------------------------------------------- served


class SuiteProjects:
    """The simulated account; a consent given anew lets a second warehouse in beside the first."""

    def __init__(self, system: SourceSystem, config: SuiteProjectsConfig, clock: Clock) -> None:
        self._make = lambda: create_suiteprojects(system, config, clock)
        self.app = self._make()

    def renew_consent(self) -> None:
        """Begin with the first refresh token again."""
        self.app = self._make()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        return self.app(environ, start_response)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page holds ten records (thirty by XML) instead of a thousand."""
    for name, constant, size in (
        ("netsuite", "_LIMIT", PAGE),
        ("suiteprojects_rest", "_LIMIT", PAGE),
        ("suiteprojects_xml", "LIMIT", XML_PAGE),
        ("suiteprojects_wire", "LIMIT", XML_PAGE),
    ):
        monkeypatch.setattr(import_module(f"sync.clients.{name}"), constant, size)


@pytest.fixture(scope="session")
def credentials() -> SandboxAccount:
    """The two accounts' ids and keys."""
    return SandboxAccount.invent(NOON.date())


@pytest.fixture
def make_firm(
    record_url: str,
    sqlite_record: Path,
    tmp_path: Path,
    credentials: SandboxAccount,
    caplog: pytest.LogCaptureFixture,
) -> Iterator[Callable[..., Firm]]:
    """Puts the firm on the wire; the accounts' settings may be given."""
    ends: list[Callable[[], None]] = []
    made: list[Firm] = []
    caplog.set_level(logging.DEBUG)
    logging.getLogger("sqlalchemy").setLevel(logging.WARNING)

    def make(
        netsuite: dict[str, Any] | None = None, suiteprojects: dict[str, Any] | None = None
    ) -> Firm:
        clock = Clock()
        served = [Served(netsuite_system()), Served(suiteprojects_system())]
        fill(served[0].system, served[1].system)
        for one in served:
            server = make_server(HOST, 0, one, threaded=True, request_handler=Quiet)
            one.url = f"http://{HOST}:{server.server_port}"
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
            ends.extend((server.server_close, server.shutdown))
        served[0].app = netsuite_app(served[0], credentials, clock, netsuite or {})
        served[1].app = suiteprojects_app(served[1], credentials, clock, suiteprojects or {})
        for one in served:
            one.misbehaving = Misbehaving(one.app)
        record = open_record(record_url)
        ends.append(record.dispose)
        ensure_tables(record, FEW.values())
        warehouse = WarehouseSettings(  # these few tables know no closed month
            data_dir=tmp_path / "data", database_url=record_url, archive_closed_months=False
        )
        firm = Firm(
            served[0], served[1], credentials, clock, record, record_url, warehouse, tmp_path,
            sqlite_record,
        )  # fmt: skip
        firm.pristine = (served[0].system.version, served[1].system.version)
        made.append(firm)
        return firm

    yield make
    for secret in set().union(*(firm.secrets() for firm in made)):
        assert secret not in caplog.text  # whatever went wrong, no log gives a secret away
    while ends:
        ends.pop()()


def netsuite_app(one: Served, of: SandboxAccount, clock: Clock, given: dict[str, Any]) -> Any:
    """The simulated NetSuite; sign-in goes by the clock of this machine."""
    config = NetSuiteConfig(
        account=of.netsuite_account,
        base_url=one.url,
        client_id=of.netsuite_client_id,
        certificates={of.netsuite_certificate_id: of.netsuite_public_key},
        **given,
    )
    app: Any = create_netsuite(one.system, config, clock)
    app.tokens = TokenService(config, lambda: datetime.now(UTC))
    return app


def suiteprojects_app(one: Served, of: SandboxAccount, clock: Clock, given: dict[str, Any]) -> Any:
    """The simulated SuiteProjects Pro."""
    config = SuiteProjectsConfig(
        company=of.suiteprojects_company,
        base_url=one.url,
        client_id=of.suiteprojects_client_id,
        client_secret=of.suiteprojects_client_secret,
        refresh_token=of.suiteprojects_refresh_token,
        api_key=of.suiteprojects_api_key,
        **given,
    )
    return SuiteProjects(one.system, config, clock)


@pytest.fixture
def firm(make_firm: Callable[..., Firm]) -> Firm:
    """The firm on the wire, and an empty record; nothing is mirrored yet."""
    return make_firm()
