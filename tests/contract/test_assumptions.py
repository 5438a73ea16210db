"""What we take for granted is written down once, and the page that lists it is current."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from sync.assumptions import ASSUMPTIONS
from sync.assumptions.assumption import Assumption

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_assumptions_is_current():
    page = (ROOT / "docs" / "vendor-assumptions.md").read_text(encoding="utf-8")

    made = runpy.run_path(str(ROOT / "requirements" / "assumptions.py"))["text"]()
    assert page == made, "run `make docs`"


@pytest.mark.parametrize("assumption", ASSUMPTIONS.values(), ids=ASSUMPTIONS.keys())
def test_a_row_says_everything_a_reader_needs(assumption: Assumption):
    said = (assumption.fact, assumption.used, assumption.breaks, assumption.checked)

    assert all(said)
    assert assumption.key.startswith(f"{assumption.system}__")
    assert not any("\n" in cell for cell in said), "a row of a table is one line"


@pytest.mark.parametrize("assumption", ASSUMPTIONS.values(), ids=ASSUMPTIONS.keys())
def test_the_file_that_a_row_names_exists(assumption: Assumption):
    named = re.findall(r"`(sync/[\w./*]+)`", f"{assumption.used} {assumption.fact}")

    missing = [path for path in named if not list(ROOT.glob(path.rstrip("/")))]
    assert not missing


@pytest.mark.parametrize("assumption", ASSUMPTIONS.values(), ids=ASSUMPTIONS.keys())
def test_what_a_machine_checks_is_not_said_to_be_unchecked(assumption: Assumption):
    assert assumption.check is None or not assumption.checked.startswith("Not checked")
