"""The account probe: what the account has, what it tells, and whether what we take for granted holds."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from models.errors import (
    NotOfferedError,
    OneViewError,
    SourceAuthError,
    SourceUnavailableError,
)
from models.texts import Text
from models.told import told

from .assumptions import ASSUMPTIONS
from .assumptions.assumption import Assumption, State, Verdict
from .assumptions.examination import Examination
from .engine import probed
from .engine.extract import Stopped
from .entities import ENTITIES
from .entities.entity import Entity, System
from .source import AccountFact, Source, Telling

TITLES = {System.NETSUITE: "NetSuite", System.SUITEPROJECTS: "SuiteProjects Pro"}
_SIGNING_IN: Mapping[System, Text] = {
    System.NETSUITE: "Signing in to NetSuite",
    System.SUITEPROJECTS: "Signing in to SuiteProjects Pro",
}
_LOOKING_AT: Mapping[System, Text] = {
    System.NETSUITE: "Looking at NetSuite",
    System.SUITEPROJECTS: "Looking at SuiteProjects Pro",
}
_CLOCK: Mapping[System, Text] = {
    System.NETSUITE: "Clock of NetSuite",
    System.SUITEPROJECTS: "Clock of SuiteProjects Pro",
}
_SIGNED_IN: Text = "Signing in"
_LATER: Text = "See whether the system is up, then run `oneview doctor` again."
SKEW = timedelta(minutes=5)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that the probe looked at.

    Attributes:
        subject: `account:…`, `table:<entity key>` or `fact:<assumption key>`.
        title: what it is, for people.
        detail: what was found, in a sentence.
        advice: the setting or permission to change; None where nothing is to be done.
    """

    system: System
    subject: str
    title: str
    state: State
    detail: str
    advice: str | None = None


def probe(
    source: Source, now: datetime, entities: Mapping[str, Entity] = ENTITIES
) -> Iterator[Finding]:
    """Sign in, ask the account about itself, ask for a page of every table, judge every assumption.

    Raises:
        SourceUnavailableError: the system fell silent after the sign-in.
    """
    system = source.system
    try:
        source.begin_run()
        clock = source.clock()
    except OneViewError as error:
        advice = (
            told(
                "Check the integration, its role or scopes, and the {settings} settings.",
                settings=f"ONEVIEW_{system.upper()}_…",
            )
            if isinstance(error, SourceAuthError)
            else told(_LATER)
        )
        yield Finding(
            system=system,
            subject="account:sign_in",
            title=_SIGNING_IN[system],
            state=State.WRONG,
            detail=str(error),
            advice=advice,
        )
        return
    facts = _facts(source)
    exam = Examination(source, clock, now, facts)
    yield _found(
        system,
        "account:sign_in",
        _SIGNED_IN,
        told("Signed in to account {account}.", account=source.account),
    )
    yield _clock(system, clock, now)
    for fact in facts:
        yield _told(system, fact)
    for entity in entities.values():
        if entity.system is system:
            yield _table(exam, entity)
    for assumption in ASSUMPTIONS.values():
        if assumption.system is system:
            yield _fact(exam, assumption)


def probe_all(engine: Engine, sources: Sequence[Source], now: datetime) -> list[Finding]:
    """Probe the systems and keep what was found; a system that does not answer keeps its last findings."""
    found: list[Finding] = []
    for source in sources:
        try:
            findings = list(probe(source, now))
        except SourceUnavailableError as error:  # one table more would wait as long again
            findings = [_silent(source.system, error)]
        found += findings
        probed.keep(engine, source.system, [_row(finding) for finding in findings], now)
    return found


def probe_if_due(engine: Engine, sources: Sequence[Source], now: datetime) -> None:
    """Probe unless it was done within a day; what goes wrong with it never stops a run."""
    try:
        due = [source for source in sources if probed.is_due(engine, source.system, now)]
        for finding in probe_all(engine, due, now):
            if finding.state not in (State.OK, State.UNKNOWN):
                _log.warning("%s: %s", finding.title, finding.detail)
    except Stopped:
        _log.info("Looking at the accounts was cut off; it is done again later.")
    except (OneViewError, DBAPIError) as error:
        _log.warning("The account could not be looked at: %s", error)


def _silent(system: System, error: SourceUnavailableError) -> Finding:
    return Finding(
        system=system,
        subject="account:sign_in",
        title=_LOOKING_AT[system],
        state=State.WRONG,
        detail=told("{error} What was known of its tables is kept.", error=error),
        advice=told(_LATER),
    )


def _facts(source: Source) -> Sequence[AccountFact]:
    if not isinstance(source, Telling):
        return ()
    try:
        return source.account_facts()
    except OneViewError as error:
        _log.info("The account does not tell about itself: %s", error)
        return ()


def _clock(system: System, clock: datetime, now: datetime) -> Finding:
    subject, title, apart = "account:clock", _CLOCK[system], abs(clock - now)
    if apart <= SKEW:
        return _found(system, subject, title, told("Its clock and this machine's agree."))
    minutes = f"{apart.total_seconds() / 60:.0f}"
    return Finding(
        system=system,
        subject=subject,
        title=title,
        state=State.WRONG,
        detail=told("Its clock and this machine's differ by {minutes} minutes.", minutes=minutes),
        advice=told(
            "Set this machine's clock by NTP; changes are dated by the source, so nothing is lost."
        ),
    )


def _told(system: System, fact: AccountFact) -> Finding:
    subject, title = f"account:{fact.subject}", f"{TITLES[system]}: {fact.title}"
    if fact.value is None:
        return _found(system, subject, title, told("The account does not tell us."), State.UNKNOWN)
    return _found(system, subject, title, told("{value}.", value=fact.value))


def _table(exam: Examination, entity: Entity) -> Finding:
    """Whether a table answers as we ask."""
    subject, title = f"table:{entity.key}", f"{entity.title} ({entity.resource})"
    try:
        exam.page(entity.key)
    except NotOfferedError as error:
        return Finding(
            system=entity.system,
            subject=subject,
            title=title,
            state=State.FORBIDDEN if error.is_forbidden else State.OFF,
            detail=told(
                "{error} It is left out of scheduled runs until it is there; nothing is deleted.",
                error=error,
            ),
            advice=_how_to_offer(entity, is_forbidden=error.is_forbidden),
        )
    except SourceUnavailableError:
        raise
    except OneViewError as error:
        return Finding(
            system=entity.system,
            subject=subject,
            title=title,
            state=State.WRONG,
            detail=str(error),
            advice=told(
                "Compare the account's own list of fields with docs/vendor-assumptions.md."
            ),
        )
    return _found(
        entity.system, subject, title, told("It answers with every column that we mirror.")
    )


def _how_to_offer(entity: Entity, *, is_forbidden: bool) -> str:
    is_netsuite = entity.system is System.NETSUITE
    permission = told(
        "Give {who} the permission to view {table} ({resource}).",
        who=told("the integration's role") if is_netsuite else told("our user's role"),
        table=told(entity.title),
        resource=entity.resource,
    )
    if is_forbidden:
        return permission
    return told(
        "Switch the feature on, or else: {permission} Without it the numbers that need it stay empty.",
        permission=permission,
    )


def _fact(exam: Examination, assumption: Assumption) -> Finding:
    try:
        verdict = assumption.check(exam) if assumption.check else _by_a_person(assumption)
    except NotOfferedError as error:
        verdict = Verdict(State.UNKNOWN, str(error))
    except SourceUnavailableError:
        raise
    except OneViewError as error:
        verdict = Verdict(State.WRONG, str(error))
    is_wrong = verdict.state is State.WRONG
    return Finding(
        system=assumption.system,
        subject=f"fact:{assumption.key}",
        title=assumption.fact,
        state=verdict.state,
        detail=verdict.detail,
        advice=told(
            "If so: {breaks}. Used in {used}.", breaks=told(assumption.breaks), used=assumption.used
        )
        if is_wrong
        else None,
    )


def _by_a_person(assumption: Assumption) -> Verdict:
    return Verdict(
        State.UNKNOWN, told("Only a person can tell. {checked}", checked=told(assumption.checked))
    )


def _found(
    system: System, subject: str, title: str, detail: str, state: State = State.OK
) -> Finding:
    return Finding(system=system, subject=subject, title=title, state=state, detail=detail)


def _row(finding: Finding) -> dict[str, str | None]:
    return {
        "system": str(finding.system),
        "subject": finding.subject,
        "title": finding.title[:300],
        "state": str(finding.state),
        "detail": finding.detail,
        "advice": finding.advice,
    }
