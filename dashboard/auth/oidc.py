"""Signing in: OpenID Connect, authorization code with PKCE, state and nonce."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, Response, make_response, redirect, request, session
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response as BaseResponse

from models.texts import _

from .. import audit
from ..services import Services
from ..settings import DashboardSettings
from .guard import safe_next
from .people import met
from .permissions import role_of
from .person import Person
from .screens import disabled, no_access, sign_in_failed, sign_in_screen, signed_out
from .session import COOKIE, Sessions

_NEXT = "next"


def add_sign_in(server: Flask, services: Services, sessions: Sessions) -> None:
    """Add the sign-in and sign-out routes."""
    settings = services.settings
    provider = _provider(server, settings)
    callback_address = f"{settings.public_url}/auth/callback"

    @server.get("/sign-in")
    def sign_in() -> Response:
        return make_response(sign_in_screen(safe_next(request.args.get("next"))))

    @server.get("/sign-in/start")
    def start() -> BaseResponse | tuple[str, int]:
        session[_NEXT] = safe_next(request.args.get("next"))
        try:
            return provider.authorize_redirect(callback_address)
        except (OAuthError, RequestException, ValueError):
            return sign_in_failed(_("The identity provider does not answer.")), 502

    @server.get("/auth/callback")
    def callback() -> BaseResponse | tuple[str, int]:
        try:
            token = provider.authorize_access_token()
            claims = _claims(token, provider.userinfo(token=token))
        except (OAuthError, RequestException, JoseError, ValueError, KeyError):
            return sign_in_failed(_("The identity provider's answer could not be accepted.")), 400
        return _enter(claims, services, sessions)

    @server.post("/sign-out")
    def sign_out() -> BaseResponse:
        sessions.end(request.cookies.get(COOKIE))
        response = redirect("/signed-out", code=303)
        response.delete_cookie(COOKIE, path="/")
        return response

    @server.get("/signed-out")
    def farewell() -> str:
        return signed_out()


def _provider(server: Flask, settings: DashboardSettings) -> Any:
    oauth = OAuth(server)
    return oauth.register(
        "provider",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings.oidc_scopes,
            "code_challenge_method": "S256",
            "timeout": 10,
        },
    )


def _claims(token: Mapping[str, Any], userinfo: Mapping[str, Any]) -> dict[str, Any]:
    """Join both answers: some providers put only the subject into the ID token."""
    identity = token["userinfo"]
    if identity["sub"] != userinfo["sub"]:
        raise ValueError("userinfo speaks of somebody else")
    return {**identity, **userinfo}


def _enter(
    claims: Mapping[str, Any], services: Services, sessions: Sessions
) -> BaseResponse | tuple[str, int]:
    settings, now = services.settings, services.clock()
    subject, email = str(claims["sub"]), str(claims.get("email", "")).lower()
    name = str(claims.get("name") or email or subject)
    groups = claims.get(settings.oidc_groups_claim) or []
    role = role_of([groups] if isinstance(groups, str) else list(groups), settings.roles)
    target = safe_next(session.pop(_NEXT, None))
    session.clear()
    let_in = met(services.record, now, subject=subject, name=name, email=email, role=role)
    if role is None or not let_in:
        why = "disabled" if role else "no known group"
        audit.note(services.record, now, subject, "sign_in_refused", {"reason": why})
        return disabled(name) if role else no_access(name), 403
    value = sessions.open(Person(subject=subject, name=name, email=email, role=role))
    audit.note(services.record, now, subject, "sign_in", {"role": role.value})
    response = redirect(target)
    sessions.put_cookie(response, value)
    return response
