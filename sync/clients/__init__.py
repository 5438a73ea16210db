"""The clients of the source systems: the only ones who know the wire."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from sqlalchemy import Engine

from ..entities.entity import System
from ..settings import SyncSettings
from ..source import Source
from .http import Caller
from .netsuite import NetSuiteSource
from .netsuite_auth import signer
from .redaction import Redactor
from .suiteprojects import SuiteProjectsSource
from .suiteprojects_auth import AccessTokens, TokenStore
from .suiteprojects_rest import RestLists
from .suiteprojects_xml import XmlReads
from .tokens import RecordTokenStore

Sleep = Callable[[float], object]


def connect(
    settings: SyncSettings, engine: Engine, sleep: Sleep = time.sleep
) -> dict[System, Source]:
    """Both source systems; nothing is sent yet. The record keeps the rotating token.

    `sleep` waits between attempts; a worker gives its own, so that it can be stopped meanwhile.
    """
    seed = settings.suiteprojects_refresh_token
    store = RecordTokenStore(engine, settings.secret_key, seed)
    return {
        System.NETSUITE: netsuite(settings, sleep),
        System.SUITEPROJECTS: suiteprojects(settings, store, sleep),
    }


def netsuite(settings: SyncSettings, sleep: Sleep = time.sleep) -> NetSuiteSource:
    """The NetSuite account of the settings."""
    secrets = (
        settings.netsuite_private_key,
        settings.netsuite_consumer_secret,
        settings.netsuite_token_secret,
    )
    redactor = Redactor(secret.get_secret_value() for secret in secrets)
    caller = Caller(
        "NetSuite", concurrency=settings.netsuite_concurrency, redactor=redactor, sleep=sleep
    )
    return NetSuiteSource(
        settings.netsuite_account, settings.netsuite_url, caller, signer(settings, caller)
    )


def suiteprojects(
    settings: SyncSettings, store: TokenStore, sleep: Sleep = time.sleep
) -> SuiteProjectsSource:
    """The SuiteProjects Pro account of the settings; its refresh token lives in `store`."""
    secrets = (
        settings.suiteprojects_client_secret,
        settings.suiteprojects_api_key,
        settings.suiteprojects_refresh_token,
    )
    caller = Caller(
        "SuiteProjects Pro",
        concurrency=settings.suiteprojects_concurrency,
        redactor=Redactor(secret.get_secret_value() for secret in secrets),
        sleep=sleep,
    )
    url = settings.suiteprojects_url
    tokens = AccessTokens(settings, caller, store, sleep=sleep)
    key, namespace = settings.suiteprojects_api_key, settings.suiteprojects_namespace
    return SuiteProjectsSource(
        settings.suiteprojects_company or _company(url),
        caller,
        tokens,
        RestLists(url, caller, tokens),
        XmlReads(url, caller, tokens, key, namespace),
    )


def _company(url: str) -> str:
    """The company id as the account domain tells it; elsewhere the host's name."""
    host = urlsplit(url).hostname or ""
    company, app, _ = host.partition(".app.")
    return company if app else host
