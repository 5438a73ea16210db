"""The authorization server: consent page, token endpoint, refresh with rotation."""

from __future__ import annotations

import hmac
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from .account import Account
from .pages import consent_page, message_page
from .tokens import SCOPES, Grant, InvalidGrantError

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def oauth(account: Account) -> Blueprint:
    """The routes under /login/oauth2/v1."""
    routes = Blueprint("oauth", __name__, url_prefix="/login/oauth2/v1")

    @routes.get("/authorize")
    def ask() -> AnyResponse:
        refused = _refusal(account, request.args)
        if refused is not None:
            return refused
        if account.config.auto_consent:
            return _consented(account, request.args)
        return Response(consent_page(account.config, request.args), mimetype="text/html")

    @routes.post("/authorize")
    def answer() -> AnyResponse:
        refused = _refusal(account, request.form)
        if refused is not None:
            return refused
        if request.form.get("decision") != "allow":
            return _back(request.form, error="access_denied")
        return _consented(account, request.form)

    @routes.post("/token")
    def token() -> AnyResponse:
        login = request.authorization
        if login is None or login.type != "basic" or not _is_client(account, login):
            answer = _error(401, "invalid_client", "The client credentials are not valid.")
            answer.headers["WWW-Authenticate"] = f'Basic realm="{account.config.company}"'
            return answer
        return _token(account, request.form)

    return routes


def _is_client(account: Account, login: Any) -> bool:
    known = (account.config.client_id, account.config.client_secret)
    given = (login.username or "", login.password or "")
    pairs = zip(known, given, strict=True)
    return all(hmac.compare_digest(a.encode(), b.encode()) for a, b in pairs)


def _token(account: Account, form: Any) -> Response:
    # PKCE: a code_verifier is not part of this server's protocol and is not looked at.
    try:
        match form.get("grant_type"):
            case "authorization_code":
                code, redirect_uri = form.get("code"), form.get("redirect_uri")
                if not code or not redirect_uri:
                    return _error(400, "invalid_request", "code and redirect_uri are required.")
                return _granted(account.tokens.exchange(code, redirect_uri))
            case "refresh_token":
                spent = form.get("refresh_token")
                if not spent:
                    return _error(400, "invalid_request", "refresh_token is required.")
                wanted = account.config.redirect_uri
                if wanted and form.get("redirect_uri") != wanted:
                    return _error(
                        400, "invalid_grant", "The redirect_uri is not the registered one."
                    )
                return _granted(account.tokens.rotate(spent))
            case None | "":
                return _error(400, "invalid_request", "grant_type is required.")
            case _:
                return _error(400, "unsupported_grant_type", "This grant type is not offered.")
    except InvalidGrantError as error:
        return _error(400, "invalid_grant", str(error))


def _granted(grant: Grant) -> Response:
    answer = jsonify(
        access_token=grant.access_token,
        refresh_token=grant.refresh_token,
        token_type="Bearer",  # noqa: S106
        expires_in=grant.seconds,
        scope=" ".join(sorted(grant.scopes)),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _error(status: int, error: str, description: str) -> Response:
    answer = jsonify(error=error, error_description=description)
    answer.status_code = status
    return answer


def _refusal(account: Account, asked: Any) -> AnyResponse | None:
    """Why an authorization request is turned down, on a page of our own or at the client's address."""
    address = urlsplit(asked.get("redirect_uri", ""))
    if asked.get("client_id") != account.config.client_id:
        text = "The application is not registered in this account."
    elif address.scheme != "https" and address.hostname not in _LOOPBACK:
        text = "The redirect_uri is missing or not allowed."
    else:
        if asked.get("response_type") != "code":
            return _back(asked, error="unsupported_response_type")
        scopes = asked.get("scope", "").split()
        if not scopes or not set(scopes) <= set(SCOPES):
            return _back(asked, error="invalid_scope")
        return None
    return Response(message_page(text), status=400, mimetype="text/html")


def _consented(account: Account, asked: Any) -> AnyResponse:
    scopes = frozenset(asked["scope"].split())
    return _back(asked, code=account.tokens.code(asked["redirect_uri"], scopes))


def _back(asked: Any, **answer: str) -> AnyResponse:
    if asked.get("state"):
        answer["state"] = asked["state"]
    target = asked["redirect_uri"]
    joint = "&" if urlsplit(target).query else "?"
    return redirect(f"{target}{joint}{urlencode(answer)}", code=302)
