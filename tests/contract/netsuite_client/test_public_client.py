"""The public client `netsuite` reads the simulated NetSuite over token-based authentication."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from sync.sandbox.netsuite import NetSuiteConfig, create_netsuite
from sync.sandbox.system import SourceSystem, SourceTable

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
AUTH = {
    "consumer_key": "consumer",
    "consumer_secret": "consumer-secret",
    "token_id": "token",
    "token_secret": "token-secret",
}
MODIFIED = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


@pytest.fixture
def client_python() -> str:
    """The interpreter of the environment that holds the public client."""
    given = os.environ.get("ONEVIEW_TEST_NETSUITE_PYTHON")
    python = Path(given) if given else ROOT / ".venv-netsuite" / "bin" / "python"
    if not python.exists():
        reason = (
            f"{python} is missing: make an environment there from requirements/netsuite-client.txt "
            "(make test does), or name another in ONEVIEW_TEST_NETSUITE_PYTHON."
        )
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(f"PUBLIC NETSUITE CLIENT NOT TESTED: {reason}")
    return str(python)


@pytest.fixture
def root() -> Iterator[str]:
    """The address of a simulated NetSuite that is really listening."""
    bills = SourceTable(
        "timebill", ("id",), ("id", "trandate", "hours", "isbillable", "memo"), None
    )
    system = SourceSystem("netsuite", [bills])
    system.load(
        "timebill",
        [
            {
                "id": number,
                "trandate": date(2026, 3, number),
                "hours": Decimal("7.50"),
                "isbillable": number != 2,
                "memo": "Ünïcode & +" if number == 1 else None,
            }
            for number in range(1, 6)
        ],
    )
    config = NetSuiteConfig(account="7654321_SB1", **AUTH)
    server = make_server("127.0.0.1", 0, create_netsuite(system, config, lambda: datetime.now(UTC)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _run(python: str, root: str, **changed: Any) -> subprocess.CompletedProcess[str]:
    asked = {
        "account": "7654321_SB1",
        "auth": AUTH,
        "root": root,
        "query": "SELECT id, hours, isbillable, memo, TO_CHAR(trandate, 'YYYY-MM-DD') AS day "
        "FROM timebill WHERE memo IS NULL OR memo = 'Ünïcode & +' ORDER BY id",
        "limit": 2,
        "record": "timeBill/1",
    } | changed
    return subprocess.run(
        [python, str(HERE / "list_rows.py")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": os.environ["PATH"], "NO_PROXY": "*"},
        check=False,
    )


def test_it_lists_all_rows_page_by_page(client_python: str, root: str) -> None:
    done = _run(client_python, root)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    plain = {"links": [], "hours": "7.5", "isbillable": "T"}
    assert answer["rows"] == [
        {**plain, "id": "1", "memo": "Ünïcode & +", "day": "2026-03-01"},
        {**plain, "id": "2", "isbillable": "F", "day": "2026-03-02"},
        {**plain, "id": "3", "day": "2026-03-03"},
        {**plain, "id": "4", "day": "2026-03-04"},
        {**plain, "id": "5", "day": "2026-03-05"},
    ]
    assert (answer["record"]["hours"], answer["record"]["tranDate"]) == ("7:30", "2026-03-01")


def test_it_is_refused_with_a_wrong_secret(client_python: str, root: str) -> None:
    done = _run(client_python, root, auth=AUTH | {"token_secret": "wrong"})
    assert done.returncode != 0
    assert "INVALID_LOGIN" in done.stderr
