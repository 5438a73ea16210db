"""Which snapshots stay: the newest few, one a day for a while, and whatever may just be being opened."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models.snapshot import file_name

_SNAPSHOT = re.compile(r"^v(\d{6,})\.duckdb$")
GRACE = timedelta(minutes=1)  # from reading the pointer to having the file open, at the very most


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How many snapshots stay on disk.

    Attributes:
        newest: so many of the newest.
        days: and the last one of each day (UTC) for so many days.
    """

    newest: int
    days: int


def versions(folder: Path) -> list[int]:
    """The versions of the snapshots in a folder, the oldest first."""
    if not folder.is_dir():
        return []
    found = (_SNAPSHOT.match(path.name) for path in folder.iterdir())
    return sorted(int(match[1]) for match in found if match)


def prune(folder: Path, current: int, retention: Retention, now: datetime) -> None:
    """Delete the snapshots that the rule does not keep; a file bears the time it was published at."""
    published = {}
    for version in versions(folder):
        seconds = (folder / file_name(version)).stat().st_mtime
        published[version] = datetime.fromtimestamp(seconds, UTC)
    for version in published.keys() - kept(published, current, retention, now):
        (folder / file_name(version)).unlink(missing_ok=True)


def kept(
    published: Mapping[int, datetime], current: int, retention: Retention, now: datetime
) -> set[int]:
    """The versions that stay, of those published at these times."""
    order = sorted(published)
    stay = {current, *order[-retention.newest :]}
    since = now - timedelta(days=retention.days)
    last = {published[version].date(): version for version in order if published[version] > since}
    stay.update(last.values())
    for version, successor in itertools.pairwise(order):
        if published[successor] > now - GRACE:  # until then a reader may have been told to open it
            stay.add(version)
    return stay
