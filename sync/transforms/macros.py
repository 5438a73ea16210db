"""SQL macros of the build: exact money arithmetic, calendar keys, the vendors' letters.

A product of money and rates is rounded once, half-even, to four places. Money is taken as an integer
scaled by 10^4, a rate as one scaled by 10^14. DuckDB's own decimals end at 38 digits, round half away
from zero, and divide large integers bit by bit; so the quotient is guessed in floating point, the
remainder of the guess is computed exactly, and the remainder decides. A product of two rates would
exceed 127 bits: the first factor is split in two before the second is multiplied.
"""

from __future__ import annotations

_RATE = "DECIMAL(30,14)"
_MONEY = "DECIMAL(18,4)"
_E4, _E14, _E18, _E28, _E32 = (f"1{'0' * places}::HUGEINT" for places in (4, 14, 18, 28, 32))
ONE = _E14  # the rate of a currency in itself

# name(arguments) -> body; no CASE around arithmetic: inside one, DuckDB computes repeated parts anew
MACROS = {
    # in 64 bits: DECIMAL(18,4) times 10000 may not fit them, its whole and its fraction do
    "scaled_money(amount)": """
        CAST(floor(amount) AS HUGEINT) * 10000
            + CAST(CAST(amount - floor(amount) AS DECIMAL(18,4)) * 10000 AS HUGEINT)""",
    "scaled(amount)": "scaled_money(CAST(amount AS DECIMAL(18,4)))",
    "unscaled(n)": f"CAST(CAST(n AS DECIMAL(18,0)) * 0.0001::DECIMAL(5,4) AS {_MONEY})",
    "guess(n, divisor)": "CAST(round(CAST(n AS DOUBLE) / CAST(divisor AS DOUBLE)) AS HUGEINT)",
    # whole + rest/divisor to the nearest integer, |rest| < 1.5 divisor
    "settle(whole, rest, divisor)": """
        unscaled(CAST(whole AS BIGINT)
            + CAST(2 * rest > divisor AS BIGINT) - CAST(2 * rest < -divisor AS BIGINT)
            + CAST(2 * abs(rest) = divisor AS BIGINT) * (CAST(whole AS BIGINT) & 1) * sign(rest))""",
    # A macro repeats its arguments, and planning took longer than computing: what is known so far is named
    # once, as the one member of a list.
    "adjust(whole, rest, divisor)": """
        list_transform([{'whole': whole, 'rest': rest}], lambda so_far: settle(
            so_far.whole + guess(so_far.rest, divisor),
            so_far.rest - guess(so_far.rest, divisor) * divisor,
            divisor))[1]""",
    "half_even(n, divisor)": "adjust(guess(n, divisor), n - guess(n, divisor) * divisor, divisor)",
    # n * rate = (high * rate) * part + (n - high * part) * rate, whatever `high` was guessed
    "two_rates(n, high, rate, part, divisor, whole)": f"""
        adjust(whole, (high * rate - whole * {_E14}) * part + (n - high * part) * rate, divisor)""",
    "times_rate(n, rate, part, divisor)": (
        "two_rates(n, guess(n, part), rate, part, divisor,"
        " guess(CAST(n AS DOUBLE) * CAST(rate AS DOUBLE), divisor))"
    ),
    "translate(amount, daily, monthly)": (
        f"times_rate(scaled(amount) * daily, monthly, {_E14}, {_E28})"
    ),
    "translate_product(a, b, daily, monthly)": (
        f"times_rate(scaled(a) * scaled(b) * daily, monthly, {_E18}, {_E32})"
    ),
    "translate_product_once(a, b, daily)": (
        f"times_rate(scaled(a) * scaled(b), daily, {_E4}, {_E18})"
    ),
    "translate_once(amount, monthly)": f"half_even(scaled(amount) * monthly, {_E14})",
    "product(a, b)": "half_even(scaled(a) * scaled(b), 10000::HUGEINT)",
    # an amount's share, 0 to 1, that ends with exactly all of it
    "part_of(amount, share)": f"""
        CASE WHEN share >= 1 THEN amount WHEN share <= 0 THEN amount - amount
            ELSE CAST(CAST(amount AS DOUBLE) * share AS {_MONEY}) END""",
    # what of `size` lies within reach where others, that come before it, take `before` of that
    "covered(reach, before, size)": "greatest(least(coalesce(reach, 0) - before, size), 0)",
    "rate_of(text)": f"""
        CASE WHEN TRY_CAST(text AS {_RATE}) > 0
            THEN CAST(TRY_CAST(text AS {_RATE}) * {10**14} AS HUGEINT) END""",
    "month_key(day)": "CAST(year(day) * 100 + month(day) AS INTEGER)",
    "day_key(day)": "CAST(year(day) * 10000 + month(day) * 100 + day(day) AS INTEGER)",
    "month_less(month, n)": """
        CAST((month // 100 * 12 + month % 100 - 1 - n) // 12 * 100
            + (month // 100 * 12 + month % 100 - 1 - n) % 12 + 1 AS INTEGER)""",
    # the first month of the fiscal year that a month is in
    "year_of(month, starts)": """
        CAST((month // 100 - CAST(month % 100 < starts AS INTEGER)) * 100 + starts AS INTEGER)""",
    # the first month of its fiscal quarter
    "quarter_of(month, starts)": "month_less(month, (month % 100 - starts + 12) % 3)",
    "date_of(key)": "make_date(key // 10000, key // 100 % 100, key % 100)",
    "week_key(key)": "day_key(date_trunc('week', date_of(key)))",  # of its Monday
    # `n` months after a day; from the 31st to the 1st where a month in between has no such day
    "months_after(first, n)": """
        least(CAST(date_trunc('month', first) + to_months(CAST(n AS INTEGER)) AS DATE)
                + CAST(day(first) - 1 AS INTEGER),
            CAST(date_trunc('month', first) + to_months(CAST(n + 1 AS INTEGER)) AS DATE))""",
    # what of an amount for so many months a year is; all of it for less than a year
    "a_year_of(amount, months)": """
        half_even(scaled(amount) * 120000, scaled(CASE WHEN months < 12 THEN 12 ELSE months END))""",
    "linked(netsuite_id)": "CASE WHEN netsuite_id > 0 THEN netsuite_id END",  # -1: in flight
    "status_word(letter)": """
        CASE upper(left(letter, 1)) WHEN 'A' THEN 'approved' WHEN 'X' THEN 'approved'
            WHEN 'S' THEN 'submitted' WHEN 'R' THEN 'rejected' ELSE 'open' END""",
}


def create_macros() -> list[str]:
    """The statements that make the macros in a connection."""
    return [f"CREATE OR REPLACE TEMP MACRO {name} AS {body}" for name, body in MACROS.items()]
