"""Both simulated systems, whose fields come and go, behind the true clients, and the record that mirrors them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine, select, text
from werkzeug.serving import WSGIRequestHandler, make_server

from models.database import open_record, upgrade
from models.tables.fields import ops_field, ops_schema_event
from models.tables.operations import ops_quarantine
from sync.clients import connect
from sync.engine.run import RunResult, run_sync
from sync.engine.stage import staging_table
from sync.entities import ENTITIES
from sync.entities.entity import System
from sync.sandbox.fields import add_field
from sync.sandbox.netsuite import NetSuiteConfig, create_netsuite
from sync.sandbox.netsuite.oauth2 import TokenService
from sync.sandbox.settings import HOST, SandboxAccount
from sync.sandbox.suiteprojects import SuiteProjectsConfig, create_suiteprojects
from sync.sandbox.system import CustomField, SourceSystem
from sync.sandbox.world.tables import netsuite_system
from sync.sandbox.world.tables_suiteprojects import suiteprojects_system
from sync.settings import SyncSettings

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
LONG_AGO = START - timedelta(days=40)
KEYS = (
    "netsuite__customer", "netsuite__transaction", "netsuite__transactionline",
    "suiteprojects__customer", "suiteprojects__department",
)  # fmt: skip
CUSTOMER, TRANSACTION, LINE, CLIENT, DEPARTMENT = (ENTITIES[key] for key in KEYS)
TABLES = {
    CUSTOMER.key: "customer", TRANSACTION.key: "transaction", LINE.key: "transactionline",
    CLIENT.key: "Customer", DEPARTMENT.key: "Department",
}  # fmt: skip
NAMES = {
    CUSTOMER.key: "custentity_tier", TRANSACTION.key: "custbody_tier", LINE.key: "custcol_tier",
    CLIENT.key: "tier__c", DEPARTMENT.key: "tier__c",
}  # fmt: skip


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Says nothing."""


@dataclass
class Account:
    """Both simulated systems behind the true clients, and the record that mirrors them."""

    engine: Engine
    systems: Mapping[System, SourceSystem]
    sources: list[Any]
    now: datetime = START

    def clock(self) -> datetime:
        return self.now

    def run(self, *, days: int = 0, expect: str = "succeeded", **options: Any) -> RunResult:
        """Run the sync, some days later."""
        self.now += timedelta(days=days, minutes=20)
        result = run_sync(
            self.engine, self.sources, self.clock, trigger="command", build=lambda: 1,
            entities={key: ENTITIES[key] for key in KEYS}, **options,
        )  # fmt: skip
        assert result.state == expect, result.error
        return result

    def system(self, key: str) -> SourceSystem:
        return self.systems[ENTITIES[key].system]

    def field(self, key: str, type_: str = "text", *, values: Any = None, name: str = "") -> str:
        """A person adds a custom field; `values` by the place of the record."""
        name = name or NAMES[key]
        system, table = self.system(key), TABLES[key]
        at = sorted(system.tables[table].rows)
        field = CustomField(table=table, name=name, type=type_, label="Tier of service")
        add_field(system, field, {at[place]: value for place, value in (values or {}).items()})
        return name

    def change(self, key: str, place: int, **values: Any) -> None:
        """A person saves a record."""
        system, table = self.system(key), TABLES[key]
        target = system.tables[table]
        row = {**target.rows[sorted(target.rows)[place]], **values, target.modified: self.now}
        system.put(table, row)
        if key == LINE.key:
            head = system.tables["transaction"].rows[(row["transaction"],)]
            system.put("transaction", {**head, "lastmodifieddate": self.now})

    def rows(self, key: str) -> list[Any]:
        """The living rows of an entity, by identity."""
        table = staging_table(ENTITIES[key])
        identity = [table.c[name] for name in ENTITIES[key].identity]
        with self.engine.connect() as connection:
            alive = select(table).where(table.c._deleted_at.is_(None)).order_by(*identity)
            return list(connection.execute(alive))

    def custom(self, key: str) -> list[dict[str, Any]]:
        """Their custom values."""
        return [orjson.loads(row.custom) if row.custom else {} for row in self.rows(key)]

    def view(self, key: str) -> list[Any]:
        """What the typed view shows."""
        identity = ", ".join(f'"{name}"' for name in ENTITIES[key].identity)
        with self.engine.connect() as connection:
            return list(connection.execute(text(f"SELECT * FROM cst_{key} ORDER BY {identity}")))

    def events(self, key: str) -> list[tuple[str, str]]:
        """What happened to the fields of an entity."""
        with self.engine.connect() as connection:
            found = select(ops_schema_event.c.field, ops_schema_event.c.event)
            mine = found.where(ops_schema_event.c.entity == key).order_by(ops_schema_event.c.id)
            return [(row.field, row.event) for row in connection.execute(mine)]

    def fields(self, key: str) -> dict[str, Any]:
        """What the record knows of the fields of an entity."""
        with self.engine.connect() as connection:
            mine = select(ops_field).where(ops_field.c.entity == key)
            return {row.name: row for row in connection.execute(mine)}

    def nothing_is_aside(self) -> bool:
        with self.engine.connect() as connection:
            return connection.execute(select(ops_quarantine)).first() is None


def _netsuite() -> SourceSystem:
    system = netsuite_system()

    def row(table: str, **values: Any) -> dict[str, Any]:
        return dict.fromkeys(system.tables[table].columns) | values

    for number in range(1, 9):
        system.load("customer", [row(
            "customer", id=number, entityid=f"C{number}", companyname=f"Customer {number}",
            isinactive=False, datecreated=LONG_AGO, lastmodifieddate=LONG_AGO,
        )])  # fmt: skip
    for number in range(501, 505):
        day = date(2026, 1, 1) + timedelta(days=number - 501)
        system.load("transaction", [row(
            "transaction", id=number, type="CustInvc", trandate=day, posting=True, voided=False,
            tranid=f"INV{number}", lastmodifieddate=LONG_AGO, createddate=LONG_AGO,
        )])  # fmt: skip
        for line in range(2):
            system.load("transactionline", [row(
                "transactionline", transaction=number, id=line, mainline=line == 0, taxline=False,
                foreignamount=Decimal("-2.5"), linelastmodifieddate=LONG_AGO,
            )])  # fmt: skip
    return system


def _suiteprojects() -> SourceSystem:
    system = suiteprojects_system()
    for table in ("Customer", "Department"):
        for number in range(1, 8):
            blank = dict.fromkeys(system.tables[table].columns)
            row = {"id": number, "name": f"{table} {number}", "updated": LONG_AGO, "active": True}
            system.load(table, [blank | {k: v for k, v in row.items() if k in blank}])
    add_field(
        system,
        CustomField(
            table="Customer", name="netsuite_customer_id__c", type="integer", label="NetSuite"
        ),
    )
    return system


@contextmanager
def opened(record_url: str, tmp_path: Path) -> Iterator[Account]:
    """Two systems with a few records each; nothing is synced yet."""
    systems = {System.NETSUITE: _netsuite(), System.SUITEPROJECTS: _suiteprojects()}
    apps: dict[int, Any] = {}

    def serve(environ: dict[str, Any], start_response: Any) -> Any:
        return apps[int(environ["SERVER_PORT"])](environ, start_response)

    servers = [make_server(HOST, 0, serve, threaded=True, request_handler=_Silent) for _ in systems]
    ports = [server.server_port for server in servers]
    one = SandboxAccount.invent(START.date(), netsuite_port=ports[0], suiteprojects_port=ports[1])
    engine = open_record(record_url)
    upgrade(engine)
    settings = SyncSettings.load(
        netsuite_account=one.netsuite_account, netsuite_url=one.netsuite_url,
        netsuite_client_id=one.netsuite_client_id,
        netsuite_certificate_id=one.netsuite_certificate_id,
        netsuite_private_key=one.netsuite_private_key,
        suiteprojects_url=one.suiteprojects_url, suiteprojects_company=one.suiteprojects_company,
        suiteprojects_client_id=one.suiteprojects_client_id,
        suiteprojects_client_secret=one.suiteprojects_client_secret,
        suiteprojects_refresh_token=one.suiteprojects_refresh_token,
        suiteprojects_api_key=one.suiteprojects_api_key,
        secret_key="a long secret that seals rotating tokens",
    )  # fmt: skip
    made = Account(engine, systems, [])
    netsuite = NetSuiteConfig(
        account=one.netsuite_account, base_url=one.netsuite_url, client_id=one.netsuite_client_id,
        certificates={one.netsuite_certificate_id: one.netsuite_public_key},
    )  # fmt: skip
    apps[ports[0]] = create_netsuite(systems[System.NETSUITE], netsuite, made.clock)
    apps[ports[0]].tokens = TokenService(netsuite, lambda: datetime.now(UTC))
    suiteprojects = SuiteProjectsConfig(
        company=one.suiteprojects_company, base_url=one.suiteprojects_url,
        client_id=one.suiteprojects_client_id, client_secret=one.suiteprojects_client_secret,
        refresh_token=one.suiteprojects_refresh_token, api_key=one.suiteprojects_api_key,
        state_file=tmp_path / "tokens.json",
    )  # fmt: skip
    apps[ports[1]] = create_suiteprojects(systems[System.SUITEPROJECTS], suiteprojects, made.clock)
    made.sources = list(connect(settings, engine, sleep=lambda _: None).values())
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    for source in made.sources:
        source.close()
    for server in servers:
        server.shutdown()
        server.server_close()
    engine.dispose()
