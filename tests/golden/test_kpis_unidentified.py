"""The statistical layer of the forecast, worked out in Python from SQL written by hand on the mirrored tables."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from statistics import fmean

import duckdb
import pytest
from sqlalchemy import text

from models.metrics.kpi import Lens, Side
from models.period import Month, Period
from sync.engine.build import make_macros, speak_of
from sync.engine.workfiles import FACTS, MIRROR
from sync.transforms import TRANSFORMS

from .asked import EXTERNAL, IN_PRACTICE, OF_ITEM, POSTINGS, STREAM, ask, by_key, only_of

RUN = Month(2026, 11)
METHODS = {  # history needed, months known in a test, level, slope, damping, seasonality
    "exponential smoothing": (12, 6, 0.2, 0.0, 0.9, 0.0),
    "damped trend": (24, 12, 0.2, 0.1, 0.9, 0.0),
    "seasonal damped trend": (36, 24, 0.1, 0.1, 0.9, 0.5),
}


STAFFED = (
    "services_tm",
    "services_fixed",
)  # told by the hours there are for them; a retainer by month
OF_PROJECTS = (*STAFFED, "managed_services", "expenses")


class Method:
    """Exponential smoothing of rates, the oldest first."""

    def __init__(self, rates, alpha, beta, phi, share):
        whole = fmean(rates[len(rates) % 12 :]) if len(rates) >= 12 else 0
        self.season = [
            max(1 + share * (fmean(rates[k::12]) / whole - 1), 0.2) if share and whole > 0 else 1.0
            for k in range(12)
        ]
        self.known, self.phi = len(rates), phi
        self.level, self.slope = rates[0] / self.season[0], 0.0
        for at, rate in enumerate(rates[1:], 1):
            level = alpha * rate / self.season[at % 12] + (1 - alpha) * (
                self.level + phi * self.slope
            )
            self.slope = beta * (level - self.level) + (1 - beta) * phi * self.slope
            self.level = level

    def tells(self, ahead):
        trend = sum(self.phi**step for step in range(1, ahead + 1))
        return max(
            (self.level + self.slope * trend) * self.season[(self.known + ahead - 1) % 12], 0
        )


class Book:
    """Closed months of every practice and stream at the newest rates, and the hours there are for them."""

    def __init__(self, loaded, firm):
        self.loaded, self.firm = loaded, firm
        with loaded.record.connect() as connection:
            self.rates = {
                company: float(rate)
                for company, rate, _ in connection.execute(
                    text(
                        """SELECT r.fromsubsidiary, r.averagerate, max(p.startdate)
                        FROM stg_netsuite__consolidatedexchangerate r
                        JOIN stg_netsuite__accountingperiod p ON p.id = r.postingperiod
                        JOIN stg_netsuite__subsidiary s ON s.id = r.tosubsidiary AND s.parent IS NULL
                        WHERE coalesce(r.accountingbook, 1) = 1 AND p.startdate <= '2026-11-20'
                        GROUP BY r.fromsubsidiary"""
                    )
                )
            }
            self.last = connection.scalar(
                text(
                    """SELECT max(strftime('%Y-%m', startdate)) FROM stg_netsuite__accountingperiod
                    WHERE closed AND NOT coalesce(isyear, false) AND NOT coalesce(isquarter, false)
                    AND NOT coalesce(isadjust, false) AND startdate < '2026-11-01'"""
                )
            )
            rows = connection.execute(
                text(
                    f"""SELECT d.id, {STREAM}, s.id, strftime('%Y-%m', p.startdate), -sum(g.amount)
                    {POSTINGS}{OF_ITEM}{IN_PRACTICE}
                    WHERE g.posting AND g.accountingbook = 1 AND strftime('%Y-%m', p.startdate) <= :last
                        AND a.accttype = 'Income' AND {EXTERNAL}
                    GROUP BY 1, 2, 3, 4"""
                ),
                {"last": self.last},
            ).all()
        self.amounts = defaultdict(lambda: defaultdict(float))
        for department, stream, company, month, amount in rows:
            if amount:
                key = (-1 if department is None else 2 * department, stream)
                self.amounts[key][month] += amount / 10_000 * self.rates.get(company, 1)

    @cached_property
    def hours(self):
        """Net capacity of everybody by department and month."""
        at = dict(self.firm.read("SELECT id, 2 * department_id FROM stg_suiteprojects__user"))
        found = defaultdict(float)
        for month in _months("2023-01", 60):
            start = _month(month)
            for user in self.firm.people:
                for day in self.firm.days(start.start, start.end):
                    found[at[user], month] += float(self.firm.net(user, day))
        return found

    def series(self, department, stream):
        """Its months from the first one on, what they brought, and what that is divided by for a year to come."""
        known = self.amounts[department, stream]
        months = _months(min(known), 100)
        months = months[: months.index("2027-11") + 1]
        count = months.index(self.last) + 1
        amounts = [known.get(month, 0.0) for month in months[:count]]
        staffed = stream in STAFFED
        efforts = [self.hours[department, month] if staffed else 1.0 for month in months]
        return months, amounts, efforts


def _month(name):
    return Period.parse(name).first


def _months(first, count):
    return [str(_month(first).plus(step)) for step in range(count)]


def _weekdays(month):
    start = _month(month)
    return sum(start.start.replace(day=day).weekday() < 5 for day in range(1, start.end.day + 1))


def _tests(months, amounts, efforts, method, *, staffed):
    """What a method missed, the year before of the same months, what these brought, and from how many starts."""
    _, known_from, *how = METHODS[method]
    missed = naive = size = 0.0
    starts = set()
    for known in range(max(len(amounts) - 12, known_from), len(amounts)):
        made = Method([a / e for a, e in zip(amounts[:known], efforts, strict=False)], *how)
        days = sum(map(_weekdays, months[known - 3 : known]))
        for at in range(max(known, 12), min(known + 6, len(amounts))):
            effort = (
                sum(efforts[known - 3 : known]) / days * _weekdays(months[at])
                if staffed
                else efforts[at]
            )
            missed += abs(amounts[at] - made.tells(at - known + 1) * effort)
            naive += abs(amounts[at] - amounts[at - 12])
            size += abs(amounts[at])
            starts.add(known)
    return missed, naive, size, len(starts)


@pytest.fixture(scope="module")
def book(loaded, firm):
    return Book(loaded, firm)


@pytest.fixture(scope="module")
def tests(book):
    """Series -> the method that missed least, and what its tests came to."""
    found = {}
    for key in book.amounts:
        months, amounts, efforts = book.series(*key)
        able = [name for name, (needs, *_) in METHODS.items() if len(amounts) >= needs]
        tried = {
            name: _tests(months, amounts, efforts, name, staffed=key[1] in STAFFED) for name in able
        }
        best = min(tried, key=lambda name: tried[name][0])
        found[key] = (best, *tried[best])
    return found


def _by_series(loaded, key, period="2026-11"):
    told = ask(loaded, key, period, by=("department", "stream"))
    return {
        (row.dimensions["department"], row.dimensions["stream"]): float(row.erp)
        for row in told.rows
        if row.erp is not None
    }


def test_each_series_is_told_by_the_method_that_missed_least_in_its_tests(loaded, tests):
    told = _by_series(loaded, "statistical_mase")

    assert len(tests) > 8
    assert any(missed < naive for _, missed, naive, *_ in tests.values())
    assert any(missed > naive for _, missed, naive, *_ in tests.values())
    assert told == pytest.approx(
        {key: missed / naive for key, (_, missed, naive, *_) in tests.items()}, abs=0.0001
    )


def test_the_error_in_tests_is_what_was_missed_of_the_revenue_of_their_months(loaded, tests):
    known = {key: missed / size for key, (_, missed, _, size, _) in tests.items() if size}

    assert _by_series(loaded, "statistical_error") == pytest.approx(known, rel=0.001)


@pytest.mark.parametrize("ahead", [2, 3, 5, 9, 12])
def test_what_is_not_identified_is_what_experience_expects_beyond_all_that_is_seen(
    loaded, book, tests, ahead
):
    month = RUN.plus(ahead)
    seen = defaultdict(float)
    for row in ask(
        loaded, "revenue_forecast", Period.of(month), by=("department", "stream", "layer")
    ).rows:
        if row.dimensions["layer"] != "unidentified":
            key = (row.dimensions["department"], row.dimensions["stream"])
            seen[key] += float(row.erp or 0)
    expected, lacks = {}, {}
    for key, (method, missed, naive, _, starts) in tests.items():
        months, amounts, efforts = book.series(*key)
        if missed < naive and starts >= 12 and sum(amounts[-3:]) > 0:
            rates = [a / e for a, e in zip(amounts, efforts, strict=False)]
            at = months.index(str(month))
            made = Method(rates, *METHODS[method][2:])
            expected[key] = made.tells(at - len(amounts) + 1) * efforts[at]
            lacks[key] = max(expected[key] - seen[key], 0)
    weight = min(max(ahead - 2, 0) / 5, 1)
    known = {}
    for is_project in (True, False):
        group = [key for key in expected if (key[1] in OF_PROJECTS) == is_project]
        rest = sum(expected[key] for key in group) - sum(
            amount
            for key, amount in seen.items()
            if (key[1] in OF_PROJECTS) == is_project and (key in group or key not in book.amounts)
        )
        most = sum(lacks[key] for key in group)
        for key in group:
            if lacks[key] and weight:
                known[key] = lacks[key] * weight * min(max(rest, 0) / most, 1)

    told = _by_series(loaded, "forecast_unidentified", str(month))
    assert bool(known) == (ahead > 2)
    assert {key: told.get(key, 0) for key in known} == pytest.approx(known, rel=0.001, abs=1)
    assert sum(told.values()) == pytest.approx(sum(known.values()), rel=0.001, abs=1)


def test_the_layer_counts_by_the_weight_of_so_many_months_ahead(loaded):
    """Made anew with other weights than the fixed ones, as learned ones are."""
    made = TRANSFORMS["forecast_unidentified"].sql
    by_ahead = """SELECT 12 * (month // 100) + month % 100 - 12 * 2026 - 11 AS ahead, any_value(weight),
        count(DISTINCT weight), sum(amount_base)::DOUBLE FROM ({}) WHERE layer = 'unidentified' GROUP BY ahead"""
    with duckdb.connect() as work:
        for file in (FACTS, MIRROR):
            path = loaded.settings.work_dir / file
            work.execute(f"ATTACH '{path}' AS {path.stem} (READ_ONLY)")
        work.execute("SET search_path = 'facts.main,mirror.main'")
        make_macros(work)
        speak_of(work, loaded.world.today)
        fixed = {
            row[0]: row[1:] for row in work.execute(by_ahead.format("FROM fct_forecast")).fetchall()
        }
        work.execute("""CREATE TEMP TABLE dim_forecast_weight AS SELECT * REPLACE (
            CAST(weight * (13 - ahead) / 20 AS DECIMAL(18,4)) AS weight) FROM facts.dim_forecast_weight""")
        other = {row[0]: row[1:] for row in work.execute(by_ahead.format(made)).fetchall()}

    assert fixed.keys() == other.keys()
    assert len(fixed) > 6
    for ahead, (weight, several, amount) in other.items():
        assert several == 1
        assert float(weight) == pytest.approx(min(ahead - 2, 5) / 5 * (13 - ahead) / 20)
        assert amount == pytest.approx(fixed[ahead][2] * (13 - ahead) / 20, rel=1e-6)


def test_a_year_and_a_half_of_history_has_too_few_tests_for_seasons(short):
    with short.snapshot.engine.connect() as connection:
        told = set(
            connection.execute(
                text("SELECT DISTINCT method, months, is_shown, reason FROM fct_forecast_model")
            )
        )

    assert told
    assert {method for method, *_ in told} <= {"exponential smoothing", None}
    assert all(reason for _, months, _, reason in told if months < 18)


def test_the_layer_is_in_the_books_of_companies_at_the_newest_rate(loaded, book):
    """Every company's part in its own currency, translated, is the consolidated number."""
    told, books = (
        by_key(loaded, "forecast_unidentified", "2027-Q2", Side.ERP, ("subsidiary",), lens=lens)
        for lens in (Lens.CONSOLIDATED, Lens.SUBSIDIARY)
    )

    assert len({currency for _, currency in books}) > 2
    assert {key: float(amount) for (key, _), amount in told.items()} == pytest.approx(
        {key: float(amount) * book.rates.get(key, 1) for (key, _), amount in books.items()},
        abs=0.01,
    )
    assert only_of(loaded, "forecast_unidentified", "2027-Q2", Side.ERP) == sum(told.values())
