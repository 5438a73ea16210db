"""Turns: who asked first is answered first, and nobody is left waiting."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from dashboard.turns import Turns

PATIENCE = 10  # seconds until a thread counts as left waiting


def queued(turns: Turns, order: list[float], since: float) -> Thread:
    """Somebody who waits for a turn, and notes when it was theirs."""
    before = len(turns)

    def wait() -> None:
        with turns.taken(since):
            order.append(since)

    thread = Thread(target=wait, daemon=True)
    thread.start()
    while len(turns) == before:
        pass
    return thread


def test_who_asked_first_is_answered_first_whoever_came_to_the_door_first():
    turns, order = Turns(1), list[float]()
    with turns.taken(0.0):
        waiting = [queued(turns, order, since) for since in (3.0, 1.0, 2.0)]
    for thread in waiting:
        thread.join(PATIENCE)

    assert order == [1.0, 2.0, 3.0]
    assert len(turns) == 0


def test_as_many_as_are_let_in_go_on_at_once():
    turns, inside, go = Turns(2), Event(), Event()

    def stay() -> None:
        with turns.taken(0.0):
            inside.set()
            go.wait(PATIENCE)

    other = Thread(target=stay, daemon=True)
    with turns.taken(0.0):
        other.start()
        assert inside.wait(PATIENCE)
        go.set()
        other.join(PATIENCE)


def test_a_turn_that_fails_is_passed_on():
    turns = Turns(1)
    for _ in range(2):
        with pytest.raises(ValueError, match="no"), turns.taken(0.0):
            raise ValueError("no")
    with turns.taken(0.0):
        pass
