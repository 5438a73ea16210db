"""What the configuration says of items, accounts and departments is in the tables, and follows its changes."""

from __future__ import annotations

import pytest

from models.business import default_business, load_file
from models.business.rules import meets
from sync.engine.changes import Changes
from sync.engine.given import TABLES, give
from sync.transforms import TRANSFORMS
from sync.transforms.business import line_of, stream_joins, stream_of
from sync.transforms.transform import sources_of

ACCOUNTS = [
    {"id": number, "acctnumber": text, "fullname": name, "accttype": kind}
    for number, text, name, kind in (
        (1, "4000", "Services revenue", "Income"),
        (2, "4100", "Subscription revenue", "Income"),
        (3, "5100", "Project labour", "COGS"),
        (4, "5200", "Subcontractors", "COGS"),
        (5, "6000", "Salaries", "Expense"),
        (6, "7100", "Depreciation", "Expense"),
        (7, "7900", "Interest paid", "OthExpense"),
        (8, "1000", "Bank", "Bank"),
        (9, "4900", "Sundry", "Income"),
        (10, None, "100%_own", "Stat"),
    )
]


@pytest.fixture
def made(facts):
    return facts(replace={"netsuite__account": ACCOUNTS})


def test_an_account_has_the_line_of_the_first_rule_it_meets(made):
    lines = {row["account_key"]: row["line"] for row in made.rows("dim_pnl_line")}

    assert lines == {
        1: "revenue", 2: "revenue", 3: "direct_labor", 4: "subcontractors", 5: "overhead",
        6: "depreciation", 7: "interest", 9: "revenue",
    }  # fmt: skip


def test_the_build_and_python_agree_on_which_rule_an_account_meets(made):
    file = default_business().file
    lines = {row["account_key"]: row["line"] for row in made.rows("dim_pnl_line")}
    streams = {row["account_key"]: row["stream"] for row in made.rows("account_stream")}

    for account in ACCOUNTS:
        told = {
            "type_": account["accttype"],
            "name": account["fullname"],
            "number": account["acctnumber"],
        }
        line = next((rule.line for rule in file.lines if meets(rule, **told)), None)
        stream = next((rule.stream for rule in file.streams.accounts if meets(rule, **told)), None)
        assert (lines.get(account["id"]), streams.get(account["id"])) == (line, stream), account


def test_overhead_is_of_a_practice_or_of_the_company_by_its_department(facts):
    made = facts({"suiteprojects__department": [{"id": 9, "name": "Finance & Administration"}]})
    assert {row["name"] for row in made.rows("practice_member")} == {
        "Data & Analytics",
        "Cloud Engineering",
    }

    for line, practice, expected in (
        ("overhead", True, "practice_overhead"),
        ("overhead", False, "corporate_overhead"),
        ("resale", True, "resale"),
    ):
        query = f"SELECT {line_of('l', 'p')} FROM (SELECT ? AS l, ? AS p)"
        assert made.connection.execute(query, [line, practice]).fetchone() == (expected,)


def test_the_item_goes_before_the_account_and_the_contract_tells_services_apart(facts):
    made = facts(
        {
            "suiteprojects__project": [{"id": 103, "name": "F", "contract_type": "Fixed fee"}],
        },
        replace={"netsuite__account": ACCOUNTS},
    )
    for need in ("item_stream", "account_stream", "contract_stream"):
        made.make(need)

    def stream(item: int | None, account: int | None, contract: str | None) -> str:
        query = (
            f"SELECT {stream_of('f.contract IS NOT NULL')} FROM "
            f"(SELECT ?::BIGINT AS item, ?::BIGINT AS account, ?::VARCHAR AS contract) f "
            + stream_joins(item="f.item", account="f.account", contract="f.contract")
        )
        found = made.connection.execute(query, [item, account, contract]).fetchone()
        assert found is not None
        return found[0]

    assert stream(61, 1, "Fixed fee") == "hardware"
    assert stream(41, 2, "Fixed fee") == "services_fixed"
    assert stream(41, 2, "Time and materials") == "services_tm"
    assert stream(None, 2, "Fixed fee") == "subscription"
    assert stream(None, 1, "Fixed fee") == "services_fixed"
    assert stream(None, None, "Fixed fee") == "services_fixed"
    assert stream(None, 1, None) == "services_tm"
    assert stream(None, 9, None) == "other"
    assert stream(None, None, None) == "other"


def test_a_changed_rule_counts_as_a_change_of_what_reads_it_and_of_nothing_else(made, tmp_path):
    path = tmp_path / "business.toml"
    path.write_text('[[lines]]\nline = "resale"\nnumbers = ["51"]\n', encoding="utf-8")
    assert {row["line"] for row in made.rows("dim_pnl_line", "account_key = 3")} == {"direct_labor"}

    changes = Changes(made.connection)
    give(made.connection, default_business(), changes)
    assert changes.among(TABLES) == []

    give(made.connection, load_file(str(path)), changes)
    assert changes.among(TABLES) == ["cfg_rule"]
    assert "cfg_rule" in TRANSFORMS["dim_pnl_line"].inputs
    found = made.connection.execute(TRANSFORMS["dim_pnl_line"].sql).fetchall()
    assert found == [(3, "resale", 4)]


def test_a_department_is_a_practice_or_none_as_the_first_rule_of_its_own_says(made, tmp_path):
    path = tmp_path / "business.toml"
    rules = '[[practices]]\npractice = {}\nnames = ["{}"]\n'
    path.write_text(
        rules.format("false", "cloud*")
        + rules.format("true", "Cloud Engineering")
        + '[finance]\ncorporate = ["*"]\n'
        + rules.format("true", "Data & Analytics")
    )
    assert {row["is_practice"] for row in made.rows("segment_member")} == {True}
    give(made.connection, load_file(str(path)))

    found = made.connection.execute(TRANSFORMS["segment_member"].sql).fetchall()

    assert {name: is_practice for _, _, name, is_practice in found} == {
        "Cloud Engineering": False,
        "Data & Analytics": True,
    }


def test_a_rule_may_name_single_accounts(made, tmp_path):
    path = tmp_path / "business.toml"
    path.write_text('[[lines]]\nline = "resale"\nids = [4, 9]\n')
    give(made.connection, load_file(str(path)))

    found = made.connection.execute(TRANSFORMS["dim_pnl_line"].sql).fetchall()

    assert sorted(found) == [(4, "resale", 4), (9, "resale", 4)]


def test_the_configuration_is_no_source_of_a_number():
    assert sources_of(TRANSFORMS["dim_pnl_line"], TRANSFORMS) == {"stg_netsuite__account"}
