"""Nobody sees what is not theirs: strangers, other people's projects, other sites."""

import re
from datetime import timedelta

import brotli
import pytest
from sqlalchemy import select

from dashboard.auth.guard import PUBLIC, safe_next
from dashboard.auth.headers import policy
from dashboard.auth.permissions import MATRIX, Permission, may, role_of, scope_of
from dashboard.auth.person import Person
from dashboard.auth.session import COOKIE, Sessions
from models.access import Hidden, Role
from models.tables.operations import ops_audit, ops_session

MINE, OTHERS = 20, 22
BUSINESS = (
    "Northmere",
    "Calder",
    "Route planning",
    "Secret migration",
    "CAL-01",
    "Priya",
    "Data & Analytics",
)


def addresses(app):
    """Every rule the server knows, its variables filled in."""
    for rule in app.server.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "backlog", rule.rule)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield method, path


class TestAStranger:
    def test_gets_nothing_from_any_address_but_the_sign_in(self, app, stranger):
        browser, seen = stranger(app), 0
        for method, path in addresses(app):
            if path in PUBLIC:
                continue
            answer = browser.open(path, method=method)
            seen += 1
            machine = path.startswith(("/_", "/api", "/export", "/assets")) or method != "GET"
            assert answer.status_code == (401 if machine else 302), (method, path)
            if answer.status_code == 302:
                assert answer.headers["Location"].startswith("/sign-in?next=")
        assert seen > 10

    @pytest.mark.parametrize(
        "path",
        [
            "/_dash-layout",
            "/_dash-dependencies",
            "/_dash-update-component",
            "/_dash-component-suites/dash/deps/react.js",
            "/assets/00-tokens.css",
            "/export/rows.csv",
            "/api/pulse",
            "/_mcp",
            "/_reload-hash",
            "/_favicon.ico",
        ],
    )
    def test_is_told_401_where_a_program_asks(self, app, stranger, path):
        assert stranger(app).get(path).status_code == 401

    def test_cannot_call_back(self, app, stranger):
        answer = stranger(app).post(
            "/_dash-update-component", json={}, headers={"Origin": "http://127.0.0.1:8050"}
        )

        assert answer.status_code == 401

    def test_is_led_back_to_where_he_wanted_to_go(self, app, stranger):
        answer = stranger(app).get("/rows/backlog?side=erp")

        assert answer.headers["Location"] == "/sign-in?next=%2Frows%2Fbacklog%3Fside%3Derp"

    def test_learns_nothing_from_the_sign_in_page(self, app, stranger):
        page = stranger(app).get("/sign-in").get_data(as_text=True)

        assert len(page) < 30_000
        assert "<script" not in page
        assert not [word for word in BUSINESS if word in page]

    def test_may_ask_whether_the_app_lives(self, app, stranger):
        assert stranger(app).get("/healthz").get_json() == {"status": "ok"}


class TestTheDocument:
    def test_holds_no_business_data_and_is_small(self, app, signed_in):
        page = signed_in(app, Role.CFO).get("/?period=2026-10").get_data(as_text=True)

        assert not [word for word in BUSINESS if word in page]
        assert len(page.encode()) <= 20_000
        assert '<html lang="en-GB">' in page

    def test_the_layout_that_dash_fetches_holds_no_business_data(self, app, signed_in):
        layout = signed_in(app, Role.CFO).get("/_dash-layout").get_data(as_text=True)

        assert not [word for word in BUSINESS if word in layout]

    def test_runs_only_our_scripts(self, app, signed_in):
        answer = signed_in(app, Role.CFO).get("/?period=2026-10")
        sent = answer.headers["Content-Security-Policy"]
        scripts = next(part for part in sent.split("; ") if part.startswith("script-src"))

        assert "unsafe" not in scripts
        assert scripts.startswith("script-src 'self' 'sha256-")
        assert "frame-ancestors 'none'" in sent
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"

    def test_names_no_other_host(self, app, signed_in):
        page = signed_in(app, Role.CFO).get("/?period=2026-10").get_data(as_text=True)

        assert not re.findall(r'(?:src|href)="https?://', page)

    def test_versioned_files_are_kept_for_a_year_whatever_cookies_a_page_brings(
        self, app, signed_in
    ):
        browser = signed_in(app, Role.CFO)
        page = browser.get("/?period=2026-10").get_data(as_text=True)
        (style,) = re.findall(r'href="(/assets/oneview-all\.css\?m=[^"]+)"', page)

        headers = browser.get(style).headers
        assert "immutable" in headers["Cache-Control"]
        assert "Cookie" not in headers.get("Vary", "")

    def test_its_scripts_come_compressed_and_are_what_they_are(self, app, signed_in):
        browser = signed_in(app, Role.CFO)
        page = browser.get("/?period=2026-10").get_data(as_text=True)
        library = re.search(r'preload" as="script" fetchpriority="low" href="([^"]+)"', page)
        scripts = [*re.findall(r'<script src="([^"]+)"', page), library.group(1)]

        for address in scripts:
            plain = browser.get(address, headers={"Accept-Encoding": "identity"})
            for _again in range(2):
                sent = browser.get(address, headers={"Accept-Encoding": "gzip, br"})
                assert sent.headers["Content-Encoding"] == "br"
                assert "Accept-Encoding" in sent.headers["Vary"]
                assert brotli.decompress(sent.data) == plain.data
            assert "immutable" in sent.headers["Cache-Control"]
        known = {"If-None-Match": sent.headers["ETag"], "Accept-Encoding": "br"}
        assert browser.get(library.group(1), headers=known).status_code == 304

    def test_the_policy_without_hashes_is_still_strict(self):
        assert "script-src 'self';" in policy([])


class TestAnotherSite:
    def test_cannot_post_in_a_persons_name(self, app, signed_in):
        browser = signed_in(app, Role.CFO)

        answer = browser.post(
            "/_dash-update-component",
            json={},
            headers={"Origin": "https://evil.example", "X-CSRFToken": browser.token()},
        )

        assert answer.status_code == 403

    def test_cannot_post_without_the_token(self, app, signed_in):
        answer = signed_in(app, Role.CFO).post(
            "/sign-out", headers={"Origin": "http://127.0.0.1:8050"}
        )

        assert answer.status_code == 400

    @pytest.mark.parametrize(
        "target", ["//evil.example", "https://evil.example", "/\\evil.example", "", None, "x"]
    )
    def test_is_never_where_a_person_lands_after_signing_in(self, target):
        assert safe_next(target) == "/"


class TestAnotherPersonsProject:
    def test_is_refused_with_403_by_its_address(self, app, signed_in):
        assert signed_in(app, Role.PROJECT_MANAGER).get(f"/project/{OTHERS}").status_code == 403
        assert signed_in(app, Role.PRACTICE_LEAD).get(f"/project/{MINE}").status_code == 403

    def test_is_refused_with_403_by_a_forged_callback(self, app, signed_in):
        browser = signed_in(app, Role.PROJECT_MANAGER)

        for name in ("head", "compared", "months", "records"):
            assert browser.section(f"/project/{OTHERS}", name).status_code == 403
        assert browser.block(f"/project/{OTHERS}", "time_entries").status_code == 403

    def test_is_refused_with_403_by_an_export(self, app, signed_in):
        browser = signed_in(app, Role.PROJECT_MANAGER)

        assert browser.get(f"/export/time_entries.csv?at=/project/{OTHERS}").status_code == 403
        assert browser.get(f"/export/time_entries.csv?at=/project/{MINE}").status_code == 200

    def test_gives_no_rows_to_a_filter_that_names_it(self, app, signed_in):
        text = (
            signed_in(app, Role.PROJECT_MANAGER)
            .get(
                f"/export/rows.csv?at=/rows/recognized_revenue&side=psa&period=2026-10&project={OTHERS}"
            )
            .get_data(as_text=True)
        )

        assert "Secret migration" not in text
        assert len(text.strip().splitlines()) == 1

    def test_opens_to_its_own_manager(self, app, signed_in):
        browser = signed_in(app, Role.PROJECT_MANAGER)

        assert browser.get(f"/project/{MINE}?period=2026-10").status_code == 200
        assert "Route planning" in browser.section(f"/project/{MINE}", "head").get_data(
            as_text=True
        )

    @pytest.mark.parametrize("key", ["999", "abc", "-1", "9" * 40])
    def test_that_does_not_exist_is_not_found(self, app, signed_in, key):
        assert signed_in(app, Role.CFO).get(f"/project/{key}").status_code == 404


class TestAProjectManager:
    def test_sees_no_cost_of_a_person(self, app, signed_in):
        browser = signed_in(app, Role.PROJECT_MANAGER)

        entries = browser.get(f"/export/time_entries.csv?at=/project/{MINE}").get_data(as_text=True)
        margin = browser.get(
            "/export/rows.csv?at=/rows/project_gross_margin&side=psa&period=2026-10"
        ).get_data(as_text=True)

        assert "Cost" not in entries.splitlines()[0]
        costs = [line for line in margin.splitlines() if line.startswith("Labour cost")]
        assert costs
        assert not [line for line in costs if "Priya Raman" in line]

    def test_may_not_open_the_sync_or_start_one(self, app, signed_in):
        browser = signed_in(app, Role.PROJECT_MANAGER)
        outputs = (
            "..refresh.data...tick.interval...refresh-panel.children...refresh-button.disabled.."
        )

        started = browser.call(
            outputs,
            [{"id": "refresh-button", "property": "n_clicks", "value": 1}],
            [{"id": "url", "property": "search", "value": ""}],
            ["refresh-button.n_clicks"],
        )

        assert browser.get("/sync").status_code == 403
        assert started.status_code == 403


class TestAnAdministrator:
    def test_sees_no_business_number(self, app, signed_in):
        browser = signed_in(app, Role.ADMINISTRATOR)

        assert browser.get("/rows/backlog?side=erp").status_code == 403
        assert browser.get(f"/project/{MINE}").status_code == 403
        assert browser.get("/export/rows.csv?at=/rows/backlog&side=erp").status_code == 403
        assert browser.section("/rows/backlog", "head", "?side=erp").status_code == 403

    def test_starts_at_the_sync(self, app, signed_in):
        browser = signed_in(app, Role.ADMINISTRATOR)

        assert browser.get("/").status_code == 200
        assert browser.get("/sync").status_code == 200

    def test_sees_what_the_account_lacks_and_what_to_do(self, app, signed_in):
        text = signed_in(app, Role.ADMINISTRATOR).section("/sync", "account").get_data(as_text=True)

        assert "NetSuite does not offer revenueplan: its feature is off" in text
        assert "Give the integration's role the permission to view Revenue plans" in text
        assert "Their rows stay as they were." in text

    @pytest.mark.parametrize(("role", "told"), [(Role.ADMINISTRATOR, True), (Role.CFO, False)])
    def test_sees_why_a_record_is_in_quarantine_and_alone_what_is_in_it(
        self, app, signed_in, role, told
    ):
        shown = signed_in(app, role).section("/sync", "quarantine").get_data(as_text=True)

        assert "is not a date" in shown
        assert ("secret" in shown) is told


class TestASession:
    @pytest.fixture
    def sessions(self, record, settings):
        self.now = None
        return lambda now: Sessions(record, settings, lambda: now)

    @pytest.fixture
    def start(self, clock):
        return clock()

    def test_is_kept_only_as_a_hash(self, sessions, start, record, people):
        value = sessions(start).open(people[Role.CFO])

        with record.connect() as connection:
            (row,) = connection.execute(select(ops_session)).all()
        assert value not in row
        assert sessions(start).person(value).email == "clara@northmere.example"

    def test_ends_when_nobody_uses_it(self, sessions, start, settings, people):
        value = sessions(start).open(people[Role.CFO])
        idle = timedelta(minutes=settings.session_idle_minutes)

        assert sessions(start + idle - timedelta(seconds=1)).person(value) is not None
        assert sessions(start + 2 * idle).person(value) is None

    def test_is_not_kept_alive_by_the_pages_own_polling(self, sessions, start, settings, people):
        value = sessions(start).open(people[Role.CFO])
        idle = timedelta(minutes=settings.session_idle_minutes)

        sessions(start + idle / 2).person(value, touch=False)

        assert sessions(start + idle).person(value) is None

    def test_ends_after_its_hours_however_busy(self, sessions, start, settings, people):
        value = sessions(start).open(people[Role.CFO])
        for hour in range(settings.session_hours):
            sessions(start + timedelta(hours=hour)).person(value)

        assert sessions(start + timedelta(hours=settings.session_hours)).person(value) is None

    def test_ends_at_once_when_signed_out(self, app, signed_in):
        browser = signed_in(app, Role.CFO)
        kept = browser.client.get_cookie(COOKIE, domain="127.0.0.1").value

        left = browser.post(
            "/sign-out", headers={"X-CSRFToken": browser.token(), "Origin": "http://127.0.0.1:8050"}
        )
        browser.client.set_cookie(COOKIE, kept, domain="127.0.0.1")

        assert left.status_code == 303
        assert browser.get("/").headers["Location"].startswith("/sign-in")

    def test_of_an_invented_value_is_nobodys(self, app, stranger):
        browser = stranger(app)
        browser.client.set_cookie(COOKIE, "invented", domain="127.0.0.1")

        assert browser.get("/").status_code == 302


class TestRoles:
    def test_may_do_what_the_issue_says(self):
        assert MATRIX[Role.CFO] == frozenset(Permission) - {
            Permission.VIEW_CONTENT,
            Permission.MANAGE_ACCESS,
            Permission.MANAGE_NOTES,
        }
        assert Permission.VIEW_NUMBERS not in MATRIX[Role.ADMINISTRATOR]
        assert {role for role in Role if Permission.REFRESH in MATRIX[role]} == {
            Role.CFO,
            Role.ADMINISTRATOR,
        }
        assert all(
            Permission.EXPORT in MATRIX[role] for role in (Role.PRACTICE_LEAD, Role.PROJECT_MANAGER)
        )

    def test_come_from_the_first_known_group(self, settings):
        assert (
            role_of(["staff", "one-view-administrator", "one-view-cfo"], settings.roles) is Role.CFO
        )
        assert role_of(["staff"], settings.roles) is None

    def test_give_each_person_a_scope(self, snapshot, people):
        assert scope_of(people[Role.CFO], snapshot).departments is None
        assert scope_of(people[Role.PRACTICE_LEAD], snapshot).departments == frozenset({12})
        assert scope_of(people[Role.PROJECT_MANAGER], snapshot).managers == frozenset({40})
        assert Hidden.PERSON_COST in scope_of(people[Role.PROJECT_MANAGER], snapshot).hidden
        assert scope_of(people[Role.ADMINISTRATOR], snapshot).is_nothing

    @pytest.mark.parametrize("role", [Role.PRACTICE_LEAD, Role.PROJECT_MANAGER])
    def test_of_somebody_neither_system_knows_see_nothing(self, snapshot, role):
        unknown = Person(subject="x", name="X", email="x@elsewhere.example", role=role)

        assert scope_of(unknown, snapshot).is_nothing
        assert may(unknown, Permission.VIEW_NUMBERS)

    def test_of_a_practice_lead_without_a_department_see_nothing(self, snapshot):
        adrift = Person(
            subject="n",
            name="Nadia Quill",
            email="nadia@northmere.example",
            role=Role.PRACTICE_LEAD,
        )

        assert scope_of(adrift, snapshot).is_nothing


def test_what_leaves_the_house_is_written_down(app, signed_in, ran):
    signed_in(app, Role.CFO).get("/export/rows.csv?at=/rows/backlog&side=erp&period=2026-10")

    with ran.connect() as connection:
        newest = connection.execute(select(ops_audit).order_by(ops_audit.c.audit_id.desc())).first()
    assert (newest.subject, newest.action) == ("cfo", "export")
    assert newest.detail["path"] == "/rows/backlog"
