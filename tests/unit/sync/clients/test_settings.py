"""A wrong setting stops the start and is named; its value is not shown."""

from __future__ import annotations

import pytest

from models.errors import ConfigError
from sync.settings import SyncSettings


def test_hosts_follow_from_the_account(given):
    settings = SyncSettings.load(**given | {"netsuite_account": "1234567-sb2"})
    assert settings.netsuite_account == "1234567_SB2"
    assert settings.netsuite_url == "https://1234567-sb2.suitetalk.api.netsuite.com"
    assert settings.netsuite_record_url == "https://1234567-sb2.app.netsuite.com"


def test_hosts_can_be_given(given):
    settings = SyncSettings.load(
        **given, netsuite_url="http://127.0.0.1:8061/", netsuite_record_url="http://127.0.0.1:8061"
    )
    assert settings.netsuite_url == settings.netsuite_record_url == "http://127.0.0.1:8061"


@pytest.mark.parametrize(
    "account", ["", "evil.example/", "1234567_SB1.evil", "a b", "1234567@evil", "1234567_XX"]
)
def test_an_account_that_could_lead_to_another_host_is_refused(given, account):
    with pytest.raises(ConfigError, match="ONEVIEW_NETSUITE_ACCOUNT"):
        SyncSettings.load(**given | {"netsuite_account": account})


@pytest.mark.parametrize(
    "name",
    [
        "netsuite_account",
        "netsuite_client_id",
        "netsuite_certificate_id",
        "netsuite_private_key",
        "suiteprojects_url",
        "suiteprojects_client_id",
        "suiteprojects_client_secret",
        "suiteprojects_refresh_token",
        "suiteprojects_api_key",
        "secret_key",
    ],
)
def test_what_is_missing_is_named(given, name):
    del given[name]
    with pytest.raises(ConfigError, match=f"ONEVIEW_{name.upper()}"):
        SyncSettings.load(**given)


def test_token_based_sign_in_needs_its_four_keys_and_no_certificate(given):
    for name in ("netsuite_client_id", "netsuite_certificate_id", "netsuite_private_key"):
        del given[name]
    with pytest.raises(ConfigError) as error:
        SyncSettings.load(**given, netsuite_auth="tba")
    for name in ("CONSUMER_KEY", "CONSUMER_SECRET", "TOKEN_ID", "TOKEN_SECRET"):
        assert f"ONEVIEW_NETSUITE_{name}" in str(error.value)
    keys = dict.fromkeys(
        [
            f"netsuite_{name}"
            for name in ("consumer_key", "consumer_secret", "token_id", "token_secret")
        ],
        "0123456789abcdef",
    )
    assert SyncSettings.load(**given, **keys, netsuite_auth="tba").netsuite_auth == "tba"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("netsuite_private_key", "-----BEGIN SOMETHING-----"),
        ("netsuite_url", "ftp://example.test"),
        ("suiteprojects_url", "example.test"),
        ("secret_key", "too-short-a-secret"),
        ("netsuite_concurrency", "0"),
        ("netsuite_auth", "password"),
    ],
)
def test_what_is_wrong_is_named_without_its_value(given, name, value):
    with pytest.raises(ConfigError, match=f"ONEVIEW_{name.upper()}") as error:
        SyncSettings.load(**given | {name: value})
    cause = error.value.__cause__
    if name in ("netsuite_private_key", "secret_key"):
        assert value not in f"{error.value} {cause}"


def test_secrets_do_not_show(given):
    shown = repr(SyncSettings.load(**given))
    for name in ("suiteprojects_client_secret", "suiteprojects_refresh_token", "secret_key"):
        assert given[name] not in shown
    assert "PRIVATE KEY" not in shown


def test_a_secret_can_be_in_a_file(given, tmp_path, monkeypatch):
    path = tmp_path / "key.pem"
    path.write_text(given.pop("netsuite_private_key"))
    monkeypatch.setenv("ONEVIEW_NETSUITE_PRIVATE_KEY_FILE", str(path))
    settings = SyncSettings.load(**given)
    assert "PRIVATE KEY" in settings.netsuite_private_key.get_secret_value()
