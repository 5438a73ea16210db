"""On the page Settings it is said which version of the plan numbers are compared with, and at which rates it is told."""

import pytest

from dashboard.app import create_app
from models.access import Role
from models.business import default_business, load_file, merged
from models.business.keep import decisions
from tests.unit.dashboard.conftest import FakeSnapshots
from tests.unit.dashboard.firm import altered, snapshot_at
from tests.unit.dashboard.setting_dialog import ask, attempt, press, save, shown

pytestmark = pytest.mark.usefixtures("nothing_decided")
PREFER, BOARD = ["plan", "prefer"], ["plan", "versions", "Board"]


@pytest.fixture(scope="module")
def app(settings, ran, snapshot, clock, tmp_path_factory):
    """The app on a firm with an uploaded plan and a budget in euro for one of its months."""
    path = altered(
        snapshot,
        tmp_path_factory.mktemp("plan"),
        "INSERT INTO fct_plan BY NAME SELECT 'revenue' AS measure, 'erp_budget' AS source, "
        "'Budget' AS version, false AS is_compared, 202508 AS month, 12000 AS amount, "
        "'EUR' AS currency, 10000 AS amount_base, 1 AS position",
    )
    return create_app(settings, ran, FakeSnapshots(snapshot_at(path)), clock)


@pytest.fixture
def cfo(app, signed_in):
    return signed_in(app, Role.CFO)


class TestTheVersions:
    def test_are_listed_in_the_order_in_which_they_are_compared_with(self, cfo):
        listed = shown(cfo, "plan-choice")

        assert 0 < listed.index("1. Board") < listed.index("2. Budget")
        assert "NetSuite's budget" in listed.replace("\\u0027", "'")
        assert "2 of 2 months" in listed
        assert "0 of 1 month" in listed
        assert "average rates of the month it was approved in" in listed
        assert "Change the order" in listed

    def test_are_put_into_another_order_tried_before_it_is_saved(self, cfo, ran):
        tried = attempt(cfo, {"place": PREFER}, value="Budget\nBudget 2030").get_data(as_text=True)

        assert "Revenue, 1 month from Aug 25: Board → Budget; £9,000 → £10,000" in tried
        assert "There is no version Budget 2030 yet" in tried
        assert decisions(ran) == []

        assert "written down" in save(cfo, PREFER, value="Budget")
        assert merged(ran, default_business()).file.plan.prefer == ("Budget",)
        listed = shown(cfo, "plan-choice")
        assert 0 < listed.index("1. Budget") < listed.index("2. Board")
        assert "Budget at the next build" in listed
        assert "Clara Finch" in listed or "cfo" in listed
        assert "Plan versions compared with first" in shown(cfo, "business")

    def test_tell_no_amounts_to_who_sees_no_numbers(self, app, signed_in):
        blind = signed_in(app, Role.ADMINISTRATOR)

        tried = attempt(blind, {"place": PREFER}, value="Budget").get_data(as_text=True)

        assert "Board → Budget" in tried
        assert "£" not in tried

    def test_stay_as_they_are_where_nothing_would_change(self, cfo):
        tried = attempt(cfo, {"place": PREFER}, value="Board").get_data(as_text=True)
        assert "Every month is compared with the same version as now." in tried


class TestRates:
    GIVEN = {"version": "Budget", "approved": "Dec 2025", "rates": "eur = 0.9"}

    def test_of_a_version_are_added_tried_changed_and_put_back(self, cfo, ran):
        assert "There are: " in ask(cfo, adds="version").get_data(as_text=True)
        tried = attempt(cfo, {"adds": "version"}, **self.GIVEN).get_data(as_text=True)
        assert "EUR, 1 amount: at 0.9; £10,000 → £10,800" in tried
        assert decisions(ran) == []

        said = press(cfo, {"adds": "version"}, **self.GIVEN).get_data(as_text=True)
        assert "written down" in said
        (one,) = merged(ran, default_business()).file.plan.versions
        assert (one.version, one.approved, str(one.rates["EUR"])) == ("Budget", "2025-12", "0.9")
        listed = shown(cfo, "plan-choice")
        assert "EUR 0.9; average rates of Dec 25 at the next build" in listed

        place = ["plan", "versions", "Budget"]
        assert "written down" in save(cfo, place, approved="", rates="EUR = 0.95")
        (one,) = merged(ran, default_business()).file.plan.versions
        assert (one.approved, str(one.rates["EUR"])) == (None, "0.95")
        assert "written down" in save(cfo, place, "setting-back")
        assert merged(ran, default_business()).file.plan.versions == ()

    def test_of_the_file_can_be_left_out(self, app, signed_in, ran, tmp_path, monkeypatch):
        file = tmp_path / "business.toml"
        file.write_text('[[plan.versions]]\nversion = "Board"\napproved = "2025-11"\n')
        monkeypatch.setattr("dashboard.configuration.in_force", lambda _: load_file(str(file)))
        monkeypatch.setenv("ONEVIEW_BUSINESS_FILE", str(file))
        cfo = signed_in(app, Role.CFO)
        listed = shown(cfo, "plan-choice")
        assert "average rates of Nov 25" in listed
        assert "the file, line 1" in listed

        assert "written down" in save(cfo, BOARD, "setting-out")

        assert merged(ran, load_file(str(file))).file.plan.versions == ()
        assert "at the next build" in shown(cfo, "plan-choice")
        assert "written down" in save(cfo, BOARD, "setting-back")

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"rates": "EUR 1.08"}, "“EUR 1.08” should be written as EUR = 1.08"),
            ({"rates": "EUR = much"}, "“much” is no number"),
            ({"rates": "EUR = 0"}, "It should be more than 0"),
            ({"approved": "soon"}, "is no month."),
            ({"approved": "", "rates": ""}, "Say a month or rates of its own"),
            ({"version": ""}, "“Version” is empty"),
        ],
    )
    def test_that_cannot_be_read_are_refused(self, cfo, ran, given, words):
        said = press(cfo, {"adds": "version"}, **(self.GIVEN | given)).get_data(as_text=True)

        assert words in said
        assert decisions(ran) == []

    def test_of_a_version_that_is_not_there_yet_say_so(self, cfo, ran):
        given = self.GIVEN | {"version": "Budget 2030"}
        tried = attempt(cfo, {"adds": "version"}, **given).get_data(as_text=True)
        assert "There is no version Budget 2030 yet: it holds once there is." in tried
        press(cfo, {"adds": "version"}, **given)
        assert "there is no such version now" in shown(cfo, "plan-choice")


class TestASettingThatTwoChange:
    def test_is_not_overwritten_unseen_and_can_be_once_it_was_told(self, app, cfo, signed_in, ran):
        opened = ask(cfo, place=PREFER).get_json()["response"]["setting-about"]["data"]
        save(signed_in(app, Role.ADMINISTRATOR), PREFER, value="Budget")

        answer = press(cfo, opened, value="Board")

        told = answer.get_data(as_text=True)
        assert "changed this meanwhile: Budget. Nothing was kept" in told
        assert merged(ran, default_business()).file.plan.prefer == ("Budget",)
        (again,) = [
            one["data"]
            for key, one in answer.get_json()["response"].items()
            if key.startswith("setting-about")
        ]
        assert "written down" in press(cfo, again, value="Board").get_data(as_text=True)
        assert merged(ran, default_business()).file.plan.prefer == ("Board",)


def test_before_the_first_build_of_this_version_settings_can_be_changed_all_the_same(
    settings, ran, snapshot, clock, tmp_path, signed_in
):
    path = altered(snapshot, tmp_path, "ALTER TABLE fct_plan DROP COLUMN position")
    app = create_app(settings, ran, FakeSnapshots(snapshot_at(path)), clock)
    cfo = signed_in(app, Role.CFO)

    assert ask(cfo, place=PREFER).status_code == 200
    tried = attempt(cfo, {"place": PREFER}, value="Budget").get_data(as_text=True)
    assert "built anew for this version" in tried
    assert "written down" in save(cfo, ["thresholds", "health", "cpi"], value="0.8")


def test_who_may_not_change_settings_can_try_nothing(app, signed_in):
    lead = signed_in(app, Role.PRACTICE_LEAD)
    assert attempt(lead, {"place": PREFER}, value="Budget").status_code == 403
    assert lead.section("/settings", "plan-choice").status_code == 403
