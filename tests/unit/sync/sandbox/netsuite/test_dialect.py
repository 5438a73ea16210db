"""Oracle's SQL as far as SuiteQL has it."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("NVL(NULL, 'x')", "x"),
        ("NVL2(NULL, 'a', 'b')", "b"),
        ("DECODE(2, 1, 'one', 2, 'two', 'many')", "two"),
        ("DECODE(NULL, NULL, 'none', 'some')", "none"),
        ("'a' || NULL || 'b'", "ab"),
        ("CONCAT('a', 'b')", "ab"),
        ("SUBSTR('abcdef', 2, 3)", "bcd"),
        ("UPPER('a') || LOWER('B')", "Ab"),
        ("INSTR('hello', 'l')", "3"),
        ("GREATEST(1, 3, 2)", "3"),
        ("LEAST(1, 3, 2)", "1"),
        ("ROUND(2.345, 2)", "2.35"),
        ("TRUNC(2.349, 2)", "2.34"),
        ("TRUNC(-2.9)", "-2"),
        ("7 / 2", "3.5"),
        ("CASE WHEN 1 = 1 THEN 'y' ELSE 'n' END", "y"),
        ("TO_NUMBER('12.50')", "12.5"),
        ("TO_CHAR(12.50)", "12.5"),
        ("TO_CHAR(100)", "100"),
        ("TO_CHAR(12.5, 'FM9990.00')", "12.50"),
        ("TO_CHAR(SYSDATE, 'YYYY-MM-DD\"T\"HH24:MI:SS')", "2026-03-04T18:30:00"),
        ("TO_CHAR(SYSDATE, 'YYYY-\"Q\"Q')", "2026-Q1"),
        ("TO_CHAR(SYS_EXTRACT_UTC(SYSDATE), 'YYYY-MM-DD HH24:MI')", "2026-03-05 02:30"),
        ("TO_CHAR(SYSDATE - 1/24, 'HH24:MI:SS')", "17:30:00"),
        ("TO_CHAR(SYSDATE + 1, 'YYYY-MM-DD')", "2026-03-05"),
        ("TO_CHAR(TRUNC(SYSDATE), 'YYYY-MM-DD HH24:MI')", "2026-03-04 00:00"),
        ("TO_CHAR(TRUNC(SYSDATE, 'MM'), 'YYYY-MM-DD')", "2026-03-01"),
        ("TO_CHAR(TRUNC(SYSDATE, 'Q'), 'YYYY-MM-DD')", "2026-01-01"),
        ("TO_CHAR(ADD_MONTHS(TO_DATE('2026-01-31','YYYY-MM-DD'), 1), 'YYYY-MM-DD')", "2026-02-28"),
        ("TO_CHAR(ADD_MONTHS(TO_DATE('2026-02-28','YYYY-MM-DD'), 1), 'YYYY-MM-DD')", "2026-03-31"),
        ("TO_CHAR(LAST_DAY(SYSDATE), 'YYYY-MM-DD')", "2026-03-31"),
        ("TRUNC(SYSDATE) - TO_DATE('2026-03-01','YYYY-MM-DD')", "3"),
        ("TO_DATE('2026-03-09','YYYY-MM-DD')", "3/9/2026"),
    ],
)
def test_an_expression_has_its_oracle_value(account: Any, expression: str, value: str) -> None:
    assert account.rows(f"SELECT {expression} AS x FROM DUAL") == [{"x": value}]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("SELECT id FROM customer WHERE ROWNUM <= 2 ORDER BY id DESC", ["2", "1"]),
        ("SELECT id FROM (SELECT id FROM customer ORDER BY id DESC) WHERE ROWNUM < 3", ["5", "4"]),
        ("SELECT id FROM customer WHERE ROWNUM BETWEEN 1 AND 2 AND id > 3", ["4", "5"]),
        (
            ("SELECT id FROM (SELECT a.id, ROWNUM AS rn FROM (SELECT id FROM customer ORDER BY id "
            "DESC) a) WHERE rn BETWEEN 2 AND 3"),
            ["4", "3"],
        ),
        ("SELECT DISTINCT entity AS id FROM transaction ORDER BY entity", ["1", "2"]),
        ("SELECT id FROM customer WHERE id < 3 UNION SELECT id FROM transaction ORDER BY 1",
         ["1", "2", "41", "42", "43"]),
        ("SELECT id FROM customer MINUS SELECT entity FROM transaction ORDER BY 1",
         ["3", "4", "5"]),
        (("SELECT c.id FROM customer c WHERE EXISTS "
         "(SELECT 1 FROM transaction t WHERE t.entity = c.id AND t.type = 'CustPymt')"), ["1"]),
        ("SELECT c.id FROM customer c WHERE c.id IN (SELECT entity FROM transaction) ORDER BY c.id",
         ["1", "2"]),
        (("SELECT t.id FROM transaction t, customer c WHERE t.entity = c.id(+) "
         "ORDER BY t.id"), ["41", "42", "43"]),
        ("SELECT entity AS id FROM transaction GROUP BY entity HAVING COUNT(*) > 1", ["1"]),
        ("SELECT id FROM transaction WHERE trandate >= '3/2/2026' ORDER BY id", ["42", "43"]),
        (("SELECT id FROM transaction WHERE trandate BETWEEN TO_DATE('2026-03-01','YYYY-MM-DD') "
         "AND TO_DATE('2026-03-02','YYYY-MM-DD')"), ["42"]),
        ("SELECT id FROM customer ORDER BY companyname DESC, id", ["3", "5", "4", "2", "1"]),
        ("SELECT id FROM customer ORDER BY companyname FETCH FIRST 5 ROWS ONLY",
         ["1", "2", "4", "5", "3"]),
        ("SELECT id FROM customer ORDER BY id OFFSET 3 ROWS FETCH NEXT 5 ROWS ONLY", ["4", "5"]),
        ("SELECT MAX(id) AS id FROM customer", ["5"]),
    ],
)  # fmt: skip
def test_a_query_selects_the_rows_oracle_would(account: Any, text: str, ids: list[str]) -> None:
    assert [row["id"] for row in account.rows(text)] == ids


def test_computed_texts_keep_their_rows_order_and_names(account: Any) -> None:
    rows = account.rows(
        "SELECT t.id, UPPER(c.companyname) AS who, TO_CHAR(t.trandate,'MM') AS m, 'x' AS k "
        "FROM transaction t JOIN customer c ON c.id = t.entity ORDER BY t.trandate DESC"
    )
    assert rows == [
        {"id": "43", "who": "CUSTOMER 1", "m": "03", "k": "x"},
        {"id": "42", "who": "CUSTOMER 2", "m": "03", "k": "x"},
        {"id": "41", "who": "CUSTOMER 1", "m": "02", "k": "x"},
    ]


def test_an_order_by_a_computed_name_is_kept(account: Any) -> None:
    rows = account.rows("SELECT id, 0 - id AS back FROM customer ORDER BY back")
    assert [row["id"] for row in rows] == ["5", "4", "3", "2", "1"]


def test_two_columns_of_one_name_both_come_back(account: Any) -> None:
    rows = account.rows(
        "SELECT t.id, c.id FROM transaction t JOIN customer c ON c.id = t.entity WHERE t.id = 42"
    )
    assert rows == [{"id": "42", "id_0": "2"}]


def test_queries_that_differ_in_numbers_alone_answer_each_for_itself(account: Any) -> None:
    text = (
        "SELECT id FROM customer WHERE id > {} AND ROWNUM <= {} AND entityid <> '= 4' ORDER BY id"
    )
    for after, most, ids in ((0, 2, "12"), (1, 2, "23"), (1, 3, "234"), (4, 9, "5"), (44, 9, "")):
        rows = account.rows(text.format(after, most))
        assert "".join(row["id"] for row in rows) == ids
    assert "[SELECT id FROM customer WHERE id > 5 AND]" in account.refusal(
        "SELECT id FROM customer WHERE id > 5 AND"
    )


def test_very_small_and_very_large_numbers_are_written_out(account: Any) -> None:
    rows = account.rows(
        "SELECT TO_NUMBER('0.000000000001') AS small, TO_NUMBER('-0.5') AS half, "
        "TO_NUMBER('12345678901234567890.10') AS large, TO_NUMBER('0') AS zero FROM DUAL"
    )
    assert rows == [
        {"small": "0.000000000001", "half": "-0.5", "large": "12345678901234567890.1", "zero": "0"}
    ]
