"""The log of what the firm has lived through since it was made: one JSON line an event."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened: its place in the order, and when."""

    sequence: int
    at: datetime


class EventLog:
    """An append-only file beside the data. The world works out from the sequence what happened."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[Event]:
        """All events in order; a line that was cut off while it was written is dropped."""
        if not self.path.exists():
            return []
        events: list[Event] = []
        whole = 0
        content = self.path.read_bytes()
        for line in content.splitlines(keepends=True):
            try:
                row = json.loads(line)
                event = Event(int(row["sequence"]), datetime.fromisoformat(row["at"]))
            except (ValueError, KeyError, TypeError):
                break
            if not line.endswith(b"\n"):
                break
            events.append(event)
            whole += len(line)
        if whole < len(content):
            with self.path.open("r+b") as file:
                file.truncate(whole)
        return events

    def append(self, event: Event) -> None:
        """Write an event down, before it happens: what others may have seen is never forgotten."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"sequence": event.sequence, "at": event.at.isoformat()})
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
