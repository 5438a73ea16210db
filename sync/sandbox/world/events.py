"""The firm lives: which event comes when, each worked out from the seed and its place in the order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from random import Random

from .dice import dice
from .firm_life import Life
from .live_money import LiveMoney
from .live_plans import LivePlans
from .live_sales import LiveSales
from .live_time import LiveTime
from .writer import Writer

Handler = Callable[[Random, date, datetime], list[str]]


class Live:
    """Applies events one by one; the same sequence and instants give the same firm."""

    def __init__(self, life: Life, writer: Writer) -> None:
        self._life = life
        time, money = LiveTime(life, writer), LiveMoney(life, writer)
        sales, plans = LiveSales(life, writer), LivePlans(life, writer)
        self._fallback = time.log_time
        self._order: tuple[Handler, ...] = (
            money.adjust_posting,
            time.log_time,
            time.approve,
            money.raise_invoice,
            money.export_invoice,
            time.late_entry,
            money.receive_payment,
            money.import_payment,
            time.approve,
            time.correct,
            money.follow_adjustment,
            sales.move_opportunity,
            time.log_time,
            time.delete,
            money.receive_payment,
            money.import_payment,
            time.approve,
            plans.replan,
        )

    def apply(self, sequence: int, at: datetime) -> list[str]:
        """Let event number `sequence` happen at a moment; tells what happened."""
        day = max(at.date(), self._life.clock.today)
        self._life.as_of = max(self._life.as_of, day)
        random = dice(self._life.seed, f"event:{sequence}")
        handler = self._order[(sequence - 1) % len(self._order)]
        return handler(random, day, at) or self._fallback(random, day, at)
