"""Forecasts that were written down day by day, held against what came true, worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pytest
from sqlalchemy import create_engine

from models.access import Scope
from models.database import open_record, upgrade
from models.metrics import catalogue
from models.metrics.kpi import Lens, Reason, Side
from models.metrics.parts import number_of_rows
from models.metrics.query import answer, rows
from models.period import Month, Period
from models.snapshot import Snapshot, SourceState
from models.tables.conformed import SNAPSHOT
from sync.engine.build import make_macros
from sync.engine.dated import bring_dated
from sync.engine.observe import observe
from sync.observations import OBSERVATIONS

NOW = datetime(2026, 5, 4, 6, tzinfo=UTC)
CLOUD, DATA = 2, 4  # departments
WRITTEN = [OBSERVATIONS["forecast"], OBSERVATIONS["forecast_range"]]
EVERYTHING = Scope.everything()
D = Decimal


class Firm:
    """Facts that are set by hand day by day, written down as the build does, and looked at afterwards."""

    def __init__(self, folder, written=WRITTEN):
        self.written = written
        catalogue.kpis()  # which declares every fact
        self.path = folder / "facts.duckdb"
        engine = create_engine(f"duckdb:///{self.path}")
        SNAPSHOT.create_all(engine)
        engine.dispose()
        self.record = open_record(f"sqlite:///{folder / 'record.db'}")
        upgrade(self.record)
        self.work = duckdb.connect()
        self.work.execute(f"ATTACH '{self.path}' AS facts")
        self.work.execute("SET search_path = 'facts.main'")
        make_macros(self.work)

    def expects(self, day, *items):
        """On this day so much is forecast: department, month, amount; in two layers."""
        self.work.execute("DELETE FROM fct_forecast")
        for department, month, amount in items:
            for layer, part in (("booked", D(amount) - 10), ("pipeline", D(10))):
                self.work.execute(
                    """INSERT INTO fct_forecast (layer, month, department_key, subsidiary_key, stream,
                        amount_subsidiary, subsidiary_currency, amount_base, item, chance_from, chance_to)
                    VALUES (?, ?, ?, 1, 'services', ?, 'EUR', ?, 'deal ' || ?, 0, 0.5)""",
                    [layer, month, department, 2 * part, part, department],
                )
        self._write_down(day)

    def _write_down(self, day):
        self.work.execute("DROP TABLE IF EXISTS temp.run_day")
        self.work.execute(
            """CREATE TEMP TABLE run_day AS SELECT d AS today, 0 AS day, month_key(d) AS month
            FROM (SELECT CAST(? AS DATE) AS d)""",
            [day],
        )
        observe(self.record, self.work, self.written, day=day, sequence=int(f"{day:%j}"), now=NOW)

    def earns(self, department, month, amount, *, intercompany=False):
        self.work.execute(
            """INSERT INTO fct_gl (account_type, department_key, subsidiary_key, stream, month,
                is_intercompany, amount_subsidiary, subsidiary_currency, amount_base)
            VALUES ('Income', ?, 1, 'services', ?, ?, ?, 'EUR', ?)""",
            [department, month, intercompany, -2 * D(amount), -D(amount)],
        )

    def brought(self, department, month, amount, year_before=None):
        """What the ledger comes to, as the build adds it up beside the year before."""
        self.work.execute(
            """INSERT INTO fct_revenue_month (department_key, subsidiary_key, stream, month, amount_base,
                year_before_base) VALUES (?, 1, 'services', ?, ?, ?)""",
            [department, month, amount, year_before],
        )

    def closes(self, *months):
        for month in months:
            self.work.execute("INSERT INTO dim_period (month, is_closed) VALUES (?, true)", [month])

    def published(self):
        bring_dated(self.record, self.work, self.written)
        self.work.close()
        engine = create_engine(f"duckdb:///{self.path}", connect_args={"read_only": True})
        source = {
            "as_of": NOW,
            "complete_from": None,
            "account": "1",
            "record_url": "https://erp.example",
        }
        return Snapshot(
            version=1, path=self.path, engine=engine, built_at=NOW, reporting_currency="GBP",
            today=date(2026, 5, 4), last_closed_month=Month(2026, 4),
            sources={
                system: SourceState(system=system, quarantined=0, **source)
                for system in ("netsuite", "suiteprojects")
            },
        )  # fmt: skip


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    made = Firm(tmp_path_factory.mktemp("forecasts"))
    made.expects(date(2026, 1, 30), (CLOUD, 202602, 100), (DATA, 202602, 50), (CLOUD, 202604, 70))
    # no build on 31 January: what stood on the 30th stands for the month's end
    made.expects(date(2026, 2, 2), (CLOUD, 202602, 500), (CLOUD, 202604, 300))
    made.expects(date(2026, 2, 28), (CLOUD, 202603, 120), (DATA, 202603, 30), (CLOUD, 202604, 300))
    made.expects(date(2026, 3, 31), (CLOUD, 202604, 90), (CLOUD, 202605, 80))
    made.expects(date(2026, 4, 30), (CLOUD, 202605, 85))
    for item in (
        (CLOUD, 202602, 80), (DATA, 202602, 60), (CLOUD, 202603, 120), (DATA, 202603, 45),
        (CLOUD, 202604, 100), (CLOUD, 202605, 5),
    ):  # fmt: skip
        made.earns(*item)
    made.earns(CLOUD, 202602, 1000, intercompany=True)
    made.closes(202602, 202603, 202604)
    snapshot = made.published()
    yield snapshot
    snapshot.engine.dispose()


def told(snapshot, key, period, **how):
    line = answer(
        snapshot, catalogue.kpi(key), Period.parse(period), how.pop("scope", EVERYTHING), **how
    ).only
    return line.reasons[Side.ERP] if line.erp is None else line.erp


def test_a_month_is_known_as_it_was_forecast_at_the_end_of_an_earlier_one(firm):
    assert told(firm, "forecast_known_1", "2026-02") == 150
    assert told(firm, "forecast_known_1", "2026-03") == 150
    assert told(firm, "forecast_known_1", "2026-04") == 90
    assert told(firm, "forecast_known_1", "2026-05") == 85
    assert told(firm, "forecast_known_3", "2026-04") == 70
    assert told(firm, "forecast_known_1", "2026-02", lens=Lens.SUBSIDIARY) == 300


def test_what_was_not_written_down_is_not_known(firm):
    assert told(firm, "forecast_known_1", "2026-01") is Reason.NO_HISTORY
    assert told(firm, "forecast_known_1", "2026-06") is Reason.NO_HISTORY
    assert told(firm, "forecast_known_6", "2026-04") is Reason.NO_HISTORY
    assert told(firm, "forecast_error_6", "2026-04") is Reason.NO_HISTORY


def test_the_error_adds_up_what_came_not_and_what_came_unforeseen_in_each_department(firm):
    # too much: 20 in February; too little: 10 in February, 15 in March, 10 in April
    revenue = D(80 + 60 + 120 + 45 + 100)

    assert told(firm, "forecast_error_1", "2026-04") == round(55 / revenue, 6)
    assert told(firm, "forecast_error_1", "2026-02") == round(D(30) / 140, 6)
    assert told(firm, "forecast_error_3", "2026-04") == round(D(30) / 100, 6)
    data = {"where": {"department": [DATA]}}
    assert told(firm, "forecast_error_1", "2026-04", **data) == round(D(25) / 105, 6)


def test_the_bias_is_what_was_forecast_too_much_less_what_was_too_little(firm):
    assert told(firm, "forecast_bias_1", "2026-04") == round(D(20 - 35) / 405, 6)
    assert told(firm, "forecast_bias_3", "2026-04") == D("-0.3")


def test_a_month_whose_books_are_open_is_not_judged_yet(firm):
    assert told(firm, "forecast_error_1", "2026-05") == told(firm, "forecast_error_1", "2026-04")


def test_the_rows_behind_the_error_are_the_months_of_departments(firm):
    page = rows(
        firm, catalogue.kpi("forecast_error_1"), Side.ERP, Period.parse("2026-04"), EVERYTHING,
        limit=None,
    )  # fmt: skip

    february = [row for row in page.rows if row["month"] == 202602 and row["part"] == "numerator"]
    assert sorted(row["contribution"] for row in february) == [0, 0, 10, 20]


# --- against the year before; ranges


@pytest.fixture(scope="module")
def ranged(tmp_path_factory):
    """The same forecasts; a deal of 20 at one half is in each, so that P10 is 10 below and P90 10 above the mean."""
    made = Firm(tmp_path_factory.mktemp("ranges"))
    made.expects(date(2026, 1, 31), (CLOUD, 202602, 100), (DATA, 202602, 50))
    made.expects(date(2026, 2, 28), (CLOUD, 202603, 120), (DATA, 202603, 30))
    made.expects(date(2026, 3, 31), (CLOUD, 202604, 90), (CLOUD, 202605, 80))
    made.expects(date(2026, 4, 30), (CLOUD, 202605, 85))
    for department, month, amount, before in (
        (CLOUD, 202602, 80, 60), (DATA, 202602, 60, 90), (CLOUD, 202603, 120, 100),
        (DATA, 202603, 45, 45), (CLOUD, 202604, 100, 40), (CLOUD, 202605, 5, 70),
        (CLOUD, 202502, 60, 50), (DATA, 202502, 90, 70), (CLOUD, 202503, 100, 110), (DATA, 202503, 45, 45),
    ):  # fmt: skip
        made.brought(department, month, amount, before)
    made.closes(202502, 202503, 202602, 202603, 202604)
    snapshot = made.published()
    yield snapshot
    snapshot.engine.dispose()


def test_the_range_is_written_down_beside_the_mean(ranged):
    with ranged.engine.connect() as connection:
        found = connection.exec_driver_sql(
            """SELECT low_base, middle_base, high_base FROM fct_forecast_range_dated
            WHERE month = 202602 AND department_key = 2 AND from_day = 20260131"""
        ).one()

    assert (found[0], found[2]) == (90, 110)
    assert found[1] in (90, 110)


def test_the_forecast_is_worth_what_it_misses_less_than_the_year_before(ranged):
    # missed: 20 + 10, 0 + 15, 10; the year before: 20 + 30, 20 + 0, 60
    assert told(ranged, "forecast_value_added_1", "2026-04") == round(D(130 - 55) / 130, 6)
    cloud = {"where": {"department": [CLOUD]}}
    assert told(ranged, "forecast_value_added_1", "2026-04", **cloud) == D("0.7")


def test_the_scaled_error_holds_misses_against_those_of_the_year_before_in_earlier_months(ranged):
    # a month on average: 55 / 3 of the forecast; before these (10 + 20, 10 + 0) / 2 of the year before
    assert told(ranged, "forecast_mase_1", "2026-04") == round(D(55) / 3 / 20, 6)
    assert told(ranged, "forecast_mase_6", "2026-04") is Reason.NO_HISTORY


def test_so_many_months_of_practices_came_within_their_range(ranged):
    # within: Data in February (40 to 60), Cloud in March and April; below: Cloud in February; above: Data in March
    assert told(ranged, "forecast_interval_1", "2026-04") == D("0.6")
    data = {"where": {"department": [DATA]}}
    assert told(ranged, "forecast_interval_1", "2026-04", **data) == D("0.5")


def test_the_pinball_loss_weighs_each_bound_by_its_share(ranged):
    with ranged.engine.connect() as connection:
        bounds = {
            (row[0], row[1]): row[2:]
            for row in connection.exec_driver_sql(
                """SELECT d.month, d.department_key, d.low_base, d.middle_base, d.high_base
                FROM fct_forecast_range_dated d WHERE d.from_day = CASE d.month WHEN 202602 THEN 20260131
                    WHEN 202603 THEN 20260228 WHEN 202604 THEN 20260331 END"""
            )
        }
    revenue = {
        (202602, CLOUD): 80, (202602, DATA): 60, (202603, CLOUD): 120, (202603, DATA): 45, (202604, CLOUD): 100,
    }  # fmt: skip
    loss = sum(
        share * max(came - bound, 0) + (1 - share) * max(bound - came, 0)
        for cell, came in revenue.items()
        for share, bound in zip((D("0.1"), D("0.5"), D("0.9")), bounds[cell], strict=True)
    )

    assert len(bounds) == 5
    assert told(ranged, "forecast_pinball_1", "2026-04") == round(loss / 3 / 405, 6)


@pytest.mark.parametrize(
    "key",
    ["forecast_mase_1", "forecast_value_added_1", "forecast_interval_1", "forecast_pinball_1"],
)
def test_the_rows_behind_each_judgement_make_its_number(ranged, key):
    kpi = catalogue.kpi(key)
    page = rows(ranged, kpi, Side.ERP, Period.parse("2026-04"), EVERYTHING, limit=None)

    assert page.rows
    assert number_of_rows(kpi.erp, page.rows) == told(ranged, key, "2026-04")


def test_what_was_written_down_before_there_were_ranges_has_none(tmp_path):
    made = Firm(tmp_path, WRITTEN[:1])
    made.expects(date(2026, 1, 31), (CLOUD, 202602, 100))
    made.written = WRITTEN
    made.expects(date(2026, 2, 28), (CLOUD, 202603, 120))
    made.brought(CLOUD, 202602, 80, 60)
    made.closes(202602)
    snapshot = made.published()

    assert told(snapshot, "forecast_interval_1", "2026-02") is Reason.NO_HISTORY
    assert told(snapshot, "forecast_value_added_1", "2026-02") == 0
    snapshot.engine.dispose()
