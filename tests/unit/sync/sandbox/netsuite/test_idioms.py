"""The queries that clients really send run as they are."""

from __future__ import annotations

from typing import Any


def test_an_incremental_read_in_session_time(account: Any) -> None:
    rows = account.rows(
        """
SELECT t.*, TO_CHAR(t.lastmodifieddate,'YYYY-MM-DD HH24:MI:SS') AS cursor_ts
FROM customer t
WHERE t.lastmodifieddate IS NOT NULL
  AND t.lastmodifieddate >= TO_DATE('2026-03-01 10:00:00','YYYY-MM-DD HH24:MI:SS')
  AND SYS_EXTRACT_UTC(t.lastmodifieddate) >= TO_TIMESTAMP('2026-03-02 10:00:00','YYYY-MM-DD HH24:MI:SS')
  AND ((t.lastmodifieddate > TO_DATE('2026-03-02 05:00:00','YYYY-MM-DD HH24:MI:SS'))
       OR (t.lastmodifieddate = TO_DATE('2026-03-02 05:00:00','YYYY-MM-DD HH24:MI:SS') AND t.id > 7))
ORDER BY t.lastmodifieddate, t.id
"""
    )
    assert [row["cursor_ts"][-8:] for row in rows] == [f"10:00:0{second}" for second in range(1, 6)]
    assert rows[0]["entityid"] == "C-1"


def test_the_equal_moment_in_a_keyset_is_equal_to_the_second(account: Any) -> None:
    moment = "TO_DATE('2026-03-02 10:00:02','YYYY-MM-DD HH24:MI:SS')"
    rows = account.rows(
        f"SELECT t.id FROM customer t WHERE (t.lastmodifieddate > {moment}) "
        f"OR (t.lastmodifieddate = {moment} AND t.id > 1) ORDER BY t.lastmodifieddate, t.id"
    )
    assert [row["id"] for row in rows] == ["2", "3", "4", "5"]


def test_a_keyset_on_a_composite_key(account: Any) -> None:
    rows = account.rows(
        """
SELECT t.* FROM transactionline t
WHERE ((t.transaction > 42) OR (t.transaction = 42 AND t.id > 3)) ORDER BY t.transaction, t.id
"""
    )
    assert [(row["transaction"], row["id"]) for row in rows] == [
        ("42", "4"),
        *[("43", str(line)) for line in range(5)],
    ]


def test_the_server_clock_in_account_time(account: Any) -> None:
    assert account.rows("SELECT TO_CHAR(SYSDATE,'YYYY-MM-DD HH24:MI:SS') AS now FROM DUAL") == [
        {"now": "2026-03-04 18:30:00"}
    ]
    account.clock.forward(minutes=1)
    assert account.rows("SELECT TO_CHAR(SYSDATE,'YYYY-MM-DD HH24:MI:SS') AS now FROM DUAL") == [
        {"now": "2026-03-04 18:31:00"}
    ]


def test_a_trial_balance(account: Any) -> None:
    rows = account.rows(
        """
SELECT tal.account AS acct, SUM(COALESCE(tal.debit,0)) AS d, SUM(COALESCE(tal.credit,0)) AS c
FROM transactionaccountingline tal WHERE tal.posting = 'T' GROUP BY tal.account
"""
    )
    assert sorted(rows, key=lambda row: row["acct"]) == [
        {"acct": "100", "d": "601.5", "c": "0"},
        {"acct": "101", "d": "0", "c": "601.5"},
    ]


def test_the_activity_of_the_months(account: Any) -> None:
    rows = account.rows(
        """
SELECT tal.account, TO_CHAR(t.trandate,'YYYY-MM') AS m, SUM(COALESCE(tal.debit,0)) d, SUM(COALESCE(tal.credit,0)) c
FROM transactionaccountingline tal JOIN transaction t ON t.id = tal.transaction
WHERE tal.posting='T' GROUP BY tal.account, TO_CHAR(t.trandate,'YYYY-MM')
"""
    )
    assert {(row["account"], row["m"], row["d"], row["c"]) for row in rows} == {
        ("100", "2026-02", "200.5", "0"),
        ("101", "2026-02", "0", "200.5"),
        ("100", "2026-03", "401", "0"),
        ("101", "2026-03", "0", "401"),
    }


def test_the_payments_applied_to_invoices(account: Any) -> None:
    assert account.rows(
        "SELECT previousdoc, nextdoc, foreignamount FROM nexttransactionlinelink WHERE linktype = 'Payment'"
    ) == [{"previousdoc": "41", "nextdoc": "43", "foreignamount": "1500.5"}]


def test_the_full_join_of_the_ledger(account: Any) -> None:
    rows = account.rows(
        """
SELECT t.id, tl.id AS line, tal.amount, b.name AS book, d.name AS department, a.fullname,
       p.periodname, c.entityid, s.name AS subsidiary, cu.symbol
FROM transaction t
  INNER JOIN transactionline tl ON tl.transaction = t.id
  INNER JOIN transactionaccountingline tal
    ON tal.transaction = tl.transaction AND tal.transactionline = tl.id
  LEFT JOIN accountingbook b ON b.id = tal.accountingbook
  LEFT JOIN department d ON d.id = tl.item
  LEFT JOIN account a ON a.id = tal.account
  LEFT JOIN accountingperiod p ON p.id = t.postingperiod
  LEFT JOIN customer c ON c.id = t.entity
  LEFT JOIN subsidiary s ON s.id = 1
  LEFT JOIN currency cu ON cu.id = c.currency
WHERE t.posting = 'T' AND tal.amount <> 0
ORDER BY t.id, tl.id
"""
    )
    assert len(rows) == 6
    assert rows[0] == {"id": "41", "line": "0", "amount": "200.5", "entityid": "C-1"}


def test_display_texts_of_references_and_codes(account: Any) -> None:
    rows = account.rows(
        "SELECT BUILTIN.DF(t.status) AS status, BUILTIN.DF(t.type) AS type, "
        "BUILTIN.DF(t.entity) AS entity FROM transaction t ORDER BY t.id"
    )
    assert rows[0] == {"status": "Invoice : Paid In Full", "type": "Invoice", "entity": "C-1"}
    assert rows[2]["status"] == "Payment : Deposited"


def test_display_texts_group(account: Any) -> None:
    rows = account.rows(
        "SELECT BUILTIN.DF(status) AS s, COUNT(*) AS n FROM transaction GROUP BY BUILTIN.DF(status)"
    )
    assert {row["s"] for row in rows} == {
        "Invoice : Paid In Full",
        "Invoice : Open",
        "Payment : Deposited",
    }


def test_relative_ranges_follow_the_clock(account: Any) -> None:
    text = (
        "SELECT TO_CHAR(BUILTIN.RELATIVE_RANGES('TM','START'),'YYYY-MM-DD') AS a, "
        "TO_CHAR(BUILTIN.RELATIVE_RANGES('LM','END'),'YYYY-MM-DD') AS b, "
        "TO_CHAR(BUILTIN.RELATIVE_RANGES('TRH','START'),'YYYY-MM-DD') AS c FROM DUAL"
    )
    assert account.rows(text) == [{"a": "2026-03-01", "b": "2026-02-28", "c": "2025-10-01"}]
