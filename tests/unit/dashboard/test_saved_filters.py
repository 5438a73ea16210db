"""Saved filters: a person's own, valid on every page, one of them where an address names no filter."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select

from dashboard import filter_sets
from dashboard.filters import Filters
from models.access import Role
from models.errors import QuestionError
from models.tables.operations import ops_audit
from models.tables.personal import ops_filter_set

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
NORTH = Filters.parse("?period=2026-10&department=10&project=20")


@pytest.fixture(autouse=True)
def nothing_saved(ran):
    yield
    with ran.begin() as connection:
        connection.execute(delete(ops_filter_set))


def change(browser, *, button=None, name="", period=False, names=(), search="", path="/revenue"):
    """Press Save, or a button of one set."""
    pressed = [
        {"id": {"do": do, "set": number, "type": "filter-set"}, "property": "n_clicks", "value": 1}
        for number, do in [button] * bool(button)
    ]
    changed = "filter-set-save.n_clicks"
    if button:
        changed = f'{{"do":"{button[1]}","set":{button[0]},"type":"filter-set"}}.n_clicks'
    return browser.call(
        "..filter-sets.children...filter-set-chosen.children..",
        [
            {
                "id": "filter-set-save",
                "property": "n_clicks",
                "value": None if button else 1,
            },
            {"id": "filter-set-name", "property": "n_submit", "value": None},
            pressed,
        ],
        [
            {"id": "filter-set-name", "property": "value", "value": name},
            {"id": "filter-set-period", "property": "checked", "value": period},
            [
                {
                    "id": {"set": number, "type": "filter-set-name"},
                    "property": "value",
                    "value": text,
                }
                for number, text in names
            ],
            {"id": "filter-set-offered", "property": "data", "value": ["department", "customer"]},
            {"id": "url", "property": "pathname", "value": path},
            {"id": "url", "property": "search", "value": search},
        ],
        [changed],
    )


def kept(record, subject="cfo"):
    return {one.name: one for one in filter_sets.sets_of(record, subject)}


def actions(record, first):
    with record.connect() as connection:
        query = select(ops_audit).where(ops_audit.c.audit_id > first).order_by(ops_audit.c.audit_id)
        return [(row.subject, row.action, row.detail) for row in connection.execute(query)]


def newest(record):
    with record.connect() as connection:
        query = select(ops_audit.c.audit_id).order_by(ops_audit.c.audit_id.desc())
        return connection.scalar(query.limit(1)) or 0


def test_hold_the_filters_of_the_bar_and_not_what_led_to_one_list_of_rows(record):
    filter_sets.save(record, "cfo", "North", NORTH.with_period(None), NOW)

    assert kept(record)["North"].filters == Filters.parse("department=10")


def test_hold_for_the_period_that_is_shown_unless_it_was_kept(record):
    filter_sets.save(record, "cfo", "North", NORTH.with_period(None), NOW)
    filter_sets.save(record, "cfo", "North in October", NORTH, NOW)
    shown = Filters.parse("?period=2026-08&customer=30&project=21")

    sets = kept(record)

    assert sets["North"].on(shown) == Filters.parse("?period=2026-08&department=10&project=21")
    assert sets["North in October"].on(shown).search() == "?period=2026-10&department=10&project=21"
    assert sets["North"].is_chosen(Filters.parse("?period=2026-03&department=10"))
    assert not sets["North"].is_chosen(shown)


def test_saved_under_a_name_that_there_is_take_its_place(record):
    first = newest(record)

    assert not filter_sets.save(record, "cfo", "North", NORTH, NOW)
    assert filter_sets.save(record, "cfo", "north", Filters.parse("customer=30"), NOW)

    assert [(one.name, one.filters.search()) for one in kept(record).values()] == [
        ("north", "?customer=30")
    ]
    assert [(subject, action) for subject, action, _ in actions(record, first)] == [
        ("cfo", "filter_set_saved")
    ] * 2


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\x00b"])
def test_need_a_name_that_can_be_read(record, name):
    with pytest.raises(QuestionError, match="need a name"):
        filter_sets.save(record, "cfo", name, NORTH, NOW)
    assert kept(record) == {}


def test_need_something_chosen(record):
    with pytest.raises(QuestionError, match="No filter is chosen"):
        filter_sets.save(record, "cfo", "All", Filters(), NOW)


def test_are_renamed_but_never_onto_another(record):
    filter_sets.save(record, "cfo", "North", NORTH, NOW)
    filter_sets.save(record, "cfo", "South", Filters.parse("department=11"), NOW)
    north = kept(record)["North"].filter_set_id

    filter_sets.rename(record, "cfo", north, "Far north", NOW)
    with pytest.raises(QuestionError, match="You have saved filters 'South'"):
        filter_sets.rename(record, "cfo", north, "SOUTH", NOW)

    assert list(kept(record)) == ["Far north", "South"]


def test_one_at_most_is_default(record):
    for name in ("North", "South"):
        filter_sets.save(record, "cfo", name, NORTH, NOW)
    ids = [one.filter_set_id for one in kept(record).values()]

    for number in ids:
        filter_sets.make_default(record, "cfo", number, NOW)
    assert [one.name for one in kept(record).values() if one.is_default] == ["South"]

    filter_sets.make_default(record, "cfo", ids[1], NOW, on=False)
    assert filter_sets.default_of(record, "cfo") is None


@pytest.mark.parametrize("do", ["rename", "remove", "make_default"])
def test_of_others_are_out_of_reach(record, do):
    filter_sets.save(record, "cfo", "North", NORTH, NOW)
    number = kept(record)["North"].filter_set_id
    more = ("Mine",) if do == "rename" else ()

    with pytest.raises(QuestionError, match="not there any more"):
        getattr(filter_sets, do)(record, "lead", number, *more, NOW)

    assert list(kept(record)) == ["North"]


def test_of_a_former_version_are_told_and_can_be_deleted(record):
    filter_sets.save(record, "cfo", "Old", NORTH, NOW)
    with record.begin() as connection:
        connection.execute(ops_filter_set.update().values(search="department=north"))

    old = kept(record)["Old"]

    assert old.filters is None
    filter_sets.remove(record, "cfo", old.filter_set_id, NOW)
    assert kept(record) == {}


class TestTheMenu:
    def test_saves_renames_makes_default_and_deletes_and_each_is_audited(self, app, signed_in, ran):
        browser, first = signed_in(app, Role.CFO), newest(ran)

        said = change(browser, name="North", search="?period=2026-10&department=10")
        assert "Saved: North." in said.get_data(as_text=True)
        number = kept(ran)["North"].filter_set_id
        change(browser, button=(number, "rename"), names=[(number, "Far north")])
        change(browser, button=(number, "default"))
        assert kept(ran)["Far north"].is_default
        change(browser, button=(number, "delete"))

        assert kept(ran) == {}
        found = actions(ran, first)
        assert [action.removeprefix("filter_set_") for _, action, _ in found] == [
            "saved",
            "renamed",
            "default",
            "removed",
        ]
        assert {subject for subject, _, _ in found} == {"cfo"}
        assert found[0][2]["filters"] == "department=10"

    def test_leads_to_the_page_that_is_open(self, app, signed_in, ran):
        browser = signed_in(app, Role.CFO)
        change(browser, name="North", search="?period=2026-10&department=10")

        shown = browser.section("/cash", "filters", "?period=2026-08&ages-by=age")

        assert (
            "/cash?period=2026-08&department=10&ages-by=age"
            in shown.get_json()["response"].__str__()
        )

    def test_says_what_is_wrong_and_keeps_nothing(self, app, signed_in, ran):
        said = change(signed_in(app, Role.CFO), name="", search="?department=10")

        assert "need a name of 1 to 80 characters" in said.get_data(as_text=True)
        assert kept(ran) == {}

    def test_is_not_for_who_sees_no_numbers(self, app, signed_in, ran):
        said = change(signed_in(app, Role.ADMINISTRATOR), name="North", search="?department=10")

        assert said.status_code == 403
        assert kept(ran, "admin") == {}

    def test_changes_nothing_without_the_form_token(self, app, signed_in, ran):
        browser = signed_in(app, Role.CFO)
        browser.token = lambda: "forged"

        assert change(browser, name="North", search="?department=10").status_code == 400
        assert kept(ran) == {}


class TestTheDefault:
    @pytest.fixture
    def browser(self, app, signed_in, ran):
        filter_sets.save(ran, "cfo", "North", Filters.parse("department=10&lens=subsidiary"), NOW)
        filter_sets.make_default(ran, "cfo", kept(ran)["North"].filter_set_id, NOW)
        return signed_in(app, Role.CFO)

    def test_stands_in_an_address_that_names_no_filter(self, browser):
        answer = browser.get("/revenue?layers-by=stream")

        assert answer.headers["Location"] == (
            "/revenue?period=2026-10&lens=subsidiary&department=10&layers-by=stream"
        )

    @pytest.mark.parametrize("search", ["?customer=30", "?lens=transaction"])
    def test_gives_way_to_a_link(self, browser, search):
        location = browser.get(f"/revenue{search}").headers["Location"]

        assert "department" not in location
        assert search.removeprefix("?") in location

    def test_gives_way_to_a_link_that_names_only_the_period(self, browser):
        assert browser.get("/revenue?period=2026-09").status_code == 200

    def test_leaves_pages_of_one_project_or_number_alone(self, browser):
        location = browser.get("/rows/backlog?side=erp").headers["Location"]

        assert location == "/rows/backlog?period=2026-10&side=erp"

    def test_is_nobody_elses(self, app, signed_in, browser):
        location = signed_in(app, Role.PRACTICE_LEAD).get("/revenue").headers["Location"]

        assert location == "/revenue?period=2026-10"
