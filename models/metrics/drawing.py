"""Courses that things which may happen can take: drawn at random, and yet the same whenever they are asked for.

Each thing (a deal, a tentative booking, a payment) is given a place between 0 and 1 in each of 5,000 courses and
happens where its chance takes in that place; what comes in any case, but no one knows how much, is as much above or below
what is expected as its place is. The places follow a normal distribution: part of it is the thing's own, part all things
share, so that good times are good for all of them and the range is not too narrow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from hashlib import blake2b
from math import ceil, inf
from statistics import NormalDist
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

COURSES = 5_000
SHARED = 0.15  # of the variance: how far things hang together (rho)
_PLACES = Decimal("0.0001")
_CERTAIN = Decimal(0)
_NORMAL = NormalDist()

K = TypeVar("K", bound=Hashable)
Courses = npt.NDArray[np.int64]  # what each course comes to, in ten-thousandths, the least first


@dataclass(frozen=True, slots=True)
class Chance:
    """Something that may happen.

    Attributes:
        item: things of one name are drawn once: they happen together, or one instead of another.
        low, high: its chance: what is drawn for the item lies between the two (0 to 1).
        expected: what it comes to times its chance.
        spread: its standard deviation as a share of what it comes to; it is never below zero then.
    """

    item: str
    low: Decimal
    high: Decimal
    expected: Decimal
    spread: Decimal = _CERTAIN


def courses(chances: Iterable[Chance]) -> Courses:
    """What each of the courses comes to; all is exact but for the drawing."""
    return courses_of({None: chances})[None]


def courses_of(several: Mapping[K, Iterable[Chance]]) -> dict[K, Courses]:
    """The courses of several sums, each item of them all drawn once."""
    expected: dict[str, dict[tuple[K, Decimal, Decimal, Decimal], Decimal]] = defaultdict(
        lambda: defaultdict(Decimal)
    )
    for key, chances in several.items():
        for one in chances:
            if one.high > one.low:
                expected[one.item][key, one.low, one.high, one.spread] += one.expected
    found = {key: np.zeros(COURSES, np.int64) for key in several}
    for item, parts in expected.items():
        places = _places(item)
        for (key, low, high, spread), amount in parts.items():
            happens = (places >= _bound(low)) & (places < _bound(high))
            comes = _whole(amount / (high - low)) * happens
            found[key] += comes if spread == _CERTAIN else _spread(comes, places, float(spread))
    for sums in found.values():
        sums.sort()
    return found


def within(found: Courses, at: Decimal) -> Decimal:
    """What a share of the courses comes to at most."""
    place = max(ceil(at * len(found)), 1) - 1
    return Decimal(int(found[place])).scaleb(-4)


def _spread(comes: Courses, places: npt.NDArray[np.float32], spread: float) -> Courses:
    """What comes in each course where the amount itself is uncertain."""
    found: Courses = np.rint(comes * np.maximum(1 + spread * places, 0)).astype(np.int64)
    return found


def _whole(amount: Decimal) -> int:
    """In ten-thousandths."""
    return int(amount.quantize(_PLACES).scaleb(4))


def _places(item: str) -> npt.NDArray[np.float32]:
    own = _normal(int.from_bytes(blake2b(item.encode(), digest_size=8).digest()))
    found: npt.NDArray[np.float32] = np.float32(SHARED**0.5) * _common() + own * np.float32(
        (1 - SHARED) ** 0.5
    )
    return found


@cache
def _common() -> npt.NDArray[np.float32]:
    return _normal(0)


def _normal(seed: int) -> npt.NDArray[np.float32]:
    drawn: Any = np.random.default_rng(seed).standard_normal(COURSES, np.float32)
    return drawn  # type: ignore[no-any-return]


@lru_cache(10_000)
def _bound(chance: Decimal) -> float:
    """The place up to which a chance reaches."""
    if chance <= 0:
        return -inf
    return inf if chance >= 1 else _NORMAL.inv_cdf(float(chance))
