"""Resolve the five lock files anew, with hashes and without any index line (needs `uv`).

runtime.txt            what the product runs on
test.txt               the same versions plus the tools of the tests; only urllib3 differs, because
                       dash[testing] holds an old one, and that one must stay out of the runtime
netsuite-client.txt    the public NetSuite client, which wants an httpx older than ours
bench.txt              dlt, which the benchmarks compare us with
superset.txt           Apache Superset, which they compare us with when asked to
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile

HERE = Path(__file__).parent
UV = Path(sys.executable).with_name("uv")
DIFFERS_IN_TESTS = {"urllib3"}


def _compile(source: str, target: str, *more: str) -> None:
    subprocess.run(
        [
            UV, "pip", "compile", source, "--output-file", str(HERE / target), "--generate-hashes",
            "--no-emit-index-url", "--no-header", "--universal", "--python-version", "3.11",
            "--upgrade", "--quiet", *more,
        ],
        check=True,
    )  # fmt: skip


def main() -> None:
    """Write the five files."""
    _compile("pyproject.toml", "runtime.txt")
    pins = re.findall(
        r"^([a-z0-9-]+)(==.+?) ?\\?$", (HERE / "runtime.txt").read_text(), re.MULTILINE
    )
    with NamedTemporaryFile("w", suffix=".txt") as constraints:
        constraints.writelines(
            f"{name}{pin}\n" for name, pin in pins if name not in DIFFERS_IN_TESTS
        )
        constraints.flush()
        _compile("pyproject.toml", "test.txt", "--extra", "test", "--constraint", constraints.name)
    _compile("requirements/netsuite-client.in", "netsuite-client.txt")
    _compile("requirements/bench.in", "bench.txt")
    _compile("requirements/superset.in", "superset.txt")


if __name__ == "__main__":
    main()
