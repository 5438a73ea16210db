"""Authorization as the vendor's documents tell it: codes, tokens, rotation, scopes."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

REDIRECT = "http://127.0.0.1:9/back"


def ask(wire, **changes):
    asked = {
        "response_type": "code", "client_id": wire.config.client_id, "redirect_uri": REDIRECT,
        "scope": "rest xml", "state": "s1", **changes,
    }  # fmt: skip
    return wire.http.get("/login/oauth2/v1/authorize", params=asked)


def parameters(answer):
    return {
        name: values[0]
        for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()
    }


def test_consent_is_asked_for_and_a_yes_leads_back_with_a_code_that_buys_tokens(open_wire):
    wire = open_wire()
    page = ask(wire)
    assert page.status_code == 200
    assert "Simulated SuiteProjects Pro" in page.text
    form = {"response_type": "code", "client_id": wire.config.client_id, "redirect_uri": REDIRECT,
            "scope": "rest", "state": "s1", "decision": "allow"}  # fmt: skip
    back = parameters(wire.http.post("/login/oauth2/v1/authorize", data=form))
    assert back["state"] == "s1"
    answer = wire.grant(grant_type="authorization_code", code=back["code"], redirect_uri=REDIRECT)
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["expires_in"] == 3600
    assert set(answer.json()) >= {"access_token", "refresh_token"}


def test_a_no_leads_back_with_access_denied(open_wire):
    wire = open_wire()
    form = {"response_type": "code", "client_id": wire.config.client_id, "redirect_uri": REDIRECT,
            "scope": "rest", "decision": "deny"}  # fmt: skip
    assert parameters(wire.http.post("/login/oauth2/v1/authorize", data=form)) == {
        "error": "access_denied"
    }


def test_auto_consent_skips_the_page_and_a_code_is_good_once(open_wire):
    wire = open_wire(auto_consent=True)
    code = parameters(ask(wire))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    assert wire.grant(**form, code_verifier="is-not-looked-at").status_code == 200
    again = wire.grant(**form)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_a_code_is_bound_to_its_address_and_its_ten_minutes(open_wire):
    wire = open_wire(auto_consent=True)
    code = parameters(ask(wire))["code"]
    other = wire.grant(grant_type="authorization_code", code=code, redirect_uri=REDIRECT + "/x")
    assert other.json()["error"] == "invalid_grant"
    code = parameters(ask(wire))["code"]
    wire.clock.forward(minutes=10)
    late = wire.grant(grant_type="authorization_code", code=code, redirect_uri=REDIRECT)
    assert late.json()["error"] == "invalid_grant"


def test_wrong_requests_for_consent_are_refused_where_they_belong(open_wire):
    wire = open_wire(auto_consent=True)
    assert ask(wire, client_id="another").status_code == 400
    assert ask(wire, redirect_uri="http://elsewhere.test/").status_code == 400
    assert parameters(ask(wire, scope="everything"))["error"] == "invalid_scope"
    assert parameters(ask(wire, response_type="token"))["error"] == "unsupported_response_type"


def test_a_refresh_token_is_spent_by_its_use(open_wire):
    wire = open_wire()
    first = wire.refresh_token
    wire.sign_in()
    spent = wire.grant(grant_type="refresh_token", refresh_token=first)
    assert (spent.status_code, spent.json()["error"]) == (400, "invalid_grant")
    assert (
        wire.grant(grant_type="refresh_token", refresh_token=wire.refresh_token).status_code == 200
    )


def test_the_token_endpoint_wants_the_application_and_offers_two_grants(open_wire):
    wire = open_wire()
    stranger = wire.http.post("/login/oauth2/v1/token", auth=("12_abc", "wrong"), data={})
    assert (stranger.status_code, stranger.json()["error"]) == (401, "invalid_client")
    assert stranger.headers["WWW-Authenticate"].startswith("Basic")
    assert wire.grant(grant_type="client_credentials").json()["error"] == "unsupported_grant_type"
    assert wire.grant().json()["error"] == "invalid_request"


def test_an_access_token_ends_after_its_seconds(open_wire):
    wire = open_wire(token_seconds=60)
    wire.sign_in()
    assert wire.rest("users/").status_code == 200
    wire.clock.forward(seconds=60)
    ended = wire.rest("users/")
    assert ended.status_code == 401
    assert ended.headers["WWW-Authenticate"].startswith("Bearer")
    assert wire.xml("").find("Auth").get("status") == "9"


def test_each_surface_wants_its_scope(open_wire):
    wire = open_wire(auto_consent=True)
    for scope, rest, xml in (("rest", 200, "413"), ("xml", 403, "0")):
        code = parameters(ask(wire, scope=scope))["code"]
        answer = wire.grant(grant_type="authorization_code", code=code, redirect_uri=REDIRECT)
        wire.token = answer.json()["access_token"]
        assert wire.rest("users/").status_code == rest
        assert wire.xml("").find("Auth").get("status") == xml


def test_a_restart_honours_the_rotated_refresh_token_and_the_last_access_token(open_wire, tmp_path):
    state = tmp_path / "tokens.json"
    before = open_wire(state_file=state)
    first = before.refresh_token
    before.sign_in()
    assert state.stat().st_mode & 0o077 == 0
    after = open_wire(system=before.system, clock=before.clock, state_file=state)
    after.token, after.refresh_token = before.token, before.refresh_token
    assert after.rest("users/").status_code == 200
    assert after.grant(grant_type="refresh_token", refresh_token=first).status_code == 400
    after.sign_in()
    assert after.rest("users/").status_code == 200


def test_another_account_in_the_same_place_starts_with_its_own_refresh_token(open_wire, tmp_path):
    state = tmp_path / "tokens.json"
    open_wire(state_file=state).sign_in()
    other = open_wire(state_file=state, refresh_token="second-refresh-token")
    assert (
        other.grant(grant_type="refresh_token", refresh_token="second-refresh-token").status_code
        == 200
    )


def test_secrets_do_not_show_in_the_settings_text(open_wire):
    shown = repr(open_wire().config)
    for secret in ("client-secret", "api-key", "first-refresh-token", "pass-word"):
        assert secret not in shown
