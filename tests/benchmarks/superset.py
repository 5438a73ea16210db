"""One View beside Apache Superset: the same nine visuals on the same facts, opened by the same browser in turn.

python -m tests.benchmarks.superset                  2,000 people, 5 years
python -m tests.benchmarks.superset --people 200     fewer

Both are served by two web processes of eight threads. Superset has its record and the facts in PostgreSQL, with the
indexes that its questions want, and keeps answers in its cache; cold means a browser that has never been there and
numbers that nobody has asked for, warm the same browser once more. Ours shows its whole page, of which the nine are
a part: the verdict is on the nine, the whole is told beside it.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median

from sqlalchemy import make_url

from models.period import Month

from .answering import Record, firms
from .asked import CLOSED
from .firm import Size
from .page import signed_in, web_app
from .scale import Firm
from .superset_board import CHARTS, Api, make_board
from .superset_facts import load
from .superset_server import COOKIE, NAME, PASSWORD, Superset, superset, version
from .sync import Line, records, show, verdict
from .visits import Browser, Place, Visit, browser

_LIMIT = 0.4  # of Superset's time
_WORKERS, _THREADS = 2, 8  # ours as it is shipped
_NINE, _ALL = "nine", "all"

# the sections of One View that show what the nine charts show
_SECTIONS = ("tiles", "forecast", "revenue", "departments", "projects")
_OURS_DRAWN = """{
  const places = PLACES;
  const waits = '.skeleton, [data-dash-is-loading="true"]';
  const drawn = place => place.textContent.trim() && !place.querySelector(waits)
    && [...place.querySelectorAll('.chart-graph')].every(one => one.querySelector('.main-svg'));
  return places.length >= COUNT && places.every(drawn);
}"""
_SHOWN = "[...document.querySelectorAll('.section')].filter(one => one.offsetHeight)"
_NAMED = f"{list(_SECTIONS)}.flatMap(name => [...document.querySelectorAll('.section-' + name)])"
_OURS = {
    name: _OURS_DRAWN.replace("PLACES", places).replace("COUNT", str(len(_SECTIONS)))
    for name, places in ((_NINE, _NAMED), (_ALL, _SHOWN))
}
_SUPERSET = {
    _NINE: """{
  const places = [...document.querySelectorAll('[data-test="chart-grid-component"]')];
  const drawn = place => !place.querySelector('[aria-label="Loading"], .loading')
    && place.querySelector('.slice_container canvas, .slice_container tbody tr');
  return places.length === COUNT && places.every(drawn);
}""".replace("COUNT", str(len(CHARTS)))
}

_OUR_NUMBER = """
return Object.fromEntries(arguments[0].map(key => [key, document.querySelector(
  `.tile-${key} .of-record a.number`).title]));
"""
_THEIR_NUMBER = """
return Object.fromEntries(arguments[0].map(title => [title,
  document.querySelector(`[data-test-chart-name="${title}"] .header-line`).textContent]));
"""


@dataclass(frozen=True, slots=True)
class Found:
    """The visits of one system, round by round."""

    cold: list[Visit] = field(default_factory=list)
    warm: list[Visit] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """What is visited.

    Attributes:
        path: of a round's page; ours is another month each time, so that nobody has asked for its numbers.
        forget: what else makes the server forget what was asked.
        numbers: what the big numbers of a page say, by our key.
    """

    name: str
    place: Place
    path: Callable[[int], str]
    forget: Callable[[], None]
    numbers: Callable[[Browser], Mapping[str, Decimal]]


# ---------------------------------------------------------------- both systems


def ours(address: str, cookie: str) -> System:
    """One View as it is shipped."""
    return System(
        name="One View",
        place=Place(address=address, cookie=("ov_session", cookie), marks=_OURS),
        path=lambda back: f"/?period={CLOSED.plus(-back)}",
        forget=lambda: None,
        numbers=lambda one: _ours_say(
            one.driver.execute_script(_OUR_NUMBER, [chart.kpi for chart in CHARTS if chart.kpi])
        ),
    )


def _ours_say(told: Mapping[str, str]) -> dict[str, Decimal]:
    return {key: _decimal(text.partition(":")[0]) for key, text in told.items()}


def theirs(server: Superset, facts: str, last: Month) -> System:
    """Superset with its dashboard."""
    api = Api(server.address, NAME, PASSWORD)
    path = make_board(api, facts, last)
    keys = {chart.title: chart.kpi for chart in CHARTS if chart.kpi}
    return System(
        name="Superset",
        place=Place(
            address=server.address, cookie=(COOKIE, api.session(COOKIE)), marks=_SUPERSET
        ),
        path=lambda _back: path,
        forget=server.forget,
        numbers=lambda one: {
            keys[title]: _decimal(text)
            for title, text in one.driver.execute_script(_THEIR_NUMBER, list(keys)).items()
        },
    )  # fmt: skip


def _decimal(text: str) -> Decimal:
    """The number in a text as an English reader sees it."""
    return Decimal(re.sub(r"[^0-9.-]", "", text.replace("−", "-")))


# ---------------------------------------------------------------- the visits


def visit(systems: Sequence[System], rounds: int) -> dict[str, Found]:
    """Open both pages in turn, each in a browser that has never been there and then once more."""
    found = {one.name: Found() for one in systems}
    for one in systems:  # until each web process has loaded everything; nothing of it is measured
        for back in (rounds, rounds + 1):
            with browser(one.place) as opened:
                opened.open(one.path(back))
    told: dict[str, Mapping[str, Decimal]] = {}
    for turn in range(rounds):
        for one in systems if turn % 2 else reversed(systems):
            one.forget()
            with browser(one.place) as opened:
                found[one.name].cold.append(opened.open(one.path(turn)))
                found[one.name].warm.append(opened.open(one.path(turn)))
                if not turn:
                    told[one.name] = one.numbers(opened)
    _compare(told)
    return found


def _compare(told: Mapping[str, Mapping[str, Decimal]]) -> None:
    """Both show the same numbers, up to what the shorter one rounds."""
    (name, first), (other, second) = told.items()
    for key, number in first.items():
        if abs(number - second[key]) > 1:
            raise SystemExit(f"'{key}': {name} shows {number:,}, {other} {second[key]:,}")
    print(f"{len(first)} numbers are the same in both: {', '.join(first)}.")


def lines(found: Mapping[str, Found]) -> list[Line]:
    """The table."""
    table: list[Line] = []
    for way in ("cold", "warm"):
        visits: dict[str, list[Visit]] = {name: getattr(one, way) for name, one in found.items()}
        for name, took in visits.items():
            for mark in took[0].ready:
                what = f"{way}: {name}, {'the nine' if mark == _NINE else 'its whole page'}"
                table.append((what, f"{_ready(took, mark):.2f} s", "", ""))
            sent = median(one.sent for one in took) / 1e3
            requests = median(one.requests for one in took)
            told = f"{sent:,.0f} kB in {requests:.0f}"
            table.append((f"  {name}, bytes and requests until then", told, "", ""))
        mine, other = visits["One View"], _ready(visits["Superset"], _NINE)
        ratio = _ready(mine, _NINE) / other
        table += [
            (f"{way}: the nine, our time to Superset's", f"{ratio:.2f} ×", f"≤ {_LIMIT:g} ×", verdict(ratio <= _LIMIT)),
            (f"{way}: our whole page to its nine", f"{_ready(mine, _ALL) / other:.2f} ×", "", ""),
        ]  # fmt: skip
    return table


def _ready(took: Sequence[Visit], mark: str) -> float:
    return median(one.ready[mark] for one in took)


# ---------------------------------------------------------------- the command


@contextmanager
def both(firm: Firm, record: Record) -> Iterator[list[System]]:
    """Both systems, served at once on the same facts."""
    facts, own = (record("postgresql", name) for name in ("facts", "superset"))
    load(firm.work, facts)
    driver = "postgresql+psycopg2"
    plain = [
        make_url(url).set(drivername=driver).render_as_string(hide_password=False)
        for url in (facts, own)
    ]
    with (
        superset(plain[1], _WORKERS, _THREADS) as server,
        web_app(firm.folder) as (address, settings, warehouse),
    ):
        (cookie,) = signed_in(settings, warehouse, 1)
        yield [ours(address, cookie), theirs(server, plain[0], CLOSED)]


def main() -> None:
    """Measure and print the table; exit code 1 where something is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2000, help="of the firm (default 2,000)")
    parser.add_argument("--months", type=int, default=60, help="of history (default 60)")
    parser.add_argument("--rounds", type=int, default=5, help="of visits (default 5)")
    parser.add_argument(
        "--keep", default="", help="folder that firms are kept in; default: none is"
    )
    asked = parser.parse_args()
    installed = version()
    if not installed:
        raise SystemExit("Superset is not installed: `make bench PARTS=superset` installs it.")
    print(
        f"Apache Superset {installed}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} "
        "before the start; ratios within one run."
    )
    size = Size(people=asked.people, months=asked.months)
    with (
        records() as record,
        firms(size, lambda _engine, _name: "", asked.keep) as (firm, _),
        both(firm, record) as systems,
    ):
        found = visit(systems, asked.rounds)
    if not show(f"{size.people:,} people, {asked.rounds} rounds; medians", lines(found)):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
