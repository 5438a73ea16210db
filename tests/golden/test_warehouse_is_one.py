"""The same facts come of a record however it is kept, and however often it was built."""

from __future__ import annotations

from sync.engine.warehouse import compare, verify
from tests.golden.corrections import SOURCES


def test_postgresql_and_sqlite_make_the_same_facts(short, load_world, postgres_url, tmp_path):
    other = load_world(short.world, tmp_path, postgres_url)

    assert compare(short.snapshot.path, other.snapshot.path) == []


def test_building_what_changed_makes_the_same_facts_as_building_all(corrected):
    """Hours rise, an invoice goes with its lines, a rate is corrected, a project changes hands."""
    own = corrected.loaded

    assert verify(own.record, own.settings, SOURCES, own.clock) == []
    differing = compare(corrected.before.path, corrected.now.path)
    assert any(text.startswith("fct_gl") for text in differing)
