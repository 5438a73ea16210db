"""How addresses, numbers, ages and pictures are written."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plotly.offline import get_plotlyjs_version

from dashboard import formats
from dashboard.components.changes import arrow, change_text, tone
from dashboard.components.filter_bar import period_choices
from dashboard.components.grid import cell
from dashboard.components.sparkline import sparkline
from dashboard.figures.months import MonthBar, months_figure, months_table
from dashboard.filters import DIMENSIONS, Filters
from dashboard.finding import order_text, parse_order
from dashboard.settings import DashboardSettings, is_loopback
from models.errors import ConfigError, QuestionError
from models.metrics.catalogue import kpi
from models.metrics.compare import Against
from models.metrics.dimensions import DIMENSIONS as DECLARED
from models.metrics.kpi import Basis, Unit
from models.period import Month, Period

ROOT = Path(__file__).resolve().parents[3]
GOOD = {
    "secret_key": "k" * 40,
    "oidc_issuer": "https://id.example",
    "oidc_client_id": "a",
    "oidc_client_secret": "b",
}

periods = st.builds(
    lambda year, month: Period.of(Month(year, month)), st.integers(2000, 2040), st.integers(1, 12)
)
NAMES = (*DIMENSIONS, "stage", "contract_type")
members = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(
            st.sampled_from(["", "services_tm", "1", "In negotiation & more"])
            if DECLARED[name].is_text
            else st.integers(-1, 10**9),
            min_size=1,
            max_size=3,
            unique=True,
        ).map(tuple)
        for name in NAMES
    },
)


@pytest.mark.parametrize(
    ("value", "other", "unit", "told"),
    [
        ("1235514", "1234869", Unit.MONEY, ("$1.236m", "$1.235m")),
        ("1235514", "1190000", Unit.MONEY, ("$1.24m", "$1.19m")),
        ("1235514", "1235499", Unit.MONEY, ("$1.24m", "$1.24m")),
        ("0.40549", "0.40551", Unit.PERCENT, ("40.55%", "40.55%")),
        ("0.679", "0.682", Unit.PERCENT, ("67.9%", "68.2%")),
        ("16.5", "16.4", Unit.HOURS, ("16.5 h", "16.4 h")),
    ],
)
def test_two_numbers_beside_one_another_are_not_set_apart_by_rounding(value, other, unit, told):
    value, other = Decimal(value), Decimal(other)

    assert (
        formats.beside(value, other, unit, "USD"),
        formats.beside(other, value, unit, "USD"),
    ) == told


def test_a_number_of_one_system_alone_is_as_short_as_on_any_tile():
    alone = formats.beside(Decimal(1235514), None, Unit.MONEY, "USD")

    assert alone == formats.short(Decimal(1235514), Unit.MONEY, "USD") == "$1.24m"


def test_a_share_among_rows_is_read_as_percent_and_one_that_nobody_told_as_a_dash():
    assert cell(Decimal("0.5284"), "share") == "52.84%"
    assert cell(None, "share") == "–"


class TestFilters:
    @given(st.one_of(st.none(), periods), members)
    def test_read_back_as_they_were_written(self, period, where):
        written = Filters(period=period, where=where)

        assert Filters.parse(written.search()) == written

    def test_leave_alone_what_is_not_theirs(self):
        assert Filters.parse("?side=erp&tab=time").search() == ""

    @pytest.mark.parametrize("search", ["?period=soon", "?department=x"])
    def test_that_make_no_sense_are_refused(self, search):
        with pytest.raises(QuestionError):
            Filters.parse(search)

    def test_name_a_fiscal_period_as_the_address_does(self):
        filters = Filters.parse("?period=FY2026-Q2", 4)

        assert filters.period == Period.parse("2025-Q3")
        assert filters.search() == "?period=FY2026-Q2"

    def test_offer_the_firms_own_quarters_and_years_before_the_calendars(self):
        offered = {
            group["group"]: [item["value"] for item in group["items"]]
            for group in period_choices(Month(2026, 5), Period.parse("2026-05"), 4)
        }

        assert list(offered) == ["Months", "Fiscal quarters", "Fiscal years", "Quarters", "Years"]
        assert offered["Fiscal quarters"][:2] == ["FY2027-Q1", "FY2026-Q4"]
        assert offered["Fiscal years"][0] == "FY2027"
        assert "Fiscal years" not in {
            group["group"] for group in period_choices(Month(2026, 5), Period.parse("2026-05"))
        }

    def test_are_lifted_by_choosing_nobody(self):
        filters = Filters.parse("?department=4&customer=7")

        assert filters.with_members("department", ()).search() == "?customer=7"


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ("0", "£0"),
            ("-0.4", "£0"),
            ("950", "£950"),
            ("-999.6", "−£1.00k"),
            ("999999", "£1.00m"),
            ("1234567", "£1.23m"),
            ("-45678901", "−£45.7m"),
            ("345678901", "£346m"),
            ("1234567890", "£1.23bn"),
        ],
    )
    def test_are_short_on_a_tile(self, value, text):
        assert formats.compact_money(Decimal(value), "GBP") == text

    @pytest.mark.parametrize(
        ("value", "unit", "text"),
        [
            ("22246.5", Unit.HOURS, "22,247 h"),
            ("932.5", Unit.HOURS, "932.5 h"),
            ("216871.10", Unit.RATE, "£217k"),
            ("186.72", Unit.RATE, "£186.72"),
            ("0.2", Unit.MINUTES, "0 min"),
            ("59.4", Unit.MINUTES, "59 min"),
            ("200", Unit.MINUTES, "3 h 20 min"),
            ("4320", Unit.MINUTES, "3.0 days"),
            ("-0.0123", Unit.POINTS, "−1.2 pp"),
        ],
    )
    def test_are_without_places_where_these_say_nothing(self, value, unit, text):
        assert formats.short(Decimal(value), unit, "GBP") == text

    def test_are_whole_where_it_matters(self):
        assert formats.full_money(Decimal("-1234.565"), "GBP") == "−£1,234.57"
        assert formats.exact(Decimal("0.68912"), Unit.PERCENT, None) == "68.91%"

    def test_bear_the_same_sign_of_a_currency_short_or_whole(self):
        assert formats.compact_money(Decimal(2828693), "USD") == "$2.83m"
        assert formats.full_money(Decimal("2828693.77"), "USD") == "$2,828,693.77"
        assert formats.full_money(Decimal(-5), "CHF") == "−CHF 5.00"

    def test_bear_their_sign_when_they_are_differences(self):
        assert formats.difference(Decimal("0.0123"), Unit.PERCENT, None) == "+1.2 pp"
        assert formats.difference(Decimal(-2000), Unit.MONEY, "EUR") == "−€2.00k"

    def test_of_months_have_three_letters(self):
        assert formats.month_name(Month(2026, 9), long=False) == "Sep 26"
        assert formats.period_name(Period.parse("2026-Q3")) == "Q3 2026"
        assert formats.period_name(Period.parse("FY2026-Q3", 4)) == "Q3 FY2026"
        assert formats.period_name(Period.parse("FY2026", 4)) == "FY2026"
        assert formats.day(20260905) == "5 Sep 2026"

    @pytest.mark.parametrize(
        ("seconds", "words"),
        [
            (5, "just now"),
            (125, "2 min ago"),
            (7300, "2 h ago"),
            (140_000, "38 h ago"),
            (200_000, "2 days ago"),
        ],
    )
    def test_of_ages_are_words(self, seconds, words):
        now = datetime(2026, 11, 23, tzinfo=UTC)

        assert formats.ago(now - timedelta(seconds=seconds), now) == words


def test_an_order_reads_back_as_it_was_written():
    order = [("contribution", True), ("day", False)]

    assert parse_order(order_text(order)) == order


class TestACharts:
    BARS = (
        MonthBar(month=Month(2026, 10), erp=Decimal("10.5"), psa=None),
        MonthBar(
            month=Month(2026, 11),
            erp=Decimal(4),
            psa=Decimal(5),
            erp_ahead=Decimal(7),
            psa_ahead=Decimal(6),
        ),
    )

    def test_columns_start_at_zero_and_what_is_ahead_is_hatched(self):
        figure = months_figure(self.BARS, "GBP")

        assert figure["layout"]["yaxis"]["rangemode"] == "tozero"
        assert [bool(trace["marker"].get("pattern")) for trace in figure["data"]] == [
            False,
            False,
            True,
            True,
        ]

    def test_table_holds_the_same_numbers_and_a_dash_where_there_is_none(self):
        head, rows = months_table(self.BARS, "GBP")

        assert len(head) == 6
        assert rows[0][1:4] == ["£10.50", "–", "–"]

    def test_colours_are_roles_that_both_themes_have(self):
        names = set(re.findall(r"var\((--[\w-]+)\)", str(months_figure(self.BARS, "GBP"))))
        light, dark = (ROOT / "assets/00-tokens.css").read_text().split("}", 1)

        assert names
        assert all(f"{name}:" in light and f"{name}:" in dark for name in names)


@pytest.mark.parametrize(
    ("share", "told"), [("0.0001", "= 0.0%"), ("-0.0001", "= 0.0%"), ("0.02", "▲ +2.0%")]
)
def test_a_change_too_small_to_be_shown_points_nowhere(share, told):
    against = Against(
        basis=Basis.PRIOR_YEAR,
        period=Period.of(Month(2025, 10)),
        primary=Decimal(1000) * (1 + Decimal(share)),
        reference=Decimal(1000),
        delta=Decimal(share) * 1000,
        delta_share=Decimal(share),
        improved=Decimal(share) > 0,
    )

    text, _ = change_text(against, kpi("recognized_revenue"), "GBP")
    (mark,) = arrow(against, text)

    assert f"{mark.children} {text}" == told
    assert tone(against, text) == ("good" if "▲" in told else "")


def test_a_sparkline_says_what_it_shows():
    drawn = sparkline([Decimal(1), None, Decimal(3)], [None, None, None], "Backlog")

    assert getattr(drawn, "aria-label") == "Backlog"


class TestTheChartLibrary:
    FOLDER = ROOT / "assets/vendor/plotly"

    def test_is_the_version_the_python_package_speaks_to(self):
        with (self.FOLDER / "plotly-basic.min.js").open() as script:
            assert f"plotly.js (basic - minified) v{get_plotlyjs_version()}" in script.read(300)

    def test_is_unmodified(self):
        found = hashlib.sha256((self.FOLDER / "plotly-basic.min.js").read_bytes()).hexdigest()

        assert found in (self.FOLDER / "README.md").read_text()
        assert "MIT" in (self.FOLDER / "LICENSE").read_text()


class TestSettings:
    def test_plain_http_is_for_this_machine_only(self):
        assert DashboardSettings(**GOOD, public_url="http://127.0.0.1:8050").secure_cookies is False
        assert DashboardSettings(**GOOD, public_url="https://view.example").secure_cookies is True
        with pytest.raises(ConfigError, match="https://"):
            DashboardSettings.load(**GOOD, public_url="http://view.example")

    def test_a_short_secret_is_refused(self):
        with pytest.raises(ConfigError, match="SECRET_KEY"):
            DashboardSettings.load(**{**GOOD, "secret_key": "short"})

    @pytest.mark.parametrize(
        ("host", "local"),
        [
            ("localhost", True),
            ("127.8.9.1", True),
            ("::1", True),
            ("10.0.0.1", False),
            ("view.example", False),
        ],
    )
    def test_this_machine_is_known_by_its_names(self, host, local):
        assert is_loopback(host) is local
