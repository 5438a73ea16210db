"""On the page Settings the business is changed: checked, kept with who said it, in force from the next build on."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert, select

from dashboard.app import create_app
from dashboard.configuration import standing
from models.access import Role, Scope
from models.business import default_business, in_force, merged
from models.business.decided import told
from models.business.keep import decisions
from models.metrics.members import departments
from models.tables.business import meta_business, ops_business_decision
from models.tables.operations import ops_refresh_request
from tests.unit.dashboard.conftest import FakeSnapshots
from tests.unit.dashboard.firm import NOW, altered, snapshot_at
from tests.unit.dashboard.setting_dialog import ask, press, save, shown

CPI = ["thresholds", "health", "cpi"]
EROSION = ["thresholds", "health", "margin_erosion"]

pytestmark = pytest.mark.usefixtures("nothing_decided")


@pytest.fixture
def built(settings, ran, snapshot, tmp_path, clock):
    """Build what was decided into a snapshot of its own, and open the app on it."""

    def made():
        business = merged(ran, default_business())
        path = altered(snapshot, tmp_path, insert(meta_business).values(**told(business)))
        later = replace(snapshot_at(path, version=8), built_at=NOW + timedelta(hours=1))
        return create_app(settings, ran, FakeSnapshots(later), clock), later

    return made


def gist_of(browser, section):
    """What a closed part tells, as a reader sees it."""
    (told,) = browser.section("/settings", section).get_json()["response"].values()
    told = json.dumps(told["children"], ensure_ascii=False)
    (line,) = re.findall(r'class=\\"subline gist\\">(.*?)</p>', told)
    return " ".join(re.sub("<[^>]+>", " ", line).split())


def test_a_closed_part_says_how_many_it_holds_and_what_was_changed_in_it(app, signed_in):
    cfo = signed_in(app, Role.CFO)
    before = gist_of(cfo, "thresholds")

    save(cfo, EROSION, value="7.5")

    assert re.fullmatch(r"\d+ thresholds", before)
    assert gist_of(cfo, "thresholds") == f"{before} Changed here 1 Wait for the next build 1"
    assert gist_of(cfo, "mapping").startswith("Unmapped ")


class TestAChange:
    def test_waits_for_the_next_build_and_is_in_force_then(self, app, signed_in, ran, built):
        browser = signed_in(app, Role.CFO)

        said = save(browser, EROSION, value="7.5", why="Board of November")

        assert "written down. It is in force from the next build on." in said
        waiting = shown(browser, "business")
        assert "1 change waits for the next build:" in waiting
        assert "5%, then 7.5%" in waiting
        assert "7.5% at the next build" in shown(browser, "thresholds")
        (one,) = decisions(ran)
        assert (one.value, one.by, one.note) == (Decimal("0.075"), "cfo", "Board of November")

        later, snapshot = built()
        assert in_force(snapshot).file.thresholds.health.margin_erosion == Decimal("0.075")
        browser = signed_in(later, Role.CFO)
        assert "waits for the next build" not in shown(browser, "business")
        limits = shown(browser, "thresholds")
        assert "7.5%" in limits
        assert "at the next build" not in limits
        assert "Board of November" in limits

    def test_is_told_with_who_changed_it_what_it_was_and_the_newest_first(self, app, signed_in):
        browser = signed_in(app, Role.ADMINISTRATOR)
        save(browser, CPI, value="0.95")
        save(browser, CPI, value="0.8", why="Too strict")

        changes = shown(browser, "changes")

        first, second = "0.95, then 0.8", "0.9, then 0.95"
        assert 0 < changes.index(first) < changes.index(second)
        assert "Too strict" in changes
        assert "at the next build" in changes
        opened = ask(browser, place=CPI).get_data(as_text=True)
        assert "The file says: 0.9" in opened
        assert "2 changes" in opened
        assert "before it was 0.95" in opened

    def test_can_be_put_back(self, app, signed_in, ran):
        browser = signed_in(app, Role.CFO)
        save(browser, CPI, value="0.95")

        assert "written down" in save(browser, CPI, "setting-back")

        assert decisions(ran) == []
        assert "waits for the next build" not in shown(browser, "business")
        assert "so already" in save(browser, CPI, "setting-back")

    @pytest.mark.parametrize(
        ("place", "given", "words"),
        [
            (EROSION, "120", "It should be at most 100 %. Nothing was kept."),
            (CPI, "0", "It should be more than 0. Nothing was kept."),
            (CPI, "plenty", "is no number. Write it like 12.5."),
            (CPI, "", "is empty. Nothing was kept."),
            (["thresholds", "bench", "weeks"], "1.5", "is no whole number."),
            (["thresholds", "bench", "weeks"], "9", "of_weeks"),
            (["thresholds", "health", "luck"], "1", "There is no such setting."),
            (["plan", "versions"], "x", "in the file only"),
            (["streams", "items"], "x", "in the file only"),
            (["finance", "practice_segment"], "team", "cannot be chosen."),
            (["calendar", "holidays"], "Christmas", "Nothing was kept"),
            (["map", "account_line", "4711"], "tax", "Nothing was kept."),
        ],
    )
    def test_that_is_wrong_is_refused_in_words_and_nothing_is_kept(
        self, app, signed_in, ran, place, given, words
    ):
        said = save(signed_in(app, Role.CFO), place, value=given)

        assert words in said
        assert decisions(ran) == []

    @pytest.mark.parametrize("role", [Role.PRACTICE_LEAD, Role.PROJECT_MANAGER])
    def test_is_nobodys_who_may_not(self, app, signed_in, ran, role):
        browser = signed_in(app, role)

        assert ask(browser, place=CPI).status_code == 403
        assert press(browser, {"place": CPI}, value="0.95").status_code == 403
        assert press(browser, {"place": CPI}, "setting-back").status_code == 403
        assert browser.section("/settings", "dialog").status_code == 403
        assert decisions(ran) == []

    def test_is_offered_only_to_who_may(self, app, signed_in, monkeypatch):
        browser = signed_in(app, Role.CFO)
        assert "data-setting" in shown(browser, "thresholds")

        monkeypatch.setattr("dashboard.blocks.setting_edit.may", lambda *_: False)

        for section in ("thresholds", "rules", "targets", "benchmarks", "mapping", "ruling"):
            assert "data-setting" not in shown(browser, section)
        assert "administrators may change them here" in shown(browser, "business")

    @pytest.mark.parametrize("place", [[], ["x"], ["targets", "a"], [1, 2], "thresholds", None])
    def test_of_nothing_that_there_is_is_no_request(self, app, signed_in, place):
        assert press(signed_in(app, Role.CFO), {"place": place}, value="1").status_code == 400

    def test_is_built_now_when_asked_for(self, app, signed_in, ran):
        browser = signed_in(app, Role.ADMINISTRATOR)
        save(browser, CPI, value="0.95")
        assert "refresh-now" in shown(browser, "business")

        button = {"of": "settings", "type": "refresh-now"}
        browser.call(
            browser.outputs("refresh-now"),
            [[{"id": button, "property": "n_clicks", "value": 1}]],
            [],
            ['{"of":"settings","type":"refresh-now"}.n_clicks'],
        )

        with ran.connect() as connection:
            (one,) = connection.execute(select(ops_refresh_request)).all()
        assert (one.requested_by, one.state, one.project) == ("admin", "queued", None)

    def test_of_each_kind_of_setting_is_read_as_it_was_shown(self, app, signed_in, ran):
        browser = signed_in(app, Role.CFO)
        given = {
            ("finance", "fiscal_start_month"): ("4", 4),
            ("finance", "corporate"): ("sales*\nit", ["sales*", "it"]),
            ("labor", "cost_level"): ("secondary", "secondary"),
            ("labor", "sources"): ("3 = erp", [{"subsidiary": 3, "source": "erp"}]),
            ("calendar", "workdays"): (["mon", "tue"], ["mon", "tue"]),
            ("calendar", "holidays"): ("2026-12-25", ["2026-12-25"]),
            ("thresholds", "health", "needs_budget"): ("no", False),
            ("thresholds", "forecast", "learn_weights"): ("no", False),
            ("thresholds", "budget", "alerts"): ("60\n80", [Decimal("0.6"), Decimal("0.8")]),
            ("thresholds", "billing", "unbilled_days"): ("90", 90),
        }
        for place, (written, _kept) in given.items():
            assert "written down" in save(browser, list(place), value=written), place

        assert {one.place: one.value for one in decisions(ran)} == {
            place: kept for place, (_written, kept) in given.items()
        }

    def test_is_read_with_the_readers_own_decimal_sign(self, app, signed_in, ran):
        browser = signed_in(app, Role.CFO)
        browser.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de"

        assert '"value":"0,9"' in ask(browser, place=CPI).get_data(as_text=True).replace(" ", "")
        save(browser, CPI, value="0,85")

        assert [one.value for one in decisions(ran)] == [Decimal("0.85")]


class TestATarget:
    GIVEN = {
        "kpi": "billable_utilization",
        "value": "75",
        "dimension": "-",
        "member": "",
        "from": "2027-01",
        "to": "",
        "note": "Agreed by the board",
    }

    def test_is_added_changed_and_left_out(self, app, signed_in, ran):
        browser = signed_in(app, Role.CFO)
        assert "None yet" in shown(browser, "targets")
        assert "New target" in ask(browser, adds="target").get_data(as_text=True)

        press(browser, {"adds": "target"}, **self.GIVEN)
        targets = shown(browser, "targets")
        assert "75.0% at the next build" in targets
        assert "Agreed by the board" in targets
        assert "from Jan 27" in targets

        place = ["targets", "billable_utilization", "", "", "2027-01", ""]
        assert '"value":"75"' in ask(browser, place=place).get_data(as_text=True).replace(" ", "")
        save(browser, place, value="76.5", note="Agreed anew")
        (one,) = merged(ran, default_business()).file.targets
        assert (one.value, one.note, one.since) == (Decimal("0.765"), "Agreed anew", "2027-01")

        save(browser, place, "setting-back")
        assert merged(ran, default_business()).file.targets == ()

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"dimension": "department"}, "or neither"),
            ({"dimension": "department", "member": "Alchemy"}, "There is no “Alchemy”"),
            ({"dimension": "stage", "member": "Won"}, "cannot be told by stage"),
            ({"from": "soon"}, "is no month."),
            ({"from": "2027-06", "to": "2027-01"}, "before it begins"),
            ({"kpi": "luck"}, "cannot be chosen"),
        ],
    )
    def test_that_would_hold_for_nobody_is_refused(self, app, signed_in, ran, given, words):
        said = press(signed_in(app, Role.CFO), {"adds": "target"}, **(self.GIVEN | given))

        assert words in said.get_data(as_text=True)
        assert decisions(ran) == []

    def test_is_set_for_one_member_by_its_name(self, app, signed_in, ran):
        given = self.GIVEN | {"dimension": "department", "member": "Data & Analytics"}

        press(signed_in(app, Role.CFO), {"adds": "target"}, **given)

        (one,) = merged(ran, default_business()).file.targets
        assert (one.dimension, one.member) == ("department", "Data & Analytics")

    def test_is_on_the_tiles_of_what_it_speaks_of_and_of_nothing_else(self, app, signed_in, built):
        browser = signed_in(app, Role.CFO)
        press(browser, {"adds": "target"}, **(self.GIVEN | {"from": "", "value": "1"}))
        theirs = {"dimension": "department", "member": "Data & Analytics", "value": "99"}
        press(browser, {"adds": "target"}, **(self.GIVEN | {"from": ""} | theirs))
        month = {"kpi": "recognized_revenue", "value": "1", "from": "2026-10", "to": "2026-10"}
        press(browser, {"adds": "target"}, **(self.GIVEN | month))
        later, _snapshot = built()
        browser = signed_in(later, Role.CFO)

        def aimed(path, search, title, browser=browser):
            text = browser.section(path, "tiles", f"?period={search}").get_data(as_text=True)
            tiles = [one for one in text.split("article") if title in one]
            assert tiles, text
            return {found for one in tiles for found in re.findall(r"[\d.,$£%]+ aimed at", one)}

        department = key_of_department(browser, "Data")
        use, revenue = "Billable utilisation", "Recognised revenue"
        assert aimed("/utilization", "2026-10", use) == {"1.00% aimed at"}
        assert aimed("/utilization", f"2026-10&department={department}", use) == {"99.00% aimed at"}
        assert aimed("/utilization", "2026-10&subsidiary=1", use) == set()
        assert "£1.00 aimed at" in aimed("/", "2026-10", revenue)
        assert "£1.00 aimed at" not in aimed("/", "2026-09", revenue)
        assert "£1.00 aimed at" not in aimed("/", "2026-10&lens=subsidiary", revenue)
        manager = signed_in(later, Role.PROJECT_MANAGER)
        assert "£1.00 aimed at" not in aimed("/", "2026-10", revenue, manager)


def key_of_department(browser, name):
    app = browser.client.application.extensions["oneview"]
    listed = departments(app.snapshots.current(), Scope.everything())
    return next(one.key for one in listed if name in one.name)


class TestABenchmark:
    GIVEN = {
        "kpi": "billable_utilization",
        "value": "71",
        "currency": "",
        "source": "Peers of ours",
        "year": "2026",
        "note": "",
    }

    def test_bears_its_source_and_year(self, app, signed_in, ran):
        browser = signed_in(app, Role.CFO)
        press(browser, {"adds": "benchmark"}, **self.GIVEN)

        listed = shown(browser, "benchmarks")
        assert "71.0% at the next build" in listed
        assert "Peers of ours, 2026" in listed
        found = merged(ran, default_business()).benchmarks("billable_utilization")
        assert found["peers_of_ours_2026"].value == Decimal("0.71")

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"source": ""}, "“Published by” is empty"),
            ({"year": ""}, "“Year” is empty"),
            ({"year": "26"}, "It should be at least 1990"),
            ({"kpi": "revenue_per_employee", "value": "170000"}, "needs its currency"),
        ],
    )
    def test_without_them_is_refused(self, app, signed_in, ran, given, words):
        said = press(signed_in(app, Role.CFO), {"adds": "benchmark"}, **(self.GIVEN | given))

        assert words in said.get_data(as_text=True)
        assert decisions(ran) == []

    def test_of_ours_can_be_left_out_and_put_back(self, app, signed_in, ran):
        browser = signed_in(app, Role.CFO)
        place = ["benchmarks", "billable_utilization", "average"]

        save(browser, place, "setting-out", why="Not our market")
        assert "none at the next build" in shown(browser, "benchmarks")
        assert list(merged(ran, default_business()).benchmarks("billable_utilization")) == [
            "optimum"
        ]
        save(browser, place, "setting-back")
        assert len(merged(ran, default_business()).benchmarks("billable_utilization")) == 2


def test_a_decision_that_does_not_fit_any_more_is_told_and_stops_nothing(app, signed_in, ran):
    browser = signed_in(app, Role.CFO)
    place = ["thresholds", "health", "fortune"]
    with ran.begin() as connection:
        connection.execute(
            insert(ops_business_decision).values(
                place=json.dumps(place), state="set", value="1", decided_by="cfo", decided_at=NOW
            )
        )

    with ran.begin() as connection:
        gone = ["targets", "fortune", "", "", "", ""]
        connection.execute(
            insert(ops_business_decision).values(
                place=json.dumps(gone), state="set", value='{"kpi": "fortune", "value": 1}',
                decided_by="cfo", decided_at=NOW,
            )
        )  # fmt: skip

    told_ = shown(browser, "business")
    assert "does not fit any more and is left aside: it is not known" in told_
    assert "it is of a number that there is not any more" in told_
    assert "fortune" in shown(browser, "targets")
    assert "Forecast margin below" in shown(browser, "thresholds")
    assert "written down" in save(browser, CPI, value="0.8")
    assert "written down" in save(browser, place, "setting-back")
    assert standing(app.server.extensions["oneview"]).next.ignored == {}
