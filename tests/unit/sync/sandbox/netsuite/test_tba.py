"""Token-based authentication, checked with the vendor's vector and an independent signer."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha1
from typing import Any
from urllib.parse import quote

import pytest
from oauthlib import oauth1

from sync.sandbox.netsuite import TokenCredentials
from sync.sandbox.netsuite.tba import signature

BASE = "http://127.0.0.1:8081"
SUITEQL = "/services/rest/query/v1/suiteql"
LIST = "/services/rest/record/v1/customer?limit=2&q=companyName%20IS%20%22Customer%201%22"


def test_the_published_example_has_the_published_signature() -> None:
    credentials = TokenCredentials(
        consumer_key="ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4",
        consumer_secret="d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5",
        token_id="2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc",
        token_secret="c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295",
    )
    parameters = [
        ("realm", "123456"),
        ("oauth_consumer_key", credentials.consumer_key),
        ("oauth_token", credentials.token_id),
        ("oauth_signature_method", "HMAC-SHA256"),
        ("oauth_timestamp", "1508242306"),
        ("oauth_nonce", "fjaLirsIcCGVZWzBX0pg"),
        ("oauth_version", "1.0"),
    ]
    url = "https://123456.suitetalk.api.netsuite.com/services/rest/record/v1/employee/40"
    signed = signature("GET", url, parameters, credentials)
    assert quote(signed, safe="") == "B5OIWznZ2YP0OB7VrJrGkYsTh%2B8H%2B5T9Hag%2Bo92q0zY%3D"


@pytest.fixture
def sign(account: Any) -> Callable[..., dict[str, str]]:
    """Headers of a request signed by an independent library."""

    def sign(url: str, method: str = "GET", **changed: Any) -> dict[str, str]:
        settings = {
            "client_key": "consumer",
            "client_secret": "consumer-secret",
            "resource_owner_key": "token",
            "resource_owner_secret": "token-secret",
            "signature_method": "HMAC-SHA256",
            "realm": "TSTDRV7654321",
            "timestamp": str(int(account.clock().timestamp())),
        } | changed
        _, headers, _ = oauth1.Client(**settings).sign(BASE + url, method)
        return dict(headers)

    return sign


def test_a_signed_request_with_query_parameters_passes(account: Any, sign: Any) -> None:
    answer = account.http.get(LIST, headers=sign(LIST))
    assert answer.status_code == 200, answer.text
    assert [item["id"] for item in answer.json()["items"]] == ["1"]


def test_every_oauth_parameter_counts_the_body_hash_too(account: Any) -> None:
    body = b'{"q":"SELECT id FROM customer"}'
    parameters = {
        "oauth_consumer_key": "consumer",
        "oauth_token": "token",
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": str(int(account.clock().timestamp())),
        "oauth_nonce": "a-single-use",
        "oauth_version": "1.0",
        "oauth_body_hash": b64encode(sha1(body).digest()).decode(),
    }
    credentials = account.app.config.token
    url = f"{SUITEQL}?limit=2&offset=0"
    signed = signature("POST", BASE + url, parameters.items(), credentials)
    pairs = {"realm": "TSTDRV7654321", **parameters, "oauth_signature": signed}
    header = "OAuth " + ", ".join(f'{key}="{quote(text, safe="")}"' for key, text in pairs.items())
    headers = {"Authorization": header, "Prefer": "transient"}
    assert account.http.post(url, content=body, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"client_secret": "wrong"}, "InvalidSignature"),
        ({"resource_owner_secret": "wrong"}, "InvalidSignature"),
        ({"client_key": "unknown"}, "consumer_key_unknown"),
        ({"resource_owner_key": "unknown"}, "token_rejected"),
        ({"realm": "7654321"}, "permission_denied"),
        ({"realm": None}, "permission_denied"),
        ({"signature_method": "HMAC-SHA1"}, "UnknownAlgorithm"),
        ({"timestamp": "1508242306"}, "InvalidTimestamp"),
        ({"nonce": "abc"}, "nonce_rejected"),
    ],
)
def test_every_refusal_reads_the_same_and_the_audit_trail_knows_why(
    account: Any, sign: Any, changed: dict[str, Any], cause: str
) -> None:
    answer = account.http.get(LIST, headers=sign(LIST, **changed))
    assert answer.status_code == 401
    error = answer.json()["o:errorDetails"][0]
    assert error["o:errorCode"] == "INVALID_LOGIN"
    assert "Login Audit Trail" in error["detail"]
    assert account.app.tba.audit[-1] == cause


def test_a_signature_of_another_query_string_is_refused(account: Any, sign: Any) -> None:
    answer = account.http.get(LIST.replace("limit=2", "limit=3"), headers=sign(LIST))
    assert answer.status_code == 401


def test_a_nonce_is_good_once(account: Any, sign: Any) -> None:
    headers = sign(LIST)
    assert account.http.get(LIST, headers=headers).status_code == 200
    assert account.http.get(LIST, headers=headers).status_code == 401
    assert account.app.tba.audit[-1] == "nonce_used"


def test_a_clock_may_be_five_minutes_off(account: Any, sign: Any) -> None:
    now = int(account.clock().timestamp())
    for seconds, status in ((300, 200), (-300, 200), (301, 401), (-301, 401)):
        headers = sign(LIST, timestamp=str(now + seconds))
        assert account.http.get(LIST, headers=headers).status_code == status


@pytest.mark.parametrize("rest", ["", 'oauth_token="x"', "nonsense", 'a="1", a="2"'])
def test_a_header_that_cannot_be_read_is_refused(account: Any, rest: str) -> None:
    answer = account.http.get(LIST, headers={"Authorization": f"OAuth {rest}"})
    assert answer.status_code == 401


def test_an_account_without_such_credentials_refuses_the_scheme(
    open_account: Any, sign: Any
) -> None:
    account = open_account(consumer_key="", token_id="")
    assert account.http.get(LIST, headers=sign(LIST)).status_code == 401
