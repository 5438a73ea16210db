"""The true clients, and simulated systems with a few thousand rows on loopback ports."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr
from sqlalchemy import Engine
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from sync.clients.http import Caller
from sync.clients.netsuite import NetSuiteSource
from sync.clients.netsuite_auth import ClientCredentials, TokenBased
from sync.clients.pacing import Patience
from sync.clients.redaction import Redactor
from sync.clients.suiteprojects import SuiteProjectsSource
from sync.clients.suiteprojects_auth import AccessTokens
from sync.clients.suiteprojects_rest import RestLists
from sync.clients.suiteprojects_xml import XmlReads
from sync.clients.tokens import RecordTokenStore
from sync.entities import ENTITIES
from sync.entities.entity import Kind, System
from sync.sandbox.netsuite import NetSuiteConfig, create_netsuite
from sync.sandbox.suiteprojects import SuiteProjectsConfig, create_suiteprojects
from sync.sandbox.system import SourceSystem, SourceTable
from sync.sandbox.world.tables_suiteprojects import suiteprojects_system as every_table
from sync.settings import SyncSettings

ACCOUNT = "7654321_SB1"
NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 10, 20, 0, tzinfo=UTC)
Fault = Callable[[Request], Response | None]


class Clock:
    """A clock that a test turns; also counts seconds like a monotonic one."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.now.timestamp()

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Wire:
    """Between client and simulator: records what is asked, and answers in its stead when told to."""

    app: Any = None
    url: str = ""
    asked: list[Request] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        body = Request(environ).get_data()
        environ["wsgi.input"] = BytesIO(body)
        request = Request(environ | {"wsgi.input": BytesIO(body)})
        with self.lock:
            self.asked.append(request)
            answer = None
            for fault in self.faults:
                answer = fault(request)
                if answer is not None:
                    self.faults.remove(fault)
                    break
        return (answer or self.app)(environ, start_response)

    def misbehave(self, *answers: Response, on: str = "") -> None:
        """Give these answers, in this order, to the next requests whose path holds `on`."""
        for answer in answers:
            self.faults.append(lambda request, given=answer: given if on in request.path else None)

    def paths(self) -> list[str]:
        return [request.path for request in self.asked]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def waits() -> list[float]:
    """What the clients slept, without sleeping."""
    return []


@pytest.fixture
def wire() -> Iterator[Callable[[], Wire]]:
    """Puts a WSGI application on a loopback port."""
    servers = []

    def serve() -> Wire:
        made = Wire()
        server = make_server("127.0.0.1", 0, made, threaded=True)
        made.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        servers.append(server)
        return made

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def key_pair() -> tuple[str, str]:
    """A private key as an administrator makes it, and the public half."""
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


@pytest.fixture
def given(key_pair: tuple[str, str]) -> dict[str, Any]:
    """A complete set of settings."""
    return {
        "netsuite_account": ACCOUNT,
        "netsuite_client_id": "client-" + "a" * 20,
        "netsuite_certificate_id": "certificate-1",
        "netsuite_private_key": key_pair[0],
        "suiteprojects_url": "https://example.app.netsuitesuiteprojectspro.com",
        "suiteprojects_client_id": "17_abcdefghijklmnop",
        "suiteprojects_client_secret": "client-secret-of-the-application",
        "suiteprojects_refresh_token": "first-refresh-token",
        "suiteprojects_api_key": "xml-api-key-000",
        "secret_key": "a long secret that seals rotating tokens",
    }


@pytest.fixture
def patience() -> Patience:
    """The usual patience without chance: each wait is the longest it may be."""
    return Patience(jitter=lambda low, high: high)


# ---------------------------------------------------------------- NetSuite


def netsuite_system() -> SourceSystem:
    """2,300 customers, three transactions with 1,500 lines in all, and their ledger lines."""
    tables = [
        SourceTable(
            entity.resource,
            tuple(entity.fields[name].source for name in entity.identity),
            tuple(field.source for field in entity.fields.values()),
            next((f.source for f in entity.fields.values() if f.kind is Kind.INSTANT), None),
        )
        for entity in ENTITIES.values()
        if entity.system is System.NETSUITE
    ]
    system = SourceSystem("netsuite", tables)
    system.load("customer", [_customer(number) for number in range(1, 2301)])
    days = (date(2025, 6, 30), date(2026, 2, 27), date(2026, 3, 2))
    system.load("transaction", [_transaction(number, day) for number, day in enumerate(days, 501)])
    lines = [_line(transaction, number) for transaction in (501, 502, 503) for number in range(500)]
    system.load("transactionline", lines)
    system.load("nexttransactionlinelink", [_link()])
    system.load("transactionaccountingline", [_ledger_line(line) for line in lines])
    return system


def _customer(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "entityid": f"C{number}",
        "companyname": None if number == 5 else f"Customer {number} & Sons",
        "parent": None,
        "currency": 1,
        "isinactive": number % 7 == 0,
        "datecreated": LONG_AGO,
        "externalid": None,
        "lastmodifieddate": LONG_AGO + timedelta(seconds=number),
    }


def _transaction(number: int, day: date) -> dict[str, Any]:
    nothing = dict.fromkeys(
        field.source for field in ENTITIES["netsuite__transaction"].fields.values()
    )
    return nothing | {
        "id": number,
        "tranid": f"INV{number}",
        "type": "CustInvc",
        "trandate": day,
        "posting": True,
        "foreigntotal": Decimal("1250.75"),
        "exchangerate": Decimal("1.0834"),
        "voided": False,
        "lastmodifieddate": LONG_AGO,
    }


def _line(transaction: int, number: int) -> dict[str, Any]:
    nothing = dict.fromkeys(
        field.source for field in ENTITIES["netsuite__transactionline"].fields.values()
    )
    return nothing | {
        "transaction": transaction,
        "id": number,
        "mainline": number == 0,
        "taxline": False,
        "foreignamount": Decimal("-2.5"),
        "linelastmodifieddate": LONG_AGO,
    }


def _link() -> dict[str, Any]:
    return {
        "previousdoc": 501,
        "previousline": 0,
        "nextdoc": 503,
        "nextline": 0,
        "linktype": "Payment",
        "previoustype": "CustInvc",
        "nexttype": "CustPymt",
        "foreignamount": Decimal("1250.75"),
        "lastmodifieddate": LONG_AGO,
    }


def _ledger_line(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "transaction": line["transaction"],
        "transactionline": line["id"],
        "accountingbook": 1,
        "account": 4000,
        "amount": Decimal("-2.5"),
        "debit": None,
        "credit": Decimal("2.5"),
        "posting": True,
        "lastmodifieddate": None if line["transaction"] == 501 else LONG_AGO,
    }


@dataclass
class Connected:
    """A client, the wire it talks over, and the rows at the other end."""

    source: Any
    wire: Wire
    system: SourceSystem
    caller: Caller
    settings: SyncSettings
    app: Any


@pytest.fixture
def netsuite(
    wire: Callable[[], Wire],
    given: dict[str, Any],
    key_pair: tuple[str, str],
    clock: Clock,
    waits: list[float],
    patience: Patience,
) -> Iterator[Callable[..., Connected]]:
    """Connects to a simulated NetSuite with the settings and the account's features given."""
    made = []

    def connect(*, auth: str = "oauth2", **account: Any) -> Connected:
        line = wire()
        keys = {
            "consumer_key": "consumer-key-0001",
            "consumer_secret": "consumer-secret-0001",
            "token_id": "token-id-0001",
            "token_secret": "token-secret-0001",
        }
        tba = {f"netsuite_{name}": value for name, value in keys.items()}
        settings = SyncSettings.load(**given | tba, netsuite_url=line.url, netsuite_auth=auth)
        system = netsuite_system()
        config = NetSuiteConfig(
            account=ACCOUNT,
            base_url=line.url,
            client_id=settings.netsuite_client_id,
            certificates={settings.netsuite_certificate_id: key_pair[1]},
            **keys,
            **account,
        )
        line.app = create_netsuite(system, config, clock)
        caller = Caller(
            "NetSuite",
            concurrency=settings.netsuite_concurrency,
            redactor=Redactor([keys["consumer_secret"], keys["token_secret"]]),
            patience=patience,
            sleep=waits.append,
        )
        if auth == "tba":
            signer: Any = TokenBased(settings, clock)
        else:
            signer = ClientCredentials(settings, caller, clock, clock.monotonic)
        source = NetSuiteSource(ACCOUNT, settings.netsuite_url, caller, signer)
        made.append(source)
        return Connected(source, line, system, caller, settings, line.app)

    yield connect
    for source in made:
        source.close()


# ---------------------------------------------------------------- SuiteProjects Pro


def suiteprojects_system() -> SourceSystem:
    """2,300 time entries and 2,100 charges, both dated over three years; other tables are empty.

    The account lists no custom fields.
    """
    system = every_table()
    del system.tables["CustField"]
    system.load("Task", [time_entry(number) for number in range(1, 2301)])
    system.load("Slip", [charge(number) for number in range(1, 2101)])
    system.load("User", [_user(7)])
    return system


def time_entry(number: int, updated: datetime = LONG_AGO) -> dict[str, Any]:
    return {
        "id": number,
        "userid": 7,
        "projectid": 11,
        "date": date(2023, 1, 2) + timedelta(days=number // 2),
        "decimal_hours": Decimal("7.75"),
        "notes": "Review <draft> & agree" if number == 1 else None,
        "updated": updated,
    }


def charge(number: int, updated: datetime = LONG_AGO) -> dict[str, Any]:
    return {
        "id": number,
        "type": "T",
        "date": date(2023, 1, 2) + timedelta(days=number // 2),
        "decimal_hours": Decimal("7.75"),
        "total": Decimal("1163.4"),
        "currency": "EUR",
        "description": "Review <draft> & agree" if number == 1 else None,
        "updated": updated,
    }


def _user(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": "Ada Example",
        "active": True,
        "generic": False,
        "workschedule_workhours": "8|8|8|8|6|0|0",
        "netsuite_user_id__c": 77,
        "created": LONG_AGO,
        "updated": LONG_AGO,
    }


@pytest.fixture
def suiteprojects(
    wire: Callable[[], Wire],
    given: dict[str, Any],
    clock: Clock,
    waits: list[float],
    patience: Patience,
    record: Engine,
) -> Iterator[Callable[..., Connected]]:
    """Connects to a simulated SuiteProjects Pro with the account's features given."""
    made = []

    def connect(
        *, store: Any = None, system: SourceSystem | None = None, **account: Any
    ) -> Connected:
        line = wire()
        settings = SyncSettings.load(**given | {"suiteprojects_url": line.url})
        system = system or suiteprojects_system()
        config = SuiteProjectsConfig(
            company="example",
            base_url=line.url,
            client_id=settings.suiteprojects_client_id,
            client_secret=settings.suiteprojects_client_secret.get_secret_value(),
            api_key=settings.suiteprojects_api_key.get_secret_value(),
            refresh_token=settings.suiteprojects_refresh_token.get_secret_value(),
            **account,
        )
        line.app = create_suiteprojects(system, config, clock)
        secrets = (settings.suiteprojects_client_secret, settings.suiteprojects_api_key)
        caller = Caller(
            "SuiteProjects Pro",
            concurrency=settings.suiteprojects_concurrency,
            redactor=Redactor(secret.get_secret_value() for secret in secrets),
            patience=patience,
            sleep=waits.append,
        )
        kept = store or RecordTokenStore(
            record, settings.secret_key, settings.suiteprojects_refresh_token, now=clock
        )
        tokens = AccessTokens(settings, caller, kept, monotonic=clock.monotonic)
        source = SuiteProjectsSource(
            "example",
            caller,
            tokens,
            RestLists(line.url, caller, tokens),
            XmlReads(line.url, caller, tokens, SecretStr(config.api_key), config.namespace),
        )
        made.append(source)
        return Connected(source, line, system, caller, settings, line.app)

    yield connect
    for source in made:
        source.close()


@pytest.fixture
def read_all() -> Callable[..., list[Any]]:
    """Reads a window to its end, page by page, and returns the pages."""

    def read(source: Any, key: str, window: Any, after: Any = None, most: int = 20) -> list[Any]:
        pages = []
        for _ in range(most):
            pages.append(source.page(ENTITIES[key], window, after))
            after = pages[-1].position
            if after is None:
                return pages
        raise AssertionError("the pages do not end")

    return read
