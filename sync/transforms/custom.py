"""Custom fields and their values: what each system holds beyond the columns we declare."""

from __future__ import annotations

from models.tables import custom as tables

from ..entities import ENTITIES
from ..entities.entity import Entity
from .transform import Slicing, Transform


def _record_id(entity: Entity) -> str:
    columns = ", ".join(f'"{name}"' for name in entity.identity)
    return f"concat_ws('|', {columns})"


def _values(entity: Entity) -> str:
    return (
        f"SELECT '{entity.key}' AS entity, {_record_id(entity)} AS record_id, "
        f"unnest(json_keys(custom)) AS field, custom FROM mirror.{entity.table} "
        "WHERE custom IS NOT NULL"
    )


CUSTOM_FIELD = Transform(
    key="custom_field",
    target=tables.custom_field,
    sql="SELECT entity, name AS field, label, kind, source_type, state FROM mirror.stg_field",
)

CUSTOM_VALUE = Transform(
    key="custom_value",
    target=tables.custom_value,
    sql="""
        WITH found AS ("""
    + "\n            UNION ALL ".join(map(_values, ENTITIES.values()))
    + """),
        typed AS (
            SELECT v.entity, v.record_id, v.field, coalesce(f.kind, 'text') AS kind,
                v.custom ->> ('$."' || replace(v.field, '"', '\\"') || '"') AS text_value
            FROM found v LEFT JOIN mirror.stg_field f ON f.entity = v.entity AND f.name = v.field
        )
        SELECT entity, record_id, field, kind, text_value,
            CASE
                WHEN kind IN ('id', 'integer', 'decimal', 'rate')
                    THEN TRY_CAST(text_value AS DECIMAL(28, 6))
                WHEN kind = 'flag' AND lower(text_value) IN ('t', 'true', '1') THEN 1
                WHEN kind = 'flag' AND lower(text_value) IN ('f', 'false', '0') THEN 0
            END AS number_value,
            CASE
                WHEN kind = 'date' THEN CAST(TRY_CAST(text_value AS DATE) AS TIMESTAMP)
                WHEN kind = 'instant' THEN TRY_CAST(rtrim(text_value, 'Z') AS TIMESTAMP)
            END AS date_value
        FROM typed""",
    slicings=(
        Slicing(
            by=("entity", "record_id"),
            of={
                entity.table: (f"'{entity.key}'", _record_id(entity))
                for entity in ENTITIES.values()
            },
            touched={
                entity.table: f"SELECT '{entity.key}', {_record_id(entity)} FROM changed "
                "WHERE custom IS NOT NULL"
                for entity in ENTITIES.values()
            },
        ),
    ),
)
