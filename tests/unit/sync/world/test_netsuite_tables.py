"""Every NetSuite record that is mirrored exists in the invented firm and is read by the true client."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from werkzeug.serving import make_server

from models.errors import FieldRefusedError, NotOfferedError
from sync.clients.http import Caller
from sync.clients.netsuite import NetSuiteSource
from sync.clients.netsuite_auth import TokenBased
from sync.clients.pacing import Patience
from sync.clients.redaction import Redactor
from sync.engine.parse import Unusable, parser_of
from sync.entities import ENTITIES
from sync.entities.entity import Entity, System
from sync.sandbox.netsuite import NetSuiteConfig, create_netsuite
from sync.sandbox.world import World
from sync.sandbox.world.firm import SUBSCRIPTIONS
from sync.settings import SyncSettings
from sync.source import Window

ACCOUNT = "7654321"
FOUR = Decimal("0.0001")
MIRRORED = [entity for entity in ENTITIES.values() if entity.system is System.NETSUITE]
KEYS = {
    "consumer_key": "consumer-key-0001",
    "consumer_secret": "consumer-secret-0001",
    "token_id": "token-id-0001",
    "token_secret": "token-secret-0001",
}
OTHER_SYSTEM = {
    "suiteprojects_url": "https://example.app.netsuitesuiteprojectspro.com",
    "suiteprojects_client_id": "not asked here",
    "suiteprojects_client_secret": "not asked here",
    "suiteprojects_refresh_token": "not asked here",
    "suiteprojects_api_key": "not asked here",
    "secret_key": "a long secret that seals rotating tokens",
}
# Columns of other firms than this one: revisions, persons, several books.
NOT_USED_HERE = {
    "account": {"parent", "currency"},
    "customer": {"dateclosed", "phone"},
    "contact": {"phone"},
    "vendor": {"externalid"},
    "employee": {"class"},
    "department": {"parent"},
    "location": {"parent"},
    "item": {"parent", "department", "location", "externalid"},
    "budgets": {"class", "location"},
    "resourceallocation": {"projecttask"},
    "deletedrecord": {"deletedby"},
}  # fmt: skip


@contextmanager
def _connected(world: World, **account: frozenset[str]) -> Iterator[NetSuiteSource]:
    """The true client, connected to a simulated NetSuite of the firm."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731
    settings = SyncSettings.load(
        netsuite_account=ACCOUNT,
        netsuite_auth="tba",
        **{f"netsuite_{name}": value for name, value in KEYS.items()},
        **OTHER_SYSTEM,
    )
    app = create_netsuite(world.netsuite, NetSuiteConfig(account=ACCOUNT, **KEYS, **account), clock)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    caller = Caller("NetSuite", concurrency=2, redactor=Redactor([]), patience=Patience())
    url = f"http://127.0.0.1:{server.server_port}"
    source = NetSuiteSource(ACCOUNT, url, caller, TokenBased(settings, clock))
    try:
        yield source
    finally:
        source.close()
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def source(world) -> Iterator[NetSuiteSource]:
    with _connected(world) as connected:
        yield connected


@pytest.fixture(scope="module")
def switched_off(world) -> Iterator[NetSuiteSource]:
    """The same account with every feature switched off."""
    with _connected(world, tables_off=frozenset(it.resource for it in MIRRORED)) as connected:
        yield connected


@pytest.mark.parametrize("entity", MIRRORED, ids=lambda entity: entity.resource)
class TestEveryRecord:
    def test_is_read_with_all_its_columns(self, world, source, entity: Entity) -> None:
        rows = world.netsuite.tables[entity.resource].rows.values()
        page = source.page(entity, Window(modified_to=datetime.now(UTC)), None)
        parse = parser_of(entity).parse

        assert page.expected == len(rows)
        assert len(page.records) == min(1000, len(rows))
        assert not [bad for bad in map(parse, page.records) if isinstance(bad, Unusable)]

    def test_is_counted_and_summed_there_as_here(self, world, source, entity: Entity) -> None:
        rows = world.netsuite.tables[entity.resource].rows.values()
        totals = source.totals(entity, Window()).totals

        assert sum(total.rows for total in totals) == len(rows)
        for measure in entity.measures:
            name = entity.fields[measure].source
            known = sum(row[name].quantize(FOUR) for row in rows if row.get(name) is not None)
            assert sum(total.sums[measure] for total in totals) == known

    def test_fills_every_column_that_this_firm_uses(self, world, entity: Entity) -> None:
        table = world.netsuite.tables[entity.resource]
        columns = {field.source for field in entity.fields.values()}
        rows = table.rows.values()
        empty = {name for name in columns if all(row.get(name) is None for row in rows)}

        assert columns <= set(table.columns)
        assert empty == NOT_USED_HERE.get(entity.resource, set())

    def test_is_not_offered_where_its_feature_is_off(self, switched_off, entity: Entity) -> None:
        with pytest.raises(NotOfferedError, match=entity.resource):
            switched_off.page(entity, Window(), None)


def test_every_subscription_has_a_revenue_element_that_tells_its_term(world) -> None:
    tables = world.netsuite.tables
    orders = {
        it["id"]: it for it in tables["transaction"].rows.values() if it["type"] == "SalesOrd"
    }
    elements = tables["revenueelement"].rows
    lines = [
        it for it in tables["transactionline"].rows.values()
        if it["item"] in SUBSCRIPTIONS and it["transaction"] in orders
    ]  # fmt: skip

    assert len(lines) > 20
    for line in lines:
        order, element = orders[line["transaction"]], elements[line["revenueelement"],]
        assert element["salesamount"] == -line["foreignamount"]
        assert [element[name] for name in ("entity", "currency")] == [
            order[name] for name in ("entity", "currency")
        ]
        assert element["item"] == line["item"]
        assert element["revrecstartdate"] <= order["trandate"] < element["revrecenddate"]
    planned = {row["createdfrom"] for row in tables["revenueplan"].rows.values()}
    assert not planned & {line["revenueelement"] for line in lines}, "what is invoiced is revenue"


def test_an_account_without_revenue_management_tells_no_term_on_its_lines(world) -> None:
    lines = ENTITIES["netsuite__transactionline"]
    with _connected(world, tables_off=frozenset({"revenueelement"})) as connected:
        with pytest.raises(FieldRefusedError) as refused:
            connected.page(lines, Window(), None)
        named = set(refused.value.names)
        assert named <= {"revenueelement", "revrecstartdate", "revrecenddate"}
        told = {
            name: field for name, field in lines.fields.items()
            if field.source not in {"revenueelement", "revrecstartdate", "revrecenddate"}
        }  # fmt: skip
        assert connected.page(replace(lines, fields=told), Window(), None).records

    assert named


def test_leads_and_prospects_are_customers_that_bought_nothing(world) -> None:
    tables = world.netsuite.tables
    stages = {row["id"]: row["searchstage"] for row in tables["customer"].rows.values()}
    invoiced = {row["entity"] for row in tables["transaction"].rows.values() if row["posting"]}

    assert set(stages.values()) == {"Lead", "Prospect", "Customer"}
    assert not [id_ for id_, stage in stages.items() if stage != "Customer" and id_ in invoiced]


def test_budgets_are_the_sum_of_their_months(world) -> None:
    tables = world.netsuite.tables
    periods = tables["accountingperiod"].rows
    sums: dict[int, Decimal] = {}
    for row in tables["budgetsmachine"].rows.values():
        budget = tables["budgets"].rows[row["budget"],]
        quarter = periods[row["period"],]["parent"]
        assert periods[quarter,]["parent"] == budget["year"]
        sums[row["budget"]] = sums.get(row["budget"], Decimal(0)) + row["amount"]

    assert len(sums) > 300
    assert sums == {row["id"]: row["total"] for row in tables["budgets"].rows.values()}


def test_what_was_done_on_the_tasks_of_a_project_is_what_was_exported(world) -> None:
    tables = world.netsuite.tables
    hours: dict[int, Decimal] = {}
    for row in tables["timebill"].rows.values():
        hours[row["customer"]] = hours.get(row["customer"], Decimal(0)) + row["hours"]
    done: dict[int, Decimal] = {}
    for row in tables["projecttask"].rows.values():
        done[row["project"]] = done.get(row["project"], Decimal(0)) + row["actualwork"]

    assert {project: value for project, value in done.items() if value} == hours


def test_references_between_the_lists_lead_somewhere(world) -> None:
    tables = world.netsuite.tables
    for table, column, target in (
        ("customer", "parent", "customer"),
        ("customer", "salesrep", "employee"),
        ("customer", "terms", "term"),
        ("customer", "entitystatus", "entitystatus"),
        ("contact", "company", "customer"),
        ("employee", "location", "location"),
        ("projecttask", "project", "job"),
        ("resourceallocation", "allocationresource", "employee"),
        ("resourceallocation", "project", "job"),
        ("classification", "parent", "classification"),
        ("budgets", "category", "budgetcategory"),
        ("budgets", "account", "account"),
        ("transaction", "terms", "term"),
        ("transactionline", "class", "classification"),
        ("transactionline", "location", "location"),
        ("timebill", "class", "classification"),
    ):
        found = {row[column] for row in tables[table].rows.values() if row.get(column) is not None}
        assert found, (table, column)
        assert {(id_,) for id_ in found} <= tables[target].rows.keys(), (table, column)
