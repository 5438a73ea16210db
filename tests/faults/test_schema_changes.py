"""Fields of both systems come, go, change and are forbidden: no run breaks, no value is lost, all is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, select, text
from werkzeug.serving import WSGIRequestHandler, make_server

from models.database import open_record, upgrade
from models.errors import NotOfferedError
from models.tables.fields import ops_field, ops_field_look, ops_schema_event
from models.tables.operations import ops_entity_run, ops_quarantine
from sync.clients import connect
from sync.engine.run import RunResult, run_sync
from sync.engine.stage import staging_table
from sync.entities import ENTITIES
from sync.entities.entity import Kind, System
from sync.sandbox.fields import (
    add_field,
    allow_field,
    drop_field,
    forbid_field,
    rename_field,
    retype_field,
)
from sync.sandbox.netsuite import NetSuiteConfig, create_netsuite
from sync.sandbox.netsuite.oauth2 import TokenService
from sync.sandbox.settings import HOST, SandboxAccount
from sync.sandbox.suiteprojects import SuiteProjectsConfig, create_suiteprojects
from sync.sandbox.system import CustomField, SourceSystem
from sync.sandbox.world.tables import netsuite_system
from sync.sandbox.world.tables_suiteprojects import suiteprojects_system
from sync.settings import SyncSettings
from sync.source import SourceField

pytestmark = pytest.mark.once

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


@pytest.fixture
def account(record_url: str, tmp_path: Path) -> Iterator[Account]:
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


# ---------------------------------------------------------------- custom fields


def test_custom_fields_of_every_entity_are_mirrored_without_being_told(account: Account) -> None:
    for key in KEYS:
        account.field(key, values={0: "gold", 2: "silver & more"})

    account.run()

    for key in KEYS:
        name = NAMES[key]
        values = [custom.get(name) for custom in account.custom(key)]
        assert values[:3] == ["gold", None, "silver & more"], key
        assert set(values[3:]) == {None}
        assert account.fields(key)[name].label == "Tier of service"
        assert account.events(key) == [], "what is there from the beginning is no news"
    assert "netsuite_customer_id__c" not in account.fields(CLIENT.key), "that one is declared"


@pytest.mark.fault(22)
def test_a_field_that_appears_brings_the_values_of_old_records(account: Account) -> None:
    account.run()
    for key in KEYS:
        account.field(key, values={1: "gold"})

    account.run()
    for key in KEYS:
        assert account.custom(key)[1] == {}, "the sources are asked once a day"
    account.run(days=1)

    for key in KEYS:
        assert account.custom(key)[1] == {NAMES[key]: "gold"}
        assert account.events(key) == [(NAMES[key], "appeared")]
        assert account.fields(key)[NAMES[key]].filled_at is not None
    assert account.nothing_is_aside()


def test_a_field_appears_at_once_with_a_full_run(account: Account) -> None:
    account.run()
    name = account.field(CUSTOMER.key, values={1: "gold"})

    account.run(mode="full")

    assert account.custom(CUSTOMER.key)[1] == {name: "gold"}


def test_a_run_that_dies_before_old_records_are_read_again_is_made_up_for(
    account: Account,
) -> None:
    account.run()
    name = account.field(CUSTOMER.key, values={1: "gold"})
    account.now += timedelta(days=1)
    page = type(account.sources[0]).page

    def broken(*given: Any) -> Any:
        account.sources[0].page = lambda *more: page(account.sources[0], *more)
        raise RuntimeError("the cable was pulled")

    account.sources[0].page = broken
    account.run(expect="failed")
    assert account.custom(CUSTOMER.key)[1] == {}

    account.run()

    assert account.custom(CUSTOMER.key)[1] == {name: "gold"}


@pytest.mark.fault(22)
def test_a_field_that_vanishes_keeps_its_values_and_breaks_no_run(account: Account) -> None:
    others = {key: NAMES[key].replace("tier", "other") for key in KEYS}
    for key in KEYS:
        account.field(key, values={0: "gold", 1: "silver"})
        account.field(key, values={0: "x"}, name=others[key])
    account.run()
    for key in KEYS:
        drop_field(account.system(key), TABLES[key], NAMES[key])
        account.change(key, 0)

    account.run()

    for key in KEYS:
        assert account.custom(key)[0] == {NAMES[key]: "gold", others[key]: "x"}
        assert account.custom(key)[1] == {NAMES[key]: "silver"}
        assert account.events(key) == [(NAMES[key], "vanished")]
        assert account.fields(key)[NAMES[key]].state == "gone"

    account.run(days=1, mode="full")

    for key in KEYS:
        assert account.custom(key)[0] == {NAMES[key]: "gold", others[key]: "x"}
        assert account.events(key) == [(NAMES[key], "vanished")]


def test_a_field_that_comes_back_is_read_again_for_all_records(account: Account) -> None:
    name = account.field(CUSTOMER.key, values={0: "gold"})
    account.run()
    drop_field(account.system(CUSTOMER.key), "customer", name)
    account.run(days=1)
    account.field(CUSTOMER.key, values={0: "bronze", 3: "tin"})

    account.run(days=1)

    custom = account.custom(CUSTOMER.key)
    assert (custom[0], custom[3]) == ({name: "bronze"}, {name: "tin"})
    assert account.events(CUSTOMER.key) == [(name, "vanished"), (name, "restored")]


@pytest.mark.fault(22)
def test_a_field_that_changes_its_type_keeps_what_arrives(account: Account) -> None:
    for key in KEYS:
        account.field(key, "integer", values={0: 7, 1: 12})
    account.run()
    for key in KEYS:
        assert [row[-1] for row in account.view(key)][:2] == [7, 12]
        retype_field(
            account.system(key), TABLES[key], NAMES[key], "text", lambda value: f"about {value}"
        )

    account.run(days=1)

    for key in KEYS:
        values = [custom.get(NAMES[key]) for custom in account.custom(key)]
        assert values[:2] == ["about 7", "about 12"]
        assert account.events(key) == [(NAMES[key], "retyped")]
        assert [row[-1] for row in account.view(key)][:2] == ["about 7", "about 12"]


@pytest.mark.fault(22)
def test_a_renamed_field_is_one_that_vanished_and_one_that_appeared(account: Account) -> None:
    for key in KEYS:
        account.field(key, values={0: "gold"})
    account.run()
    new = {key: NAMES[key].replace("tier", "level") for key in KEYS}
    for key in KEYS:
        rename_field(account.system(key), TABLES[key], NAMES[key], new[key])

    account.run(days=1)

    for key in KEYS:
        assert account.custom(key)[0] == {NAMES[key]: "gold", new[key]: "gold"}
        assert sorted(account.events(key)) == sorted(
            [(NAMES[key], "vanished"), (new[key], "appeared")]
        )


@pytest.mark.fault(22)
def test_a_field_that_is_forbidden_keeps_its_values_until_it_is_shown_again(
    account: Account,
) -> None:
    keys = (CLIENT.key, DEPARTMENT.key)
    for key in keys:
        account.field(key, values={0: "gold", 1: "silver"})
    account.run()
    for key in keys:
        forbid_field(account.system(key), TABLES[key], NAMES[key])
        account.change(key, 0, **{NAMES[key]: "platinum"})

    account.run()

    for key in keys:
        assert account.custom(key)[0] == {NAMES[key]: "gold"}
        assert account.events(key) == [(NAMES[key], "forbidden")]
        allow_field(account.system(key), TABLES[key], NAMES[key])
    account.run(days=1)
    for key in keys:
        assert account.custom(key)[0] == {NAMES[key]: "platinum"}
        assert account.events(key) == [(NAMES[key], "forbidden"), (NAMES[key], "restored")]


def test_several_fields_that_vanish_at_once_are_all_found(account: Account) -> None:
    names = [f"f{number}__c" for number in range(9)]
    for name in names:
        account.field(DEPARTMENT.key, values={0: name.upper()}, name=name)
    account.run()
    for name in (names[1], names[2], names[7]):
        drop_field(account.system(DEPARTMENT.key), "Department", name)
    account.change(DEPARTMENT.key, 0, name="Renamed")

    account.run()

    [first, *_] = account.rows(DEPARTMENT.key)
    assert first.name == "Renamed"
    assert account.custom(DEPARTMENT.key)[0] == {name: name.upper() for name in names}
    assert {name for name, event in account.events(DEPARTMENT.key) if event == "vanished"} == {
        names[1], names[2], names[7],
    }  # fmt: skip


# ---------------------------------------------------------------- declared fields


DECLARED = {
    CUSTOMER.key: ("companyname", "companyname", "Old", "New"),
    LINE.key: ("foreignamount", "foreignamount", Decimal("-7.25"), Decimal(-9)),
    CLIENT.key: ("currency", "currency", "EUR", "USD"),
    DEPARTMENT.key: ("externalid", "external_id", "E1", "E2"),
}


def test_a_declared_field_that_is_refused_keeps_its_values_until_it_comes_back(
    account: Account,
) -> None:
    for key, (source, _, old, _) in DECLARED.items():
        account.change(key, 0, **{source: old})
    account.run()
    for key, (source, _, _, new) in DECLARED.items():
        forbid_field(account.system(key), TABLES[key], source)
        account.change(key, 0, **{source: new})

    account.run()

    for key, (source, column, old, _) in DECLARED.items():
        assert getattr(account.rows(key)[0], column) == old
        assert account.events(key) == [(source, "forbidden")]
        allow_field(account.system(key), TABLES[key], source)
    account.run(days=1)
    for key, (source, column, _, new) in DECLARED.items():
        assert getattr(account.rows(key)[0], column) == new
        assert account.events(key) == [(source, "forbidden"), (source, "restored")]
    assert account.nothing_is_aside()


def test_a_field_that_an_entity_cannot_do_without_stops_it_alone_and_says_so(
    account: Account,
) -> None:
    account.run()
    forbid_field(account.system(CUSTOMER.key), "customer", "entityid")
    account.change(CLIENT.key, 0, name="Goes on")

    result = account.run(expect="failed")

    assert "entityid" in str(result.error)
    assert "permission" in str(result.error)
    assert account.rows(CLIENT.key)[0].name == "Goes on"
    assert len(account.rows(CUSTOMER.key)) == 8
    with account.engine.connect() as connection:
        states = dict(
            connection.execute(
                select(ops_entity_run.c.entity, ops_entity_run.c.state).where(
                    ops_entity_run.c.run_id == result.run_id
                )
            ).all()
        )
    assert {key for key, state in states.items() if state == "failed"} == {CUSTOMER.key}


def test_an_account_that_hides_its_metadata_is_mirrored_as_before(account: Account) -> None:
    name = account.field(CUSTOMER.key, values={0: "gold"})
    account.run()
    account.sources[0]._catalog._get = _hidden
    account.change(CUSTOMER.key, 0, **{name: "silver"})

    account.run(days=1)

    assert account.custom(CUSTOMER.key)[0] == {name: "silver"}
    assert account.events(CUSTOMER.key) == []
    with account.engine.connect() as connection:
        look = connection.execute(
            select(ops_field_look).where(ops_field_look.c.entity == CUSTOMER.key)
        ).one()
    assert "permission" in look.error


def _hidden(_path: str, _media: str) -> Any:
    raise NotOfferedError("The role lacks the permission.")


# ---------------------------------------------------------------- values


@pytest.mark.fault(23)
def test_absurd_values_are_kept_and_typed_views_leave_out_what_is_not_of_the_kind(
    mirror: Any,
) -> None:
    kinds = {
        "custbody_text": Kind.TEXT, "custbody_number": Kind.DECIMAL, "custbody_whole": Kind.INTEGER,
        "custbody_day": Kind.DATE, "custbody_flag": Kind.FLAG, "custbody_at": Kind.INSTANT,
        'custbody_"odd': Kind.TEXT,
    }  # fmt: skip
    mirror.netsuite.custom[mirror.order.key] = [
        SourceField(name=name, type=str(kind), kind=kind) for name, kind in kinds.items()
    ]
    absurd = {
        "1": {"custbody_text": "nul \0 and \ud800 🙂", "custbody_number": "1e308",
              "custbody_whole": "12 apples", "custbody_day": "2026-02-31", "custbody_flag": "maybe",
              "custbody_at": "yesterday", 'custbody_"odd': "'; DROP TABLE x; --"},
        "2": {"custbody_text": 12.5, "custbody_number": "-0.25", "custbody_whole": 7,
              "custbody_day": "2024-02-29", "custbody_flag": "T",
              "custbody_at": "2026-03-01T10:20:30Z"},
        "3": {"custbody_number": "", "custbody_day": "2023-02-29", "custbody_flag": False,
              "custbody_whole": "9" * 40},
    }  # fmt: skip
    for number, values in absurd.items():
        record = mirror.netsuite.records[mirror.order.key][(number,)]
        record.update(values)

    assert mirror.run().state == "succeeded"

    assert mirror.aside() == []
    kept = orjson.loads(mirror.rows(mirror.order)[1].custom)
    assert kept["custbody_text"] == "nul \\u0000 and \\ud800 🙂"
    assert kept["custbody_number"] == "1e308"
    assert kept["custbody_day"] == "2026-02-31"
    assert kept['custbody_"odd'] == "'; DROP TABLE x; --"
    with mirror.engine.connect() as connection:
        found = connection.execute(
            text(f"SELECT * FROM cst_{mirror.order.key} WHERE id <= 3 ORDER BY id")
        )
        one, two, three = found.mappings()
    assert (one["custbody_whole"], one["custbody_day"], one["custbody_flag"]) == (None,) * 3
    assert one["custbody_at"] is None
    assert two["custbody_text"] == "12.5"
    assert two["custbody_number"] == Decimal("-0.25")
    assert two["custbody_whole"] == 7
    assert str(two["custbody_day"]) == "2024-02-29"
    assert str(two["custbody_at"])[:19] == "2026-03-01 10:20:30"
    assert two["custbody_flag"] in (True, 1)
    assert (three["custbody_number"], three["custbody_day"]) == (None, None)
    assert three["custbody_flag"] in (False, 0)
    assert three["custbody_flag"] is not None
