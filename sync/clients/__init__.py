"""The clients of the source systems: the only ones who know the wire."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from pydantic import SecretStr
from sqlalchemy import Engine

from ..entities.entity import System
from ..settings import SyncSettings
from ..source import Source
from .http import Caller
from .limits import Limits
from .netsuite import NetSuiteSource
from .netsuite_auth import signer
from .redaction import Redactor
from .share import RecordShare
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
    store = RecordTokenStore(engine, settings.secret_key, seed, sleep=sleep)
    return {
        System.NETSUITE: netsuite(settings, sleep, netsuite_share(settings, engine)),
        System.SUITEPROJECTS: suiteprojects(
            settings, store, sleep, suiteprojects_share(settings, engine)
        ),
    }


def netsuite_share(settings: SyncSettings, engine: Engine) -> RecordShare:
    """Our part of what the NetSuite account allows: it limits the requests in flight only."""
    names = (
        "account", "url", "auth", "client_id", "certificate_id", "private_key",
        "consumer_key", "consumer_secret", "token_id", "token_secret",
    )  # fmt: skip
    return RecordShare(
        engine,
        f"{System.NETSUITE}:{settings.netsuite_account}",
        "NetSuite",
        Limits(concurrency=settings.netsuite_concurrency),
        _print_of(settings, *(f"netsuite_{name}" for name in names)),
    )


def suiteprojects_share(settings: SyncSettings, engine: Engine) -> RecordShare:
    """Our part of what the SuiteProjects Pro account allows."""
    names = ("url", "client_id", "client_secret", "refresh_token", "api_key", "namespace")
    return RecordShare(
        engine,
        f"{System.SUITEPROJECTS}:{settings.suiteprojects_company or _company(settings.suiteprojects_url)}",
        "SuiteProjects Pro",
        Limits(
            concurrency=settings.suiteprojects_concurrency,
            per_minute=settings.suiteprojects_requests_per_minute or None,
            per_day=settings.suiteprojects_requests_per_day or None,
            reserve=settings.suiteprojects_reserve_percent / 100,
        ),
        _print_of(settings, *(f"suiteprojects_{name}" for name in names)),
    )


def netsuite(
    settings: SyncSettings, sleep: Sleep = time.sleep, share: RecordShare | None = None
) -> NetSuiteSource:
    """The NetSuite account of the settings."""
    secrets = (
        settings.netsuite_private_key,
        settings.netsuite_consumer_secret,
        settings.netsuite_token_secret,
    )
    redactor = Redactor(secret.get_secret_value() for secret in secrets)
    caller = Caller(
        "NetSuite",
        concurrency=settings.netsuite_concurrency,
        redactor=redactor,
        sleep=sleep,
        share=share,
    )
    return NetSuiteSource(
        settings.netsuite_account, settings.netsuite_url, caller, signer(settings, caller)
    )


def suiteprojects(
    settings: SyncSettings,
    store: TokenStore,
    sleep: Sleep = time.sleep,
    share: RecordShare | None = None,
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
        share=share,
    )
    url = settings.suiteprojects_url
    tokens = AccessTokens(settings, caller, store)
    key, namespace = settings.suiteprojects_api_key, settings.suiteprojects_namespace
    return SuiteProjectsSource(
        settings.suiteprojects_company or _company(url),
        caller,
        tokens,
        RestLists(url, caller, tokens),
        XmlReads(url, caller, tokens, key, namespace),
    )


def _print_of(settings: SyncSettings, *names: str) -> str:
    """A fingerprint of settings, secrets among them: tells a change, and nothing else."""
    values = [getattr(settings, name) for name in names]
    plain = [v.get_secret_value() if isinstance(v, SecretStr) else str(v) for v in values]
    return hashlib.sha256("\0".join(plain).encode()).hexdigest()


def _company(url: str) -> str:
    """The company id as the account domain tells it; elsewhere the host's name."""
    host = urlsplit(url).hostname or ""
    company, app, _ = host.partition(".app.")
    return company if app else host
