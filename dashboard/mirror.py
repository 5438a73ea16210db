"""How the whole mirror stands: one sentence for who wants to know whether to trust it, and what to do if not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from models.alarms import Alarm
from models.errors import NoSnapshotError
from models.snapshot import SourceState

from . import findings, formats, operations
from .components.words import SYSTEM_TITLES
from .operations import EntityProof, RunProgress
from .visit import Visit

STALE = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of the mirror."""

    now: datetime
    newest: RunProgress | None = None
    sources: Mapping[str, SourceState] = field(default_factory=dict)  # of the newest snapshot
    failed: Mapping[str, str] = field(default_factory=dict)  # system -> error
    alarms: Sequence[Alarm] = ()
    proofs: Sequence[EntityProof] = ()
    quarantined: int = 0

    @property
    def as_of(self) -> datetime | None:
        """Up to when all of both systems is here; None while one of them has never been."""
        moments = [_aware(one.as_of) for one in self.sources.values() if one.as_of]
        return min(moments) if len(moments) == len(SYSTEM_TITLES) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer.

    Attributes:
        tone: good | busy | warn | bad.
        heading: what it is, as a sentence.
        detail: what was kept, what to do next.
    """

    tone: str
    heading: str
    detail: str = ""


def standing(visit: Visit) -> Standing:
    """How the mirror stands at this visit."""
    record = visit.services.record
    try:
        sources = visit.snapshot.sources
    except NoSnapshotError:
        sources = {}
    return Standing(
        now=visit.services.clock(),
        newest=operations.newest_run(record),
        sources=sources,
        failed=operations.failed_systems(record),
        alarms=operations.alarms(record),
        proofs=operations.proofs(record),
        quarantined=findings.quarantine_count(record),
    )


def verdict(of: Standing) -> Verdict:
    """The worst that is true, or that all is well."""
    return next(found for look in _LOOKS if (found := look(of)) is not None)


def _not_begun(of: Standing) -> Verdict | None:
    if of.as_of is not None:
        return None
    newest = of.newest
    if newest is None:
        return Verdict(
            tone="busy",
            heading="Nothing is mirrored yet.",
            detail="The sync worker begins the first sync by itself. If nothing happens within a minute, see "
            "whether it runs: `oneview sync worker`.",
        )
    if newest.state in ("failed", "interrupted"):
        return Verdict(
            tone="bad",
            heading="The first sync did not finish.",
            detail=newest.error or "What was read is kept; the next run goes on from there.",
        )
    return Verdict(
        tone="busy",
        heading="The first sync is running.",
        detail="Pages show their numbers as soon as a complete set of both systems is here.",
    )


def _failed(of: Standing) -> Verdict | None:
    if of.failed:
        names = _and([SYSTEM_TITLES.get(system, system) for system in of.failed])
        return Verdict(
            tone="bad",
            heading=f"The last sync could not read all of {names}.",
            detail="Pages go on to show the last complete set. The next run goes on from where this one "
            "stopped; the reason is below.",
        )
    newest = of.newest
    if newest and newest.state in ("failed", "interrupted"):
        return Verdict(
            tone="bad" if newest.state == "failed" else "warn",
            heading="The last sync did not finish."
            if newest.state == "failed"
            else "The last sync was cut off.",
            detail=newest.error
            or "Pages go on to show the last complete set; the next run goes on from there.",
        )
    return None


def _stale(of: Standing) -> Verdict | None:
    if of.newest and of.newest.state == "running":
        return None
    old = [
        SYSTEM_TITLES.get(system, system)
        for system, one in of.sources.items()
        if one.as_of and of.now - _aware(one.as_of) > STALE
    ]
    if not old or of.as_of is None:
        return None
    return Verdict(
        tone="warn",
        heading=f"{_and(old)} {'was' if len(old) == 1 else 'were'} last mirrored "
        f"{formats.ago(of.as_of, of.now)}.",
        detail="Nothing failed, so the sync worker may have stopped, or its schedule is a slow one. It runs "
        "with `oneview sync worker`.",
    )


def _apart(of: Standing) -> Verdict | None:
    differs = [one for one in of.proofs if one.state == "differs"]
    if differs:
        systems = dict.fromkeys(one.entity.split("__", 1)[0] for one in differs)
        names = _and([SYSTEM_TITLES.get(system, system) for system in systems])
        return Verdict(
            tone="warn",
            heading=f"The mirror differs from {names} in {_tables(len(differs))}.",
            detail="The records that differ are asked for again with the next run. Numbers computed from "
            "them bear a mark until then.",
        )
    if of.alarms:
        return Verdict(
            tone="warn",
            heading=f"{formats.count(len(of.alarms))} {_plural(len(of.alarms), 'alarm is', 'alarms are')} open.",
            detail="What to do stands below. Numbers computed from these tables bear a mark until it is over.",
        )
    return None


def _left_out(of: Standing) -> Verdict | None:
    if not of.quarantined:
        return None
    count = f"{formats.count(of.quarantined)} {_plural(of.quarantined, 'record', 'records')}"
    return Verdict(
        tone="warn",
        heading=f"Both systems are mirrored, but {count} could not be used.",
        detail="They are kept whole, with the reason, and are tried again by themselves. Numbers computed "
        "without them say so.",
    )


def _loading(of: Standing) -> Verdict | None:
    loading = [one.complete_from for one in of.sources.values() if one.complete_from]
    if not loading:
        return None
    return Verdict(
        tone="busy",
        heading=f"Both systems are mirrored back to {formats.month_name(max(loading))}; older months are loading.",
        detail="Months before that say so wherever they are shown.",
    )


def _well(of: Standing) -> Verdict:
    as_of = formats.moment(of.as_of) if of.as_of else ""
    compared = [one for one in of.proofs if one.state != "not_checked"]
    if not compared:
        return Verdict(
            tone="good",
            heading=f"Both systems are mirrored completely, as of {as_of}.",
            detail="The comparison with the sources follows the next run.",
        )
    left = len(of.proofs) - len(compared)
    if left:
        return Verdict(
            tone="good",
            heading=f"Both systems are mirrored completely, as of {as_of}.",
            detail=f"{_tables(len(compared)).capitalize()} {_plural(len(compared), 'is', 'are')} proven "
            f"against the source; {formats.count(left)} could not be compared.",
        )
    return Verdict(
        tone="good",
        heading=f"Both systems are mirrored completely and proven, as of {as_of}.",
    )


_LOOKS: tuple[Callable[[Standing], Verdict | None], ...] = (
    _not_begun, _failed, _stale, _apart, _left_out, _loading, _well,
)  # fmt: skip


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _and(names: Sequence[str]) -> str:
    return " and ".join(names)


def _tables(count: int) -> str:
    return f"{formats.count(count)} {_plural(count, 'table', 'tables')}"


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many
