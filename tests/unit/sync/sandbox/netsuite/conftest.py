"""A small simulated NetSuite account, asked over HTTP in-process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sync.sandbox.netsuite import NetSuiteConfig, create_netsuite
from sync.sandbox.netsuite.app import NetSuite
from sync.sandbox.system import Row, SourceSystem, SourceTable

BASE = "http://127.0.0.1:8081"
TOKEN = "/services/rest/auth/oauth2/v1/token"
SUITEQL = "/services/rest/query/v1/suiteql"
# 10:00 on the second in Los Angeles.
MODIFIED = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 5, 2, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def _customers() -> list[Row]:
    return [
        {
            "id": number,
            "entityid": f"C-{number}",
            "companyname": f"Customer {number}" if number != 3 else None,
            "currency": 1,
            "isinactive": number == 4,
            "externalid": None,
            "datecreated": MODIFIED - timedelta(days=30),
            "lastmodifieddate": MODIFIED + timedelta(seconds=number),
        }
        for number in range(1, 6)
    ]


def _transactions() -> list[Row]:
    header = {"exchangerate": Decimal("1.08543210"), "posting": True, "lastmodifieddate": MODIFIED}
    return [
        {"id": 41, "tranid": "INV41", "type": "CustInvc", "trandate": date(2026, 2, 27),
         "entity": 1, "status": "B", "postingperiod": 2, "foreigntotal": Decimal("1500.50"),
         **header},
        {"id": 42, "tranid": "INV42", "type": "CustInvc", "trandate": date(2026, 3, 2),
         "entity": 2, "status": "A", "postingperiod": 3, "foreigntotal": Decimal(200), **header},
        {"id": 43, "tranid": "PY7", "type": "CustPymt", "trandate": date(2026, 3, 4),
         "entity": 1, "status": "C", "postingperiod": 3, "foreigntotal": Decimal("1500.50"),
         **header},
    ]  # fmt: skip


def _lines() -> list[Row]:
    return [
        {
            "transaction": transaction,
            "id": line,
            "uniquekey": transaction * 10 + line,
            "mainline": line == 0,
            "item": 9 if line else None,
            "foreignamount": Decimal("100.25") * (-1 if line else 2),
            "memo": "a <b> & c" if line else None,
            "linelastmodifieddate": MODIFIED,
        }
        for transaction in (41, 42, 43)
        for line in range(5)
    ]


def _postings() -> list[Row]:
    return [
        {
            "transaction": transaction,
            "transactionline": line,
            "accountingbook": 1,
            "account": 100 + line,
            "amount": amount,
            "debit": amount if amount > 0 else None,
            "credit": -amount if amount < 0 else None,
            "posting": True,
            "lastmodifieddate": MODIFIED,
        }
        for transaction in (41, 42, 43)
        for line, amount in enumerate((Decimal("200.50"), Decimal("-200.50")))
    ]


def _table(name: str, key: tuple[str, ...], rows: list[Row]) -> tuple[SourceTable, list[Row]]:
    modified = next((column for column in rows[0] if column.endswith("modifieddate")), None)
    return SourceTable(name, key, tuple(rows[0]), modified), rows


@pytest.fixture
def system() -> SourceSystem:
    """The account's tables, small enough to be known by heart."""
    link = {"previousdoc": 41, "previousline": 0, "nextdoc": 43, "nextline": 0,
            "linktype": "Payment", "foreignamount": Decimal("1500.50")}  # fmt: skip
    tables = [
        _table("customer", ("id",), _customers()),
        _table("transaction", ("id",), _transactions()),
        _table("transactionline", ("transaction", "id"), _lines()),
        _table(
            "transactionaccountingline",
            ("transaction", "transactionline", "accountingbook"),
            _postings(),
        ),
        _table(
            "nexttransactionlinelink",
            ("previousdoc", "previousline", "nextdoc", "nextline", "linktype"),
            [link],
        ),
        _table("timebill", ("id",), [{"id": 7, "hours": Decimal("7.5"), "isbillable": True,
               "trandate": date(2026, 3, 2), "lastmodifieddate": MODIFIED}]),
    ]  # fmt: skip
    system = SourceSystem("netsuite", [table for table, _ in tables])
    for table, rows in tables:
        system.load(table.name, rows)
    return system


@pytest.fixture
def clock() -> Clock:
    """The account's clock."""
    return Clock()


@pytest.fixture(scope="session")
def private_key() -> ec.EllipticCurvePrivateKey:
    """The key of the integration's certificate."""
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def config(private_key: ec.EllipticCurvePrivateKey) -> NetSuiteConfig:
    """The account's settings."""
    pem = private_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return NetSuiteConfig(
        account="TSTDRV7654321",
        base_url=BASE,
        client_id="one-view",
        certificates={"cert-1": pem.decode()},
        consumer_key="consumer",
        consumer_secret="consumer-secret",
        token_id="token",
        token_secret="token-secret",
    )


@dataclass
class Account:
    """The simulated account and a signed-in way to ask it."""

    app: NetSuite
    http: httpx.Client
    clock: Clock
    system: SourceSystem
    private_key: ec.EllipticCurvePrivateKey

    def assertion(self, headers: dict[str, Any] | None = None, **changed: Any) -> str:
        """A client assertion; named claims are changed, or left out when None."""
        now = int(self.clock().timestamp())
        claims = {
            "iss": "one-view",
            "scope": ["rest_webservices"],
            "aud": BASE + TOKEN,
            "iat": now,
            "exp": now + 3600,
        } | changed
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, self.private_key, "ES256", {"kid": "cert-1"} | (headers or {}))

    def ask_token(self, assertion: str, **form: str) -> httpx.Response:
        """The answer of the token endpoint."""
        return self.http.post(
            TOKEN,
            data={
                "grant_type": "client_credentials",
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": assertion,
            }
            | form,
        )

    def sign_in(self) -> None:
        """Use a fresh token from now on."""
        token = self.ask_token(self.assertion()).json()["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def post(self, text: str, params: list[Any] | None = None, **paging: int) -> httpx.Response:
        """The answer to a query."""
        body = {"q": text} | ({} if params is None else {"params": params})
        return self.http.post(SUITEQL, params=paging, json=body, headers={"Prefer": "transient"})

    def rows(self, text: str, params: list[Any] | None = None) -> list[dict[str, str]]:
        """The rows of a query that must succeed, without their links."""
        answer = self.post(text, params)
        assert answer.status_code == 200, answer.text
        items = answer.json()["items"]
        assert all(item.pop("links") == [] for item in items)
        return list(items)

    def refusal(self, text: str, params: list[Any] | None = None) -> str:
        """The detail of the 400 that a query must end in."""
        answer = self.post(text, params)
        assert answer.status_code == 400, answer.text
        error = answer.json()["o:errorDetails"][0]
        assert error["o:errorCode"] == "INVALID_PARAMETER"
        return str(error["detail"])


@pytest.fixture
def open_account(
    system: SourceSystem,
    config: NetSuiteConfig,
    clock: Clock,
    private_key: ec.EllipticCurvePrivateKey,
) -> Iterator[Callable[..., Account]]:
    """Opens an account with some settings changed, signed in."""
    opened = []

    def start(**changed: Any) -> Account:
        app = create_netsuite(system, replace(config, **changed), clock)
        http = httpx.Client(transport=httpx.WSGITransport(app=app), base_url=BASE)
        account = Account(app, http, clock, system, private_key)
        account.sign_in()
        opened.append(http)
        return account

    yield start
    for http in opened:
        http.close()


@pytest.fixture
def account(open_account: Callable[..., Account]) -> Account:
    """The account with its defaults, signed in."""
    return open_account()
