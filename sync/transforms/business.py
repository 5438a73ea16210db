"""What the configuration says of items, accounts, contracts and departments, as tables to join.

The rules come as `mirror.cfg_rule` (sync.engine.given): a change of the file renews what it touches.
`stream_joins` and `stream_of` put a row's stream together, `line_of` its line.
"""

from __future__ import annotations

from collections.abc import Iterable

from models.business.rules import OVERHEAD, SERVICES, Line, Stream
from models.tables import business as tables

from .transform import Transform

_LIKE = "LIKE r.name ESCAPE '!'"
_NUMBERED = (
    "(r.low IS NULL OR (t.acctnumber >= r.low AND left(t.acctnumber, length(r.high)) <= r.high))"
)


def _account_rules(kind: str, result: str) -> str:
    """The first rule of a kind that an account meets."""
    return f"""
        SELECT t.id AS account_key, arg_min(r.result, r.position) AS {result}
        FROM mirror.stg_netsuite__account t
        JOIN mirror.cfg_rule r ON r.kind = '{kind}'
            AND (r.type IS NULL OR lower(t.accttype) = r.type)
            AND (r.name IS NULL OR lower(t.fullname) {_LIKE})
            AND {_NUMBERED}
            AND (r.member IS NULL OR r.member = t.id)
        GROUP BY t.id"""


ITEM_STREAM = Transform(
    key="item_stream",
    sql=f"""
        SELECT i.id AS item_id, arg_min(r.result, r.position) AS stream
        FROM mirror.stg_netsuite__item i
        JOIN mirror.cfg_rule r ON r.kind = 'item'
            AND (r.type IS NULL OR lower(i.itemtype) = r.type)
            AND (r.name IS NULL OR lower(i.itemid) {_LIKE} OR lower(i.displayname) {_LIKE})
            AND (r.member IS NULL OR r.member = i.id)
        GROUP BY i.id""",
)

ACCOUNT_STREAM = Transform(key="account_stream", sql=_account_rules("account", "stream"))

CONTRACT_STREAM = Transform(  # by contract type, as projects bear it
    key="contract_stream",
    sql=f"""
        SELECT p.contract_type, arg_min(r.result, r.position) AS stream
        FROM (
            SELECT DISTINCT contract_type FROM mirror.stg_suiteprojects__project
            WHERE contract_type IS NOT NULL
        ) p
        JOIN mirror.cfg_rule r ON r.kind = 'contract'
            AND (r.type IS NULL OR lower(trim(p.contract_type)) = r.type)
            AND (r.name IS NULL OR lower(trim(p.contract_type)) {_LIKE})
        GROUP BY p.contract_type""",
)

DIM_STREAM_MAP = Transform(
    key="dim_stream_map",
    target=tables.dim_stream_map,
    needs=("item_stream", "account_stream", "contract_stream"),
    sql="""
        SELECT 'item' AS kind, s.item_id AS member_key, coalesce(i.displayname, i.itemid) AS name,
            s.stream
        FROM item_stream s JOIN mirror.stg_netsuite__item i ON i.id = s.item_id
        UNION ALL
        SELECT 'account', s.account_key, t.fullname, s.stream
        FROM account_stream s JOIN mirror.stg_netsuite__account t ON t.id = s.account_key
        UNION ALL
        SELECT 'contract', -1, contract_type, stream FROM contract_stream""",
)

_POSITIONS = " ".join(
    f"WHEN '{line}' THEN {place}"
    for place, line in enumerate(
        one
        for line in Line
        for one in ([OVERHEAD, line] if line is Line.PRACTICE_OVERHEAD else [line])
    )
)

DIM_PNL_LINE = Transform(
    key="dim_pnl_line",
    target=tables.dim_pnl_line,
    sql=f"""
        SELECT account_key, line, CASE line {_POSITIONS} END AS position
        FROM ({_account_rules("line", "line")})""",
)

PAYROLL_ACCOUNT = Transform(  # accounts of cost that are wages and what comes with them
    key="payroll_account",
    sql=f"""
        SELECT DISTINCT t.id AS account_key FROM mirror.stg_netsuite__account t
        JOIN mirror.cfg_rule r ON r.kind = 'payroll' AND lower(t.fullname) {_LIKE}
        WHERE t.accttype IN ('COGS', 'Expense')""",
)

SEGMENT_MEMBER = Transform(  # every member of the segment that practices are told by
    key="segment_member",
    needs=("dim_department",),
    sql=f"""
        WITH chosen AS (
            SELECT coalesce(max(value), 'department') AS segment FROM mirror.cfg_setting
            WHERE key = 'practice_segment'
        ),
        corporate AS (SELECT name FROM mirror.cfg_rule WHERE kind = 'corporate'),
        member AS (
            SELECT 'department' AS segment, department_key AS member_key, name FROM dim_department
            WHERE department_key <> -1
            UNION ALL SELECT 'class', id, fullname FROM mirror.stg_netsuite__classification
            UNION ALL SELECT 'location', id, fullname FROM mirror.stg_netsuite__location
        )
        SELECT m.segment, m.member_key, m.name,
            coalesce(
                (
                    SELECT arg_min(r.result, r.position) = 'practice' FROM mirror.cfg_rule r
                    WHERE r.kind = 'practice' AND (r.type IS NULL OR r.type = m.segment)
                        AND (r.name IS NULL OR lower(m.name) {_LIKE})
                ),
                NOT EXISTS (FROM corporate r WHERE lower(m.name) {_LIKE})
            ) AS is_practice
        FROM member m JOIN chosen c ON c.segment = m.segment""",
)

PRACTICE_MEMBER = Transform(  # those that are practices
    key="practice_member",
    needs=("segment_member",),
    sql="SELECT segment, member_key, name FROM segment_member WHERE is_practice",
)

STREAM_NEEDS = ("item_stream", "account_stream", "contract_stream")
OF_CONTRACT = (
    "LEFT JOIN contract_stream sc ON sc.contract_type = p.contract_type"  # of a project `p`
)


def stream_joins(*, item: str = "NULL", account: str = "NULL", contract: str = "NULL") -> str:
    """Joins that find the streams of a row's item id, account id and project's contract type."""
    return f"""
        LEFT JOIN item_stream si ON si.item_id = {item}
        LEFT JOIN account_stream sa ON sa.account_key = {account}
        LEFT JOIN contract_stream sc ON sc.contract_type = {contract}"""


def stream_of(on_project: str) -> str:
    """The stream of a row with `stream_joins`.

    Args:
        on_project: SQL: whether the row belongs to a project of a customer.
    """
    own = f"coalesce(si.stream, sa.stream, CASE WHEN {on_project} THEN '{SERVICES}' END)"
    return f"""CASE {own}
            WHEN '{SERVICES}' THEN coalesce(sc.stream, '{Stream.SERVICES_TM}')
            ELSE coalesce({own}, '{Stream.OTHER}') END"""


# of a project's work, with `OF_CONTRACT`
PROJECT_STREAM = f"coalesce(sc.stream, '{Stream.SERVICES_TM}')"
ON_CLIENT_PROJECT = "p.project_key <> -1 AND p.kind = 'client'"  # of a row with its project `p`


# of work on the project `p` of a row and of what is bought for it, with `OF_CONTRACT`
WORK_STREAM = f"CASE WHEN {ON_CLIENT_PROJECT} THEN {PROJECT_STREAM} ELSE '{Stream.OTHER}' END"
# of a receipt on the project `p`, as the ledger tells expenses of projects from those of the house
SPENT_STREAM = f"CASE WHEN {ON_CLIENT_PROJECT} THEN '{Stream.EXPENSES}' ELSE '{Stream.OTHER}' END"


def charged_stream(method: str) -> str:
    """The stream of a row of SuiteProjects Pro with its project `p` and `OF_CONTRACT`.

    Args:
        method: SQL: the vendor's letter for what it is about.
    """
    return f"""CASE WHEN {method} IN ('E', 'P') THEN '{Stream.EXPENSES}'
            ELSE {WORK_STREAM} END"""


def among(streams: Iterable[str]) -> str:
    """Streams as SQL, for IN."""
    return f"({', '.join(map(repr, map(str, streams)))})"


def contract_touched(fact: str, by: str) -> dict[str, str]:
    """For a slicing: the rows of a fact whose project's contract type is taken for another stream."""
    return {
        "contract_stream": f"""
            SELECT {by} FROM {fact} WHERE project_key IN (
                SELECT project_key FROM dim_project
                WHERE contract_type IN (SELECT contract_type FROM changed))"""
    }


def item_touched(lines: str) -> dict[str, str]:
    """For a slicing: the transactions whose lines' items, or these items' accounts, are taken for another stream."""
    of = f"SELECT transaction FROM {lines} WHERE item IN"
    items = "SELECT id FROM mirror.stg_netsuite__item WHERE incomeaccount IN"
    return {
        "item_stream": f"{of} (SELECT item_id FROM changed)",
        "account_stream": f"{of} ({items} (SELECT account_key FROM changed))",
    }


def line_of(line: str, practice: str) -> str:
    """A posting's line of the income statement.

    Args:
        line: SQL: that of its account, `dim_pnl_line.line`.
        practice: SQL: whether its department (class, location) is a practice.
    """
    return f"""CASE {line}
            WHEN '{OVERHEAD}' THEN CASE WHEN {practice} THEN '{Line.PRACTICE_OVERHEAD}'
                ELSE '{Line.CORPORATE_OVERHEAD}' END
            ELSE {line} END"""
