"""What demand for people rests on: part by part in one field of roles and weeks, and why a part may be empty."""

import shutil
from dataclasses import replace
from decimal import Decimal

import pytest

from dashboard.app import create_app
from models.access import Role
from models.snapshot import EntityStanding
from models.tables.deal_demand import fct_deal_demand
from models.tables.people import dim_role
from tests.unit.dashboard import firm
from tests.unit.dashboard.conftest import FakeSnapshots

NOTHING_MIRRORED = "No deals are mirrored from SuiteProjects Pro"
DEAL = {
    "labor_id": 1, "deal_id": 1, "deal": "Harbour", "role_key": 3, "department_key": 10, "subsidiary_key": 1,
    "customer_key": 30, "project_key": -1, "person_key": -1, "day": 20261201, "month": 202612,
}  # fmt: skip


@pytest.fixture(scope="module")
def selling(snapshot, tmp_path_factory, ran, settings, clock):
    """A firm that keeps deals: one that counts, one of which nobody knows how likely it is."""
    path = tmp_path_factory.mktemp("selling") / "snapshot.duckdb"
    shutil.copyfile(snapshot.path, path)
    counts = {
        **DEAL,
        "hours": Decimal(14),
        "probability": Decimal("0.5"),
        "weighted_hours": Decimal(7),
    }
    unknown = {**DEAL, "labor_id": 2, "hours": Decimal(33), "left_out": "likelihood"}
    firm.fill(str(path), dim_role, [{"role_key": 3, "name": "Diver"}])
    firm.fill(str(path), fct_deal_demand, [counts, unknown])
    standing = EntityStanding(system="suiteprojects", title="Deals", quarantined=0, rows=2)
    told = firm.snapshot_at(path)
    entities = {**told.entities, "suiteprojects__deal": standing}
    return create_app(settings, ran, FakeSnapshots(replace(told, entities=entities)), clock)


def section(app, signed_in, name, search=""):
    return signed_in(app, Role.CFO).section("/utilization", name, search).get_data(as_text=True)


def test_deals_stand_in_the_field_by_role_and_lead_to_their_rows(selling, signed_in):
    told = section(selling, signed_in, "capacity_gap", "?capacity_gap-shows=deals")

    assert "Diver" in told
    assert "demand_layer=deals&amp;role=Diver&amp;week=2026-W49" in told
    assert "times the probability of their opportunity" in told


def test_what_deals_would_take_lacks_in_what_is_left_over(selling, signed_in):
    left = section(selling, signed_in, "capacity_gap")

    assert "Diver" in left
    assert "\N{MINUS SIGN}7" in left


def test_deals_that_nobody_knows_the_likelihood_of_are_told_apart(selling, signed_in):
    told = section(selling, signed_in, "deal_hours_left_out-by")

    assert "Likelihood not known" in told
    assert "33.0" in told


def test_a_firm_without_deals_is_told_why_there_are_none(app, signed_in):
    field = section(app, signed_in, "capacity_gap", "?capacity_gap-shows=deals")

    assert NOTHING_MIRRORED in field
    assert "Tentative" in field, "the other parts can be chosen"
    assert NOTHING_MIRRORED in section(app, signed_in, "deal_hours_left_out-by")
