"""Numbers, money and dates as the reader's locale writes them; texts stay English."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import delete, select

from dashboard import formats, locales
from dashboard.figures.columns import columns_figure
from dashboard.figures.series import Series
from models.access import Role
from models.metrics.kpi import Unit
from models.period import Month, Period
from models.tables.operations import ops_audit
from models.tables.personal import ops_preference

EXPECTED = {
    "en_GB": {
        "compact": ("£4.21m", "−£15.0k", "£950"),
        "full": "£4,213,456.78",
        "whole": "£4,213,457",
        "percent": "68.9%",
        "hours": "1,204.5 h",
        "count": "12,345",
        "day": "3 Sep 2026",
        "month": ("September 2026", "Sep 26"),
        "moment": "3 Sep 2026, 14:05 UTC",
    },
    "en_US": {
        "compact": ("£4.21m", "−£15.0k", "£950"),
        "full": "£4,213,456.78",
        "whole": "£4,213,457",
        "percent": "68.9%",
        "hours": "1,204.5 h",
        "count": "12,345",
        "day": "Sep 3, 2026",
        "month": ("September 2026", "Sep 26"),
        "moment": "Sep 3, 2026, 14:05 UTC",
    },
    "de_DE": {
        "compact": ("4,21 Mio. £", "−15.000 £", "950 £"),
        "full": "4.213.456,78 £",
        "whole": "4.213.457 £",
        "percent": "68,9 %",
        "hours": "1.204,5 h",
        "count": "12.345",
        "day": "3. Sept. 2026",
        "month": ("September 2026", "Sept. 26"),
        "moment": "3. Sept. 2026, 14:05 UTC",
    },
    "fr_FR": {
        "compact": ("4,21 M £", "−15,0 k £", "950 £"),
        "full": "4 213 456,78 £",
        "whole": "4 213 457 £",
        "percent": "68,9 %",
        "hours": "1 204,5 h",
        "count": "12 345",
        "day": "3 sept. 2026",
        "month": ("septembre 2026", "sept. 26"),
        "moment": "3 sept. 2026, 14:05 UTC",
    },
}


def plain(text):
    """The narrow and unbreakable spaces that locales use are spaces here."""
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("locale", EXPECTED)
def test_each_locale_writes_its_own_way(locale):
    amount = Decimal("4213456.78")
    with locales.using(locale):
        written = {
            "compact": tuple(
                formats.compact_money(Decimal(value), "GBP") for value in (amount, -15000, 950)
            ),
            "full": formats.full_money(amount, "GBP"),
            "whole": formats.whole_money(amount, "GBP"),
            "percent": formats.percent(Decimal("0.689")),
            "hours": formats.short(Decimal("1204.5"), Unit.HOURS, None),
            "count": formats.count(12345),
            "day": formats.day(date(2026, 9, 3)),
            "month": tuple(formats.month_name(Month(2026, 9), long=long) for long in (True, False)),
            "moment": formats.moment(datetime(2026, 9, 3, 14, 5, tzinfo=UTC)),
        }

    assert {
        name: tuple(map(plain, one)) if isinstance(one, tuple) else plain(one)
        for name, one in written.items()
    } == EXPECTED[locale]


def test_every_locale_on_offer_is_told_here_and_in_the_settings():
    from dashboard.settings import LOCALE_NAMES

    assert set(EXPECTED) == set(locales.LOCALES)
    assert {name.replace("-", "_") for name in LOCALE_NAMES} == set(locales.LOCALES)


def test_an_axis_is_written_as_the_tables_are_and_keeps_its_room():
    months = [Month(2026, 9), Month(2026, 10)]
    series = [Series(name="AC", role="ac", values=[Decimal(900_000), Decimal(1_500_000)])]
    with locales.using("de_DE"):
        figure = columns_figure(months, series, Unit.MONEY, "EUR")

    labels = [plain(text) for text in figure["layout"]["yaxis"]["ticktext"]]
    assert "500.000 €" in labels
    assert "1 Mio. €" in labels
    assert figure["layout"]["xaxis"]["ticktext"][1] == "Okt."
    assert figure["layout"]["margin"]["l"] > 56


@pytest.mark.parametrize(
    ("accepted", "locale"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de_DE"),
        ("fr-CH", "fr_FR"),
        ("en-US,en;q=0.5", "en_US"),
        ("en", "en_GB"),
        ("nl, de;q=0.3, fr;q=0.7", "fr_FR"),
        ("nl", None),
        ("*", None),
        ("de;q=x", "de_DE"),
        ("", None),
        (None, None),
    ],
)
def test_a_browser_is_answered_in_the_first_of_its_languages_that_there_is(accepted, locale):
    assert locales.asked_for(accepted) == locale


class TestAPerson:
    @pytest.fixture(autouse=True)
    def nothing_chosen(self, ran):
        yield
        with ran.begin() as connection:
            connection.execute(delete(ops_preference))

    def choose(self, browser, name):
        asked = {"id": "locale-asked", "property": "data", "value": {"name": name, "now": 1}}
        return browser.call("locale-kept.data", [asked], [], ["locale-asked.data"])

    def head(self, browser, **headers):
        if headers:
            browser.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = headers["language"]
        shown = browser.section("/revenue", "head", "?period=2026-10").get_json()
        return plain(str(shown))

    def test_reads_what_the_browser_asks_for_until_they_choose(self, app, signed_in):
        browser = signed_in(app, Role.CFO)
        assert "October 2026: " in self.head(browser)
        assert "Oktober 2026: " in self.head(browser, language="de-DE,de;q=0.9")

        self.choose(browser, "fr_FR")
        assert "octobre 2026: " in self.head(browser)
        self.choose(browser, "browser")
        assert "Oktober 2026: " in self.head(browser)

    def test_chooses_for_themselves_alone_and_it_is_audited(self, app, signed_in, ran):
        self.choose(signed_in(app, Role.CFO), "de_DE")

        assert "October 2026: " in self.head(signed_in(app, Role.PRACTICE_LEAD))
        with ran.connect() as connection:
            query = select(ops_audit).where(ops_audit.c.action == "locale_chosen")
            row = connection.execute(query.order_by(ops_audit.c.audit_id.desc())).first()
        assert (row.subject, row.detail) == ("cfo", {"locale": "de_DE"})

    def test_cannot_choose_what_there_is_not(self, app, signed_in):
        assert self.choose(signed_in(app, Role.CFO), "xx_XX").status_code == 400

    def test_reads_every_page_in_their_locale_without_a_british_number_left(self, app, signed_in):
        browser = signed_in(app, Role.CFO)
        self.choose(browser, "de_DE")

        shown = browser.section("/revenue", "tiles", "?period=2026-10").get_data(as_text=True)
        assert "\\u00a0\\u00a3" in shown or "\u00a0£" in shown
        assert not any(f"£{digit}" in shown for digit in "123456789")


def test_a_quarter_and_a_run_of_months_are_words_in_every_locale():
    with locales.using("de_DE"):
        assert formats.period_name(Period.parse("2026-Q3")) == "Q3 2026"
        assert formats.period_name(Period.parse("2026-03..2026-05")) == "März 26 to Mai 26"
