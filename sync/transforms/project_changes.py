"""What changed on projects, field by field: two versions of one record side by side, of every record that tells of it.

A version counts as a change where the source stamps it as one: a record that is read again with columns that were
not mirrored before has not changed. What records bear before they are first seen is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from models.tables import changes as tables

from ..entities import ENTITIES
from ..entities.entity import Entity, Kind, System
from .transform import Slicing, Transform

_KINDS = {Kind.DATE: "day", Kind.FLAG: "flag"}  # of what the mirror holds; all else is text


@dataclass(frozen=True, slots=True)
class Value:
    """A column of a record whose changes are told.

    Attributes:
        column: in the mirror.
        called: a key of `models.metrics.project_changes.FIELDS`; empty: as the column.
        kind: of a decimal money, hours or percent; else the column's own kind tells.
        of: whose names its ids stand for; empty: it holds no id.
    """

    column: str
    called: str = ""
    kind: str = ""
    of: str = ""

    @property
    def field(self) -> str:
        """What it is called among the changes."""
        return self.called or self.column


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Records whose versions tell of projects.

    Attributes:
        kind: what the record is called among the changes.
        entity: key of the entity whose versions are kept.
        values: what is told of them; the first says what came or went with a record as a whole.
        owner, place: the column with the id that leads to the project, and of what that is the id.
        about: the column that says which of several records it is, and whose names it stands for.
        created: the column with the instant it was made: those made after the first load are told as new.
        where: SQL, which of the records.
        is_whole: the record is the project itself, of which is told since when it is known.
    """

    kind: str
    entity: str
    values: Sequence[Value]
    owner: str
    place: str = "project"
    about: str = ""
    about_of: str = ""
    created: str = ""
    where: str = "true"
    is_whole: bool = False

    @property
    def key(self) -> str:
        """The table of its changes."""
        return f"change_of_{self.kind}"

    @property
    def source(self) -> Entity:
        """What is mirrored of them."""
        return ENTITIES[self.entity]

    def kind_of(self, value: Value) -> str:
        """text, flag, day, money, hours or percent."""
        return value.kind or _KINDS.get(self.source.fields[value.column].kind, "text")


FOLLOWED = (
    Followed(
        kind="project",
        entity="suiteprojects__project",
        owner="id",
        created="created",
        is_whole=True,
        values=(
            Value("budget", kind="money"),
            Value("name"),
            Value("code"),
            Value("customer_id", "customer", of="customer"),
            Value("owner_id", "project_manager", of="user"),
            Value("stage_id", "stage", of="stage"),
            Value("contract_type"),
            Value("start_date"),
            Value("finish_date"),
            Value("budget_hours", kind="hours"),
            Value("currency"),
            Value("rate_card_id", "rate_card", of="rate_card"),
            Value("is_active", "active"),
        ),
    ),
    Followed(
        kind="job",
        entity="netsuite__job",
        owner="id",
        place="job",
        created="datecreated",
        is_whole=True,
        values=(
            Value("estimatedtime", "estimated_hours", "hours"),
            Value("companyname", "name"),
            Value("customer", of="ns_customer"),
            Value("projectmanager", "project_manager", of="employee"),
            Value("entitystatus", "stage", of="entity_status"),
            Value("jobbillingtype", "contract_type"),
            Value("startdate", "start_date"),
            Value("projectedenddate", "finish_date"),
            Value("enddate", "actual_finish_date"),
            Value("currency", of="ns_currency"),
            Value("isinactive", "inactive"),
        ),
    ),
    Followed(
        kind="task",
        entity="suiteprojects__project_task",
        owner="project_id",
        about="name",
        values=(
            Value("planned_hours", kind="hours"),
            Value("estimated_hours", kind="hours"),
            Value("name"),
            Value("start_date"),
            Value("calculated_start", "calculated_start_date"),
            Value("calculated_finish", "calculated_finish_date"),
            Value("budget_revenue", "budgeted_revenue", "money"),
            Value("is_non_billable", "not_billable"),
            Value("is_closed", "closed"),
        ),
    ),
    Followed(
        kind="booking",
        entity="suiteprojects__booking",
        owner="project_id",
        about="user_id",
        about_of="user",
        created="created",
        values=(
            Value("hours", "booked_hours", "hours"),
            Value("project_id", "project", of="project"),
            Value("user_id", "person", of="user"),
            Value("start_date"),
            Value("end_date"),
            Value("percentage", "booked_share", "percent"),
            Value("booking_type_id", "booking_type", of="booking_type"),
            Value("project_task_id", "task", of="task"),
            Value("approval_status", "approval"),
        ),
    ),
    Followed(
        kind="budget",
        entity="suiteprojects__project_budget",
        owner="project_id",
        about="name",
        values=(
            Value("total", "budget", "money"),
            Value("name"),
            Value("date"),
        ),
    ),
    Followed(
        kind="purchase_order",
        entity="suiteprojects__customer_po",
        owner="id",
        place="purchase_order",
        about="number",
        created="created",
        values=(
            Value("total", "contract_value", "money"),
            Value("number"),
            Value("date"),
            Value("is_active", "active"),
        ),
    ),
    Followed(
        kind="sales_order",
        entity="netsuite__transaction",
        owner="id",
        place="sales_order",
        about="tranid",
        created="createddate",
        where="v.type = 'SalesOrd'",
        values=(
            Value("foreigntotal", "contract_value", "money"),
            Value("trandate", "date"),
            Value("closedate", "closed_on"),
        ),
    ),
    Followed(
        kind="rate",
        entity="suiteprojects__rate_card_item",
        owner="rate_card_id",
        place="rate_card",
        about="job_code_id",
        about_of="role",
        values=(
            Value("rate", kind="money"),
            Value("currency"),
            Value("start_date"),
            Value("end_date"),
        ),
    ),
)


def _cells(one: Followed) -> Iterator[str]:
    """SQL of what is told of a version `v`, whichever table it is in."""
    has_money = any(value.kind == "money" for value in one.values)
    yield f"v.id, v.{one.source.modified} AS stamp, v.{one.owner} AS owner_id"
    yield f"{'CAST(v.currency AS VARCHAR)' if has_money else 'NULL'} AS currency"
    yield f"CAST({f'v.{one.about}' if one.about else 'NULL'} AS VARCHAR) AS about"
    for place, value in enumerate(one.values):
        yield f"CAST(v.{value.column} AS VARCHAR) AS f{place}"


def _struct(field: str, kind: str, names: str, was: str = "NULL", now: str = "NULL") -> str:
    return (
        f"{{'field': '{field}', 'value_kind': '{kind}', 'names': '{names}', "
        f"'was': {was}, 'now': {now}}}"
    )


def _changes(one: Followed) -> Transform:
    """The changes of one kind of record; a few for each that changed."""
    stage, past, began = (f"mirror.{table}_{one.entity}" for table in ("stg", "his", "now"))
    cells = ", ".join(_cells(one))
    before = ", ".join(f"lag(f{n}) OVER version_of AS w{n}" for n in range(len(one.values)))
    told = ", ".join(
        _struct(value.field, one.kind_of(value), value.of, f"w{n}", f"f{n}")
        for n, value in enumerate(one.values)
    )
    fields = ", ".join(f"'{value.field}'" for value in one.values)
    first = one.values[0]
    record = partial(_struct, kind=one.kind_of(first), names=first.of)
    living = "NOT coalesce(v.is_deleted, false)" if one.source.is_member else "true"
    branches = [
        _branch(
            f"unnest([{told}])",
            "step WHERE NOT is_gone AND NOT was_gone "
            "AND (stamp IS NULL OR stamp IS DISTINCT FROM was_stamp)",
        ),
        _branch(record("removed", was="w0"), "step WHERE is_gone AND NOT was_gone"),
        _branch(record("restored", now="f0"), "step WHERE was_gone AND NOT is_gone"),
    ]
    if one.is_whole:
        branches.append(_branch(_struct("first_seen", "text", ""), "first_version", "seen"))
    elif one.created:
        loaded = (
            f"SELECT min(seen) FROM (SELECT min(_known_from) AS seen FROM {past} UNION ALL "
            f"SELECT min(_known_from) FROM {began})"
        )
        added = record("added", now="f0")
        branches.append(_branch(added, f"first_version WHERE made > ({loaded})", "made"))
    made = f"v.{one.created}" if one.created else "NULL::TIMESTAMP"
    return Transform(
        key=one.key,
        sql=f"""
        WITH version AS (
            SELECT {cells}, v._valid_from AS began, v._known_from AS seen,
                coalesce(v._is_deletion, false) AS is_gone
            FROM {past} v WHERE {one.where}
            UNION ALL
            SELECT {cells}, h.ended, h.seen, false
            FROM {stage} v JOIN (
                SELECT id, max(_valid_to) AS ended, coalesce(max(_known_to), max(_valid_to)) AS seen
                FROM {past} GROUP BY id
            ) h ON h.id = v.id WHERE {one.where} AND {living}
            UNION ALL  -- gone for good: what it was last
            SELECT {cells}, v._valid_to, coalesce(v._known_to, v._valid_to), true
            FROM {past} v ANTI JOIN (SELECT id FROM {stage} v WHERE {living}) s ON s.id = v.id
            WHERE {one.where}
            QUALIFY row_number() OVER (PARTITION BY v.id ORDER BY v._known_from DESC, v._valid_from DESC) = 1
        ),
        step AS (
            SELECT *, lag(stamp) OVER version_of AS was_stamp, lag(is_gone) OVER version_of AS was_gone,
                {before}
            FROM version WINDOW version_of AS (PARTITION BY id ORDER BY seen, began, is_gone)
        ),
        first_version AS (
            SELECT {cells}, {made} AS made, n._known_from AS seen
            FROM {stage} v JOIN {began} n ON n.id = v.id
            WHERE {one.where} AND v.id NOT IN (SELECT id FROM {past})
            UNION ALL
            SELECT {cells}, {made}, v._known_from
            FROM {past} v WHERE {one.where}
            QUALIFY row_number() OVER (PARTITION BY v.id ORDER BY v._known_from, v._valid_from) = 1
        )
        SELECT id AS record_id, owner_id, currency, about, began AS changed_at, seen AS seen_at,
            told.field AS field, told.value_kind AS value_kind, told.names AS names,
            told.was AS was, told.now AS now
        FROM ({" UNION ALL ".join(branches)})
        WHERE told.was IS DISTINCT FROM told.now OR told.field NOT IN ({fields})""",
        slicings=(Slicing(by=("record_id",), of={f"stg_{one.entity}": ("id",)}),),
    )


def _branch(told: str, rows: str, changed: str = "began") -> str:
    return f"SELECT id, owner_id, currency, about, {changed} AS began, seen, {told} AS told FROM {rows}"


(
    CHANGE_OF_PROJECT,
    CHANGE_OF_JOB,
    CHANGE_OF_TASK,
    CHANGE_OF_BOOKING,
    CHANGE_OF_BUDGET,
    CHANGE_OF_PURCHASE_ORDER,
    CHANGE_OF_SALES_ORDER,
    CHANGE_OF_RATE,
) = map(_changes, FOLLOWED)

_NAMES = (  # whose names ids stand for, and where they are
    ("customer", "suiteprojects__customer", "id", "name"),
    ("user", "suiteprojects__user", "id", "name"),
    ("stage", "suiteprojects__project_stage", "id", "name"),
    ("rate_card", "suiteprojects__rate_card", "id", "name"),
    ("project", "suiteprojects__project", "id", "name"),
    ("task", "suiteprojects__project_task", "id", "name"),
    ("booking_type", "suiteprojects__booking_type", "id", "name"),
    ("role", "suiteprojects__job_code", "id", "name"),
    ("ns_customer", "netsuite__customer", "id", "coalesce(companyname, entityid)"),
    ("employee", "netsuite__employee", "id", "entityid"),
    ("entity_status", "netsuite__entitystatus", "key", "name"),
    ("ns_currency", "netsuite__currency", "id", "symbol"),
)
_EVERY = " UNION ALL ".join(
    f"SELECT '{one.kind}' AS kind, '{one.place}' AS place, '{one.about_of}' AS about_of, "
    f"{one.source.system is System.NETSUITE} AS is_named, * FROM {one.key}"  # a currency's id
    for one in FOLLOWED
)
_NAMED = " UNION ALL ".join(
    f"SELECT '{names}' AS names, {key} AS id, {name} AS name FROM mirror.stg_{entity}"
    for names, entity, key, name in _NAMES
)

FCT_PROJECT_CHANGE = Transform(
    key="fct_project_change",
    target=tables.fct_project_change,
    needs=(
        *(one.key for one in FOLLOWED),
        "map_project",
        "dim_project",
        "po_project",
        "sales_line",
    ),
    sql=f"""
        WITH every_change AS ({_EVERY}),
        told AS (  -- a booking that moved to another project is told on both
            FROM every_change
            UNION ALL
            SELECT * REPLACE (TRY_CAST(was AS BIGINT) AS owner_id)
            FROM every_change WHERE field = 'project'
        ),
        named AS (SELECT * FROM ({_NAMED}) WHERE name IS NOT NULL),
        placed AS (
            SELECT 'project' AS place, id, project_key FROM map_project WHERE system = 'suiteprojects'
            UNION ALL
            SELECT 'job', id, project_key FROM map_project WHERE system = 'netsuite'
            UNION ALL
            SELECT 'purchase_order', id, project_key FROM po_project
            UNION ALL
            SELECT DISTINCT 'sales_order', transaction_id, project_key FROM sales_line
            WHERE type = 'SalesOrd' AND transaction_id IN (SELECT owner_id FROM change_of_sales_order)
            UNION ALL
            SELECT DISTINCT 'rate_card', c.rate_card_id, m.project_key
            FROM (
                SELECT id AS project_id, rate_card_id FROM mirror.stg_suiteprojects__project
                UNION ALL
                SELECT project_id, rate_card_id FROM mirror.stg_suiteprojects__billing_rule
                WHERE type = 'T' AND upper(rate_from) LIKE 'R%'
            ) c JOIN map_project m ON m.system = 'suiteprojects' AND m.id = c.project_id
            WHERE c.rate_card_id IN (SELECT owner_id FROM change_of_rate)
        )
        SELECT t.kind, t.record_id, p.project_key, p.department_key, p.customer_key,
            p.subsidiary_key, strftime(t.changed_at, '%Y-%m-%d %H:%M:%S') AS changed_at,
            strftime(t.seen_at, '%Y-%m-%d %H:%M:%S') AS seen_at,
            CASE WHEN t.about_of = '' THEN t.about ELSE coalesce(a.name, t.about) END AS about,
            t.field, t.value_kind,
            CASE WHEN t.names = '' THEN t.was ELSE coalesce(w.name, t.was) END AS was,
            CASE WHEN t.names = '' THEN t.now ELSE coalesce(n.name, t.now) END AS now,
            CASE WHEN t.value_kind IN ('money', 'hours', 'percent')
                THEN (coalesce(TRY_CAST(t.now AS DECIMAL(18,4)), 0)
                    - coalesce(TRY_CAST(t.was AS DECIMAL(18,4)), 0))::DECIMAL(18,4)
                WHEN t.value_kind = 'day'
                THEN (TRY_CAST(t.now AS DATE) - TRY_CAST(t.was AS DATE))::DECIMAL(18,4)
                END AS difference,
            CASE t.value_kind WHEN 'hours' THEN 'hours' WHEN 'day' THEN 'days' WHEN 'percent' THEN '%'
                WHEN 'money' THEN CASE WHEN t.is_named THEN coalesce(c.name, t.currency)
                    ELSE t.currency END
                END AS unit
        FROM told t
        JOIN placed l ON l.place = t.place AND l.id = t.owner_id
        JOIN dim_project p ON p.project_key = l.project_key AND p.project_key <> -1
        LEFT JOIN named a ON a.names = t.about_of AND a.id = TRY_CAST(t.about AS BIGINT)
        LEFT JOIN named w ON w.names = t.names AND w.id = TRY_CAST(t.was AS BIGINT)
        LEFT JOIN named n ON n.names = t.names AND n.id = TRY_CAST(t.now AS BIGINT)
        LEFT JOIN named c ON t.is_named AND c.names = 'ns_currency'
            AND c.id = TRY_CAST(t.currency AS BIGINT)""",
)
