"""Events and comments on time series: who sees them, who may change them, and where they stand."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import delete, select

from dashboard import notes
from dashboard.filters import Filters
from models.access import Role, Scope
from models.errors import QuestionError
from models.tables.notes import ops_note
from models.tables.operations import ops_audit

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LATER = count(1)  # no two notes are written at one moment
DELIVERY = Scope(departments=frozenset({12}))
TREND = ("/revenue", "recognized_revenue")


@pytest.fixture(autouse=True)
def nothing_noted(ran):
    yield
    with ran.begin() as connection:
        connection.execute(delete(ops_note))


@pytest.fixture
def write(ran, people):
    def make(role=Role.CFO, text="Reorganisation", day="2026-10-12", **on):
        notes.write(ran, people[role], day, text, NOW + timedelta(seconds=next(LATER)), **on)
        return notes.every(ran)[0].note_id

    return make


def series(search="", scope=None):
    return notes.series_of(Filters.parse(search), scope or Scope.everything())


def shown(app, signed_in, role, search="", section=TREND):
    return signed_in(app, role).section(*section, search).get_data(as_text=True)


def press(app, browser, button, about, *, kind="event", day="2026-10-12", text="", path="/revenue"):
    """Press Save or Remove in the dialog."""
    [outputs] = [key for key, one in app.callback_map.items() if "note-save" in str(one["inputs"])]
    pressed = [
        {"id": one, "property": "n_clicks", "value": 1 if one == button else None}
        for one in ("note-save", "note-remove")
    ]
    told = [
        ("note-about", "data", about),
        ("note-kind", "value", kind),
        ("note-day", "value", day),
        ("note-text", "value", text),
        ("url", "pathname", path),
        ("url", "search", ""),
    ]
    state = [{"id": one, "property": name, "value": value} for one, name, value in told]
    return browser.call(outputs, pressed, state, [f"{button}.n_clicks"])  # fmt: skip


def test_an_event_is_on_every_chart_by_month_with_who_and_when(app, signed_in, write):
    write(text="Price rise <10 %>")

    for role in (Role.CFO, Role.PRACTICE_LEAD, Role.PROJECT_MANAGER):
        text = shown(app, signed_in, role)
        assert "Price rise &lt;10 %&gt;" in text, role
        assert "Event by Clara Finch, 25" in text
    assert "Price rise" in shown(app, signed_in, Role.CFO, section=("/cash", "tied-up"))
    assert "Price rise" in shown(app, signed_in, Role.CFO, section=("/", "revenue"))


def test_a_chart_that_was_shown_before_has_what_was_noted_since_and_loses_what_was_removed(
    app, signed_in, ran, people, write
):
    assert "Strike" not in shown(app, signed_in, Role.CFO)

    number = write(text="Strike")
    assert "Strike" in shown(app, signed_in, Role.CFO)
    notes.change(ran, people[Role.CFO], number, "2026-10-12", "Lockout", NOW)
    assert "Lockout" in shown(app, signed_in, Role.CFO)
    notes.remove(ran, people[Role.CFO], number, NOW)
    assert "Lockout" not in shown(app, signed_in, Role.CFO)


_CHANGE = "Change what "


def test_only_who_may_change_a_note_is_offered_to(app, signed_in, write):
    write(Role.PRACTICE_LEAD)

    assert _CHANGE not in shown(app, signed_in, Role.CFO)
    assert _CHANGE in shown(app, signed_in, Role.PRACTICE_LEAD)


def test_a_mark_stands_on_its_day_and_the_table_has_the_words(app, signed_in, write):
    write()

    answer = signed_in(app, Role.CFO).section(*TREND, "?period=2026-10").get_json()
    figure, text = _figure(answer), str(answer)

    (line,) = figure["layout"]["shapes"]
    place = figure["layout"]["meta"]["months"].index("2026-10")
    assert abs(line["x0"] - place) < 0.5
    assert figure["layout"]["annotations"][0]["text"] == "1"
    assert ">Noted</th>" in text


def test_a_comment_shows_on_its_series_and_on_no_other(app, signed_in, write):
    write(text="One large order", on=("recognized_revenue", series("?department=10")))

    assert "One large order" in shown(app, signed_in, Role.CFO, "?department=10")
    assert "One large order" not in shown(app, signed_in, Role.CFO)
    assert "One large order" not in shown(app, signed_in, Role.CFO, "?department=12")
    elsewhere = ("/cash", "cash_collected")
    assert "One large order" not in shown(app, signed_in, Role.CFO, "?department=10", elsewhere)


def test_a_comment_shows_to_whoever_sees_the_same_members_by_scope_or_by_filter(
    app, signed_in, write
):
    write(Role.PRACTICE_LEAD, "Ours alone", on=("recognized_revenue", series(scope=DELIVERY)))
    write(Role.CFO, "The whole firm", on=("recognized_revenue", series()))

    assert (
        series(scope=DELIVERY)
        == series("?department=12")
        == series("?department=12&department=11", DELIVERY)
    )
    lead = shown(app, signed_in, Role.PRACTICE_LEAD)
    assert "Ours alone" in lead
    assert "The whole firm" not in lead
    assert "The whole firm" not in shown(app, signed_in, Role.PROJECT_MANAGER)


def test_what_is_written_on_a_chart_is_kept_with_its_series_and_in_the_trail(app, signed_in, ran):
    browser = signed_in(app, Role.PRACTICE_LEAD)

    answer = press(
        app, browser, "note-save", {"section": TREND[1]}, kind="comment", text=" A  strike "
    )

    assert '"opened":false' in answer.get_data(as_text=True)
    (kept,) = notes.every(ran)
    assert (kept.kpi, kept.series, kept.text) == (
        "recognized_revenue",
        series(scope=DELIVERY),
        "A strike",
    )
    with ran.connect() as connection:
        trail = connection.execute(
            select(ops_audit.c.subject, ops_audit.c.detail).where(
                ops_audit.c.action == "note_written"
            )
        ).all()[-1]
    assert trail.subject == "lead"
    assert trail.detail["text"] == "A strike"


@pytest.mark.parametrize(
    ("day", "text", "said"),
    [("", "Words", "Which day?"), ("1999-01-01", "Words", "A day between"),
     ("2026-10-01", "  ", "What happened?"), ("2026-10-01", "x" * 301, "at most 300 letters")],
)  # fmt: skip
def test_what_cannot_be_kept_is_said_and_stays_in_the_dialog(app, signed_in, ran, day, text, said):
    answer = press(
        app, signed_in(app, Role.CFO), "note-save", {"section": TREND[1]}, day=day, text=text
    )

    assert said in answer.get_data(as_text=True)
    assert '"opened"' not in answer.get_data(as_text=True)
    assert notes.every(ran) == []


@pytest.mark.parametrize(
    ("role", "about", "kind", "path", "status"),
    [
        (Role.PROJECT_MANAGER, {"section": "recognized_revenue"}, "event", "/revenue", 403),
        (Role.ADMINISTRATOR, {"section": "recognized_revenue"}, "comment", "/revenue", 403),
        (Role.PROJECT_MANAGER, {"section": "months"}, "comment", "/project/22", 403),
        (Role.CFO, {"section": "tiles"}, "comment", "/revenue", 404),
    ],
)
def test_nobody_notes_what_is_not_theirs_to_note(
    app, signed_in, ran, role, about, kind, path, status
):
    answer = press(app, signed_in(app, role), "note-save", about, kind=kind, text="No", path=path)

    assert answer.status_code == status
    assert notes.every(ran) == []


def test_a_note_is_changed_by_who_wrote_it_and_an_event_by_an_administrator(ran, people, write):
    number = write(Role.PRACTICE_LEAD)

    notes.change(ran, people[Role.PRACTICE_LEAD], number, "2026-10-13", "Merger", NOW)
    notes.change(ran, people[Role.ADMINISTRATOR], number, "2026-10-14", "Merger of two", NOW)
    with pytest.raises(QuestionError, match="Only who wrote"):
        notes.change(ran, people[Role.CFO], number, "2026-10-15", "Another", NOW)

    (kept,) = notes.every(ran)
    assert (kept.text, kept.day.day, kept.author) == ("Merger of two", 14, "Tom Okafor")


def test_an_administrator_removes_a_comment_without_reading_it(app, signed_in, ran, write):
    number = write(Role.CFO, "Profit halves", on=("recognized_revenue", series()))
    browser = signed_in(app, Role.ADMINISTRATOR)

    listed = browser.section("/settings", "noted").get_data(as_text=True)
    removed = press(app, browser, "note-remove", {"note": number}, path="/settings")

    assert "Profit halves" not in listed
    assert "Comment on Recognised revenue" in listed
    assert removed.status_code == 200
    assert notes.every(ran) == []
    with ran.connect() as connection:
        trail = connection.scalars(
            select(ops_audit.c.detail).where(ops_audit.c.action == "note_removed")
        ).all()[-1]
    assert trail["text"] == "Profit halves"


def test_a_note_of_another_is_neither_opened_nor_removed(app, signed_in, ran, write):
    number = write(Role.CFO)
    browser = signed_in(app, Role.PRACTICE_LEAD)

    assert "Only who wrote" in press(app, browser, "note-remove", {"note": number}).get_data(
        as_text=True
    )
    assert _opened(browser, note=number).status_code == 403
    assert len(notes.every(ran)) == 1


def test_the_dialog_opens_with_what_the_reader_may_write(app, signed_in, write):
    number = write(Role.PRACTICE_LEAD)

    new = _dialog(_opened(signed_in(app, Role.PROJECT_MANAGER), name=TREND[1]))
    own = _dialog(_opened(signed_in(app, Role.PRACTICE_LEAD), note=number))

    assert new["note-dialog"]["opened"] is own["note-dialog"]["opened"] is True
    assert (new["note-kind"]["value"], new["note-kind"]["style"]) == ("comment", {"display": "none"})  # fmt: skip
    assert "Recognised revenue, as it is filtered now" in str(new["note-dialog"])
    assert own["note-text"]["value"] == "Reorganisation"
    assert own["note-day"]["value"] == "2026-10-12"
    assert own["note-remove"]["hidden"] is False


def _dialog(answer):
    """The parts of the dialog by their ids."""
    found, left = {}, [answer.get_json()["response"]["note-place"]["children"]]
    while left:
        part = left.pop()
        if isinstance(part, list):
            left += part
        elif isinstance(part, dict) and "props" in part:
            found[part["props"].get("id")] = part["props"]
            left.append(part["props"].get("children"))
    return found


def _opened(browser, *, name=None, note=None):
    asked = {"note": note} if note else {"name": name}
    return browser.call(
        "note-place.children", [{"id": "note-asked", "property": "data", "value": asked}],
        [{"id": "url", "property": "pathname", "value": "/revenue"},
         {"id": "url", "property": "search", "value": ""}],
        ["note-asked.data"],
    )  # fmt: skip


def _figure(answer):
    """The one figure in a section."""

    def within(part):
        if isinstance(part, dict):
            if part.get("type") == "Chart":
                yield part["props"]["figure"]
            for one in part.values():
                yield from within(one)
        elif isinstance(part, list):
            for one in part:
                yield from within(one)

    return next(within(answer))
