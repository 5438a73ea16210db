"""SQL macros of the build: exact money arithmetic, calendar keys, the vendors' letters.

Money is multiplied as scaled integers and rounded once, half-even, to four places. A decimal type
would round the product at its own scale, and half away from zero. Rates carry fourteen decimals;
`daily` and `monthly` are rates as integers scaled by 10^14.

DuckDB divides large integers bit by bit, ten times slower than this way: guess the quotient in
floating point, correct it twice by the exact remainder, and decide the rounding on integers. So the
guess costs nothing in exactness. A value that is needed more than once is bound by a lambda over a
list of one (a macro's argument is pasted wherever it is named, and planning would take longer than
running); pasting is also why each lambda has a name of its own.
"""

from __future__ import annotations

RATE_SCALE = 14
ONE = f"{10**RATE_SCALE}::HUGEINT"  # the rate of a currency in itself
_LONG = f"{10 ** (RATE_SCALE + 4)}::HUGEINT"


def _let(value: str, name: str, result: str) -> str:
    return f"list_transform([{value}], lambda {name}: {result})[1]"


# name(arguments) -> body
MACROS = {
    "guess(n, divisor)": ("CAST(round(CAST(n AS DOUBLE) / CAST(divisor AS DOUBLE)) AS HUGEINT)"),
    "near(n, divisor)": _let("guess(n, divisor)", "g_", "g_ + guess(n - g_ * divisor, divisor)"),
    "settle(whole, rest, divisor)": """
        whole + CASE WHEN 2 * rest > divisor THEN 1 WHEN 2 * rest < -divisor THEN -1
            WHEN 2 * abs(rest) = divisor AND whole % 2 <> 0 THEN sign(rest)::INTEGER ELSE 0 END""",
    "half_even(n, divisor)": _let(
        "n", "n_", _let("near(n_, divisor)", "w_", "settle(w_, n_ - w_ * divisor, divisor)")
    ),
    # n * rate may exceed 127 bits: n is split at `part`, its two pieces are multiplied alone
    "settle_pieces(high, low, part)": _let(
        f"near(high, {ONE})", "h_", f"settle(h_, (high - h_ * {ONE}) * part + low, {ONE} * part)"
    ),
    "join_pieces(high, low, part)": _let(
        "low", "l_", _let("near(l_, part)", "o_", "settle_pieces(high + o_, l_ - o_ * part, part)")
    ),
    "times_rate(n, rate, part)": _let(
        "n",
        "m_",
        _let("near(m_, part)", "q_", "join_pieces(q_ * rate, (m_ - q_ * part) * rate, part)"),
    ),
    "scaled(amount)": "CAST(amount * 10000 AS HUGEINT)",
    "unscaled(n)": "CAST(CAST(n AS DECIMAL(38,0)) * 0.0001::DECIMAL(5,4) AS DECIMAL(18,4))",
    "translate(amount, daily, monthly)": (
        f"unscaled(times_rate(scaled(amount) * daily, monthly, {ONE}))"
    ),
    "translate_product(a, b, daily, monthly)": (
        f"unscaled(times_rate(scaled(a) * scaled(b) * daily, monthly, {_LONG}))"
    ),
    "translate_once(amount, monthly)": f"unscaled(half_even(scaled(amount) * monthly, {ONE}))",
    "product(a, b)": "unscaled(half_even(scaled(a) * scaled(b), 10000::HUGEINT))",
    "percent_of(a, percentage)": (
        "unscaled(half_even(scaled(a) * scaled(percentage), 1000000::HUGEINT))"
    ),
    "rate_of(text)": f"""
        CASE WHEN TRY_CAST(text AS DECIMAL(30,{RATE_SCALE})) > 0
            THEN CAST(TRY_CAST(text AS DECIMAL(30,{RATE_SCALE})) * {10**RATE_SCALE} AS HUGEINT) END""",
    "month_key(day)": "CAST(year(day) * 100 + month(day) AS INTEGER)",
    "day_key(day)": "CAST(year(day) * 10000 + month(day) * 100 + day(day) AS INTEGER)",
    "linked(netsuite_id)": "CASE WHEN netsuite_id > 0 THEN netsuite_id END",  # -1: in flight
    "status_word(letter)": """
        CASE upper(left(letter, 1)) WHEN 'A' THEN 'approved' WHEN 'X' THEN 'approved'
            WHEN 'S' THEN 'submitted' WHEN 'R' THEN 'rejected' ELSE 'open' END""",
}


def create_macros() -> list[str]:
    """The statements that make the macros in a connection."""
    return [f"CREATE OR REPLACE TEMP MACRO {name} AS {body}" for name, body in MACROS.items()]
