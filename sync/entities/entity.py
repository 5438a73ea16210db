"""The vocabulary of mirrored records: which fields, read how, keyed and dated by what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .condition import Condition


class System(StrEnum):
    """A source system."""

    NETSUITE = "netsuite"
    SUITEPROJECTS = "suiteprojects"


class Surface(StrEnum):
    """Which of a system's programming interfaces serves an entity."""

    SUITEQL = "suiteql"
    REST = "rest"
    XML = "xml"


class Kind(StrEnum):
    """What a field holds; decides how it is parsed and kept."""

    ID = "id"  # integer, may be negative
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"  # money, hours: four places, exact
    RATE = "rate"  # exchange rate: kept as text at source precision
    DATE = "date"
    INSTANT = "instant"  # kept in UTC
    FLAG = "flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of the mirror.

    Attributes:
        source: the vendor's own name on the wire.
        kind: how to read it.
        required: a record without it cannot be used and goes to quarantine.
    """

    source: str
    kind: Kind
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Every version of a record is kept, with when it held.

    Attributes:
        column: only records whose column has one of `values` have versions; None: all have.
        values: those values.
        of_parent: the column is that of the parent, which is identified by its `id`.
        created: our column with the instant the record was made; its first version holds from then on.
            None: from the instant of its last change before it was first seen.
    """

    column: str | None = None
    values: tuple[str, ...] = ()
    of_parent: bool = False
    created: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Entity:
    """One kind of source record that is mirrored.

    Attributes:
        key: `<system>__<name>`; the staging table is `stg_<key>`.
        area: projects, staffing, billing, finance or sales.
        resource: the vendor's name: a SuiteQL table, a REST path, an XML datatype.
        identity: our column names that identify a record.
        fields: our column name -> field.
        modified: our column that moves when the record changes; None: read whole each time.
        dated: our date column that tells how old a record is, so that recent ones can load first;
            None: always loaded whole.
        deletions: the vendor's name of the record in its list of deletions (SuiteProjects Pro: the XML
            datatype, also of what REST serves); None: not listed there.
        parent: key of the entity that owns these records: its change brings all of them again, and
            those that are missing then are gone; its deletion takes them along.
        parent_key: our column that holds the parent's id.
        history: which of its records keep every version; None: the newest only.
        measures: our decimal columns whose sums are compared with the source's, month by month.
        custom: the vendor's names of the record in its list of custom fields, parted by blanks, where they
            do not follow from `resource` or `deletions`; None: they do.
        group: the schedule group it is refreshed with, unless the configuration says otherwise.
        belongs_to: our column -> key of the entity whose record it belongs to: a refresh of that one record
            takes these along. A `project_id` of SuiteProjects Pro needs no mention.
        brings: our column -> key of the entity whose record comes along with it.
        left_out: columns that the configuration leaves out: not asked for, empty in the mirror.
        is_member: other records refer to it by name, so a deleted one stays in the mirror, marked
            `is_deleted`, and what refers to it keeps its name.
        conditions: what the configuration narrows its records to.
        owner_conditions: the same of its parent, which its records follow.
    """

    key: str
    title: str
    area: str
    system: System
    surface: Surface
    resource: str
    identity: tuple[str, ...]
    fields: dict[str, Field]
    modified: str | None = None
    dated: str | None = None
    deletions: str | None = None
    parent: str | None = None
    parent_key: str | None = None
    history: History | None = None
    is_member: bool = False
    measures: tuple[str, ...] = ()
    custom: str | None = None
    group: str = "standard"
    belongs_to: Mapping[str, str] = field(default_factory=dict)
    brings: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    conditions: tuple[Condition, ...] = ()
    owner_conditions: tuple[Condition, ...] = ()

    @property
    def table(self) -> str:
        """The name of its staging table."""
        return f"stg_{self.key}"

    @property
    def history_table(self) -> str:
        """The name of the table that holds the versions before the newest one."""
        return f"his_{self.key}"

    @property
    def asked(self) -> dict[str, Field]:
        """The fields that the source is asked for."""
        return {name: field for name, field in self.fields.items() if name not in self.left_out}
