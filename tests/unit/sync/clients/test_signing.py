"""Requests are signed as the vendor's documents say."""

from __future__ import annotations

from urllib.parse import parse_qs

import httpx
import jwt
import oauthlib.oauth1.rfc5849 as rfc5849
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from sync.clients.http import Caller
from sync.clients.netsuite_auth import ClientCredentials, TokenBased
from sync.clients.pacing import Tally
from sync.settings import SyncSettings

KEYS = {
    "PS256": lambda: rsa.generate_private_key(65537, 3072),
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ES384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "ES512": lambda: ec.generate_private_key(ec.SECP521R1()),
}


@pytest.mark.parametrize("algorithm", KEYS)
def test_the_assertion_is_what_the_token_endpoint_wants(given, clock, algorithm):
    key = KEYS[algorithm]()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    forms = []

    def endpoint(request: httpx.Request) -> httpx.Response:
        forms.append((str(request.url), parse_qs(request.content.decode())))
        return httpx.Response(200, json={"access_token": "t0ken", "expires_in": 3600})

    settings = SyncSettings.load(**given | {"netsuite_private_key": pem.replace("\n", "\\n")})
    caller = Caller("NetSuite", concurrency=1, transport=httpx.MockTransport(endpoint))
    signer = ClientCredentials(settings, caller, clock, clock.monotonic)
    assert signer.header("POST", "https://any.test", Tally()) == "Bearer t0ken"

    [(url, form)] = forms
    expected = "https://7654321-sb1.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token"
    assert url == expected
    assert form["grant_type"] == ["client_credentials"]
    assert form["client_assertion_type"] == [
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    ]
    [assertion] = form["client_assertion"]
    assert jwt.get_unverified_header(assertion) == {
        "typ": "JWT",
        "alg": algorithm,
        "kid": given["netsuite_certificate_id"],
    }
    claims = jwt.decode(
        assertion,
        key.public_key(),
        algorithms=[algorithm],
        audience=expected,
        issuer=given["netsuite_client_id"],
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims["scope"] == ["rest_webservices"]
    assert 0 < claims["exp"] - claims["iat"] <= 3600


def test_a_token_is_asked_for_once_and_again_shortly_before_it_ends(given, clock):
    asked = []

    def endpoint(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"access_token": f"t{len(asked)}", "expires_in": 3600})

    caller = Caller("NetSuite", concurrency=1, transport=httpx.MockTransport(endpoint))
    signer = ClientCredentials(SyncSettings.load(**given), caller, clock, clock.monotonic)
    headers = []
    for seconds in (0, 3000, 500, 60):
        clock.forward(seconds=seconds)
        headers.append(signer.header("GET", "https://any.test", Tally()))
    assert headers == ["Bearer t1", "Bearer t1", "Bearer t1", "Bearer t2"]


def test_a_token_based_signature_is_the_vendors_published_one(given, clock, monkeypatch):
    monkeypatch.setattr(rfc5849, "generate_nonce", lambda: "fjaLirsIcCGVZWzBX0pg")
    settings = SyncSettings.load(
        **given
        | {
            "netsuite_account": "123456",
            "netsuite_auth": "tba",
            "netsuite_consumer_key": "ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4",
            "netsuite_consumer_secret": "d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5",
            "netsuite_token_id": "2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc",
            "netsuite_token_secret": "c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295",
        }
    )
    signed_at = clock.now.fromtimestamp(1508242306, tz=clock.now.tzinfo)
    header = TokenBased(settings, lambda: signed_at).header(
        "GET",
        "https://123456.suitetalk.api.netsuite.com/services/rest/record/v1/employee/40",
        Tally(),
    )
    assert 'oauth_signature="B5OIWznZ2YP0OB7VrJrGkYsTh%2B8H%2B5T9Hag%2Bo92q0zY%3D"' in header
    assert header.startswith('OAuth realm="123456"')
