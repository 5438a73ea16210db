"""The account follows what happens in the system behind it."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

DELETIONS = (
    "SELECT recordid, recordtypeid, scriptid, type, name, "
    "TO_CHAR(SYS_EXTRACT_UTC(deleteddate), 'YYYY-MM-DD HH24:MI:SS') AS at "
    "FROM deletedrecord ORDER BY deleteddate, recordid"
)


def _ids(account: Any, table: str = "customer") -> list[str]:
    return [row["id"] for row in account.rows(f"SELECT id FROM {table} ORDER BY id")]


def test_new_changed_and_deleted_rows_show_in_the_next_query(account: Any) -> None:
    assert _ids(account) == ["1", "2", "3", "4", "5"]
    first = account.system.tables["customer"].rows[(1,)]
    account.system.put("customer", first | {"id": 6})
    account.system.put("customer", first | {"companyname": "Renamed"})
    account.system.remove("customer", (2,), account.clock())
    assert _ids(account) == ["1", "3", "4", "5", "6"]
    assert account.rows("SELECT companyname FROM customer WHERE id = 1") == [
        {"companyname": "Renamed"}
    ]


def test_changes_before_a_table_is_first_read_are_in_it_once(account: Any) -> None:
    first = account.system.tables["customer"].rows[(1,)]
    account.system.put("customer", first | {"id": 6})
    account.rows("SELECT id FROM timebill")
    account.system.put("customer", first | {"id": 7})
    assert _ids(account) == ["1", "2", "3", "4", "5", "6", "7"]


def test_a_total_is_counted_again_after_a_change(account: Any) -> None:
    text = "SELECT id FROM customer ORDER BY id"
    assert account.post(text, limit=2).json()["totalResults"] == 5
    account.system.remove("customer", (1,), account.clock())
    assert account.post(text, limit=2).json()["totalResults"] == 4


def test_a_column_grows_to_hold_what_comes(account: Any) -> None:
    account.rows("SELECT externalid, currency FROM customer")
    first = account.system.tables["customer"].rows[(1,)]
    account.system.put("customer", first | {"externalid": "SPP-12"})
    assert account.rows("SELECT externalid FROM customer WHERE externalid = 'SPP-12'")
    bill = account.system.tables["timebill"].rows[(7,)]
    account.rows("SELECT hours FROM timebill")
    account.system.put("timebill", bill | {"id": 8, "hours": Decimal("1.1234567")})
    assert account.rows("SELECT SUM(hours) AS h FROM timebill") == [{"h": "8.6234567"}]


def test_a_deleted_record_is_listed_whether_the_list_was_read_before_or_not(account: Any) -> None:
    at = account.clock() + timedelta(minutes=1)
    account.system.remove("transaction", (42,), at)
    first = {
        "recordid": "42",
        "recordtypeid": "-30",
        "scriptid": "TRANSACTION",
        "type": "invoice",
        "name": "INV42",
        "at": "2026-03-05 02:31:00",
    }
    assert account.rows(DELETIONS) == [first]
    account.system.remove("timebill", (7,), at + timedelta(seconds=1))
    account.system.remove("transactionline", (41, 1), at)
    rows = account.rows(DELETIONS)
    assert rows[0] == first
    assert [(row["recordid"], row["type"]) for row in rows] == [
        ("42", "invoice"),
        ("7", "timebill"),
    ]


def test_queries_and_changes_at_one_time_do_not_disturb_each_other(open_account: Any) -> None:
    account = open_account(concurrency=50)
    line = account.system.tables["transactionline"].rows[(41, 0)]
    failures: list[str] = []

    def read() -> None:
        for _ in range(12):
            answer = account.post(
                "SELECT transaction, COUNT(*) AS n FROM transactionline GROUP BY transaction"
            )
            if answer.status_code != 200:
                failures.append(answer.text)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(100, 160):
        account.system.put("transactionline", line | {"transaction": number, "memo": date.min})
    for reader in readers:
        reader.join()
    assert failures == []
    assert account.rows("SELECT COUNT(*) AS n FROM transactionline") == [{"n": "75"}]


def test_accounts_asked_the_same_are_each_answered_by_their_own_tables_and_dates(
    open_account: Any,
) -> None:
    named = "SELECT BUILTIN.DF(currency) AS money FROM customer WHERE id = 1"
    dated = "SELECT tranid FROM transaction WHERE trandate = '3/2/2026' ORDER BY id"
    called = "SELECT companyname FROM customer WHERE id = 1"
    usual = open_account()
    other = open_account(
        date_format="D/M/YYYY", tables_off={"currency"}, columns_off={"customer.companyname"}
    )

    for _ in range(2):
        assert usual.rows(named) != [{"money": "1"}] == other.rows(named)
        assert [row["tranid"] for row in usual.rows(dated)] == ["INV42"]
        assert other.rows(dated) == []
        assert usual.rows(called) == [{"companyname": "Customer 1"}]
        assert "companyname" in other.refusal(called)
