"""Money is multiplied exactly and rounded once, half-even, to four places."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from random import Random

import duckdb
import pyarrow as pa
import pytest

from sync.transforms.macros import create_macros

UNIT = Decimal("0.0001")


@pytest.fixture(scope="module")
def sql():
    connection = duckdb.connect()
    for statement in create_macros():
        connection.execute(statement)
    yield lambda expression: connection.execute(f"SELECT {expression}").fetchone()[0]
    connection.close()


def exact(*factors):
    with localcontext(prec=100):
        product = Decimal(1)
        for factor in factors:
            product *= Decimal(factor)
        return product.quantize(UNIT, rounding=ROUND_HALF_EVEN)


@pytest.mark.parametrize(
    ("amount", "rate", "expected"),
    [
        ("0.0001", "0.5", "0.0000"),
        ("0.0003", "0.5", "0.0002"),
        ("0.0005", "0.5", "0.0002"),
        ("-0.0001", "0.5", "0.0000"),
        ("-0.0003", "0.5", "-0.0002"),
        ("-0.0005", "0.5", "-0.0002"),
        ("0.0003", "0.50000000000001", "0.0002"),
        ("0.0005", "0.50000000000001", "0.0003"),
        ("0.0005", "0.49999999999999", "0.0002"),
        ("-0.0005", "0.50000000000001", "-0.0003"),
        ("99999999999.9999", "1.0000000001", "100000000009.9999"),
    ],
)
def test_a_tie_goes_to_the_even_neighbour(sql, amount, rate, expected):
    amount = f"{amount}::DECIMAL(18,4)"

    assert sql(f"translate_once({amount}, rate_of('{rate}'))") == Decimal(expected)
    assert sql(f"translate({amount}, rate_of('{rate}'), rate_of('1'))") == Decimal(expected)
    assert sql(f"translate({amount}, rate_of('1'), rate_of('{rate}'))") == Decimal(expected)


def test_five_hundred_thousandths_round_to_even(sql):
    assert sql("half_even(5::HUGEINT, 10::HUGEINT)") == Decimal("0.0000")
    assert sql("half_even(15::HUGEINT, 10::HUGEINT)") == Decimal("0.0002")
    assert sql("half_even(-15::HUGEINT, 10::HUGEINT)") == Decimal("-0.0002")
    assert sql("half_even(-25::HUGEINT, 10::HUGEINT)") == Decimal("-0.0002")


def test_any_product_is_what_exact_arithmetic_says(sql):
    random, rows = Random(1), []
    for _ in range(4000):
        size = 10 ** random.randint(3, 15)
        rates = [random.choice([10**14, 5 * 10**13, random.randint(1, 10**16)]) for _ in range(2)]
        rows.append(
            (
                str(Decimal(random.randint(-size, size)) / 10000),
                str(Decimal(random.randint(0, 10**6)) / 10000),
                *(str(Decimal(rate).scaleb(-14)) for rate in rates),
            )
        )
    connection = duckdb.connect()
    for statement in create_macros():
        connection.execute(statement)
    names = ("amount", "hours", "daily", "monthly")
    connection.register(
        "given", pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    )
    made = connection.execute(
        "SELECT *, translate(amount::DECIMAL(18,4), rate_of(daily), rate_of(monthly)), "
        "translate_product(hours::DECIMAL(18,4), 87.3125::DECIMAL(18,4), rate_of(daily), "
        "rate_of(monthly)), product(hours::DECIMAL(18,4), 0.3355::DECIMAL(18,4)) "
        "FROM given WHERE abs(amount::DOUBLE) < 1e9"
    ).fetchall()

    assert len(made) > 1000
    for amount, hours, daily, monthly, once, cost, product in made:
        assert once == exact(amount, daily, monthly)
        assert cost == exact(hours, "87.3125", daily, monthly)
        assert product == exact(hours, "0.3355")


@pytest.mark.parametrize("text", ["", "abc", "0", "-1.5", None])
def test_what_is_no_rate_leaves_the_amount_empty(sql, text):
    rate = "NULL" if text is None else f"'{text}'"

    assert sql(f"translate(1::DECIMAL(18,4), rate_of('1'), rate_of({rate}))") is None


def test_a_rate_may_be_written_with_an_exponent(sql):
    assert sql("translate_once(1000::DECIMAL(18,4), rate_of('6.5E-3'))") == Decimal("6.5000")


@pytest.mark.parametrize(
    ("letter", "word"),
    [
        ("O", "open"),
        ("S", "submitted"),
        ("A", "approved"),
        ("X", "approved"),
        ("R", "rejected"),
        ("?", "open"),
    ],
)
def test_a_letter_is_read_as_a_state(sql, letter, word):
    assert sql(f"status_word('{letter}')") == word


def test_an_export_in_flight_is_no_link_yet(sql):
    assert sql("linked(-1)") is None
    assert sql("linked(0)") is None
    assert sql("linked(7)") == 7
