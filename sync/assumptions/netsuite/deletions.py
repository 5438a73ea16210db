"""How NetSuite tells what was deleted."""

from __future__ import annotations

from ...entities.entity import System
from ..assumption import Assumption
from ..checks import deletion_names

DELETION_NAMES = Assumption(
    key="netsuite__deletion_names",
    system=System.NETSUITE,
    fact=(
        "Deleted transactions are listed under the name of their kind (`invoice`, `Journal "
        "Entry`, …), others under their table's name; spelling and blanks aside"
    ),
    sure="C",
    used="`sync/clients/netsuite.py`",
    breaks="Deleted records stay until the next full run",
    checked="Asks which names there are and whether deleted transactions are found under ours",
    check=deletion_names,
)

DELETIONS_GROW = Assumption(
    key="netsuite__deletions_grow",
    system=System.NETSUITE,
    fact="`deletedrecord` only grows, and at its end by `deleteddate`",
    sure="A",
    used="`sync/clients/netsuite.py`",
    breaks="As above",
    checked="Not checked",
)

LINES_VANISH = Assumption(
    key="netsuite__lines_vanish",
    system=System.NETSUITE,
    fact=(
        "Lines, ledger lines and links are not listed there: they vanish when their "
        "transaction changes or is deleted"
    ),
    sure="D",
    used="`Entity.parent`",
    breaks="As above",
    checked="Not checked",
)
