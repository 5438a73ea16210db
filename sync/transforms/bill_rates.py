"""What an hour is listed at, and what was agreed for it: by project, role and day (B1, B2)."""

from __future__ import annotations

from .pieces import referring
from .transform import Slicing, Transform

_ENTRY = "stg_suiteprojects__time_entry"
_ENTRIES = f"mirror.{_ENTRY}"

CARD_RATE = Transform(  # the rates of a card, each range up to the next one's start
    key="card_rate",
    sql="""
        SELECT rate_card_id, job_code_id, rate, currency,
            coalesce(start_date, DATE '0001-01-01') AS start_date,
            coalesce(end_date, DATE '9999-12-31') AS end_date
        FROM mirror.stg_suiteprojects__rate_card_item
        QUALIFY row_number() OVER (PARTITION BY rate_card_id, job_code_id,
            coalesce(start_date, DATE '0001-01-01') ORDER BY id DESC) = 1""",
)

TIME_RULE = (
    Transform(  # the rule that a project's time is billed by, on each day of its range the first
        key="time_rule",
        sql="""
        SELECT project_id, id, coalesce(is_active, true) AS is_active, coalesce(position, 0) AS position,
            CASE WHEN upper(rate_from) LIKE 'R%' THEN rate_card_id END AS rate_card_id,
            coalesce(TRY_CAST(rate_multiplier AS DECIMAL(18,4)), 1) AS multiplier,
            coalesce(start_date, DATE '0001-01-01') AS start_date,
            coalesce(end_date, DATE '9999-12-31') AS end_date
        FROM mirror.stg_suiteprojects__billing_rule
        WHERE type = 'T'""",
    )
)


def rated(rows: str) -> str:
    """CTEs that end in `rated`: the rates of `rows`, a relation of (id, user_id, project_id, role_id, day).

    The list rate is that of the project's rate card, else the person's own; what was agreed is what the
    project's rule of time says, and nothing where its time is not billed by the hour.
    """
    return f"""
        wanted AS ({rows}),
        ruled AS (
            SELECT w.id, r.rate_card_id, r.multiplier
            FROM wanted w
            JOIN time_rule r ON r.project_id = w.project_id
                AND w.day BETWEEN r.start_date AND r.end_date
            QUALIFY row_number() OVER (PARTITION BY w.id
                ORDER BY NOT r.is_active, r.position, r.id) = 1  -- of a project that is over, none is
        ),
        carded AS (
            SELECT w.*, p.rate_card_id AS list_card, r.rate_card_id AS agreed_card, r.multiplier,
                u.rate AS own_rate, u.currency AS own_currency
            FROM wanted w
            LEFT JOIN mirror.stg_suiteprojects__project p ON p.id = w.project_id
            LEFT JOIN mirror.stg_suiteprojects__user u ON u.id = w.user_id
            LEFT JOIN ruled r ON r.id = w.id
        ),
        found AS (
            SELECT c.*, CASE WHEN l.end_date >= c.day THEN l.rate END AS listed,
                l.currency AS listed_currency,
                CASE WHEN a.end_date >= c.day THEN a.rate END AS agreed,
                a.currency AS agreed_currency
            FROM carded c
            ASOF LEFT JOIN card_rate l ON l.rate_card_id = c.list_card
                AND l.job_code_id = c.role_id AND l.start_date <= c.day
            ASOF LEFT JOIN card_rate a ON a.rate_card_id = c.agreed_card
                AND a.job_code_id = c.role_id AND a.start_date <= c.day
        ),
        rated AS (
            SELECT id, coalesce(listed, own_rate) AS list_rate,
                CASE WHEN listed IS NULL THEN own_currency ELSE listed_currency END AS list_currency,
                product(CASE WHEN agreed_card IS NULL THEN own_rate ELSE agreed END, multiplier)
                    AS agreed_rate,
                CASE WHEN agreed_card IS NULL THEN own_currency ELSE agreed_currency END
                    AS agreed_currency
            FROM found
        )"""


RATE_NEEDS = ("card_rate", "time_rule")


def rates_touched(rows: str, row: str = "id") -> dict[str, str]:
    """What the rates of staged rows hang on, beside the rows themselves."""
    project, user = (referring(row, rows, f"{name}_id") for name in ("project", "user"))
    return {
        "stg_suiteprojects__project": project,
        "stg_suiteprojects__user": user,
        "time_rule": referring(row, rows, "project_id", "project_id"),
        "card_rate": f"""
            SELECT {row} FROM {rows} WHERE project_id IN (
                SELECT id FROM mirror.stg_suiteprojects__project
                WHERE rate_card_id IN (SELECT rate_card_id FROM changed)
                UNION ALL SELECT project_id FROM time_rule
                WHERE rate_card_id IN (SELECT rate_card_id FROM changed))""",
    }


HOUR_RATE = Transform(
    key="hour_rate",
    needs=RATE_NEEDS,
    sql=f"""
        WITH {
        rated(f'''
            SELECT e.id, e.user_id, e.project_id, e.date AS day,
                coalesce(nullif(e.job_code_id, 0), v.job_code_id) AS role_id
            FROM {_ENTRIES} e
            LEFT JOIN mirror.stg_suiteprojects__user v ON v.id = e.user_id''')
    }
        SELECT id AS time_entry_id, * EXCLUDE (id) FROM rated""",
    slicings=(
        Slicing(by=("time_entry_id",), of={_ENTRY: ("id",)}, touched=rates_touched(_ENTRIES)),
    ),
)
