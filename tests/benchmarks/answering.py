"""How fast numbers are answered at scale, beside a sync that writes; against live SQL, and against pandas."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from . import asking
from .asked import ASKED, Told
from .asking import Times
from .firm import Size
from .live import load_postgres
from .scale import Firm, discard, entries, make
from .sync import Line, records, show, verdict
from .ways import Process, ask_memory, ask_record, ask_snapshot

Record = Callable[[str, str], str]
_SMALL = 200  # people, of the firm that growth is measured from
_LIMITS = {"headline": 0.100, "facts": 0.200, "cached": 0.005, "rows": 0.060}  # s, of the p95
_GROWTH = {"headline": 2.0, "facts": 5.0}
_TITLES = {
    "headline": "headline numbers", "facts": "questions that go to the facts", "cached": "cached",
    "rows": "rows behind a project",
}  # fmt: skip
_LIVE = {"analytic": 10.0, "forecast": 4.0}  # times faster than SQL on the raw tables
_HELD, _ROOM = 4.0, 0.2  # times faster than pandas, and with what part of its memory
_NEAR = 1e-5  # the metric layer rounds shares to six places


@contextmanager
def firms(size: Size, record: Record, keep: str = "") -> Iterator[tuple[Firm, str]]:
    """A firm on disk and its raw tables in PostgreSQL, for as long as it is asked.

    Args:
        keep: a folder where the firm is looked for, and kept for the next time.
    """
    named = Path(keep) / f"{size.people}-{size.months}" if keep else None
    firm = Firm(folder=named or Path(tempfile.mkdtemp(prefix="oneview-scale-")))
    try:
        began = time.perf_counter()
        if not firm.snapshots.exists():
            firm.folder.mkdir(parents=True, exist_ok=True)
            apart(make, firm, size)
        print(
            f"\n{size.people:,} people, {size.months // 12} years: {entries(firm):,} time entries, "
            f"made in {time.perf_counter() - began:.0f} s",
            end="", flush=True,
        )  # fmt: skip
        began = time.perf_counter()
        url = record("postgresql", f"scale_{size.people}")
        if url:
            load_postgres(firm.raw, url)
            print(f", copied to PostgreSQL in {time.perf_counter() - began:.0f} s", end="")
        print(".", flush=True)
        yield firm, url
    finally:
        if named is None:
            discard(firm)


def apart(run: Callable[..., None], *arguments: object) -> None:
    """Run something in a process of its own."""
    process = multiprocessing.get_context("spawn").Process(target=run, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{run.__name__} failed")


def at_once(times: Mapping[str, Times], versions: int, before: Mapping[str, Times]) -> list[Line]:
    """What many readers waited at once, and how that grew from the smaller firm."""
    lines: list[Line] = []
    for group, took in times.items():
        limit = _LIMITS[group]
        lines.append(
            (
                _TITLES[group], f"{took.median * 1e3:.1f} ms, p95 {took.p95 * 1e3:.1f} ms",
                f"p95 ≤ {limit * 1e3:g} ms", verdict(took.p95 <= limit),
            )
        )  # fmt: skip
        work = Times(seconds=took.work)
        told = f"{work.median * 1e3:.1f} ms, p95 {work.p95 * 1e3:.1f} ms"
        lines.append(("  of which a processor worked", told, "", ""))
        if group in before and group in _GROWTH:
            grown = took.p95 / before[group].p95
            lines.append(
                (
                    f"  p95 to that of {_SMALL} people", f"{grown:.2f} ×", f"≤ {_GROWTH[group]:g} ×",
                    verdict(grown <= _GROWTH[group]),
                )
            )  # fmt: skip
    asked = sum(len(one.seconds) for one in times.values())
    lines.append(("questions, and snapshots published meanwhile", f"{asked:,}, {versions}", "", ""))
    return lines


def in_turn(firm: Firm, url: str, rounds: int) -> list[Line]:
    """The same questions by each way of asking, one after the other; medians, nothing remembered."""
    from .frames import write_frames  # not before: a process begun here loads what this module does

    ways = {"ours": Process(ask_snapshot, firm.snapshots)}
    if url:
        ways["live"] = Process(ask_record, url)
    with tempfile.TemporaryDirectory(dir=firm.folder) as folder:
        apart(write_frames, firm.work, Path(folder))
        ways["pandas"] = Process(ask_memory, Path(folder))
        for way in ways.values():
            way.pipe.recv()
        took = {one.key: _asked(one.key, ways, rounds) for one in ASKED}
        room = {}
        for name, way in ways.items():
            way.pipe.send(None)
            room[name] = float(way.result())
    return _compared(took, room)


def _asked(key: str, ways: Mapping[str, Process], rounds: int) -> dict[str, float]:
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        told: dict[str, Told] = {}
        for name, way in ways.items():
            way.pipe.send(key)
            spent, told[name] = way.pipe.recv()
            if turn:  # the first one warms up
                seconds[name].append(spent)
        for name, answer in told.items():
            if not same(told["ours"], answer):
                raise SystemExit(f"'{key}': {name} says {answer}, the metric layer {told['ours']}")
    return {name: median(found) for name, found in seconds.items()}


def same(ours: Told, theirs: Told) -> bool:
    """Whether two answers say the same; where there was nothing, nothing and 0 are the same."""
    nothing = (None, None)
    return all(
        abs((one or 0) - (other or 0)) <= _NEAR * max(1.0, abs(one or 0))
        for key in ours.keys() | theirs.keys()
        for one, other in zip(ours.get(key, nothing), theirs.get(key, nothing), strict=True)
    )


def _compared(took: Mapping[str, Mapping[str, float]], room: Mapping[str, float]) -> list[Line]:
    lines: list[Line] = [
        (
            one.key, f"{took[one.key]['ours'] * 1e3:.1f} ms",
            ", ".join(f"{name} {took[one.key][name] * 1e3:,.0f} ms" for name in took[one.key] if name != "ours"),
            "",
        )
        for one in ASKED
    ]  # fmt: skip
    sums = {
        name: {
            way: sum(took[one.key][way] for one in ASKED if (one.group == "forecast") == is_ahead)
            for way in room
        }
        for name, is_ahead in (("analytic", False), ("forecast", True))
    }
    if "live" in room:
        for name, wanted in _LIVE.items():
            ratio = sums[name]["live"] / sums[name]["ours"]
            lines.append(
                (
                    f"live SQL's time to ours, {name} questions", f"{ratio:.1f} ×", f"≥ {wanted:g} ×",
                    verdict(ratio >= wanted),
                )
            )  # fmt: skip
    ratio = sums["analytic"]["pandas"] / sums["analytic"]["ours"]
    part = room["ours"] / room["pandas"]
    return [
        *lines,
        ("pandas' time to ours", f"{ratio:.1f} ×", f"≥ {_HELD:g} ×", verdict(ratio >= _HELD)),
        (
            "our memory to that of pandas", f"{room['ours']:,.0f} of {room['pandas']:,.0f} MB",
            f"≤ {_ROOM:g}", verdict(part <= _ROOM),
        ),
    ]  # fmt: skip


def measure(asked: Any, record: Record) -> bool:
    """Measure and print; whether all holds."""
    holds, before = True, dict[str, Times]()
    for people in dict.fromkeys((min(_SMALL, asked.people), asked.people)):
        size = Size(people=people, months=asked.months)
        with firms(size, record, asked.keep) as (firm, url):
            times, versions = asking.load(
                firm, size, url, readers=asked.readers, seconds=asked.seconds
            )
            title = (
                f"{people:,} people, {asked.readers} readers without a pause, a sync that writes"
            )
            holds &= show(title, at_once(times, versions, before)) or people < asked.people
            if people == asked.people:
                holds &= show(f"{people:,} people, one reader", in_turn(firm, url, asked.rounds))
            before = dict(times)
    return holds


def main() -> None:
    """Measure and print the tables; exit code 1 where something is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--people", type=int, default=2000, help="of the large firm (default 2,000)"
    )
    parser.add_argument("--months", type=int, default=60, help="of history (default 60)")
    parser.add_argument("--readers", type=int, default=8, help="at once (default 8)")
    parser.add_argument("--seconds", type=float, default=40, help="they ask (default 40)")
    parser.add_argument(
        "--rounds", type=int, default=5, help="of each question in turn (default 5)"
    )
    parser.add_argument(
        "--keep", default="", help="folder that firms are kept in; default: none is"
    )
    asked = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f} before the start; ratios within one run.")
    with records() as record:
        if not measure(asked, record):
            raise SystemExit(1)
