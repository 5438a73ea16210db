"""Payloads of a run are kept and let go of by several at a time, in one folder."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sync.engine.payloads import Payloads

TIMES = 150


def test_entities_that_are_read_at_one_time_do_not_take_the_folder_from_each_other(tmp_path):
    payloads = Payloads(tmp_path / "payloads", 14)

    def come_and_go(entity: str) -> None:
        for _ in range(TIMES):
            with payloads.journal(7, entity) as journal:
                journal.records([{"id": "1"}])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(come_and_go, ("one", "two", "three", "four")))

    assert payloads.entities(7) == []


def test_what_changed_something_is_kept_beside_what_did_not(tmp_path):
    payloads = Payloads(tmp_path / "payloads", 14)
    with payloads.journal(7, "kept") as kept:
        kept.records([{"id": "1"}])
        kept.changed()
        with payloads.journal(7, "dropped") as dropped:
            dropped.records([{"id": "2"}])

    assert payloads.entities(7) == ["kept"]


def test_what_is_no_proper_json_is_kept_as_it_came(tmp_path):
    odd = {"id": "1", "name": "half \ud83d", "amount": 10**30}
    payloads = Payloads(tmp_path / "payloads", 14)
    with payloads.journal(7, "odd") as journal:
        assert journal.records([odd]) is None
        journal.changed()

    [frame] = payloads.newest_first(7, "odd")

    assert frame.records == [odd]
