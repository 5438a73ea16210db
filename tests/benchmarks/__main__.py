"""`make bench`: every part but Superset, or those named; exit code 1 where something is missed."""

from __future__ import annotations

import subprocess
import sys

_SYNC = ("mirror", "change", "publish", "memory")
_ALONE = ("queries", "page")  # modules of that name
_ASKED = ("superset",)  # too, but only when named: what it compares with takes minutes to install


def main() -> None:
    """Run each part's module in a process of its own."""
    named = sys.argv[1:]
    known = (*_SYNC, *_ALONE, *_ASKED)
    if unknown := set(named) - {*known}:
        raise SystemExit(
            f"There is no part {', '.join(sorted(unknown))}; there are {', '.join(known)}."
        )
    parts = named or [*_SYNC, *_ALONE]
    of_sync = [part for part in parts if part in _SYNC]
    runs = [["sync", *of_sync]] if of_sync else []
    runs += [[part] for part in parts if part not in _SYNC]
    done = [
        subprocess.run(
            [sys.executable, "-m", f"tests.benchmarks.{words[0]}", *words[1:]], check=False
        )
        for words in runs
    ]
    if any(one.returncode for one in done):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
