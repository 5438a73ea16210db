"""What a check of an assumption may ask of a connected account."""

from __future__ import annotations

from datetime import datetime

from ..source import Source


class Examination:
    """One look at one connected system."""

    def __init__(self, source: Source, now: datetime) -> None:
        self.source, self.now = source, now
