"""Sections are rendered once for all who see the same, and for nobody else."""

from dataclasses import replace
from threading import Event, Thread

import pytest
from sqlalchemy import delete, insert, update

from dashboard import sections
from dashboard.components.plain import plain
from dashboard.kept import Kept
from models.access import Role
from models.business import current
from models.tables.operations import ops_entity_run
from models.tables.personal import ops_filter_set
from tests.unit.dashboard.conftest import FakeSnapshots
from tests.unit.dashboard.firm import NOW

READERS = (Role.CFO, Role.PRACTICE_LEAD, Role.PROJECT_MANAGER)
SEARCH = "?period=2026-10"


@pytest.fixture
def fresh(app, snapshot, monkeypatch):
    """Make the app forget what it has rendered, and read these snapshots."""

    def forget(snapshots=None):
        here = app.server.extensions["oneview"]
        known = snapshots or FakeSnapshots(snapshot)
        made = replace(here, finished=Kept(), snapshots=known)
        monkeypatch.setitem(app.server.extensions, "oneview", made)
        return app

    return forget


def shown(browser, name, search=SEARCH, path="/"):
    answer = browser.section(path, name, search)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


# ---------------------------------------------------------------- the store


def test_many_who_ask_at_the_same_time_wait_for_one_who_makes_it():
    kept, begun, goes_on, made, told = Kept(), Event(), Event(), [], []

    def make() -> bytes:
        begun.set()
        goes_on.wait(10)
        made.append(1)
        return b"part"

    asking = [Thread(target=lambda: told.append(kept.part("key", make))) for _ in range(6)]
    asking[0].start()
    assert begun.wait(10)
    for one in asking[1:]:
        one.start()
    goes_on.set()
    for one in asking:
        one.join(10)

    assert told == [b"part"] * 6
    assert len(made) == 1


def test_what_could_not_be_made_is_tried_again_by_the_next():
    kept = Kept()

    with pytest.raises(ZeroDivisionError):
        kept.part("key", lambda: bytes(1 // 0))

    assert kept.part("key", lambda: b"part") == b"part"


def test_it_takes_no_more_room_than_it_has_and_forgets_what_was_not_asked_for_longest():
    kept = Kept(room=30_000)
    for name in "abc":
        kept.part(name, lambda: b"x" * 6_000)
    kept.part("a", lambda: b"made anew")
    kept.part("d", lambda: b"x" * 6_000)

    assert kept.taken <= 30_000
    assert kept.part("a", lambda: b"made anew") == b"x" * 6_000
    assert kept.part("b", lambda: b"made anew") == b"made anew"


# ---------------------------------------------------------------- whose it is


def _everything(app, signed_in, role, places):
    browser = signed_in(app, role)
    return {place: shown(browser, place[1], path=place[0]) for place in places}


@pytest.mark.parametrize("path", ["/", pytest.param("/utilization", marks=pytest.mark.all)])
def test_nobody_is_shown_a_section_rendered_for_somebody_of_another_scope(fresh, signed_in, path):
    names = {"/": ("filters", "head", "tiles", "projects"), "/utilization": ("head", "tiles")}
    places = [(path, name) for name in names[path]]
    alone = {role: _everything(fresh(), signed_in, role, places) for role in READERS}
    shared = fresh()
    first = {role: _everything(shared, signed_in, role, places) for role in READERS}
    again = {role: _everything(shared, signed_in, role, places) for role in reversed(READERS)}

    assert first == alone
    assert again == alone
    assert len({told[places[-1]] for told in alone.values()}) == len(READERS)


def test_a_section_is_rendered_once_for_two_of_the_same_scope(fresh, signed_in, monkeypatch):
    rendered = []
    monkeypatch.setattr(
        sections, "plain", lambda content: rendered.append(content) or plain(content)
    )

    app = fresh()
    told = {shown(signed_in(app, Role.CFO), "tiles") for _ in range(3)}

    assert len(rendered) == 1
    assert len(told) == 1


# ---------------------------------------------------------------- what is new is seen at once


def test_a_new_snapshot_is_shown_at_once(fresh, snapshot, earlier_snapshot, signed_in):
    snapshots = FakeSnapshots(earlier_snapshot)
    browser = signed_in(fresh(snapshots), Role.CFO)
    before = shown(browser, "head")
    snapshots.snapshot = snapshot

    assert shown(browser, "head") != before


def test_fresher_sources_of_the_same_snapshot_are_shown_at_once(fresh, snapshot, signed_in):
    snapshots = FakeSnapshots(snapshot)
    browser = signed_in(fresh(snapshots), Role.CFO)
    before = shown(browser, "tiles")
    sources = {name: replace(one, as_of=NOW) for name, one in snapshot.sources.items()}
    snapshots.snapshot = replace(snapshot, sources=sources)

    assert "just now" not in before
    assert "just now" in shown(browser, "tiles")


def test_a_sync_that_failed_is_told_at_once_and_no_longer_than_it_holds(fresh, ran, signed_in):
    browser = signed_in(fresh(), Role.CFO)
    before = shown(browser, "tiles")
    ended = update(ops_entity_run).where(ops_entity_run.c.entity == "netsuite__transaction")
    try:
        with ran.begin() as connection:
            connection.execute(ended.values(state="failed", error="Refused."))
        during = shown(browser, "tiles")
    finally:
        with ran.begin() as connection:
            connection.execute(ended.values(state="succeeded", error=None))

    assert "NetSuite: the last sync failed" not in before
    assert "NetSuite: the last sync failed" in during
    assert shown(browser, "tiles") == before


def test_filters_just_saved_stand_in_the_bar_at_once_and_in_nobody_elses(fresh, ran, signed_in):
    app = fresh()
    mine, others = signed_in(app, Role.CFO), signed_in(app, Role.PRACTICE_LEAD)
    assert "Northern work" not in shown(mine, "filters")
    try:
        with ran.begin() as connection:
            connection.execute(
                insert(ops_filter_set).values(
                    subject="cfo", name="Northern work", search="department=10", saved_at=NOW
                )
            )

        assert "Northern work" in shown(mine, "filters")
        assert "Northern work" not in shown(others, "filters")
    finally:
        with ran.begin() as connection:
            connection.execute(delete(ops_filter_set))


def test_another_business_file_is_another_section(fresh, signed_in, monkeypatch):
    app = fresh()
    browser = signed_in(app, Role.CFO)
    shown(browser, "tiles")
    rendered = len(app.server.extensions["oneview"].finished)
    changed = replace(current(), content={"thresholds": {"alert": 1}})
    monkeypatch.setattr(sections, "in_force", lambda _snapshot: changed)
    shown(browser, "tiles")

    assert len(app.server.extensions["oneview"].finished) == rendered + 1


def test_numbers_are_written_as_each_reader_has_chosen(fresh, signed_in):
    app = fresh()
    british, german = signed_in(app, Role.CFO), signed_in(app, Role.CFO)
    german.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de"

    assert "Okt" not in shown(british, "head")
    assert "Okt" in shown(german, "head")
