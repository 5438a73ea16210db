"""The vocabulary of what we take for granted about a vendor, and of what a check of it says.

To add a row to `docs/vendor-assumptions.md`, declare an `Assumption` at module level in the file of its
system and subject in this package, then run `make docs`; a contract test holds that the page is current.
Everything is words of a person who operates One View. Where a machine can tell on a connected account
whether the fact holds, name a `check`: it is run by `oneview doctor`, at the first run and then daily. A check
only reads, asks for at most a few pages, and says `UNKNOWN` where the account holds nothing to judge by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ..entities.entity import System

if TYPE_CHECKING:
    from .examination import Examination


class State(StrEnum):
    """How something stands on a connected account."""

    OK = "ok"
    OFF = "off"  # the feature is switched off, or the account does not know the table
    FORBIDDEN = "forbidden"  # the role or user lacks a permission
    WRONG = "wrong"  # it is there and is not as we take it to be
    UNKNOWN = "unknown"  # nothing to judge by, or only a person can tell


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: the state, and why in one sentence."""

    state: State
    detail: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Assumption:
    """One fact that the vendor's documents do not, or not fully, tell.

    Attributes:
        key: `<system>__<name>`, unique.
        system: whom it is about.
        fact: what we take for granted, in one sentence.
        sure: D the vendor's documents, read in part; C seen in public clients; A assumed.
        used: the files or entities that rely on it, so that it is corrected in one place.
        breaks: what is seen if it is wrong, with the setting that helps where there is one.
        checked: how `oneview doctor` checks it, or how a person does.
        check: judges it on a connected account; None: only a person can.
    """

    key: str
    system: System
    fact: str
    sure: str
    used: str
    breaks: str
    checked: str
    check: Callable[[Examination], Verdict] | None = None
