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
FORECAST = OBSERVATIONS["forecast"]
EVERYTHING = Scope.everything()
D = Decimal


class Firm:
    """Facts that are set by hand day by day, written down as the build does, and looked at afterwards."""

    def __init__(self, folder):
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
                        amount_subsidiary, subsidiary_currency, amount_base)
                    VALUES (?, ?, ?, 1, 'services', ?, 'EUR', ?)""",
                    [layer, month, department, 2 * part, part],
                )
        self._write_down(day)

    def _write_down(self, day):
        self.work.execute("DROP TABLE IF EXISTS temp.run_day")
        self.work.execute(
            """CREATE TEMP TABLE run_day AS SELECT d AS today, 0 AS day, month_key(d) AS month
            FROM (SELECT CAST(? AS DATE) AS d)""",
            [day],
        )
        observe(self.record, self.work, [FORECAST], day=day, sequence=int(f"{day:%j}"), now=NOW)

    def earns(self, department, month, amount, *, intercompany=False):
        self.work.execute(
            """INSERT INTO fct_gl (account_type, department_key, subsidiary_key, stream, month,
                is_intercompany, amount_subsidiary, subsidiary_currency, amount_base)
            VALUES ('Income', ?, 1, 'services', ?, ?, ?, 'EUR', ?)""",
            [department, month, intercompany, -2 * D(amount), -D(amount)],
        )

    def closes(self, *months):
        for month in months:
            self.work.execute("INSERT INTO dim_period (month, is_closed) VALUES (?, true)", [month])

    def published(self):
        bring_dated(self.record, self.work, [FORECAST])
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


def test_the_forecast_moved_in_a_week_by_layer(firm):
    """On 23 April the forecast of 31 March stood: 80 for May; now 5 are earned and 85 to come."""
    found = answer(
        firm, catalogue.kpi("forecast_change"), Period.parse("2026-05"), EVERYTHING, by=("layer",)
    )

    assert told(firm, "forecast_change", "2026-05") == 10
    assert {row.dimensions["layer"]: row.erp for row in found.rows} == {
        "actual": 5, "booked": 5, "pipeline": 0,
    }  # fmt: skip
    assert told(firm, "forecast_change", "2026-03") is Reason.NO_DATA
