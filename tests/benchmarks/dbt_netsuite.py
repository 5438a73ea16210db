"""Compare our ledger with an independent one: fivetran's dbt_netsuite, run on the same mirrored tables.

    python -m tests.benchmarks.dbt_netsuite --data data --packages checkouts --dbt path/to/dbt

`--data` is the data folder of a record that has been built (its work/mirror.duckdb is read, as is its newest
snapshot). `--packages` holds checkouts of dbt_netsuite, dbt_fivetran_utils and dbt-utils, obtained separately;
none of their code is kept here. `--dbt` is the command of an environment with dbt-core and dbt-duckdb. It is no
part of the tests: it tells a person, line by line, where the two differ.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb

from models.settings import WarehouseSettings
from models.snapshot import Snapshots

_PACKAGES = {
    "netsuite": "dbt_netsuite",
    "fivetran_utils": "dbt_fivetran_utils",
    "dbt_utils": "dbt-utils",
}
_PROJECT = """
name: comparator
version: '1.0.0'
config-version: 2
profile: comparator
vars:
  netsuite_data_model: netsuite2
  netsuite_data_model_override: netsuite2
  netsuite2__fiscal_calendar_enabled: true
  netsuite2_schema: netsuite
"""
_PROFILE = """
comparator:
  target: dev
  outputs:
    dev: {type: duckdb, path: raw.duckdb, threads: 1}
"""
# What the packages leave to adapters that they support; DuckDB is none of those.
_MACROS = """
{% macro union_connections(connection_dictionary, single_source_name, single_table_name,
                           default_identifier=none) %}
select * from {{ source(single_source_name, single_table_name) }}
{% endmacro %}
{% macro apply_source_relation(package_name=none) %}, '' as source_relation{% endmacro %}
{% macro partition_by_source_relation(package_name=none, has_other_partitions='yes', alias=none) %}
{% endmacro %}
{% macro default__try_cast(field, type) %}try_cast({{ field }} as {{ type }}){% endmacro %}
"""
_DATES = """
{% macro duckdb__date_from_parts(year, month, day) %}
make_date(cast({{ year }} as bigint), cast({{ month }} as bigint), cast({{ day }} as bigint))
{% endmacro %}
"""
_MARKS = (
    "false AS _fivetran_deleted, true AS _fivetran_active, now()::TIMESTAMP AS _fivetran_synced"
)
# Tables that they read and we do not mirror: made of those we do, or empty.
_MADE = {
    "accounttype": """
        SELECT DISTINCT accttype AS id, accttype AS longname, CASE WHEN accttype IN
            ('Income', 'COGS', 'Expense', 'OthIncome', 'OthExpense', 'Stat', 'NonPosting')
            THEN 'F' ELSE 'T' END AS balancesheet,
            CASE WHEN accttype IN ('Bank', 'AcctRec', 'OthCurrAsset', 'FixedAsset', 'OthAsset',
                'DeferExpense', 'UnbilledRec', 'COGS', 'Expense', 'OthExpense')
            THEN 'T' ELSE 'F' END AS "left"
        FROM netsuite.account""",
    "accountingbooksubsidiaries": """
        SELECT b.id AS accountingbook, s.id AS subsidiary, 'Active' AS status,
            concat(b.id, '-', s.id) AS _fivetran_id
        FROM netsuite.accountingbook b, netsuite.subsidiary s""",
    "entity": """
        SELECT id, entityid, isinactive, 'CustJob' AS type, id AS customer, NULL::BIGINT AS vendor,
            NULL::BIGINT AS employee, NULL::BIGINT AS project FROM netsuite.customer
        UNION ALL BY NAME SELECT id, entityid, isinactive, 'Vendor' AS type, id AS vendor
        FROM netsuite.vendor
        UNION ALL BY NAME SELECT id, entityid, isinactive, 'Employee' AS type, id AS employee
        FROM netsuite.employee
        UNION ALL BY NAME SELECT id, entityid, isinactive, 'Job' AS type, id AS project
        FROM netsuite.job""",
    "entityaddress": "SELECT NULL::BIGINT AS nkey, NULL::VARCHAR AS country LIMIT 0",
    "locationmainaddress": "SELECT NULL::BIGINT AS nkey, NULL::VARCHAR AS country LIMIT 0",
    "nexus": "SELECT NULL::BIGINT AS id, NULL::VARCHAR AS country LIMIT 0",
}
_HALF_A_CENT = "0.005"
_LINES = f"""
    WITH t AS (
        SELECT transaction_id, transaction_line_id AS line_id, account_id AS account_key,
            sum({{amount}}) AS amount, sum({{converted}}) AS converted,
            any_value(year(accounting_period_ending) * 100 + month(accounting_period_ending)) AS month,
            any_value({{posts}}) AS posts
        FROM main_netsuite.{{model}} GROUP BY ALL
    ),
    o AS (
        SELECT transaction_id, line_id, account_key, sum(amount_subsidiary) AS amount,
            sum(amount_base) AS converted, any_value(month) AS month
        FROM ours.{{fact}} GROUP BY ALL
    )
    SELECT CASE
        WHEN t.transaction_id IS NULL THEN 'only ours'
        WHEN o.transaction_id IS NULL AND NOT t.posts THEN 'only theirs: does not post'
        WHEN o.transaction_id IS NULL THEN 'only theirs'
        WHEN o.amount <> t.amount THEN 'the amount differs'
        WHEN o.month <> t.month THEN 'the period differs'
        WHEN abs(o.converted - t.converted) >= {_HALF_A_CENT} THEN 'the translated amount differs'
        ELSE 'equal' END AS finding,
        count(*), sum(coalesce(o.converted, 0) - coalesce(t.converted, 0))
    FROM t FULL JOIN o USING (transaction_id, line_id, account_key) GROUP BY 1 ORDER BY 1"""
# What a subsidiary owned and owed at the end of each month, account by account; assets positive, the rest negative.
# What no account holds stands in one line each: the year's result, that of years before, and what translation leaves.
_BALANCES = f"""
    WITH t AS (
        SELECT year(accounting_period_ending) * 100 + month(accounting_period_ending) AS month,
            subsidiary_id AS subsidiary_key, coalesce(account_id, -1) AS account_key,
            CASE WHEN account_id IS NOT NULL THEN 'account' WHEN account_name = 'Net Income' THEN 'net_income'
                WHEN account_name = 'Retained Earnings' THEN 'retained_earnings'
                ELSE 'translation_adjustment' END AS kind,
            sum(CASE WHEN account_category = 'Asset' THEN 1 ELSE -1 END * transaction_amount) AS amount,
            sum(CASE WHEN account_category = 'Asset' THEN 1 ELSE -1 END * converted_amount) AS converted
        FROM main_netsuite.netsuite2__balance_sheet GROUP BY ALL
    ),
    o AS (
        SELECT month, subsidiary_key, kind, sum(amount_subsidiary) AS amount,
            CASE WHEN kind = 'account' THEN account_key ELSE -1 END AS account_key,
            sum(amount_base) AS converted
        FROM ours.fct_gl_balance WHERE kind <> 'intercompany_difference' GROUP BY ALL
    )
    SELECT CASE
        WHEN t.kind IS NULL THEN 'only ours'
        WHEN o.kind IS NULL THEN 'only theirs'
        WHEN o.amount <> t.amount AND kind <> 'translation_adjustment' THEN 'the amount differs'
        WHEN abs(o.converted - t.converted) >= {_HALF_A_CENT} THEN 'the translated amount differs'
        ELSE 'equal' END AS finding,
        count(*), sum(coalesce(o.converted, 0) - coalesce(t.converted, 0))
    FROM t FULL JOIN o USING (month, subsidiary_key, kind, account_key) GROUP BY 1 ORDER BY 1"""
_COMPARED = {
    "income statement, line by line": _LINES.format(
        model="netsuite2__income_statement", fact="fct_pnl",
        # they show income as positive and cost as negative; so does fct_pnl
        amount="transaction_amount", converted="converted_amount", posts="true",
    ),
    "transaction details, line by line": _LINES.format(
        model="netsuite2__transaction_details", fact="fct_gl",
        amount="transaction_amount_raw", converted="converted_amount_raw",
        posts="NOT coalesce(is_transaction_non_posting, true)",
    ),
    "balance sheet, account by account": _BALANCES,
}  # fmt: skip


def prepare(folder: Path, packages: Path) -> None:
    """Lay out a dbt project in a folder, with copies of the packages that DuckDB can run."""
    (folder / "dbt_project.yml").write_text(_PROJECT)
    (folder / "profiles.yml").write_text(_PROFILE)
    for name, checkout in _PACKAGES.items():
        shutil.copytree(packages / checkout, folder / "dbt_packages" / name)
    for listing in (folder / "dbt_packages").glob("*/packages.yml"):
        listing.unlink()  # what they need is here
    (folder / "dbt_packages/fivetran_utils/macros/one_connection.sql").write_text(_MACROS)
    netsuite = folder / "dbt_packages/netsuite"
    (netsuite / "macros/duckdb_dates.sql").write_text(_DATES)
    for model in (netsuite / "models/netsuite2").glob("*.sql"):
        model.write_text(model.read_text().replace("partition_by =", "not_partitioned_by ="))
    types = netsuite / "models/netsuite2/staging/stg_netsuite2__account_types.sql"
    types.write_text(re.sub(r"^( +)left$", r'\1"left"', types.read_text(), flags=re.MULTILINE))


def load(mirror: Path, raw: Path) -> None:
    """Copy the mirrored tables under the names and in the types that the packages expect."""
    with closing(duckdb.connect(raw)) as work:
        work.execute(f"ATTACH '{mirror}' AS mirror (READ_ONLY)")
        work.execute("CREATE SCHEMA netsuite")
        tables = work.execute(
            "SELECT table_name, list((column_name, data_type)) FROM duckdb_columns() "
            "WHERE database_name = 'mirror' AND starts_with(table_name, 'stg_netsuite__') GROUP BY 1"
        ).fetchall()
        for table, columns in tables:
            name = table.removeprefix("stg_netsuite__")
            values = ", ".join(_raw(name, column, kind) for column, kind in columns)
            work.execute(
                f"CREATE TABLE netsuite.{name} AS SELECT {values}, {_MARKS} FROM mirror.{table}"
            )
        for name, query in _MADE.items():
            work.execute(f"CREATE TABLE netsuite.{name} AS SELECT *, {_MARKS} FROM ({query})")


def _raw(table: str, column: str, kind: str) -> str:
    value = f'"{column}"'
    if kind == "BOOLEAN":
        value = f"CASE WHEN {value} THEN 'T' WHEN NOT {value} THEN 'F' END"
    elif table == "consolidatedexchangerate" and column.endswith("rate"):
        value += "::DECIMAL(38, 10)"
    return f'{value} AS "{column}"'


def compare(raw: Path, snapshot: Path) -> Iterator[tuple[str, str, int, object]]:
    """What is compared, the finding, how many lines, and by how much ours is more in all."""
    with closing(duckdb.connect(raw, read_only=True)) as work:
        work.execute(f"ATTACH '{snapshot}' AS ours (READ_ONLY)")
        for title, query in _COMPARED.items():
            for finding, count, difference in work.execute(query).fetchall():
                yield title, finding, count, difference


def main() -> None:
    """Run the packages on a record's mirror and print the differences."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--packages", type=Path, required=True)
    parser.add_argument("--dbt", type=Path, required=True)
    asked = parser.parse_args()
    settings = WarehouseSettings(data_dir=asked.data, database_url="")
    with tempfile.TemporaryDirectory(prefix="oneview-dbt-") as place:
        folder = Path(place)
        prepare(folder, asked.packages)
        load(settings.work_dir / "mirror.duckdb", folder / "raw.duckdb")
        command = [str(asked.dbt.absolute()), "run", "--profiles-dir", ".", "--select", "netsuite"]
        subprocess.run(command, cwd=folder, check=True, env=os.environ | {"DO_NOT_TRACK": "1"})
        snapshot = Snapshots(settings.snapshot_dir).current()
        for title, finding, count, difference in compare(folder / "raw.duckdb", snapshot.path):
            print(f"{title:<36}{finding:<32}{count:>10,} lines  {difference:>16,.2f}")


if __name__ == "__main__":
    main()
