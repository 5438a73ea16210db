"""What was forecast and came true, by SQL written by hand on what the record observed and mirrored."""

from __future__ import annotations

import shutil
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

import duckdb
import pytest
from sqlalchemy import insert, text, update

from models.business import default_business
from models.database import open_record
from models.metrics.kpi import Reason, Side
from models.period import Month, Period
from models.settings import WarehouseSettings
from models.tables.history import ops_observation
from sync.engine.build import make_macros, speak_of
from sync.engine.dated import bring_dated
from sync.engine.given import give
from sync.engine.observe import dated_table
from sync.observations import OBSERVATIONS
from sync.transforms import TRANSFORMS

from .asked import ask
from .written import FIRST, FIXED, LAST, by_stream, earned, in_layers, months_between, written_down

WRITTEN = [OBSERVATIONS["forecast"], OBSERVATIONS["forecast_range"]]
JUDGED = TRANSFORMS["fct_forecast_judged"]
WEIGHTS = [TRANSFORMS["fct_forecast_weighed"], TRANSFORMS["dim_forecast_weight"]]
D = Decimal


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
        streams = by_stream(connection)
        told = [
            row for stream in sorted({key[-1] for key in streams})
            for at in written_down({key: one for key, one in streams.items() if key[-1] == stream})
            for row in in_layers(*at[:2], stream, at[2])
        ]  # fmt: skip
        bounds = [
            holds | {"low_base": guess - 9_000, "middle_base": guess - 500, "high_base": guess + 7_000}
            for holds, _, guess in written_down(earned(connection))
        ]  # fmt: skip
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
        work.execute("ATTACH ':memory:' AS mirror")
        give(work, default_business())
        for one in (JUDGED, *WEIGHTS):
            work.execute(f"DELETE FROM {one.key}")
            work.execute(f"INSERT INTO {one.key} BY NAME {one.sql}")
    yield firm
    firm.record.dispose()


class Told:
    """Forecasts of closed months as they stood so many months before, and what came, read from the record."""

    def __init__(self, firm, before):
        with firm.record.connect() as connection:
            self.earned = earned(connection)
            self.forecast = defaultdict(D)
            self.bounds = {}
            for month in months_between(FIRST.plus(before), LAST):
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
        return [m.key for m in months_between(max(FIRST.plus(before), period.plus(-11)), last)]

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
    earlier = [m.key for m in months_between(LAST.plus(-23), LAST.plus(-12))]
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
        earned = by_stream(connection)
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


# --- how much of what experience expects counts


class Weighed:
    """Practices, companies, streams and closed months: what was seen of them so many months before, what experience expected
    beyond, and what came; and the weight that months teach."""

    def __init__(self, firm, ahead):
        self.ahead, self.cells = ahead, defaultdict(lambda: defaultdict(lambda: [D(0), D(0), D(0)]))
        self.series = defaultdict(lambda: defaultdict(lambda: [D(0), D(0), D(0)]))
        with firm.record.connect() as connection:
            for month in months_between(FIRST.plus(ahead), LAST):
                for department, company, stream, seen, counted in connection.execute(
                    text(
                        """SELECT department_key, subsidiary_key, stream, sum(CASE layer WHEN 'unidentified' THEN 0 ELSE amount_base END),
                            sum(CASE layer WHEN 'unidentified' THEN amount_base ELSE 0 END)
                        FROM dated_forecast WHERE _from_day <= :day AND (_to_day IS NULL OR _to_day >= :day)
                            AND month = :month GROUP BY 1, 2, 3"""
                    ),
                    {"day": month.plus(-ahead).end, "month": month.key},
                ):
                    cell = self.cells[month][department, company, stream]
                    cell[0], cell[1] = D(seen) / 10_000, D(counted) / 10_000 / FIXED[ahead]
            for (department, company, month, stream), amount in by_stream(connection).items():
                if (of := Month.from_key(month)) in self.cells:
                    self.cells[of][department, company, stream][2] += amount
        for month, cells in self.cells.items():  # weights are those of practices and streams
            for (department, _, stream), cell in cells.items():
                of = self.series[month][department, stream]
                of[:] = [one + other for one, other in zip(of, cell, strict=True)]

    def weight(self, before):
        """What the months before one teach, by squares, and how many they are; the fixed weight where they are too few."""
        cells = [
            cell for month, of in self.series.items() if month < before for cell in of.values()
        ]
        count = sum(month < before for month in self.cells)
        if count < 12:
            return FIXED[self.ahead], count, None
        best = sum(lacks * (came - seen) for seen, lacks, came in cells) / sum(
            lacks * lacks for _, lacks, _ in cells
        )
        drawn = (count * min(max(best, D(0)), D(1)) + 12 * FIXED[self.ahead]) / (count + 12)
        return drawn, count, best

    def missed(self, months, weight, company=None):
        return sum(
            abs(came - seen - lacks * weight(month))
            for month in months
            for (_, of, _), (seen, lacks, came) in self.cells[month].items()
            if company in (None, of)
        )

    def size(self, months, company=None):
        return sum(
            abs(cell[2])
            for month in months
            for (_, of, _), cell in self.cells[month].items()
            if company in (None, of)
        )


@pytest.fixture(scope="module", params=[3, 4, 6])
def weighed(request, looked_ahead):
    return Weighed(looked_ahead, request.param)


def test_a_weight_is_what_the_judged_months_teach(looked_ahead, weighed):
    expected, count, best = weighed.weight(LAST.plus(1))
    with looked_ahead.snapshot.engine.connect() as connection:
        row = connection.execute(
            text("SELECT * FROM dim_forecast_weight WHERE ahead = :ahead"),
            {"ahead": weighed.ahead},
        ).one()

    assert best is not None
    assert 0 < best < 1
    assert (row.months, row.is_learned) == (count, True)
    assert abs(row.best_weight - best) < D("0.0001")
    assert abs(row.weight - expected) < D("0.0001")


@pytest.mark.parametrize("period", ["2026-10", "2026-07"])
def test_each_weight_is_judged_by_what_was_known_before(looked_ahead, weighed, period):
    last, ahead = Period.parse(period).first, weighed.ahead
    months = [m for m in weighed.cells if last.plus(-11) <= m <= last]
    size = weighed.size(months)
    then = {month: weighed.weight(month.plus(-ahead))[0] for month in months}
    known = {
        "forecast_seen_error": weighed.missed(months, lambda _: D(0)),
        "forecast_full_error": weighed.missed(months, lambda _: D(1)),
        "forecast_fixed_error": weighed.missed(months, lambda _: FIXED[ahead]),
        "forecast_weighed_error": weighed.missed(months, then.__getitem__),
    }

    assert len({*known.values()}) >= 3
    for key, missed in known.items():
        rows = ask(looked_ahead, key, period, by=("horizon",)).rows
        (told,) = (row.erp for row in rows if row.dimensions["horizon"] == str(ahead))
        assert abs(told - missed / size) < D("0.00001"), key
    rows = ask(looked_ahead, "forecast_weighed_error", period, by=("horizon", "subsidiary")).rows
    told = {
        row.dimensions["subsidiary"]: row.erp
        for row in rows
        if row.dimensions["horizon"] == str(ahead) and row.erp is not None
    }
    assert len(told) > 1
    for company, number in told.items():
        missed = weighed.missed(months, then.__getitem__, company)
        assert abs(number - missed / weighed.size(months, company)) < D("0.00001"), company
