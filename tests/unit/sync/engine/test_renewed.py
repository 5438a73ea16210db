"""A build makes anew what a change reaches, and leaves the rest."""

from __future__ import annotations

from dataclasses import replace

from models.business import load_file
from models.database import writing
from sync.engine import build as build_module
from sync.engine.renew import Outcome
from tests.unit.sync.engine.firm import ACCOUNT, SOURCES


def test_one_change_renews_what_it_reaches_and_nothing_else(firm):
    build_once(firm)
    firm.put("Services")

    renewed = {key: item.outcome for key, item in build_once(firm).renewed.items()}

    assert {key for key in renewed if renewed[key] != Outcome.LEFT} == {
        "dim_account",
        *("account_stream", "dim_stream_map", "dim_pnl_line"),  # by the account's name
        *("dim_item", "dim_service"),  # whose stream is their account's
    }


def test_what_was_touched_and_is_as_before_goes_no_further(firm):
    build_once(firm)
    with writing(firm.record) as connection:  # a column that no table shows
        connection.exec_driver_sql(
            f"UPDATE {ACCOUNT.table} SET generalrate = 'x', _sequence = _sequence + 1000"
        )
        connection.exec_driver_sql("UPDATE ops_change SET sequence = sequence + 1000")

    renewed = build_once(firm).renewed

    assert {renewed[key].outcome for key in renewed} <= {Outcome.LEFT, Outcome.COMPARED}


def test_another_declaration_makes_its_own_table_anew_and_no_other(firm, monkeypatch):
    build_once(firm)
    changed = dict(build_module.TRANSFORMS)
    changed["dim_account"] = replace(
        changed["dim_account"], sql=changed["dim_account"].sql.replace("fullname", "acctnumber")
    )
    monkeypatch.setattr("sync.engine.build.TRANSFORMS", changed)

    renewed = build_once(firm).renewed

    assert [key for key in renewed if renewed[key].outcome == Outcome.WHOLE] == ["dim_account"]


def test_only_what_reads_a_changed_rule_is_made_anew(firm, tmp_path):
    build_once(firm)
    path = tmp_path / "business.toml"
    path.write_text('[[lines]]\nline = "tax"\nnames = ["sales"]\n', encoding="utf-8")

    renewed = build_once(firm, business=load_file(str(path))).renewed

    whole = {key for key in renewed if renewed[key].outcome == Outcome.WHOLE}
    assert whole == {"dim_pnl_line", "dim_account"}  # an account bears its line


def build_once(firm, **how):
    return build_module.build(
        firm.record, firm.settings.work_dir, SOURCES, firm.clock, version=1, **how
    )
