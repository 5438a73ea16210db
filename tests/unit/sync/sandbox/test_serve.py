from __future__ import annotations

import subprocess
import sys


def test_the_process_that_forks_the_servers_has_not_loaded_duckdb() -> None:
    """Its threads do not come along, and a server that waits for them at its end is aborted."""
    loaded = "import sys, sync.sandbox.serve; print('duckdb' in sys.modules)"

    answer = subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True)

    assert answer.stdout.split() == [b"False"]
