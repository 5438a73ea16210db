"""The token endpoint and what bearer tokens open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from sync.sandbox.netsuite import NetSuiteConfig, create_netsuite
from sync.sandbox.system import SourceSystem

TOKEN = "/services/rest/auth/oauth2/v1/token"
TIME = "/services/rest/system/v1/serverTime"


def _pem(key: Any) -> str:
    public = key.public_key()
    pem: bytes = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem.decode()


def test_an_assertion_buys_a_bearer_token_without_a_refresh_token(account: Any) -> None:
    answer = account.ask_token(account.assertion())
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"access_token", "expires_in", "token_type"}
    assert (body["expires_in"], body["token_type"]) == (3600, "Bearer")
    header = {"Authorization": f"Bearer {body['access_token']}"}
    assert account.http.get(TIME, headers=header).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "https://tstdrv7654321.suitetalk.api.netsuite.com",
        "https://tstdrv7654321.restlets.api.netsuite.com",
        "http://127.0.0.1:8081",
    ],
)
def test_the_audience_may_name_any_host_of_the_account(account: Any, host: str) -> None:
    assert account.ask_token(account.assertion(aud=host + TOKEN)).status_code == 200


def test_the_audience_may_be_the_address_it_is_really_served_at(account: Any) -> None:
    assertion = account.assertion(aud="http://localhost:9999" + TOKEN)
    assert account.ask_token(assertion).status_code == 400
    account.http.headers["Host"] = "localhost:9999"
    assert account.ask_token(assertion).status_code == 200


@pytest.mark.parametrize(
    ("claims", "status", "error"),
    [
        ({"iss": "somebody"}, 401, "invalid_client"),
        ({"iss": None}, 400, "invalid_request"),
        ({"aud": "https://example.test" + TOKEN}, 400, "invalid_grant"),
        ({"exp": 1}, 400, "invalid_grant"),
        ({"exp": 4_000_000_000}, 400, "invalid_grant"),
        ({"iat": 4_000_000_000, "exp": 4_000_000_010}, 400, "invalid_grant"),
        ({"exp": None}, 400, "invalid_request"),
        ({"scope": "rest_webservices"}, 400, "invalid_scope"),
        ({"scope": []}, 400, "invalid_scope"),
        ({"scope": ["everything"]}, 400, "invalid_scope"),
        ({"scope": None}, 400, "invalid_request"),
    ],
)
def test_a_claim_off_the_rules_is_refused(
    account: Any, claims: dict[str, Any], status: int, error: str
) -> None:
    answer = account.ask_token(account.assertion(**claims))
    assert (answer.status_code, answer.json()) == (status, {"error": error})
    challenged = "WWW-Authenticate" in answer.headers
    assert challenged is (status == 401)


def test_an_assertion_lives_at_most_sixty_minutes(account: Any) -> None:
    now = int(account.clock().timestamp())
    assert account.ask_token(account.assertion(iat=now, exp=now + 3600)).status_code == 200
    assert account.ask_token(account.assertion(iat=now, exp=now + 3601)).status_code == 400


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "refresh_token"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
        ({"client_assertion_type": "other"}, "invalid_request"),
        ({"client_assertion": "not a token"}, "invalid_request"),
        ({"client_assertion": ""}, "invalid_request"),
    ],
)
def test_a_form_off_the_rules_is_refused(account: Any, form: dict[str, str], error: str) -> None:
    answer = account.ask_token(account.assertion(), **form)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_another_certificate_id_or_key_is_refused(account: Any) -> None:
    assert account.ask_token(account.assertion({"kid": "cert-2"})).status_code == 401
    account.private_key = ec.generate_private_key(ec.SECP256R1())
    assert account.ask_token(account.assertion()).json() == {"error": "invalid_client"}


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    """A key as NetSuite takes it."""
    return rsa.generate_private_key(65537, 3072)


def _ask(system: SourceSystem, clock: Any, key: Any, algorithm: str) -> httpx.Response:
    config = NetSuiteConfig(client_id="c", certificates={"k": _pem(key)})
    now = int(clock().timestamp())
    assertion = jwt.encode(
        {
            "iss": "c",
            "scope": ["restlets", "rest_webservices"],
            "aud": config.base_url + TOKEN,
            "iat": now,
            "exp": now + 60,
        },
        key,
        algorithm,
        {"kid": "k"},
    )
    transport = httpx.WSGITransport(app=create_netsuite(system, config, clock))
    with httpx.Client(transport=transport, base_url=config.base_url) as http:
        return http.post(
            TOKEN,
            data={
                "grant_type": "client_credentials",
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": assertion,
            },
        )


@pytest.mark.parametrize(
    ("algorithm", "status"),
    [("PS256", 200), ("PS384", 200), ("PS512", 200), ("RS256", 401), ("RS512", 401)],
)
def test_rsa_keys_sign_by_pss_only(
    system: SourceSystem, clock: Any, rsa_key: rsa.RSAPrivateKey, algorithm: str, status: int
) -> None:
    assert _ask(system, clock, rsa_key, algorithm).status_code == status


@pytest.mark.parametrize(
    ("curve", "algorithm"), [(ec.SECP384R1(), "ES384"), (ec.SECP521R1(), "ES512")]
)
def test_the_longer_curves_sign_too(
    system: SourceSystem, clock: Any, curve: ec.EllipticCurve, algorithm: str
) -> None:
    assert _ask(system, clock, ec.generate_private_key(curve), algorithm).status_code == 200


def test_a_key_that_netsuite_would_not_take_is_refused_at_the_start(
    system: SourceSystem, clock: Any
) -> None:
    weak = NetSuiteConfig(certificates={"weak": _pem(rsa.generate_private_key(65537, 2048))})
    with pytest.raises(ValueError, match="'weak'"):
        create_netsuite(system, weak, clock)


def test_a_token_ends_when_its_time_is_over(open_account: Callable[..., Any]) -> None:
    account = open_account(token_seconds=60)
    account.clock.forward(seconds=59)
    assert account.http.get(TIME).status_code == 200
    account.clock.forward(seconds=1)
    answer = account.http.get(TIME)
    assert answer.status_code == 401
    assert answer.json()["o:errorDetails"][0]["o:errorCode"] == "INVALID_LOGIN"
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer realm="TSTDRV7654321", error="invalid_token", '
        'error_description="Invalid login attempt."'
    )


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic eDp5"}, {"Authorization": ""}])
def test_without_credentials_nothing_is_served(account: Any, header: dict[str, str]) -> None:
    del account.http.headers["Authorization"]
    answer = account.http.get(TIME, headers=header)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/vnd.oracle.resource+json; type=error"
