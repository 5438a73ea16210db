"""How the whole mirror stands: one sentence for who wants to know whether to trust it, and what to do if not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from models.alarms import Alarm
from models.errors import NoSnapshotError
from models.snapshot import SourceState
from models.texts import _, listed, ngettext

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
            heading=_("Nothing is mirrored yet."),
            detail=_(
                "The sync worker begins the first sync by itself. If nothing happens within a minute, see "
                "whether it runs: `oneview sync worker`."
            ),
        )
    if newest.state in ("failed", "interrupted"):
        return Verdict(
            tone="bad",
            heading=_("The first sync did not finish."),
            detail=newest.error or _("What was read is kept; the next run goes on from there."),
        )
    return Verdict(
        tone="busy",
        heading=_("The first sync is running."),
        detail=_("Pages show their numbers as soon as a complete set of both systems is here."),
    )


def _failed(of: Standing) -> Verdict | None:
    if of.failed:
        names = listed([SYSTEM_TITLES.get(system, system) for system in of.failed])
        return Verdict(
            tone="bad",
            heading=_("The last sync could not read all of {systems}.", systems=names),
            detail=_(
                "Pages go on to show the last complete set. The next run goes on from where this one "
                "stopped; the reason is below."
            ),
        )
    newest = of.newest
    if newest and newest.state in ("failed", "interrupted"):
        return Verdict(
            tone="bad" if newest.state == "failed" else "warn",
            heading=_("The last sync did not finish.")
            if newest.state == "failed"
            else _("The last sync was cut off."),
            detail=newest.error
            or _("Pages go on to show the last complete set; the next run goes on from there."),
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
        heading=ngettext(
            "{systems} was last mirrored {age}.",
            "{systems} were last mirrored {age}.",
            len(old),
            systems=listed(old),
            age=formats.ago(of.as_of, of.now),
        ),
        detail=_(
            "Nothing failed, so the sync worker may have stopped, or its schedule is a slow one. It runs "
            "with `oneview sync worker`."
        ),
    )


def _apart(of: Standing) -> Verdict | None:
    differs = [one for one in of.proofs if one.state == "differs"]
    if differs:
        systems = dict.fromkeys(one.entity.split("__", 1)[0] for one in differs)
        names = listed([SYSTEM_TITLES.get(system, system) for system in systems])
        return Verdict(
            tone="warn",
            heading=ngettext(
                "The mirror differs from {systems} in {count} table.",
                "The mirror differs from {systems} in {count} tables.",
                len(differs),
                systems=names,
                count=formats.count(len(differs)),
            ),
            detail=_(
                "The records that differ are asked for again with the next run. Numbers computed from "
                "them bear a mark until then."
            ),
        )
    if of.alarms:
        return Verdict(
            tone="warn",
            heading=ngettext(
                "{count} alarm is open.",
                "{count} alarms are open.",
                len(of.alarms),
                count=formats.count(len(of.alarms)),
            ),
            detail=_(
                "What to do stands below. Numbers computed from these tables bear a mark until it is over."
            ),
        )
    return None


def _left_out(of: Standing) -> Verdict | None:
    if not of.quarantined:
        return None
    return Verdict(
        tone="warn",
        heading=ngettext(
            "Both systems are mirrored, but {count} record could not be used.",
            "Both systems are mirrored, but {count} records could not be used.",
            of.quarantined,
            count=formats.count(of.quarantined),
        ),
        detail=_(
            "They are kept whole, with the reason, and are tried again by themselves. Numbers computed "
            "without them say so."
        ),
    )


def _loading(of: Standing) -> Verdict | None:
    loading = [one.complete_from for one in of.sources.values() if one.complete_from]
    if not loading:
        return None
    return Verdict(
        tone="busy",
        heading=_(
            "Both systems are mirrored back to {month}; older months are loading.",
            month=formats.month_name(max(loading)),
        ),
        detail=_("Months before that say so wherever they are shown."),
    )


def _well(of: Standing) -> Verdict:
    as_of = formats.moment(of.as_of) if of.as_of else ""
    compared = [one for one in of.proofs if one.state != "not_checked"]
    if not compared:
        return Verdict(
            tone="good",
            heading=_("Both systems are mirrored completely, as of {as_of}.", as_of=as_of),
            detail=_("The comparison with the sources follows the next run."),
        )
    left = len(of.proofs) - len(compared)
    if left:
        return Verdict(
            tone="good",
            heading=_("Both systems are mirrored completely, as of {as_of}.", as_of=as_of),
            detail=ngettext(
                "{count} table is proven against the source; {left} could not be compared.",
                "{count} tables are proven against the source; {left} could not be compared.",
                len(compared),
                count=formats.count(len(compared)),
                left=formats.count(left),
            ),
        )
    return Verdict(
        tone="good",
        heading=_("Both systems are mirrored completely and proven, as of {as_of}.", as_of=as_of),
    )


_LOOKS: tuple[Callable[[Standing], Verdict | None], ...] = (
    _not_begun, _failed, _stale, _apart, _left_out, _loading, _well,
)  # fmt: skip


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
