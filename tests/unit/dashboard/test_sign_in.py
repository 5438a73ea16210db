"""Signing in at an identity provider: the whole way, and every way it must fail."""

import base64
import json
import re
import threading
from hashlib import sha256
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from dashboard.app import create_app
from dashboard.auth.sandbox_cli import load_people
from dashboard.auth.sandbox_idp import SandboxIdp, SandboxPerson, create_idp
from dashboard.auth.session import COOKIE
from dashboard.settings import DashboardSettings
from models.errors import ConfigError, NoSnapshotError
from models.tables.operations import ops_audit

SECRET = "s" * 40
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
PEOPLE = (
    SandboxPerson(
        sub="clara", name="Clara Finch", email="Clara@Northmere.example", groups=("one-view-cfo",)
    ),
    SandboxPerson(
        sub="nora", name="Nora Bell", email="nora@northmere.example", groups=("canteen",)
    ),
)


class NoSnapshots:
    def current(self):
        raise NoSnapshotError("Nothing yet.")


def serve(host, app):
    server = make_server(host, 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="module")
def stack(tmp_path_factory, clock):
    """The provider on localhost and the app on 127.0.0.1, as in the demonstration."""
    from models.database import open_record
    from models.tables.operations import RECORD

    late = {}
    web = make_server("127.0.0.1", 0, lambda *call: late["web"](*call), threaded=True)
    identity = make_server("127.0.0.1", 0, lambda *call: late["identity"](*call), threaded=True)
    public, issuer = (
        f"http://127.0.0.1:{web.server_port}",
        f"http://localhost:{identity.server_port}",
    )
    record = open_record(f"sqlite:///{tmp_path_factory.mktemp('sign-in') / 'record.db'}")
    RECORD.create_all(record)
    settings = DashboardSettings(
        secret_key="k" * 40,
        oidc_issuer=issuer,
        oidc_client_id="one-view",
        oidc_client_secret=SECRET,
        public_url=public,
    )
    late["identity"] = create_idp(
        SandboxIdp(
            issuer=issuer,
            client_id="one-view",
            client_secret=SECRET,
            redirect_uris=(f"{public}/auth/callback",),
            people=PEOPLE,
        )
    )
    late["web"] = create_app(settings, record, NoSnapshots(), clock).server
    for server in (web, identity):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield public, issuer, record
    for server in (web, identity):
        server.shutdown()
        server.server_close()
    record.dispose()


class Stay(HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


@pytest.fixture
def browser():
    """A browser that shows each redirect."""
    jar = CookieJar()
    opener = build_opener(HTTPCookieProcessor(jar), Stay())

    def go(address, data=None, headers=None):
        try:
            answer = opener.open(Request(address, data=data, headers=headers or {}), timeout=20)
        except HTTPError as error:
            answer = error
        return answer.status, answer.headers.get("Location", ""), answer.read().decode()

    go.jar = jar
    return go


def pick(browser, public, who, following=""):
    """Go to the provider and choose who to be; returns the way back."""
    _, authorize, _ = browser(f"{public}/sign-in/start{following}")
    _, _, page = browser(authorize)
    choices = [
        choice.replace("&amp;", "&") for choice in re.findall(r'href="(/authorize\?[^"]+)"', page)
    ]
    (chosen,) = [choice for choice in choices if choice.endswith(f"pick={who}")]
    _, back, _ = browser(f"{authorize.split('/authorize')[0]}{chosen}")
    return authorize, back


def test_a_person_signs_in_and_lands_where_they_wanted_to_go(stack, browser):
    public, _, record = stack

    authorize, back = pick(browser, public, "clara", "?next=/definitions")
    status, target, _ = browser(back)

    asked = parse_qs(urlsplit(authorize).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["state"]
    assert asked["nonce"]
    assert (status, target) == (302, "/definitions")
    assert browser(f"{public}/definitions")[0] == 200
    (cookie,) = [one for one in browser.jar if one.name == COOKIE]
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "Lax"
    with record.connect() as connection:
        assert "sign_in" in connection.execute(select(ops_audit.c.action)).scalars().all()


def test_the_provider_has_no_icon_and_says_so_quietly(stack, browser):
    _, issuer, _ = stack

    assert browser(f"{issuer}/favicon.ico")[0] == 204


def test_somebody_without_a_known_group_is_told_so_and_gets_no_session(stack, browser):
    public, _, _ = stack

    _, back = pick(browser, public, "nora")
    status, _, page = browser(back)

    assert status == 403
    assert "no access to One View yet" in page
    assert COOKIE not in {one.name for one in browser.jar}
    assert browser(f"{public}/")[0] == 302


def test_an_answer_with_another_state_is_refused(stack, browser):
    public, _, _ = stack
    _, back = pick(browser, public, "clara")

    status, _, page = browser(re.sub(r"state=[^&]+", "state=forged", back))

    assert status == 400
    assert "Nobody was signed in" in page


def test_an_answer_in_another_browser_is_refused(stack, browser):
    public, _, _ = stack
    _, back = pick(browser, public, "clara")

    with pytest.raises(HTTPError, match="400"):
        build_opener(Stay()).open(back, timeout=20)


def test_a_code_works_once(stack, browser):
    public, _, _ = stack
    _, back = pick(browser, public, "clara")
    browser(back)

    assert browser(back)[0] == 400


class TestTheSimulatedProvider:
    @pytest.fixture
    def provider(self):
        self.now = 1_000.0
        return create_idp(
            SandboxIdp(
                issuer="http://localhost:1",
                client_id="one-view",
                client_secret=SECRET,
                redirect_uris=("http://127.0.0.1:2/auth/callback",),
                people=PEOPLE,
                clock=lambda: self.now,
            )
        ).test_client()

    def ask(self, provider, **changed):
        query = {
            "client_id": "one-view",
            "redirect_uri": "http://127.0.0.1:2/auth/callback",
            "response_type": "code",
            "scope": "openid",
            "state": "s",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "pick": "clara",
            **changed,
        }
        return provider.get(
            f"/authorize?{urlencode({k: v for k, v in query.items() if v is not None})}"
        )

    def redeem(self, provider, **changed):
        code = parse_qs(urlsplit(self.ask(provider).headers["Location"]).query)["code"][0]
        self.now += changed.pop("wait", 0)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": "one-view",
            "client_secret": SECRET,
            "redirect_uri": "http://127.0.0.1:2/auth/callback",
            "code_verifier": VERIFIER,
            **changed,
        }
        return provider.post("/token", data=form)

    def test_gives_tokens_for_a_code(self, provider):
        token = self.redeem(provider).get_json()
        claims = provider.get(
            "/userinfo", headers={"Authorization": f"Bearer {token['access_token']}"}
        ).get_json()

        assert claims["groups"] == ["one-view-cfo"]

    @pytest.mark.parametrize(
        "changed",
        [
            {"code_verifier": "w" * 64},
            {"redirect_uri": "http://127.0.0.1:2/other"},
            {"wait": 61},
        ],
    )
    def test_refuses_a_code_that_is_not_redeemed_as_it_was_given(self, provider, changed):
        assert self.redeem(provider, **changed).get_json() == {"error": "invalid_grant"}

    def test_refuses_a_client_that_does_not_know_the_secret(self, provider):
        assert self.redeem(provider, client_secret="guess").status_code == 401

    def test_sends_nobody_to_an_address_that_is_not_registered(self, provider):
        assert self.ask(provider, redirect_uri="https://evil.example/").status_code == 400
        assert self.ask(provider, client_id="other").status_code == 400

    @pytest.mark.parametrize(
        "changed",
        [
            {"code_challenge_method": "plain"},
            {"code_challenge": None},
            {"scope": "email"},
            {"response_type": "token"},
        ],
    )
    def test_insists_on_the_code_flow_with_pkce(self, provider, changed):
        assert "error=invalid_request" in self.ask(provider, **changed).headers["Location"]

    def test_answers_this_machine_only(self, provider):
        assert provider.get("/jwks", environ_base={"REMOTE_ADDR": "10.0.0.7"}).status_code == 403

    def test_will_not_be_set_up_elsewhere(self):
        with pytest.raises(ConfigError, match="this machine only"):
            create_idp(
                SandboxIdp(
                    issuer="https://id.example",
                    client_id="a",
                    client_secret="b",
                    redirect_uris=(),
                    people=(),
                )
            )

    def test_publishes_a_public_key_only(self, provider):
        (key,) = provider.get("/jwks").get_json()["keys"]

        assert key["kty"] == "RSA"
        assert not {"d", "p", "q"} & set(key)


def test_the_people_file_is_checked(tmp_path):
    path = tmp_path / "people.json"
    path.write_text(
        json.dumps([{"sub": "a", "name": "A", "email": "a@x.example", "groups": ["one-view-cfo"]}])
    )
    assert load_people(path)[0].groups == ("one-view-cfo",)

    path.write_text('[{"name": "A"}]')
    with pytest.raises(ConfigError, match="people file"):
        load_people(path)
