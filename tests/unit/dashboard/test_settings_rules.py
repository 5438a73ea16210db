"""On the page Settings general rules are listed with what they decide, tried before they are saved, and saved whole."""

from decimal import Decimal

import pytest
from sqlalchemy import insert, select

from dashboard.app import create_app
from dashboard.components.business_words import KINDS
from models.access import Role
from models.business import default_business, load_file, merged
from models.business.decided import told
from models.business.deciding import general
from models.business.keep import decisions
from models.tables.business import meta_business
from models.tables.operations import ops_audit
from tests.unit.dashboard.conftest import FakeSnapshots
from tests.unit.dashboard.firm import altered, snapshot_at
from tests.unit.dashboard.rule_editor import Editor
from tests.unit.dashboard.setting_dialog import save, shown

pytestmark = pytest.mark.usefixtures("nothing_decided")
LINE = "account_line"
NEW = {"taken": "subcontractors", "numbers": "5000-5099", "place": "1"}
KEPT = {"line": "subcontractors", "numbers": ["5000-5099"]}
SAVED = "written down. It is in force from the next build on."


@pytest.fixture(scope="module")
def app(app_of_statement):
    return app_of_statement


@pytest.fixture
def cfo(app, signed_in):
    return Editor(signed_in(app, Role.CFO), LINE)


def said(answer):
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def kept(record):
    return general(merged(record, default_business()), LINE)


class TestTheList:
    @pytest.mark.parametrize("kind", KINDS)
    def test_of_each_kind_is_shown_in_order_with_who_says_each_rule(self, app, signed_in, kind):
        listed = shown(signed_in(app, Role.CFO), "ruling", f"?map-kind={kind}")

        rules = general(default_business(), kind)
        assert listed.count("Move rule") == 4 * len(rules), "two buttons, each with its tip"
        assert listed.count("built in") == len(rules)
        assert "This part could not be shown" not in listed

    def test_tells_what_each_rule_decides_and_amounts_only_to_who_sees_numbers(
        self, app, signed_in
    ):
        listed = shown(signed_in(app, Role.CFO), "ruling")
        assert "Amount" in listed
        assert "£" in listed
        assert "Matches none of the records there are" in listed

        blind = Editor(signed_in(app, Role.ADMINISTRATOR), LINE)
        listed = shown(blind.browser, "ruling")
        assert "Postings" in listed
        tried = said(blind.write(**NEW))
        assert "would be taken for something else" in tried
        for text_ in (listed, tried):
            assert "Amount" not in text_
            assert "£" not in text_

    def test_names_the_line_of_the_file_that_says_a_rule(
        self, app, signed_in, tmp_path, monkeypatch
    ):
        file = tmp_path / "business.toml"
        file.write_text('[[lines]]\nline = "revenue"\ntypes = "Income"\n')
        monkeypatch.setattr("dashboard.configuration.in_force", lambda _: load_file(str(file)))
        monkeypatch.setenv("ONEVIEW_BUSINESS_FILE", str(file))
        editor = Editor(signed_in(app, Role.CFO), LINE)

        assert "the file, line 1" in shown(editor.browser, "ruling")
        left = said(editor.write(0, "rule-remove"))
        assert "1 rule of the file is not in this list" in left
        assert "Take the file" in left
        assert SAVED in said(editor.press("save"))
        back = said(editor.press("back", 0))
        assert "the file, line 1" in back
        assert SAVED in said(editor.press("save"))
        assert "the file, line 1" in shown(editor.browser, "ruling")


class TestARule:
    def test_is_tried_before_it_is_saved_and_nothing_is_kept_by_that(self, cfo, ran):
        tried = said(cfo.write(**NEW))

        assert "1 record would be taken for something else" in tried
        assert "Direct labour → Subcontractors" in tried
        assert "Project cost" in tried
        assert "£" in tried
        assert "Not saved yet" in tried
        assert "not saved yet" in tried
        assert "numbered 5000-5099 → Subcontractors" in tried
        assert decisions(ran) == []

    def test_is_saved_with_who_when_and_why_and_waits_for_the_next_build(self, cfo, ran):
        cfo.write(**NEW)

        assert SAVED in said(cfo.press("save", why="Freelancers only"))

        assert kept(ran) == [KEPT, *general(default_business(), LINE)]
        assert cfo.kept == {}
        (one,) = decisions(ran)
        assert (one.place, one.by, one.note) == (("lines",), "cfo", "Freelancers only")
        with ran.connect() as connection:
            (line,) = connection.execute(
                select(ops_audit).where(ops_audit.c.action.like("setting%"))
            )
        assert "5000-5099" in line.detail["after"]
        assert "5000-5099" not in line.detail["before"]
        waits = shown(cfo.browser, "business")
        assert "1 change waits for the next build" in waits
        assert "added: numbered 5000-5099 → Subcontractors" in waits
        assert "Build now" in waits
        assert "Freelancers only" in shown(cfo.browser, "ruling")
        assert "added: numbered 5000-5099 → Subcontractors" in shown(cfo.browser, "changes")
        assert "Subcontractors at the next build" in shown(cfo.browser, "mapping")

    def test_is_in_force_once_a_snapshot_is_built_with_it(
        self, cfo, ran, settings, snapshot, clock, signed_in, tmp_path
    ):
        cfo.write(**NEW)
        cfo.press("save")
        business = merged(ran, default_business())
        path = altered(snapshot, tmp_path, insert(meta_business).values(**told(business)))
        later = create_app(settings, ran, FakeSnapshots(snapshot_at(path, version=8)), clock)

        assert "next build" not in shown(signed_in(later, Role.CFO), "mapping")
        assert "waits" not in shown(signed_in(later, Role.CFO), "business")

    def test_is_taken_back_to_what_is_built_in(self, cfo, ran):
        cfo.write(**NEW)
        cfo.press("save")

        back = said(cfo.press("file"))
        assert "removed: numbered 5000-5099 → Subcontractors" in back
        assert "Subcontractors → Direct labour" in back
        assert SAVED in said(cfo.press("save"))

        assert decisions(ran) == []
        assert "waits" not in shown(cfo.browser, "business")

    def test_is_moved_changed_and_removed(self, cfo):
        built_in = general(default_business(), LINE)
        cfo.press("down", 0)
        moved = said(cfo.press("up", 4))
        assert "another order" in moved
        cfo.press("up", 1)
        cfo.press("down", 3)
        assert cfo.kept == {}, "it is as it was"
        cfo.press("up", 0)
        assert cfo.kept == {}, "there is nothing above the first"

        changed = said(cfo.write(0, taken="revenue", types="Income\nOthIncome", place="2"))
        assert "added: Income, OthIncome → Revenue" in changed
        removed = said(cfo.write(1, "rule-remove"))
        assert "removed: Income → Revenue" in removed
        assert "unmapped" in removed
        cfo.press("discard")
        assert cfo.kept == {}
        opened = said(cfo.open("change", 1))
        assert built_in[1]["names"][0] in opened
        assert '"value":"2"' in opened.replace(" ", "")

    def test_that_would_change_nothing_says_so_and_why(self, cfo):
        tried = said(cfo.write(taken="tax", names="*nothing like it*", place="99"))
        assert "No record would be taken for something else." in tried
        assert "Matches none of the records there are" in tried
        hidden = said(cfo.write(taken="tax", names="Project cost", place="99"))
        assert "Hidden by rule 5: 1 record" in hidden

    def test_hidden_by_what_is_said_of_its_record_says_so(self, cfo):
        save(cfo.browser, ["map", LINE, "61"], value="direct_labor")

        tried = said(cfo.write(**NEW))

        assert "Hidden: each of its 1 record is said one by one" in tried
        assert "Said one by one, before all rules" in tried

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"numbers": "4199-4000"}, "“4199-4000” is neither an account number nor a range"),
            ({"numbers": "4000 to 4100"}, "“4000 to 4100” is neither"),
            ({"ids": "seven"}, "“seven” is no id"),
            ({"types": "Inc*"}, "“Inc*”: * stands for anything in names alone"),
            ({"names": "x" * 201}, "is longer than 200 letters"),
            ({"numbers": ""}, "Say by what the records are known"),
            ({"taken": "sales"}, "“sales” cannot be chosen"),
            ({"taken": ""}, "“Taken for” is empty"),
            ({"place": "first"}, "“first” is no number"),
        ],
    )
    def test_that_cannot_be_read_is_refused_with_its_pattern(self, cfo, given, words):
        assert words in said(cfo.write(**(NEW | given)))
        assert cfo.kept is None


class TestTwoAdministrators:
    def test_are_told_of_each_other_and_nothing_of_either_is_lost(self, app, cfo, signed_in, ran):
        other = Editor(signed_in(app, Role.ADMINISTRATOR), LINE)
        other.write(taken="tax", names="*levy*", place="1")
        cfo.write(**NEW)
        assert SAVED in said(other.press("save"))

        told_ = said(cfo.press("save"))

        assert "saved these rules meanwhile (added: named *levy* → Income tax)" in told_
        assert "Ada Moss" in told_ or "admin" in told_
        assert KEPT not in kept(ran)
        assert LINE in cfo.kept, "what was written is still there"

        both = said(cfo.press("join"))
        assert "meanwhile" not in both
        assert SAVED in said(cfo.press("save"))
        levy = {"line": "tax", "names": ["*levy*"]}
        assert kept(ran) == [KEPT, levy, *general(default_business(), LINE)]

    def test_one_of_whom_takes_the_list_back_is_told_to_the_other(self, app, cfo, signed_in):
        other = Editor(signed_in(app, Role.ADMINISTRATOR), LINE)
        other.write(taken="tax", names="*levy*", place="1")
        other.press("save")
        cfo.write(**NEW)
        other.press("file")
        other.press("save")

        told_ = said(cfo.press("save"))

        assert "by now, and others than before (removed: named *levy*" in told_
        assert "nothing of them is lost" in told_

    def test_one_of_whom_discards_theirs_goes_on_with_what_was_saved(self, app, cfo, signed_in):
        other = Editor(signed_in(app, Role.ADMINISTRATOR), LINE)
        cfo.write(**NEW)
        other.write(taken="tax", names="*levy*", place="1")
        other.press("save")

        listed = said(cfo.press("discard"))

        assert "*levy*" in listed
        assert "5000-5099" not in listed
        assert cfo.kept == {}


class TestWhoMayNot:
    @pytest.mark.parametrize("role", [Role.PRACTICE_LEAD, Role.PROJECT_MANAGER])
    def test_sees_and_changes_nothing(self, app, signed_in, ran, role):
        editor = Editor(signed_in(app, role), LINE)

        assert editor.press("up", 1).status_code == 403
        assert editor.press("save").status_code == 403
        assert editor.open().status_code == 403
        assert editor.write(**NEW).status_code == 403
        assert editor.browser.section("/settings", "ruling").status_code == 403
        assert decisions(ran) == []

    def test_change_is_offered_no_button(self, cfo, monkeypatch):
        assert "data-rule" in shown(cfo.browser, "ruling")
        monkeypatch.setattr("dashboard.blocks.setting_edit.may", lambda *_: False)
        assert "data-rule" not in shown(cfo.browser, "ruling")


class TestADraft:
    @pytest.mark.parametrize(
        "kept_",
        [
            {LINE: "x"},
            {LINE: {"was": "[]", "rules": "["}},
            {LINE: {"was": "[]", "rules": "[1]"}},
            {LINE: {"was": None, "rules": "[]"}},
        ],
    )
    def test_that_no_browser_wrote_is_no_request(self, cfo, kept_):
        cfo.kept = kept_
        assert cfo.press("up", 1).status_code == 400

    def test_that_says_what_no_rule_may_is_not_saved(self, cfo, ran):
        cfo.kept = {LINE: {"was": "[]", "rules": '[{"line": "luck", "names": ["x"]}]'}}
        assert "These rules cannot be read" in said(cfo.press("up", 0))
        assert "others than before" in said(cfo.press("save"))
        assert decisions(ran) == []

    def test_of_a_kind_that_there_is_not_is_no_request(self, app, signed_in):
        assert Editor(signed_in(app, Role.CFO), "planet").press("up", 1).status_code == 400


class TestTheLikelihoodOfDeals:
    """A rule whose result is a number, on records that are told by rules alone."""

    GIVEN = {"taken": "62.5", "names": "*dock*", "stages": "50-74", "place": "1"}
    KEPT_ = {"names": ["*dock*"], "stages": ["50-74"], "probability": Decimal("0.625")}

    @pytest.fixture
    def selling(self, settings, ran, snapshot, clock, tmp_path, signed_in):
        path = altered(
            snapshot,
            tmp_path,
            "INSERT INTO fct_deal_demand BY NAME SELECT * FROM (VALUES "
            "(1, 7, 'Harbour dock', 'Hot', 74.5, 10, NULL), (2, 7, 'Harbour dock', 'Hot', 74.5, 4, NULL), "
            "(3, 8, 'Dry dock', NULL, 75, 9, NULL), (4, 9, 'Dock gates', NULL, 50, 99, 'opportunity')) "
            "AS t(labor_id, deal_id, deal, rating, deal_stage, hours, likelihood)",
        )
        app = create_app(settings, ran, FakeSnapshots(snapshot_at(path)), clock)
        return Editor(signed_in(app, Role.CFO), "deal")

    def test_is_tried_on_the_deals_that_no_opportunity_speaks_for_and_saved(self, selling, ran):
        listed = shown(selling.browser, "ruling", "?map-kind=deal")
        assert "Likelihood" in listed
        assert "not known: left out of the demand" in listed
        assert "such as Hot" in said(selling.open())

        tried = said(selling.write(**self.GIVEN))
        assert "1 record would be taken for something else" in tried
        assert "Harbour dock" in tried
        assert "62.5%" in tried
        assert "Dock gates" not in tried, "its opportunity tells"

        assert SAVED in said(selling.press("save", why="As last year"))
        (one,) = decisions(ran)
        assert (one.place, one.value) == (("deals",), [self.KEPT_])
        (rule,) = merged(ran, default_business()).file.deals
        assert rule.probability == self.KEPT_["probability"]
        assert "stage 50-74 → 62.5%" in shown(selling.browser, "changes")

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"taken": "120"}, "The rule cannot be read"),
            ({"taken": "often"}, "“often” is no number"),
            ({"stages": "74-50"}, "The rule cannot be read"),
            ({"names": "", "stages": ""}, "Say by what the records are known"),
        ],
    )
    def test_that_cannot_be_read_is_refused(self, selling, given, words):
        assert words in said(selling.write(**(self.GIVEN | given)))
        assert selling.kept is None

    def test_is_not_told_of_a_single_deal(self, selling, ran):
        assert "Deals: likelihood" not in shown(selling.browser, "mapping")
        save(selling.browser, ["map", "deal", "Dry dock"], value="0.5")
        assert decisions(ran) == []


def test_before_the_first_sync_rules_can_be_written_and_say_what_is_missing(waiting_app, signed_in):
    editor = Editor(signed_in(waiting_app, Role.CFO), LINE)

    assert "built in" in shown(editor.browser, "ruling")
    assert "The first sync brings what rules decide on." in said(editor.write(**NEW))


def test_the_list_bears_the_records_that_no_rule_holds_of(
    settings, ran, snapshot, clock, tmp_path, signed_in
):
    path = altered(
        snapshot,
        tmp_path,
        "INSERT INTO dim_account BY NAME SELECT 901 AS account_key, '9010' AS number, "
        "'Suspense' AS name, 'Odd' AS type, 'profit_and_loss' AS statement",
    )
    odd = create_app(settings, ran, FakeSnapshots(snapshot_at(path)), clock)

    assert "No rule holds" in shown(signed_in(odd, Role.CFO), "ruling")
