"""What was forecast and came true, by SQL written by hand on what the record observed and mirrored."""

from __future__ import annotations

import shutil
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

import duckdb
import pytest
from sqlalchemy import insert, text, update

from models.database import open_record
from models.metrics.kpi import Reason, Side
from models.period import Month, Period
from models.settings import WarehouseSettings
from models.tables.history import ops_observation
from sync.engine.build import make_macros, speak_of
from sync.engine.dated import bring_dated
from sync.engine.observe import FROM, GRAIN, TO, dated_table
from sync.observations import OBSERVATIONS
from sync.transforms import TRANSFORMS

from .asked import EXTERNAL, IN_PRACTICE, OF_ITEM, POSTINGS, STREAM, ask

WRITTEN = [OBSERVATIONS["forecast"], OBSERVATIONS["forecast_range"]]
JUDGED = TRANSFORMS["fct_forecast_judged"]
FIRST = Month(2025, 10)  # the first month end that was written down
LAST = Month(2026, 10)  # closed
D = Decimal
_EARNED = f"""
    SELECT d.id AS department, s.id AS company, strftime('%Y-%m', p.startdate) AS month, -sum(g.amount) AS amount
    {POSTINGS}{IN_PRACTICE}
    WHERE g.posting AND g.accountingbook = 1 AND a.accttype = 'Income' AND {EXTERNAL}
    GROUP BY 1, 2, 3"""
_BY_STREAM = f"""
    SELECT d.id, s.id, strftime('%Y-%m', p.startdate), {STREAM}, -sum(g.amount)
    {POSTINGS}{IN_PRACTICE}{OF_ITEM}
    WHERE g.posting AND g.accountingbook = 1 AND a.accttype = 'Income' AND {EXTERNAL}
    GROUP BY 1, 2, 3, 4"""
_RATES = """
    SELECT r.fromsubsidiary, strftime('%Y-%m', p.startdate), r.averagerate
    FROM stg_netsuite__consolidatedexchangerate r
    JOIN stg_netsuite__accountingperiod p ON p.id = r.postingperiod
    JOIN stg_netsuite__subsidiary t ON t.id = r.tosubsidiary AND t.parent IS NULL
    WHERE coalesce(r.accountingbook, 1) = 1"""


def _months(first, last):
    while first <= last:
        yield first
        first = first.plus(1)


def _earned(connection):
    """Department (the warehouse's key), company and month -> external revenue at the month's average rate."""
    rates = {(company, month): D(rate) for company, month, rate in connection.execute(text(_RATES))}
    found = defaultdict(D)
    for department, company, month, amount in connection.execute(text(_EARNED)):
        key = (-1 if department is None else 2 * department, company, int(month.replace("-", "")))
        found[key] += D(amount) / 10_000 * rates.get((company, month), D(1))
    return found


def _written_down(earned):
    """What a firm that looked ahead at every month's end for a year would have in its record, some of it far off."""
    for at in _months(FIRST, LAST):
        for (department, company, month), amount in earned.items():
            before = (month // 100 - at.year) * 12 + month % 100 - at.number
            if 1 <= before <= 6:
                guess = amount * (1 + D((department * 7 + month + company) % 9 - 3) * before / 40)
                yield at, department, company, month, guess.quantize(D("0.01"))


@pytest.fixture(scope="module")
def looked_ahead(loaded, tmp_path_factory):
    """The firm's record with a year of forecasts in it, and the snapshot that shows them."""
    folder = tmp_path_factory.mktemp("written")
    shutil.copytree(
        loaded.settings.data_dir,
        folder,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("work"),
    )
    settings = WarehouseSettings(data_dir=folder, database_url="")
    firm = replace(loaded, record=open_record(settings.record_url), settings=settings)
    forecast, ranges = map(dated_table, WRITTEN)
    with firm.record.begin() as connection:
        told, bounds = [], []
        for at, department, company, month, guess in _written_down(_earned(connection)):
            holds = {
                GRAIN: f"{department} {company} {month}", FROM: at.end,
                TO: at.plus(1).end.replace(day=1), "month": month,
                "department_key": department, "subsidiary_key": company,
            }  # fmt: skip
            for layer, part in (("booked", guess - 100), ("pipeline", D(100))):
                told.append(
                    holds | {
                        GRAIN: f"{holds[GRAIN]} {layer}", "layer": layer, "stream": "services",
                        "is_intercompany": False, "amount_subsidiary": part, "amount_base": part,
                        "subsidiary_currency": "USD",
                    }
                )  # fmt: skip
            bounds.append(
                holds | {"low_base": guess - 9_000, "middle_base": guess - 500, "high_base": guess + 7_000}
            )  # fmt: skip
        connection.execute(insert(forecast), told)
        connection.execute(insert(ranges), bounds)
        connection.execute(update(ops_observation).values(first_day=FIRST.end))
    with duckdb.connect() as work:
        work.execute(f"ATTACH '{settings.snapshot_dir / 'v000001.duckdb'}' AS facts")
        work.execute("SET search_path = 'facts.main'")
        work.execute("DELETE FROM meta_observation")
        bring_dated(firm.record, work, list(OBSERVATIONS.values()))
        make_macros(work)
        speak_of(work, firm.world.today)
        work.execute(f"INSERT INTO {JUDGED.key} BY NAME {JUDGED.sql}")
    yield firm
    firm.record.dispose()


class Told:
    """Forecasts of closed months as they stood so many months before, and what came, read from the record."""

    def __init__(self, firm, before):
        with firm.record.connect() as connection:
            self.earned = _earned(connection)
            self.forecast = defaultdict(D)
            self.bounds = {}
            for month in _months(FIRST.plus(before), LAST):
                day = {"day": month.plus(-before).end, "month": month.key}
                held = (
                    "_from_day <= :day AND (_to_day IS NULL OR _to_day >= :day) AND month = :month"
                )
                for department, company, amount in connection.execute(
                    text(
                        f"""SELECT department_key, subsidiary_key, sum(amount_base) FROM dated_forecast
                        WHERE {held} GROUP BY 1, 2"""
                    ),
                    day,
                ):
                    self.forecast[department, company, month.key] += D(amount) / 10_000
                for department, company, *of in connection.execute(
                    text(
                        f"""SELECT department_key, subsidiary_key, low_base, middle_base, high_base
                        FROM dated_forecast_range WHERE {held}"""
                    ),
                    day,
                ):
                    self.bounds[department, company, month.key] = [D(one) / 10_000 for one in of]

    def cells(self, before, period):
        """The closed months of the year to a period's end that a forecast was written down for."""
        last = min(period, LAST)
        return [m.key for m in _months(max(FIRST.plus(before), period.plus(-11)), last)]

    def by_department(self, amounts, months):
        found = defaultdict(D)
        for (department, _, month), amount in amounts.items():
            if month in months:
                found[department, month] += amount
        return found

    def apart(self, one, other, months):
        one, other = self.by_department(one, months), self.by_department(other, months)
        return {key: one[key] - other[key] for key in {*one, *other}}

    def year_before(self):
        return defaultdict(
            D, {(d, c, m + 100): amount for (d, c, m), amount in self.earned.items()}
        )


@pytest.fixture(scope="module", params=[1, 3, 6])
def horizon(request, looked_ahead):
    return request.param, Told(looked_ahead, request.param)


def _one(firm, key, period="2026-10", **how):
    line = ask(firm, key, period, **how).only
    return line.reasons[Side.ERP] if line.erp is None else line.erp


KEYS = {
    "known": ("forecast_known_1", "forecast_known_3", "forecast_known_6"),
    "error": ("forecast_error_1", "forecast_error_3", "forecast_error_6"),
    "bias": ("forecast_bias_1", "forecast_bias_3", "forecast_bias_6"),
    "mase": ("forecast_mase_1", "forecast_mase_3", "forecast_mase_6"),
    "added": ("forecast_value_added_1", "forecast_value_added_3", "forecast_value_added_6"),
    "interval": ("forecast_interval_1", "forecast_interval_3", "forecast_interval_6"),
    "rmse": ("forecast_rmse_1", "forecast_rmse_3", "forecast_rmse_6"),
    "layers": ("forecast_layer_error_1", "forecast_layer_error_3", "forecast_layer_error_6"),
    "kept": ("forecast_kept_1", "forecast_kept_3", "forecast_kept_6"),
    "pinball": ("forecast_pinball_1", "forecast_pinball_3", "forecast_pinball_6"),
}


def _key(name, before):
    return KEYS[name][(1, 3, 6).index(before)]


@pytest.mark.parametrize("month", [Month(2026, 5), Month(2026, 10)])
def test_a_month_is_known_as_it_was_written_down(looked_ahead, horizon, month):
    before, told = horizon
    known = sum(amount for (*_, at), amount in told.forecast.items() if at == month.key)

    assert known
    assert _one(looked_ahead, _key("known", before), str(month)) == known


@pytest.mark.parametrize("period", ["2026-10", "2026-07", "2026-11"])
def test_errors_and_bias_are_what_each_practice_missed_of_its_revenue(
    looked_ahead, horizon, period
):
    before, told = horizon
    months = told.cells(before, Period.parse(period).first)
    misses = told.apart(told.forecast, told.earned, months)
    size = sum(abs(one) for one in told.by_department(told.earned, months).values())

    assert len(months) > 2
    for key, missed in (
        ("error", sum(map(abs, misses.values()))), ("bias", sum(misses.values())),
    ):  # fmt: skip
        assert abs(_one(looked_ahead, _key(key, before), period) - missed / size) < D("0.00001")


def test_a_practice_is_judged_by_its_own_months(looked_ahead, horizon):
    before, told = horizon
    months = told.cells(before, LAST)
    misses = told.apart(told.forecast, told.earned, months)
    sizes = told.by_department(told.earned, months)
    rows = ask(looked_ahead, _key("error", before), "2026-10", by=("department",)).rows

    assert len(rows) > 3
    for row in rows:
        own = row.dimensions["department"]
        missed = sum(abs(one) for (at, _), one in misses.items() if at == own)
        size = sum(abs(one) for (at, _), one in sizes.items() if at == own)
        assert abs(row.erp - missed / size) < D("0.00001")


def test_the_forecast_is_held_against_the_year_before(looked_ahead, horizon):
    before, told = horizon
    months = told.cells(before, LAST)
    missed = sum(map(abs, told.apart(told.forecast, told.earned, months).values()))
    naive = sum(map(abs, told.apart(told.year_before(), told.earned, months).values()))
    earlier = [m.key for m in _months(LAST.plus(-23), LAST.plus(-12))]
    first = min(month for *_, month in told.earned)
    earlier = [month for month in earlier if month >= first + 100]
    in_sample = sum(map(abs, told.apart(told.year_before(), told.earned, earlier).values()))

    assert len(earlier) > 10
    added = _one(looked_ahead, _key("added", before))
    mase = _one(looked_ahead, _key("mase", before))
    assert abs(added - (naive - missed) / naive) < D("0.00001")
    assert abs(mase - (missed / len(months)) / (in_sample / len(earlier))) < D("0.00001")


def test_ranges_are_judged_cell_by_cell(looked_ahead, horizon):
    before, told = horizon
    months = told.cells(before, LAST)
    cells = {
        key for key in {*told.earned, *told.bounds} if key[2] in months
        and (told.earned.get(key) or key in told.bounds)
    }  # fmt: skip
    within, loss = 0, D(0)
    for key in cells:
        came, bounds = told.earned.get(key, D(0)), told.bounds.get(key, [D(0)] * 3)
        within += bounds[0] <= came <= bounds[2]
        for share, bound in zip((D("0.1"), D("0.5"), D("0.9")), bounds, strict=True):
            loss += share * max(came - bound, 0) + (1 - share) * max(bound - came, 0)
    size = sum(abs(told.earned.get(key, D(0))) for key in cells)

    assert 0 < within < len(cells)
    interval = _one(looked_ahead, _key("interval", before))
    pinball = _one(looked_ahead, _key("pinball", before))
    assert abs(interval - D(within) / len(cells)) < D("0.00001")
    assert abs(pinball - loss / 3 / size) < D("0.00001")


def test_a_firm_that_has_just_begun_has_nothing_to_judge(loaded):
    for keys in KEYS.values():
        for key in keys:
            assert _one(loaded, key, "2026-10") is Reason.NO_HISTORY


def test_today_s_range_is_what_the_pages_tell_of_each_practice_and_company(loaded):
    with loaded.record.connect() as connection:
        written = {
            (department, company): [D(one) / 10_000 for one in of]
            for department, company, *of in connection.execute(
                text(
                    """SELECT department_key, subsidiary_key, low_base, middle_base, high_base
                    FROM dated_forecast_range WHERE month = 202704 AND _to_day IS NULL"""
                )
            )
        }
    told = defaultdict(list)
    for key in ("revenue_forecast_p10", "revenue_forecast_p50", "revenue_forecast_p90"):
        for row in ask(loaded, key, "2027-04", by=("department", "subsidiary")).rows:
            told[row.dimensions["department"], row.dimensions["subsidiary"]].append(row.erp)

    assert len(written) > 5
    assert all(low <= middle <= high for low, middle, high in written.values())
    assert written == {key: numbers for key, numbers in told.items() if key in written}
    assert not any(any(numbers) for key, numbers in told.items() if key not in written)


@pytest.mark.parametrize("period", ["2026-10", "2026-07"])
def test_the_root_mean_square_error_is_of_what_practices_missed_month_by_month(
    looked_ahead, horizon, period
):
    before, told = horizon
    months = told.cells(before, Period.parse(period).first)
    squares = [one * one for one in told.apart(told.forecast, told.earned, months).values()]

    found = _one(looked_ahead, _key("rmse", before), period)
    assert abs(found - (sum(squares) / len(squares)).sqrt()) < D("0.001")


def _by_layer(looked_ahead, before, months):
    """Layer -> told, came and missed: revenue of a practice, company and stream goes to the surer layers first."""
    with looked_ahead.record.connect() as connection:
        earned = defaultdict(D)
        rates = {(at, month): D(rate) for at, month, rate in connection.execute(text(_RATES))}
        for department, company, month, stream, amount in connection.execute(text(_BY_STREAM)):
            key = -1 if department is None else 2 * department, company, int(month.replace("-", ""))
            earned[*key, stream.lower()] += D(amount) / 10_000 * rates.get((company, month), D(1))
        layers = defaultdict(dict)
        for month in months:
            for department, company, stream, layer, amount in connection.execute(
                text(
                    """SELECT department_key, subsidiary_key, stream, layer, sum(amount_base)
                    FROM dated_forecast WHERE _from_day <= :day AND (_to_day IS NULL OR _to_day >= :day)
                        AND month = :month GROUP BY 1, 2, 3, 4"""
                ),
                {"day": Month(month // 100, month % 100).plus(-before).end, "month": month},
            ):
                layers[department, company, month, stream][layer] = D(amount) / 10_000
    found = defaultdict(lambda: [D(0), D(0), D(0)])
    for cell in {*layers, *(key for key in earned if key[2] in months)}:
        left = earned[cell]
        for layer in (
            "actual",
            "in_flight",
            "booked",
            "soft",
            "backlog",
            "pipeline",
            "unidentified",
        ):
            told = layers[cell].get(layer, D(0)) if cell in layers else D(0)
            came = min(max(left, D(0)), told)
            left -= came
            for place, number in enumerate((told, came, abs(told - came))):
                found[layer][place] += number
        for place, number in enumerate((D(0), left, abs(left))):
            found["unforeseen"][place] += number
    return found


def test_what_came_is_counted_towards_the_surer_layers_first_and_layers_add_up(
    looked_ahead, horizon
):
    before, told = horizon
    months = told.cells(before, LAST)
    known = _by_layer(looked_ahead, before, months)
    size = sum(abs(one) for one in told.by_department(told.earned, months).values())
    by = {"by": ("layer",)}
    errors = {
        row.dimensions["layer"]: row.erp
        for row in ask(looked_ahead, _key("layers", before), "2026-10", **by).rows
        if row.erp
    }
    kept = {
        row.dimensions["layer"]: row.erp
        for row in ask(looked_ahead, _key("kept", before), "2026-10", **by).rows
    }

    assert {"booked", "pipeline", "unforeseen"} <= errors.keys()
    for layer, (foretold, came, missed) in known.items():
        assert abs(errors.get(layer, D(0)) - missed / size) < D("0.00001"), layer
        if foretold:
            assert abs(kept[layer] - came / foretold) < D("0.00001"), layer
    whole = _one(looked_ahead, _key("layers", before))
    assert abs(sum(errors.values()) - whole) < D("0.00001")
    assert whole >= _one(looked_ahead, _key("error", before)) - D("0.00001")
    assert sum(came for _, came, _ in known.values()) == sum(
        one for key, one in told.earned.items() if key[2] in months
    )
