"""An undocumented setting is a broken one."""

import runpy
import tomllib
from pathlib import Path
from types import SimpleNamespace

from sync.selection.file import EntityPart, GroupPart
from sync.selection.select import load

ROOT = Path(__file__).resolve().parents[2]


def test_the_configuration_page_lists_every_setting_as_declared():
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")

    made = runpy.run_path(str(ROOT / "requirements" / "configuration.py"))["text"]()
    assert page == made, "run `make docs`"


def test_the_example_of_the_sync_s_file_is_good_and_shows_every_key():
    path = ROOT / "docs" / "sync.example.toml"

    load(SimpleNamespace(sync_file=str(path), sync_interval_minutes=15))

    content = tomllib.loads(path.read_text(encoding="utf-8"))
    for part, kind in (("groups", GroupPart), ("entities", EntityPart)):
        shown = {key for values in content[part].values() for key in values}
        assert shown == {field.alias or name for name, field in kind.model_fields.items()}
