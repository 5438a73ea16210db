"""An undocumented setting is a broken one."""

import re
import runpy
import tomllib
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

from models.business import load_file
from models.business.load import defaults
from models.business.shape import BusinessFile, LaborSource, PlanRates, Target
from models.metrics.plan import PLANNED
from models.plan.columns import COLUMNS
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


def test_the_example_of_the_business_s_file_is_complete_and_says_what_holds_without_it():
    path = ROOT / "docs" / "business.example.toml"

    assert load_file(str(path)).file == defaults()
    assert BusinessFile.model_validate(
        tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    ), "every key is there: nothing is filled in"


def test_what_the_example_of_the_business_s_file_comments_out_is_good_too(tmp_path):
    text = (ROOT / "docs" / "business.example.toml").read_text(encoding="utf-8")
    shown = tmp_path / "all.toml"
    shown.write_text(re.sub(r"(?m)^#(?=[\w\[])", "", text), encoding="utf-8")

    content = tomllib.loads(shown.read_text(encoding="utf-8"))
    load_file(str(shown))

    for kind, entries in (
        (Target, content["targets"]),
        (LaborSource, content["labor"]["sources"]),
        (PlanRates, content["plan"]["versions"]),
    ):
        assert entries[0].keys() == {one.alias or name for name, one in kind.model_fields.items()}


def test_the_page_of_plans_tells_every_column_every_name_it_goes_by_and_every_measure():
    page = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")

    for key, column in COLUMNS.items():
        names = ", ".join(column.also)
        assert f"| `{key}` | {names} | " in page
    for key in PLANNED:
        assert f"`{key}`" in page
