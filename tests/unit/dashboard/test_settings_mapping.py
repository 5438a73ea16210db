"""What the records are taken for: each kind is listed on the page Settings, what no rule knows first, and can be said."""

import pytest

from dashboard.app import create_app
from models.access import Role
from models.business import default_business, merged
from tests.unit.dashboard.conftest import FakeSnapshots
from tests.unit.dashboard.firm import altered, snapshot_at
from tests.unit.dashboard.setting_dialog import ask, save, shown

pytestmark = pytest.mark.usefixtures("nothing_decided")


KINDS = {
    "account_line": "Accounts: line",
    "account_stream": "Accounts: stream",
    "item_stream": "Items: stream",
    "contract_stream": "Contract types",
    "booking_type": "Booking types",
    "practice": "Practices",
    "purpose": "Internal work: purpose",
    "crediting": "Unbilled hours: credited",
}


class TestAMapping:
    def test_lists_each_kind_with_what_it_is_taken_for(self, app, signed_in):
        browser = signed_in(app, Role.CFO)
        for kind, title in KINDS.items():
            listed = shown(browser, "mapping", f"?map-kind={kind}")
            chosen = [link for link in listed.split("u003ca ") if "segment current" in link]
            assert f"u003e{title}" in chosen[0], kind
            assert "This part could not be shown" not in listed

    def test_says_of_a_task_its_project_and_that_nobody_credits_it_until_somebody_does(
        self, odd, signed_in
    ):
        browser = signed_in(odd, Role.CFO)
        page = "?map-kind=crediting"
        listed = shown(browser, "mapping", page)
        assert "Presales and proposals" in listed
        assert "nobody" in listed
        assert listed.count("the rules") == 1, "what the list is about"

        place = ("map", "crediting", "Presales and proposals: Proposal work")
        assert "written down" in save(browser, place, value="credited")
        assert "Credited: as if billable" in shown(browser, "mapping", page)
        assert "written down" in save(browser, place, "setting-back")

    def test_tells_no_amounts_to_who_sees_no_numbers(self, odd, signed_in):
        assert "Amount" in shown(signed_in(odd, Role.CFO), "mapping")
        listed = shown(signed_in(odd, Role.ADMINISTRATOR), "mapping")
        assert "Suspense" in listed
        assert "Amount" not in listed
        assert "1,200" not in listed


@pytest.fixture
def odd(settings, ran, snapshot, tmp_path, clock):
    """An app on a firm with an account that no rule knows, and with work that nobody bills."""
    path = altered(
        snapshot,
        tmp_path,
        "INSERT INTO dim_account BY NAME SELECT 901 AS account_key, '9010' AS number, "
        "'Suspense' AS name, 'Odd' AS type, 'profit_and_loss' AS statement",
        "INSERT INTO fct_gl BY NAME SELECT 9 AS transaction_id, 901 AS account_key, "
        "'Odd' AS account_type, 202610 AS month, 20261005 AS day, 1200 AS amount_base",
        "INSERT INTO dim_project BY NAME SELECT 990 AS project_key, 'Presales and proposals' AS name",
        "INSERT INTO dim_task BY NAME SELECT 991 AS task_key, 990 AS project_key, 'Proposal work' AS name",
        "INSERT INTO fct_time BY NAME SELECT 1 AS time_entry_id, 990 AS project_key, 991 AS task_key, "
        "202610 AS month, 6 AS hours, 'approved' AS status, 'internal_admin' AS kind, "
        "false AS is_billable",
    )
    return create_app(settings, ran, FakeSnapshots(snapshot_at(path)), clock)


class TestWhatNoRuleKnows:
    PLACE = ("map", "account_line", "901")

    def test_stands_first_can_be_searched_and_is_told_what_it_is(self, odd, signed_in, ran):
        browser = signed_in(odd, Role.CFO)
        listed = shown(browser, "mapping", "?map-kind=account_line&map-only=open")
        assert "Suspense" in listed
        assert "unmapped" in listed
        assert "1,200" in listed
        assert "None of" in shown(browser, "mapping", "?map-find=nothing-like-it")
        assert "1 of" in shown(browser, "mapping", "?map-find=suspense")

        opened = ask(browser, place=list(self.PLACE)).get_data(as_text=True)
        assert "No rule speaks of it." in opened
        said = save(browser, list(self.PLACE), value="tax")

        assert "written down" in said
        lines = merged(ran, default_business()).file.lines
        assert (lines[0].line, lines[0].ids) == ("tax", [901])
        assert "Income tax at the next build" in shown(browser, "mapping")

    def test_is_told_on_the_page_trust_with_the_way_to_map_it(self, odd, signed_in):
        told_ = signed_in(odd, Role.CFO).section("/trust", "unmapped").get_data(as_text=True)
        assert "1 unmapped, 1 rows" in told_
        assert "1,200" in told_
        assert "map-kind=account_line" in told_
        assert "map-only=open" in told_
        assert signed_in(odd, Role.PRACTICE_LEAD).section("/trust", "unmapped").status_code == 403
