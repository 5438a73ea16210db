"""What a command is made of is loaded without a search for unused objects, and is left out of later ones."""

from __future__ import annotations

import gc

import pytest

from models.loading import loading


def test_nothing_is_searched_while_it_loads_and_all_of_it_is_left_out_afterwards():
    before = gc.get_freeze_count()
    with loading():
        assert not gc.isenabled()
        made = [[] for _ in range(1000)]

    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(made)


def test_what_cannot_be_loaded_leaves_the_search_as_it_was():
    with pytest.raises(ModuleNotFoundError), loading():
        raise ModuleNotFoundError

    assert gc.isenabled()
