"""Writes docs/vendor-assumptions.md from the declared assumptions; a test checks that it is current."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sync.assumptions import ASSUMPTIONS
from sync.assumptions.assumption import Assumption
from sync.entities.entity import System

PAGE = Path("docs/vendor-assumptions.md")
TITLES = {System.NETSUITE: "NetSuite", System.SUITEPROJECTS: "SuiteProjects Pro"}
_HEAD = """# What we take for granted about NetSuite and SuiteProjects Pro

No account of either vendor was at hand while this was written. What follows is not, or not fully, in their
published documentation: it is what public clients show, or what we had to assume. Everything else follows
the documents. Each row says where it is used, so that it is corrected in one place, and what would be seen if
it were wrong.

`oneview doctor` signs in to both systems, compares their clocks with this machine's, asks for a page of every
table with every column that we mirror, and judges every row below that a machine can judge; so does the worker
before its first run and then once a day (page *Sync*, section *Accounts*). "Asks" below means that: a table or
column that the account does not know is named there. "Not checked" means that only a person can tell; the row
says how. Both ways of the guesses are tried on the simulated accounts: `tests/contract/test_vendor_variants.py`.

How sure: **D** the vendor's documents, read in part; **C** seen in public clients; **A** assumed.

(The rows are declared in `sync/assumptions/`, one file by system and subject; this page is made by `make docs`.)
"""
_COLUMNS = (
    "| Fact | Sure | Where used | What breaks if it is wrong | How `oneview doctor` checks it |"
)


def text() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_sections()])


def _sections() -> Iterator[str]:
    for system, title in TITLES.items():
        yield f"## {title}"
        yield ""
        yield _COLUMNS
        yield "|---|---|---|---|---|"
        yield from (_row(item) for item in ASSUMPTIONS.values() if item.system is system)
        yield ""


def _row(item: Assumption) -> str:
    cells = (item.fact, item.sure, item.used, item.breaks, item.checked)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
