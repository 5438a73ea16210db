"""How assumptions are judged on a connected account. A check raises what the source answers; the probe words it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from models.errors import SourceContractError
from models.told import together, told

from ..entities import ENTITIES
from ..entities.entity import Entity, Surface
from ..source import Window
from .assumption import State, Verdict
from .examination import Examination

Check = Callable[[Examination], Verdict]
CLOCKS_APART = timedelta(minutes=5)
_SHOWN = 3


def signed_in(exam: Examination) -> Verdict:
    """The sign-in and the clock that came before every check needed it."""
    return Verdict(
        State.OK, told("Signed in to {account}; its clock was read.", account=exam.source.account)
    )


def answer(*keys: str) -> Check:
    """These tables can be read with every column we ask for."""

    def check(exam: Examination) -> Verdict:
        return _answers(exam, [ENTITIES[key] for key in keys])

    return check


def rest_answers(exam: Examination) -> Verdict:
    """Every list that REST serves can be read with every attribute we ask for."""
    return _answers(exam, exam.served_by(Surface.REST))


def xml_answers(exam: Examination) -> Verdict:
    """Every datatype that XML serves can be read with every field we ask for."""
    return _answers(exam, exam.served_by(Surface.XML))


def _answers(exam: Examination, entities: list[Entity]) -> Verdict:
    offered = [entity for entity in entities if exam.is_offered(entity.key)]
    refused: list[str] = []
    for entity in offered:
        try:
            exam.page(entity.key)
        except SourceContractError as error:
            refused.append(told("{table}: {error}", table=entity.resource, error=error))
    if refused:
        return Verdict(State.WRONG, together(refused[:_SHOWN]))
    if not offered:
        return Verdict(State.UNKNOWN, told("The account does not offer it to us."))
    return Verdict(
        State.OK,
        told(
            "{answering} of {count} tables answer as we ask.",
            answering=len(offered),
            count=len(entities),
        ),
    )


def values(key: str, column: str, pattern: str) -> Check:
    """Whatever the column holds is of a form."""
    form = re.compile(pattern)

    def check(exam: Examination) -> Verdict:
        found = [str(value) for value in exam.values(key, column) if value not in (None, "")]
        if not found:
            return Verdict(
                State.UNKNOWN,
                told("No record of {title} tells it.", title=told(ENTITIES[key].title)),
            )
        odd = sorted({value for value in found if not form.fullmatch(value)})
        if odd:
            shown = ", ".join(repr(value[:40]) for value in odd[:_SHOWN])
            return Verdict(
                State.WRONG,
                told("{title} hold {shown} there.", title=told(ENTITIES[key].title), shown=shown),
            )
        return Verdict(
            State.OK, told("{count} records hold what we expect.", count=f"{len(found):,}")
        )

    return check


def filled(key: str, column: str) -> Check:
    """The column is not empty everywhere."""

    def check(exam: Examination) -> Verdict:
        found = exam.values(key, column)
        there = sum(value not in (None, "") for value in found)
        if not there:
            return Verdict(
                State.UNKNOWN,
                told(
                    "It is empty in {count} records of {title}.",
                    count=f"{len(found):,}",
                    title=told(ENTITIES[key].title),
                ),
            )
        return Verdict(
            State.OK,
            told(
                "{there} of {count} records hold it.", there=f"{there:,}", count=f"{len(found):,}"
            ),
        )

    return check


def once(key: str, column: str) -> Check:
    """No two records hold the same there; where some do, a person has to look which of them stands."""

    def check(exam: Examination) -> Verdict:
        found = [str(value) for value in exam.values(key, column) if value not in (None, "")]
        title = told(ENTITIES[key].title)
        if not found:
            return Verdict(State.UNKNOWN, told("No record of {title} tells it.", title=title))
        several = sum(count > 1 for count in Counter(found).values())
        if several:
            return Verdict(
                State.UNKNOWN,
                told(
                    "{several} of {count} have several records of {title}: look which of them stands.",
                    several=f"{several:,}",
                    count=f"{len(set(found)):,}",
                    title=title,
                ),
            )
        return Verdict(
            State.OK, told("{count} records hold what we expect.", count=f"{len(found):,}")
        )

    return check


def stamps_not_ahead(key: str) -> Check:
    """No record was changed later than now: a time zone read wrongly would show so."""

    def check(exam: Examination) -> Verdict:
        column = ENTITIES[key].modified
        stamps = [str(value) for value in exam.values(key, column or "") if value]
        if not stamps:
            return Verdict(State.UNKNOWN, told("No record tells when it changed."))
        latest = max(stamps)
        if latest > (exam.clock + CLOCKS_APART).strftime("%Y-%m-%dT%H:%M:%SZ"):
            return Verdict(
                State.WRONG,
                told("A record says it changed at {latest}, which is to come.", latest=latest),
            )
        return Verdict(
            State.OK,
            told(
                "The newest change of {count} records is of {latest}.",
                count=f"{len(stamps):,}",
                latest=latest,
            ),
        )

    return check


def clocks_agree(exam: Examination) -> Verdict:
    """The account's time, read as UTC, is this machine's."""
    apart = exam.clock - exam.now
    if abs(apart) > CLOCKS_APART:
        return Verdict(
            State.WRONG,
            told(
                "It is {apart} hours from UTC here.", apart=f"{apart.total_seconds() / 3600:+.2f}"
            ),
        )
    return Verdict(State.OK, told("Its time, read as UTC, is that of this machine."))


def total_agrees(key: str) -> Check:
    """What a page says of the whole answer is what counting says."""

    def check(exam: Examination) -> Verdict:
        expected = exam.page(key).expected
        totals = exam.source.totals(ENTITIES[key], Window())
        if expected is None or totals is None:
            return Verdict(State.UNKNOWN, told("The source does not count."))
        counted = sum(total.rows for total in totals.totals)
        if abs(expected - counted) > max(5, counted // 100):  # it may change meanwhile
            return Verdict(
                State.WRONG,
                told(
                    "A page tells {expected} records, counting {counted}.",
                    expected=f"{expected:,}",
                    counted=f"{counted:,}",
                ),
            )
        return Verdict(State.OK, told("Both tell {counted} records.", counted=f"{counted:,}"))

    return check


def between(key: str) -> Check:
    """A list can be asked for between days of its date and of its change, and between ids."""

    def check(exam: Examination) -> Verdict:
        window = Window(
            modified_from=exam.clock - timedelta(days=2),
            modified_to=exam.clock,
            dated_from=(exam.clock - timedelta(days=30)).date(),
            dated_before=date(2999, 1, 1),
        )
        exam.source.page(ENTITIES[key], window, (1,))
        return Verdict(State.OK, told("It was asked for by all three."))

    return check


def same_by_both(key: str, datatype: str) -> Check:
    """A record's moment of change is the same by REST and by XML."""

    def check(exam: Examination) -> Verdict:
        entity = ENTITIES[key]
        stamp = entity.modified or ""
        fields = {name: replace(entity.fields[name], source=name) for name in ("id", stamp)}
        by_xml = replace(entity, surface=Surface.XML, resource=datatype, fields=fields)
        xml = {
            str(record["id"]): record.get(stamp)
            for record in exam.source.page(by_xml, Window(), None).records
        }
        rest = zip(exam.values(key, "id"), exam.values(key, stamp), strict=True)
        pairs = [(one, xml[str(i)]) for i, one in rest if one and xml.get(str(i))]
        if not pairs:
            return Verdict(
                State.UNKNOWN, told("No record is served by both with its moment of change.")
            )
        odd = [pair for pair in pairs if pair[0] != pair[1]]
        if odd:
            return Verdict(
                State.WRONG,
                told("REST says {rest}, XML {xml} of one record.", rest=odd[0][0], xml=odd[0][1]),
            )
        return Verdict(
            State.OK, told("{count} records tell the same by both.", count=f"{len(pairs):,}")
        )

    return check


def deletions_listed(key: str) -> Check:
    """Deleted records can be asked for."""

    def check(exam: Examination) -> Verdict:
        found = exam.source.deletions(ENTITIES[key], exam.clock - timedelta(days=30))
        return Verdict(
            State.OK,
            told(
                "{count} deletions of {title} in 30 days.",
                count=f"{len(found):,}",
                title=told(ENTITIES[key].title),
            ),
        )

    return check


def deletion_names(exam: Examination) -> Verdict:
    """Deleted transactions are found under the names we know."""
    entity = ENTITIES["netsuite__transaction"]
    names = exam.rows("SELECT DISTINCT d.type AS type FROM deletedrecord d ORDER BY d.type")
    if not names:
        return Verdict(State.UNKNOWN, told("Nothing was deleted yet."))
    listed = ", ".join(str(row.get("type")) for row in names[:12])
    found = exam.source.deletions(entity, exam.clock - timedelta(days=3650))
    if not found:
        return Verdict(
            State.UNKNOWN, told("No transaction was deleted; there are: {listed}.", listed=listed)
        )
    return Verdict(
        State.OK,
        told(
            "{count} deleted transactions; there are: {listed}.",
            count=f"{len(found):,}",
            listed=listed,
        ),
    )


def time_on_projects(exam: Examination) -> Verdict:
    """Time bills name jobs in the column we take for the project."""
    [row] = exam.rows("SELECT COUNT(*) AS n FROM timebill t JOIN job j ON j.id = t.customer")
    [every] = exam.rows("SELECT COUNT(*) AS n FROM timebill t")
    on_jobs, there = int(row["n"]), int(every["n"])
    if not there:
        return Verdict(State.UNKNOWN, told("There is no time bill."))
    state = State.OK if on_jobs else State.WRONG
    return Verdict(
        state,
        told(
            "{on_jobs} of {there} time bills name a project there.",
            on_jobs=f"{on_jobs:,}",
            there=f"{there:,}",
        ),
    )


def sales_lines_negative(exam: Examination) -> Verdict:
    """Most item lines of invoices are negative."""
    count = (
        "SELECT COUNT(*) AS n FROM transactionline l JOIN transaction t ON t.id = l.transaction "
        "WHERE t.type = 'CustInvc' AND l.mainline = 'F' AND l.foreignamount {} 0"
    )
    below, above = (int(exam.rows(count.format(sign))[0]["n"]) for sign in ("<", ">"))
    if not below + above:
        return Verdict(State.UNKNOWN, told("There is no invoice with lines."))
    state = State.OK if below > above else State.WRONG
    return Verdict(
        state,
        told(
            "{below} lines of invoices are negative, {above} positive.",
            below=f"{below:,}",
            above=f"{above:,}",
        ),
    )


def leaves_room(exam: Examination) -> Verdict:
    """The account takes more requests at a time than the two that we send."""
    fact = exam.facts.get("limit")
    if fact is None or fact.number is None:
        return Verdict(State.UNKNOWN, told("The account does not tell its limit to our role."))
    state = State.OK if fact.number > 2 else State.WRONG
    return Verdict(state, told("The account takes {limit} at a time.", limit=fact.value))
