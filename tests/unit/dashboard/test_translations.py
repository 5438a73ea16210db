"""Every text that people read is shown in their language where a translator has written it, and is in the catalogue."""

import json
import runpy
from pathlib import Path

import pytest
from babel import Locale
from plotly.io.json import to_json_plotly
from sqlalchemy import String, inspect, select
from sqlalchemy.types import Text as LongText

from dashboard import locales, texts
from dashboard.app import create_app
from dashboard.auth import screens
from dashboard.components import states
from dashboard.components.plain import plain
from dashboard.page import pages
from models.access import Role
from models.business import current as current_business
from models.tables.conformed import SNAPSHOT
from models.tables.operations import RECORD
from models.texts import _, ngettext
from tests.unit.dashboard.conftest import FakeArchives, FakeSnapshots
from tests.unit.dashboard.spoken import (
    OPEN,
    POT,
    Data,
    forget,
    marked,
    of_html,
    response,
    told_by,
    unmarked,
    write,
)
from tests.unit.dashboard.test_pages import ADDRESSES

# names that are the same in every language
NAMES = (
    "NetSuite", "SuiteProjects Pro", "One View", "ERP", "PSA", "API", "CSV", "XLSX", "UTC", "GBP", "EUR", "FY2026",
    "English (UK)", "English (US)", "Deutsch", "Français",
)  # fmt: skip


def values(told: object) -> list[object]:
    """What stands in a file, without the names of its places."""
    if isinstance(told, dict):
        return [one for value in told.values() for one in values(value)]
    if isinstance(told, list | tuple):
        return [one for value in told for one in values(value)]
    return [told]


@pytest.fixture(scope="module")
def full_app(translated, settings, ran, snapshot, earlier_snapshot, clock):
    snapshots = FakeSnapshots(snapshot, earlier_snapshot)
    return create_app(settings, ran, snapshots, clock, FakeArchives(earlier_snapshot))


@pytest.fixture(scope="module")
def bare_app(translated, settings, ran, empty_snapshot, clock):
    return create_app(settings, ran, FakeSnapshots(empty_snapshot), clock)


@pytest.fixture(scope="module")
def no_data_app(translated, settings, ran, clock):
    return create_app(settings, ran, FakeSnapshots(None), clock)


@pytest.fixture
def german(signed_in):
    """Make a browser of somebody who reads German."""

    def browser(app, role: Role):
        found = signed_in(app, role)
        found.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de"
        return found

    return browser


@pytest.fixture(scope="module")
def data(snapshot, ran, people) -> Data:
    """What the firm, its people and its files are called, and how German writes months."""
    found = [
        *NAMES,
        *(told for one in people.values() for told in (one.name, one.email, one.initials)),
    ]
    found += [
        name
        for locale in map(Locale.parse, locales.LOCALES)
        for form in locale.months.values()
        for width in form.values()
        for name in width.values()
    ]
    found += [*values(current_business().file.model_dump())]
    for metadata, engine in ((SNAPSHOT, snapshot.engine), (RECORD, ran)):
        there = set(inspect(engine).get_table_names())
        tables = [table for table in metadata.tables.values() if table.name in there]
        if metadata is SNAPSHOT:
            tables = [table for table in tables if table.name.startswith(("dim_", "fct_"))]
        with engine.connect() as connection:
            for table in tables:
                for column in table.columns:
                    if isinstance(column.type, String | LongText):
                        found += connection.scalars(select(column).distinct().limit(50))
    found += [one.account for one in snapshot.sources.values()]
    columns = (one for table in SNAPSHOT.tables.values() for one in table.columns)
    keys = [one.rpartition("__")[2] for one in found if isinstance(one, str) and "__" in one]
    found += [one.replace("_", " ").capitalize() for one in keys]  # tables without a title
    found += [one.replace("_", " ") for one in found if isinstance(one, str) and "_" in one]
    return Data(frozenset(map(str, found)), frozenset(one.name for one in columns))


ROLES = {
    "sync": Role.ADMINISTRATOR,
    "access_tokens": Role.ADMINISTRATOR,
    "settings": Role.ADMINISTRATOR,
}


@pytest.mark.parametrize("key", pages())
class TestEveryTextOfAPage:
    def test_is_translated_or_data(self, full_app, german, data, key):
        path, search = ADDRESSES[key]
        browser = german(full_app, ROLES.get(key, Role.CFO))

        for section in pages()[key].sections:
            answer = browser.section(path, section.name, search)
            assert not unmarked(told_by(response(answer)), data), section.name

    @pytest.mark.all
    def test_is_translated_where_there_is_nothing_to_show(self, bare_app, german, data, key):
        path, search = ADDRESSES[key]
        browser = german(bare_app, ROLES.get(key, Role.CFO))

        for section in pages()[key].sections if key != "project" else ():
            answer = browser.section(path, section.name, search)
            assert not unmarked(told_by(response(answer)), data), section.name


def document(text: str) -> list[str]:
    """The texts of a whole page of HTML."""
    running: list[str] = []
    return [*of_html(text, running), "\x1f".join(running)]


class TestTheFrame:
    def test_is_in_the_reader_s_language(self, full_app, german, data):
        browser = german(full_app, Role.CFO)

        layout = browser.get("/_dash-layout").get_json()
        tools = browser.call(
            "tools.children",
            [{"id": "started", "property": "data", "value": True}],
            [],
            ["started.data"],
        )
        nav = browser.call(
            "nav.children",
            [
                {"id": "url", "property": "pathname", "value": "/"},
                {"id": "url", "property": "search", "value": ""},
            ],
            [],
            ["url.pathname"],
        )
        told = [*told_by(layout), *told_by(response(tools)), *told_by(response(nav))]
        assert not unmarked(told, data)

    def test_names_the_language_of_its_texts(self, full_app, german, signed_in):
        asked = "/?period=2026-10"

        assert '<html lang="de">' in german(full_app, Role.CFO).get(asked).get_data(as_text=True)
        assert '<html lang="en-GB">' in signed_in(full_app, Role.CFO).get(asked).get_data(
            as_text=True
        )

    def test_gives_the_browser_the_words_that_it_writes_itself(self, full_app, german):
        layout = german(full_app, Role.CFO).get("/_dash-layout").get_data(as_text=True)

        assert marked("{count} min ago") in layout

    @pytest.mark.parametrize("path", [key for key in ADDRESSES if key != "project"])
    def test_announces_every_part_of_a_page_in_it(self, full_app, german, data, path):
        answer = german(full_app, ROLES.get(path, Role.CFO)).layout(ADDRESSES[path][0])

        assert not unmarked(told_by(response(answer)), data)


class TestScreens:
    @pytest.mark.parametrize("path", ["/sign-in", "/signed-out"])
    def test_before_and_after_are_in_the_language_of_the_browser(
        self, full_app, stranger, data, path
    ):
        shown = (
            stranger(full_app).get(path, headers={"Accept-Language": "de"}).get_data(as_text=True)
        )

        assert '<html lang="de">' in shown
        assert not unmarked(document(shown), data)

    @pytest.mark.parametrize(
        "screen",
        [
            lambda: screens.no_access("Priya Raman"),
            lambda: screens.disabled("Priya Raman"),
            lambda: screens.sign_in_failed(_("The identity provider does not answer.")),
            lambda: screens.failure(404, ""),
        ],
    )
    def test_of_what_went_wrong_are_too(self, full_app, data, screen):
        with full_app.server.app_context(), locales.using("de_DE"):
            assert not unmarked(document(screen()), data)

    @pytest.mark.parametrize(
        "state", [states.forbidden, states.unknown, lambda: states.first_sync(None)]
    )
    def test_of_pages_without_numbers_are_too(self, full_app, data, state):
        with full_app.server.app_context(), locales.using("de_DE"):
            shown = json.loads(to_json_plotly(plain(state())))
            assert not unmarked(told_by(shown), data)

    def test_before_the_first_numbers_are_too(self, no_data_app, german, data):
        browser = german(no_data_app, Role.ADMINISTRATOR)

        told = [*told_by(response(browser.layout("/")))]
        for section in pages()["sync"].sections:
            told += told_by(response(browser.section("/sync", section.name)))
        assert not unmarked(told, data)


class TestATranslation:
    @pytest.fixture
    def german_of(self, tmp_path, monkeypatch):
        """Let somebody read German, with the texts that a translator has written."""

        def read(**written: str) -> None:
            write(
                tmp_path,
                "de",
                lambda text: written.get(text if isinstance(text, str) else text[0], ""),
            )
            monkeypatch.setattr(texts, "FOLDER", tmp_path)
            forget()
            texts.read_by_people()

        yield read
        monkeypatch.undo()
        forget()

    def test_is_used_and_what_it_leaves_out_stays_english(self, german_of):
        german_of(Difference="Unterschied")

        with locales.using("de_DE"):
            assert (_("Difference"), _("Backlog")) == ("Unterschied", "Backlog")
        assert _("Difference") == "Difference"

    def test_that_names_a_value_there_is_not_is_left_aside(self, german_of):
        german_of(**{"In {system}": "In {System}"})

        with locales.using("de_DE"):
            assert _("In {system}", system="NetSuite") == "In NetSuite"

    def test_counts_as_its_language_does(self, german_of):
        german_of(**{"{count} row": ("{count} Zeile", "{count} Zeilen")})

        with locales.using("de_DE"):
            told = [ngettext("{count} row", "{count} rows", n, count=n) for n in (1, 2)]
        assert told == ["1 Zeile", "2 Zeilen"]

    def test_that_cannot_be_read_leaves_everything_english(self, german_of, tmp_path):
        german_of()
        (tmp_path / "de" / "LC_MESSAGES" / "messages.po").write_text(
            "msgid no text", encoding="utf-8"
        )

        with locales.using("de_DE"):
            assert _("Difference") == "Difference"

    def test_is_not_for_programs(self, translated, full_app, program):
        answer = program(full_app, Role.CFO).get("/kpis", headers={"Accept-Language": "de"})

        assert OPEN not in answer.get_data(as_text=True)


def test_the_catalogue_holds_what_the_source_says():
    made = runpy.run_path(str(Path(__file__).parents[3] / "requirements" / "messages.py"))[
        "catalogue"
    ]()

    assert POT.read_bytes() == made, "run `make docs`"
