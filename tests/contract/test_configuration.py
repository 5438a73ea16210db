"""An undocumented setting is a broken one."""

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_configuration_page_lists_every_setting_as_declared():
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")

    made = runpy.run_path(str(ROOT / "requirements" / "configuration.py"))["text"]()
    assert page == made, "run `make docs`"
