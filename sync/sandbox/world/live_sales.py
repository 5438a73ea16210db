"""Live events around sales: opportunities come nearer, slip, or are given up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from .firm_life import Life
from .model import ZERO
from .writer import Writer

_STAGES = (Decimal("0.1"), Decimal("0.25"), Decimal("0.5"), Decimal("0.75"), Decimal("0.9"))


class LiveSales:
    """Events that start with an opportunity."""

    def __init__(self, life: Life, writer: Writer) -> None:
        self._life, self._writer = life, writer

    def move_opportunity(self, random: Random, day: date, at: datetime) -> list[str]:
        """Sales looks at an open opportunity again."""
        able = [it for it in self._life.pipeline.open if it.status == "A"]
        if not able:
            return []
        document = random.choice(able)
        text = f"Opportunity {document.number}"
        if random.random() < 0.15:
            document.status, document.probability, document.closed = "D", ZERO, day
            told = f"{text} was lost"
        elif random.random() < 0.5 and document.probability != _STAGES[-1]:
            document.probability = _STAGES[_STAGES.index(document.probability or _STAGES[0]) + 1]
            told = f"{text} now stands at {document.probability:.0%}"
        else:
            slipped = max(document.expected_close or day, day) + timedelta(days=21)
            document.expected_close = slipped
            told = f"{text} slipped to {slipped}"
        document.updated = at
        self._writer.document(document)
        return [told]
