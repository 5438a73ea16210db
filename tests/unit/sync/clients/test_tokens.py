"""A rotating token is kept sealed and outlives the process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from models.errors import ConfigError
from sync.clients import connect
from sync.clients.suiteprojects_auth import Granted
from sync.clients.tokens import RecordTokenStore
from sync.entities.entity import System
from sync.settings import SyncSettings

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
KEY = SecretStr("a long secret that seals rotating tokens")


@pytest.fixture
def store(record, clock):
    def make(seed: str = "consented", key: SecretStr = KEY) -> RecordTokenStore:
        return RecordTokenStore(record, key, SecretStr(seed), now=clock)

    return make


def granted() -> Granted:
    return Granted(access="access", issued_at=NOON, ends_at=NOON + timedelta(hours=1))


def test_the_first_token_comes_from_the_settings(store):
    assert store().load() == "consented"


def test_the_newest_token_is_what_another_process_loads(store):
    store().save("second", granted())
    store().save("third", granted())
    assert store().load() == "third"


def test_a_new_consent_in_the_settings_wins_over_what_is_kept(store):
    store().save("second", granted())
    assert store("consented anew").load() == "consented anew"
    store("consented anew").save("third", granted())
    assert store("consented anew").load() == "third"


def test_another_secret_key_says_what_to_do(store):
    store().save("second", granted())
    with pytest.raises(ConfigError, match="ONEVIEW_SECRET_KEY"):
        store(key=SecretStr("another secret, long enough to be one")).load()


def test_both_systems_are_connected_without_a_request(given, record):
    sources = connect(SyncSettings.load(**given), record)
    assert sources[System.NETSUITE].account == "7654321_SB1"
    assert sources[System.SUITEPROJECTS].account == "example"
    assert [source.system for source in sources.values()] == list(System)
    for source in sources.values():
        source.begin_run()
        source.close()
