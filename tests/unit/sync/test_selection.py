"""One file chooses what is mirrored; what is wrong in it is named, and nothing is lost by a change."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from models.errors import ConfigError
from sync.entities import ENTITIES
from sync.selection.select import Selection, load


@pytest.fixture
def choose(tmp_path: Path):
    def made(text: str) -> Selection:
        path = tmp_path / "oneview.toml"
        path.write_text(text, encoding="utf-8")
        return load(SimpleNamespace(sync_file=str(path), sync_interval_minutes=15))

    return made


def test_without_a_file_everything_is_mirrored():
    selection = load(SimpleNamespace(sync_file="", sync_interval_minutes=15))

    assert selection.entities == ENTITIES
    assert not selection.off
    assert selection.groups["standard"].minutes == 15


def test_a_pattern_switches_off_and_a_later_part_on_again(choose):
    selection = choose(
        '[entities."netsuite__revenue*"]\non = false\n[entities.netsuite__revenueplan]\non = true\n'
    )

    assert "netsuite__revenueelement" in selection.off
    assert "netsuite__revenueplan" in selection.entities


def test_lines_are_off_refreshed_and_narrowed_with_their_owner(choose):
    off = choose("[entities.netsuite__transaction]\non = false\n").off
    narrowed = choose(
        '[groups.slow]\nevery = 60\n[entities.netsuite__transaction]\ngroup = "slow"\nfrom = 2024-01-01\n'
    ).entities

    assert {"netsuite__transaction", "netsuite__transactionline"} <= off
    line = narrowed["netsuite__transactionline"]
    assert line.group == "slow"
    assert line.owner_conditions == narrowed["netsuite__transaction"].conditions


def test_a_group_is_read_with_whole_families(choose):
    selection = choose(
        '[groups.slow]\nevery = 60\n[entities.netsuite__transaction]\ngroup = "slow"\n'
    )

    keys = selection.of_groups(["slow"]).keys()
    assert {"netsuite__transaction", "netsuite__transactionline"} <= keys
    assert "netsuite__currency" not in keys
    assert selection.of_groups(["slow"]).keys().isdisjoint(selection.of_groups(["standard"]))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[entities.netsuite__invoice]\non = false\n", ["line 1", "meets no entity", "Allowed"]),
        ("[entities.netsuite__item]\n\nof = true\n", ["line 3", "of", "Allowed: on, group"]),
        ("[entities.netsuite__item]\non = 1\n", ["line 2", "on", "boolean"]),
        ("[entities.netsuite__item]\nleave_out = ['x']\n", ["line 2", "'x'", "May be left out"]),
        (
            "[entities.netsuite__transaction]\nleave_out = ['trandate']\n",
            ["line 2", "'trandate'", "cannot do without"],
        ),
        (
            "[entities.netsuite__item]\nsubsidiaries = [1]\n",
            ["line 2", "Filters it takes: departments, types"],
        ),
        ("[entities.netsuite__transactionline]\nfrom = 2024-01-01\n", ["netsuite__transaction;"]),
        ('[entities.netsuite__item]\ngroup = "never"\n', ["line 2", "standard"]),
        ('[groups.reference]\nat = "25:00"\nzone = "UTC"\n', ["line 2", "02:30"]),
        ('[groups.reference]\nat = "02:30"\nzone = "Mars"\n', ["line 3", "IANA"]),
        ('[groups.reference]\nat = "02:30"\n', ["line 1", "zone"]),
        ("[groups.reference]\nevery = 0\n", ["line 2", "greater than"]),
        ("[groups\n", ["not valid TOML", "line 1"]),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_is_allowed(choose, text, said):
    with pytest.raises(ConfigError) as caught:
        choose(text)

    assert "oneview.toml" in str(caught.value)
    for words in said:
        assert words in str(caught.value)


def test_what_is_no_value_of_a_filter_is_refused(choose):
    with pytest.raises(ConfigError, match="line 2"):
        choose('[entities.netsuite__transaction]\nsubsidiaries = ["1) OR (1=1"]\n')
    with pytest.raises(ConfigError, match="line 2"):
        choose("[entities.netsuite__transaction]\ntypes = []\n")
