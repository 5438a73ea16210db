"""One invented firm as it is made, shared by the tests of this directory; none of them may change it."""

from __future__ import annotations

from datetime import date

import pytest

from sync.sandbox.world import World

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def today():
    return TODAY


@pytest.fixture(scope="session")
def world():
    return World(7, today=TODAY)
