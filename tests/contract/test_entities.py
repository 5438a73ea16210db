"""What must hold for every mirrored entity, those yet to be written included."""

from __future__ import annotations

import re

import pytest

from sync.entities import ENTITIES
from sync.entities.entity import Entity, Kind, Surface, System

AREAS = {"projects", "staffing", "billing", "finance", "sales"}
SURFACES = {
    System.NETSUITE: {Surface.SUITEQL},
    System.SUITEPROJECTS: {Surface.REST, Surface.XML},
}


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=lambda entity: entity.key)
class TestEveryEntity:
    def test_is_keyed_by_its_system_and_a_name(self, entity: Entity) -> None:
        assert re.fullmatch(rf"{entity.system.value}__[a-z][a-z0-9_]*", entity.key)

    def test_belongs_to_an_area(self, entity: Entity) -> None:
        assert entity.area in AREAS

    def test_has_a_title(self, entity: Entity) -> None:
        assert entity.title[:1].isupper()

    def test_is_served_by_an_interface_of_its_system(self, entity: Entity) -> None:
        assert entity.surface in SURFACES[entity.system]

    def test_is_identified_by_fields_that_are_never_empty(self, entity: Entity) -> None:
        assert entity.identity
        for column in entity.identity:
            assert entity.fields[column].required
            assert entity.fields[column].kind in (Kind.ID, Kind.TEXT)

    def test_names_its_columns_in_a_way_every_database_accepts(self, entity: Entity) -> None:
        for column in entity.fields:
            assert re.fullmatch(r"[a-z][a-z0-9_]*", column)

    def test_reads_each_field_of_the_source_once(self, entity: Entity) -> None:
        sources = [field.source for field in entity.fields.values()]
        assert len(sources) == len(set(sources))

    def test_tells_its_changes_by_an_instant(self, entity: Entity) -> None:
        if entity.modified is not None:
            assert entity.fields[entity.modified].kind is Kind.INSTANT

    def test_tells_its_age_by_a_date(self, entity: Entity) -> None:
        if entity.dated is not None:
            assert entity.fields[entity.dated].kind is Kind.DATE

    def test_which_loads_recent_records_first_can_also_load_changes(self, entity: Entity) -> None:
        assert entity.dated is None or entity.modified is not None

    def test_hangs_on_a_parent_of_its_own_system_by_one_of_its_ids(self, entity: Entity) -> None:
        if entity.parent is None:
            assert entity.parent_key is None
            return
        parent = ENTITIES[entity.parent]
        assert parent.system is entity.system
        assert parent.parent is None
        assert entity.parent_key in entity.identity

    def test_is_deleted_by_one_id_or_with_its_parent(self, entity: Entity) -> None:
        if entity.deletions is not None:
            assert len(entity.identity) == 1

    def test_keeps_versions_of_what_one_of_its_columns_says(self, entity: Entity) -> None:
        if entity.history is not None and entity.history.column is not None:
            of = ENTITIES[entity.parent or ""] if entity.history.of_parent else entity
            assert of.fields[entity.history.column].kind is Kind.TEXT
            assert entity.history.values
            assert not entity.history.of_parent or of.identity == ("id",)

    def test_whose_versions_begin_with_its_creation_says_when_that_was(
        self, entity: Entity
    ) -> None:
        if entity.history is not None and entity.history.created is not None:
            assert entity.fields[entity.history.created].kind is Kind.INSTANT

    def test_is_proven_by_sums_of_exact_numbers(self, entity: Entity) -> None:
        for column in entity.measures:
            assert entity.fields[column].kind is Kind.DECIMAL


def test_both_systems_are_mirrored() -> None:
    assert {entity.system for entity in ENTITIES.values()} == set(System)
