"""A small firm in hand-made staging rows, and the tables that the transforms make of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import pytest

from models.business import default_business
from sync.engine.build import make_macros, speak_of
from sync.engine.carry import came_from, create_mirror_tables, to_arrow
from sync.engine.dated import make_room
from sync.engine.given import give
from sync.engine.making import make_table
from sync.entities import ENTITIES
from sync.observations import OBSERVATIONS
from sync.transforms import TRANSFORMS
from sync.transforms.transform import RUN_DAY, in_order

TODAY = date(2026, 3, 10)
USD, EUR, CHF = 1, 2, 4
ROOT, GERMANY = 1, 2
Rows = dict[str, list[dict[str, Any]]]


def _periods() -> list[dict[str, Any]]:
    ends = {1: 31, 2: 28, 3: 31, 4: 30}
    return [
        {
            "id": 100 + month,
            "periodname": f"2026-{month:02d}",
            "startdate": date(2026, month, 1),
            "enddate": date(2026, month, last),
            "closed": month < 3,
        }
        for month, last in ends.items()
    ] + [
        {
            "id": 190,
            "periodname": "Q1 2026",
            "startdate": date(2026, 1, 1),
            "enddate": date(2026, 3, 31),
            "isquarter": True,
            "closed": True,
        }
    ]


FIRM: Rows = {
    "netsuite__currency": [
        {"id": USD, "symbol": "USD"},
        {"id": EUR, "symbol": "EUR"},
        {"id": CHF, "symbol": "CHF"},
    ],
    "netsuite__subsidiary": [
        {"id": ROOT, "name": "Group", "currency": USD},
        {"id": GERMANY, "name": "Germany", "parent": ROOT, "currency": EUR},
    ],
    "netsuite__accountingperiod": _periods(),
    "netsuite__consolidatedexchangerate": [  # January and February are known, March is not
        {
            "id": month,
            "postingperiod": 100 + month,
            "fromsubsidiary": GERMANY,
            "tosubsidiary": ROOT,
            "accountingbook": 1,
            "averagerate": average,
            "currentrate": current,
        }
        for month, average, current in ((1, "1.1", "1.12"), (2, "1.2", "1.25"))
    ],
    "netsuite__currencyrate": [
        {
            "id": 1,
            "basecurrency": EUR,
            "transactioncurrency": CHF,
            "exchangerate": "0.9",
            "effectivedate": date(2026, 1, 1),
        },
        {
            "id": 2,
            "basecurrency": EUR,
            "transactioncurrency": CHF,
            "exchangerate": "0.95",
            "effectivedate": date(2026, 2, 15),
        },
    ],
    "netsuite__department": [{"id": 10, "name": "Data"}, {"id": 12, "name": "Cloud"}],
    "suiteprojects__department": [
        {"id": 1, "name": "Data & Analytics", "external_id": "10"},
        {"id": 2, "name": "Cloud Engineering", "external_id": "12"},
    ],
    "netsuite__employee": [
        {
            "id": 501,
            "entityid": "Ada",
            "department": 10,
            "subsidiary": GERMANY,
            "hiredate": date(2026, 1, 5),
        }
    ],
    "suiteprojects__job_code": [{"id": 3, "name": "Consultant"}],
    "suiteprojects__user": [
        {
            "id": 11,
            "name": "Ada Berg",
            "email": "Ada@Example.com",
            "department_id": 1,
            "job_code_id": 3,
            "is_active": True,
            "is_generic": False,
            "work_schedule_id": 2,
            "work_hours": "8|8|8|8|6|0|0",
            "netsuite_id": 501,
        }
    ],
    "suiteprojects__target_utilization": [{"id": 1, "user_id": 11, "percentage": Decimal(75)}],
    "suiteprojects__loaded_cost": [
        {"id": 1, "user_id": 11, "cost": Decimal(50), "currency": "EUR", "level": 0}
    ],
    "netsuite__customer": [{"id": 601, "entityid": "C1", "companyname": "Alpina AG"}],
    "suiteprojects__customer": [
        {"id": 21, "name": "Alpina", "currency": "CHF", "netsuite_id": 601}
    ],
    "netsuite__job": [
        {
            "id": 701,
            "entityid": "P-1",
            "companyname": "Lake",
            "customer": 601,
            "projectedenddate": date(2026, 2, 20),
        }
    ],
    "netsuite__projectsubsidiaryrelationship": [
        {"id": 1, "entity": 701, "subsidiary": GERMANY, "isprimarysub": True}
    ],
    "suiteprojects__project": [
        {
            "id": 101,
            "name": "Lake",
            "code": "P-1",
            "customer_id": 21,
            "owner_id": 11,
            "currency": "CHF",
            "finish_date": date(2026, 2, 20),
            "contract_type": "Time and materials",
            "netsuite_id": 701,
        },
        {"id": 102, "name": "Leave", "owner_id": 11, "contract_type": "Time off"},
    ],
    "suiteprojects__project_task": [
        {"id": 1001, "name": "Build", "project_id": 101, "is_non_billable": False},
        {"id": 1002, "name": "Travel", "project_id": 101, "is_non_billable": True},
    ],
    "netsuite__account": [
        {"id": 1, "acctnumber": "4000", "fullname": "Services revenue", "accttype": "Income"},
        {"id": 2, "acctnumber": "5100", "fullname": "Labour cost", "accttype": "COGS"},
    ],
    "netsuite__item": [
        {"id": 41, "itemid": "SVC", "displayname": "Services", "itemtype": "Service"},
        {"id": 61, "itemid": "HW", "displayname": "Appliance", "itemtype": "InvtPart"},
    ],
}
PROJECT, LEAVE, PERSON, CUSTOMER, DEPARTMENT = 202, 204, 22, 42, 2


_READS = re.compile(r"\s*(SELECT|FROM|WITH|DESCRIBE)\b")
_VERSIONS = re.compile(r"\b(his|now|ver)_")
_PUT_IN = ("stg_", "cfg_", "own_", "fct_", "meta_")  # what statements write that makes no table


@cache
def _named(statement: str) -> frozenset[str]:
    """What a statement names, tables among it; versions of records as the records, which their readers name, too."""
    return frozenset(re.findall(r"\w+", _VERSIONS.sub("stg_", statement)))


class Watched:
    """A connection that notes the tables which its statements may write."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, written: set[str]) -> None:
        self._connection, self._written = connection, written

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, statement: str, *values: Any) -> duckdb.DuckDBPyConnection:
        if not _READS.match(statement):
            named = _named(statement)
            self._written |= {name for name in named if name.startswith(_PUT_IN)}
            self._written |= named & TRANSFORMS.keys()
        return self._connection.execute(statement, *values)


class Facts:
    """The tables made of staging rows; each is made when it is asked for.

    All live in one transaction of one connection, which the next one takes back. What was made of the firm alone
    is left as it is where nothing that it is made of has changed.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, more: Rows, replaced: Rows, today: date
    ) -> None:
        self._changed = {ENTITIES[key].table for key in (*more, *replaced)}
        if today != TODAY:
            self._changed.add(RUN_DAY)
        self.connection = Watched(connection, self._changed)
        self._work = connection
        self._made: set[str] = set()
        connection.execute("BEGIN")
        for key in replaced:
            connection.execute(f"DELETE FROM mirror.{ENTITIES[key].table}")
        for rows in (more, replaced):
            for key, added in rows.items():
                stage(connection, key, added)
        speak_of(connection, today)

    def make(self, key: str) -> None:
        """Make a table and all it needs."""
        wanted, queue = set(), [key]
        while queue:
            wanted.add(name := queue.pop())
            if name not in self._made:
                queue += [need for need in TRANSFORMS[name].needs if need not in wanted]
        for transform in in_order(TRANSFORMS):
            if transform.key in wanted - self._made:
                if not self._changed.isdisjoint(_named(transform.sql)):
                    make_table(self._work, transform)
                    self._changed.add(transform.key)
                self._made.add(transform.key)

    def leave_empty(self, key: str) -> None:
        """Let a published table be there without being made, to be filled by hand."""
        self.connection.execute(f"DELETE FROM facts.{key}")
        self._made.add(key)

    def rows(self, key: str, where: str = "true") -> list[dict[str, Any]]:
        """The rows of a table that meet a condition, in the order they are stored."""
        self.make(key)
        found = self.connection.execute(f"SELECT * FROM {key} WHERE {where}")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def row(self, key: str, where: str = "true") -> dict[str, Any]:
        """The one row that meets a condition."""
        (found,) = self.rows(key, where)
        return found


def stage(connection: duckdb.DuckDBPyConnection, key: str, rows: list[dict[str, Any]]) -> None:
    """Put rows into the mirror."""
    entity = ENTITIES[key]
    for row in rows:
        unknown = row.keys() - entity.fields.keys() - {"custom", "_gone"}
        assert not unknown, (key, unknown)
    if rows:
        names = [*entity.fields, "custom"]
        values = [[*(row.get(name) for name in names), row.get("_gone", False)] for row in rows]
        connection.register("incoming", to_arrow(entity, values, sqlite=False))
        connection.execute(f"INSERT INTO mirror.{entity.table} {came_from(entity)}")
        connection.unregister("incoming")


@pytest.fixture(scope="session")
def firm() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that holds the small firm's mirror."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("CREATE SCHEMA mirror")
        connection.execute("USE mirror")
        create_mirror_tables(connection, ENTITIES.values())
        connection.execute("CREATE SCHEMA facts")
        connection.execute("SET search_path = 'facts,mirror'")
        make_macros(connection)
        give(connection, default_business())
        for key, rows in FIRM.items():
            stage(connection, key, rows)
        make_room(connection, OBSERVATIONS.values())
        _make_all(connection)
        yield connection


def _make_all(connection: duckdb.DuckDBPyConnection) -> None:
    """All that is made of the firm alone, once: a test makes what its own rows change."""
    speak_of(connection, TODAY)
    for transform in in_order(TRANSFORMS):
        make_table(connection, transform)
    connection.execute(f"DROP TABLE {RUN_DAY}")


@pytest.fixture(scope="session")
def firm_rows() -> Rows:
    """The small firm's rows by entity; not to be changed."""
    return FIRM


@pytest.fixture
def facts(firm: duckdb.DuckDBPyConnection) -> Iterator[Callable[..., Facts]]:
    """Make facts of the small firm and the rows given by entity; `replace` drops the firm's own.

    A second call takes back what the first one made.
    """
    begun = False

    def make(
        rows: Mapping[str, list[dict[str, Any]]] | None = None,
        *,
        replace: Mapping[str, list[dict[str, Any]]] | None = None,
        today: date = TODAY,
    ) -> Facts:
        nonlocal begun
        if begun:
            firm.execute("ROLLBACK")
        begun = True
        return Facts(firm, dict(rows or {}), dict(replace or {}), today)

    yield make
    if begun:
        firm.execute("ROLLBACK")


@pytest.fixture
def empty(facts: Callable[..., Facts]) -> Facts:
    """Facts of a record that holds nothing."""
    return facts(replace={key: [] for key in FIRM})
