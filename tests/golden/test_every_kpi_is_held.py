"""No number of the catalogue goes without a test that holds it to the mirrored records."""

from __future__ import annotations

import ast
from pathlib import Path

from dashboard.headline import HEADLINE
from models.metrics import catalogue


def test_every_kpi_is_named_by_a_test_that_works_it_out_from_the_records():
    """A key that is put together in a test is not seen: write it out, as who looks for it expects."""
    named = set(HEADLINE) | {  # those the firm's own objects tell
        node.value
        for path in Path(__file__).parent.glob("test_kpis*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

    assert catalogue.kpis().keys() - named == set()
