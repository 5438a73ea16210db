"""A simulated OpenID Connect provider: one picks who to be. For demos and tests on this machine only.

Written from the standards: OpenID Connect Core and Discovery 1.0, RFC 6749 (code flow), RFC 7636 (PKCE).
"""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.wrappers import Response as BaseResponse

from models.errors import ConfigError

from ..settings import is_loopback
from .sandbox_picker import picker_page

_CODE_SECONDS = 60
_TOKEN_SECONDS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxPerson:
    """Someone to be."""

    sub: str
    name: str
    email: str
    groups: tuple[str, ...]
    title: str = ""  # what they are, shown in the picker
    hint: str = ""  # what they will see


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxIdp:
    """How the provider is set up."""

    issuer: str  # http://localhost:PORT
    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]
    people: Sequence[SandboxPerson]
    clock: Callable[[], float] = time.time


@dataclass(slots=True)
class _Grant:
    """What a code or an access token stands for."""

    person: SandboxPerson
    expires: float
    redirect_uri: str = ""
    challenge: str = ""
    nonce: str = ""


@dataclass(slots=True)
class _State:
    key: RSAKey = field(
        default_factory=lambda: RSAKey.generate_key(
            2048, {"use": "sig", "alg": "RS256"}, auto_kid=True
        )
    )
    codes: dict[str, _Grant] = field(default_factory=dict)
    tokens: dict[str, _Grant] = field(default_factory=dict)


def create_idp(idp: SandboxIdp) -> Flask:
    """Make the provider as a WSGI app.

    Raises:
        ConfigError: the issuer is not on this machine.
    """
    if not is_loopback(urlsplit(idp.issuer).hostname or ""):
        raise ConfigError("The simulated identity provider runs on this machine only (localhost).")
    server, state = Flask(__name__, static_folder=None), _State()

    @server.before_request
    def only_from_here() -> tuple[str, int] | None:
        return None if is_loopback(request.remote_addr or "") else ("Only from this machine.", 403)

    _add_discovery(server, idp, state)
    _add_authorize(server, idp, state)
    _add_token(server, idp, state)
    return server


def _add_discovery(server: Flask, idp: SandboxIdp, state: _State) -> None:
    @server.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        return jsonify(
            issuer=idp.issuer,
            authorization_endpoint=f"{idp.issuer}/authorize",
            token_endpoint=f"{idp.issuer}/token",
            userinfo_endpoint=f"{idp.issuer}/userinfo",
            jwks_uri=f"{idp.issuer}/jwks",
            end_session_endpoint=f"{idp.issuer}/logout",
            response_types_supported=["code"],
            grant_types_supported=["authorization_code"],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256"],
            token_endpoint_auth_methods_supported=["client_secret_basic", "client_secret_post"],
            code_challenge_methods_supported=["S256"],
            scopes_supported=["openid", "profile", "email", "groups"],
            claims_supported=["sub", "name", "email", "groups"],
        )

    @server.get("/jwks")
    def jwks() -> Response:
        return jsonify(keys=[state.key.as_dict(private=False)])

    @server.get("/favicon.ico")
    def favicon() -> tuple[str, int]:
        return "", 204

    @server.get("/logout")
    def logout() -> tuple[str, int]:
        return "Signed out of the simulated provider.", 200


def _add_authorize(server: Flask, idp: SandboxIdp, state: _State) -> None:
    @server.get("/authorize")
    def authorize() -> BaseResponse | tuple[str, int]:
        wrong = _wrong_client(idp)
        if wrong:
            return wrong, 400  # never redirect to an address that is not registered
        missing = _wrong_request()
        if missing:
            return _back(error="invalid_request", error_description=missing)
        if "pick" not in request.args:
            return picker_page(idp.people, request.args.to_dict()), 200
        person = next((one for one in idp.people if one.sub == request.args["pick"]), None)
        if person is None:
            return _back(error="access_denied", error_description="Nobody of that name.")
        code = secrets.token_urlsafe(24)
        state.codes[code] = _Grant(
            person=person,
            expires=idp.clock() + _CODE_SECONDS,
            redirect_uri=request.args["redirect_uri"],
            challenge=request.args["code_challenge"],
            nonce=request.args.get("nonce", ""),
        )
        return _back(code=code)


def _wrong_client(idp: SandboxIdp) -> str:
    if request.args.get("client_id") != idp.client_id:
        return "Unknown client_id."
    if request.args.get("redirect_uri") not in idp.redirect_uris:
        return "This redirect_uri is not registered."
    return ""


def _wrong_request() -> str:
    if request.args.get("response_type") != "code":
        return "response_type must be code."
    if "openid" not in request.args.get("scope", "").split():
        return "scope must hold openid."
    if request.args.get("code_challenge_method") != "S256" or not request.args.get(
        "code_challenge"
    ):
        return "PKCE with S256 is required."
    return ""


def _back(**answer: str) -> BaseResponse:
    if "state" in request.args:
        answer["state"] = request.args["state"]
    return redirect(f"{request.args['redirect_uri']}?{urlencode(answer)}")


def _add_token(server: Flask, idp: SandboxIdp, state: _State) -> None:
    @server.post("/token")
    def token() -> Response | tuple[Response, int]:
        if not _client_is_known(idp):
            return jsonify(error="invalid_client"), 401
        if request.form.get("grant_type") != "authorization_code":
            return jsonify(error="unsupported_grant_type"), 400
        grant = state.codes.pop(request.form.get("code", ""), None)  # a code works once
        if grant is None or not _redeems(grant, idp.clock()):
            return jsonify(error="invalid_grant"), 400
        access = secrets.token_urlsafe(32)
        state.tokens[access] = _Grant(person=grant.person, expires=idp.clock() + _TOKEN_SECONDS)
        return jsonify(
            access_token=access,
            token_type="Bearer",  # noqa: S106  # a kind, not a secret
            expires_in=_TOKEN_SECONDS,
            id_token=_id_token(idp, state.key, grant),
        )

    @server.get("/userinfo")
    def userinfo() -> Response | tuple[Response, int]:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        grant = state.tokens.get(bearer)
        if grant is None or grant.expires < idp.clock():
            return jsonify(error="invalid_token"), 401
        person = grant.person
        return jsonify(
            sub=person.sub,
            name=person.name,
            email=person.email,
            email_verified=True,
            groups=list(person.groups),
        )


def _client_is_known(idp: SandboxIdp) -> bool:
    basic = request.authorization
    given = (
        (basic.username, basic.password)
        if basic and basic.type == "basic"
        else (request.form.get("client_id"), request.form.get("client_secret"))
    )
    return given == (idp.client_id, idp.client_secret)


def _redeems(grant: _Grant, now: float) -> bool:
    digest = sha256(request.form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return (
        now <= grant.expires
        and request.form.get("redirect_uri") == grant.redirect_uri
        and secrets.compare_digest(challenge, grant.challenge)
    )


def _id_token(idp: SandboxIdp, key: RSAKey, grant: _Grant) -> str:
    now = int(idp.clock())
    claims: dict[str, Any] = {  # only the subject, as strict providers do: the rest is in userinfo
        "iss": idp.issuer,
        "aud": idp.client_id,
        "sub": grant.person.sub,
        "iat": now,
        "exp": now + _TOKEN_SECONDS,
        "auth_time": now,
    }
    if grant.nonce:
        claims["nonce"] = grant.nonce
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)
