"""One question to the API by one person: the parameters read, the snapshot and the scope it is asked in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from models.access import Scope
from models.errors import NoSnapshotError, QuestionError, WarehouseError
from models.metrics import members
from models.metrics.dimensions import dimension
from models.metrics.kpi import Kpi, Lens
from models.metrics.visible import chosen
from models.period import Period
from models.snapshot import Snapshot

from ..auth.guard import API
from ..auth.permissions import scope_of
from ..auth.person import Person
from ..auth.tokens import Refusal
from ..questions import Questions
from ..services import Services
from .endpoint import Endpoint
from .problems import GONE, NOT_PERMITTED, UNAVAILABLE, UNKNOWN, Problem

_DIGITS = 12  # longer numbers are none that anything has


class Asked:
    """Everything an endpoint needs; nothing is read before it is needed."""

    def __init__(
        self,
        endpoint: Endpoint,
        parts: Mapping[str, str],
        query: MultiDict[str, str],
        person: Person,
        services: Services,
    ) -> None:
        self.endpoint = endpoint
        self.parts = parts
        self.query = query
        self.person = person
        self.services = services

    def check(self) -> None:
        """See that nothing is asked for that the endpoint does not know: it would be left out silently.

        Raises:
            QuestionError: a parameter is unknown, or given twice.
        """
        known = {parameter.name: parameter for parameter in self.endpoint.parameters}
        for name, values in self.query.lists():
            if name not in known:
                raise QuestionError(
                    f"There is no parameter '{name}' here. There are: {', '.join(known) or 'none'}."
                )
            if len(values) > 1 and not known[name].many:
                raise QuestionError(f"The parameter '{name}' may be given once only.")

    @cached_property
    def snapshot(self) -> Snapshot:
        """The newest snapshot, or the one on which this sequence of pages began."""
        asked = self.query.get("snapshot")
        if asked is None:
            return self.services.snapshots.current()
        number = self.whole("snapshot", 0, least=0, most=2**31)
        try:
            return self.services.snapshots.version(number)
        except NoSnapshotError as error:
            raise Problem(GONE, str(error)) from error

    @cached_property
    def scope(self) -> Scope:
        """What the person may see now, whatever snapshot is asked for."""
        newest = self.services.snapshots.current()
        if members.has_left(newest, self.person.email):
            raise Problem(NOT_PERMITTED, Refusal.NO_ACCESS.value, Refusal.NO_ACCESS.advice)
        return scope_of(self.person, newest)

    @property
    def wants_earlier(self) -> bool:
        """Whether the number is to stand beside what it was."""
        return "since" in self.query or "as" in self.query

    @cached_property
    def earlier(self) -> Snapshot:
        """The snapshot that the parameter `since` names, or the period's last month as it was closed."""
        text = self.query.get("since")
        if "as" in self.query and text is None:
            return self._as_closed()
        if text is None or "as" in self.query:
            raise QuestionError(
                "Say since when: since=41, a version, since=2026-03-31, a day, or as=closed instead."
            )
        try:
            found = self.services.snapshots.since(text)
        except NoSnapshotError as error:
            raise Problem(GONE, str(error), "Ask since a later day or version.") from error
        if found.version > self.snapshot.version:
            raise QuestionError(f"'{text}' is later than version {self.snapshot.version}.")
        return found

    def _as_closed(self) -> Snapshot:
        if self.query["as"] != "closed":
            raise QuestionError(f"as={self.query['as']} is not known. Write as=closed.")
        try:
            return self.services.archives.closed(self.period().last)
        except NoSnapshotError as error:
            raise Problem(UNKNOWN, str(error), "Ask for a month that is kept.") from error
        except WarehouseError as error:
            raise Problem(UNAVAILABLE, str(error), "Tell your One View administrator.") from error

    def period(self) -> Period:
        """The period asked for, by default the last closed month."""
        text = self.query.get("period")
        return self.snapshot.period(text) if text else Period.of(self.snapshot.last_closed_month)

    def lens(self) -> Lens:
        """The currency that money is told in."""
        return Lens(self.one_of("currency", [lens.value for lens in Lens], Lens.CONSOLIDATED.value))

    def where(self, kpi: Kpi) -> dict[str, list[Any]]:
        """Dimension -> keys of the members asked for, found within the scope."""
        found: dict[str, list[Any]] = {}
        for text in self.query.getlist("where"):
            name, separator, member = text.partition("=")
            if not separator or not member.strip():
                raise QuestionError(f"'{text}' is not a filter. Write where=dimension=member.")
            about = dimension(name.strip(), kpi.by)
            key = chosen(self.snapshot, about, member, self.scope)
            found.setdefault(about.name, []).append(key)
        return found

    def questions(self, where: Mapping[str, Sequence[Any]]) -> Questions:
        """The questions this person may ask."""
        return Questions(self.snapshot, self.scope, self.services.cache, where)

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        """A parameter that is a whole number."""
        text = self.query.get(name)
        if text is None:
            return default
        digits = text.isascii() and text.isdigit() and len(text) < _DIGITS
        if digits and least <= int(text) <= most:
            return int(text)
        raise QuestionError(f"'{text}' is not a {name}. Write a number from {least} to {most}.")

    def one_of(self, name: str, allowed: Sequence[str], default: str) -> str:
        """A parameter that is one of a few words."""
        text = self.query.get(name, default)
        if text not in allowed:
            raise QuestionError(f"'{text}' is not a {name}. Write one of: {', '.join(allowed)}.")
        return text

    def following(self, offset: int, *, pinned: bool = True) -> str:
        """The address of the page that begins at `offset`, on the same snapshot where `pinned`."""
        pairs = [
            (name, value)
            for name, values in self.query.lists()
            if name not in {"offset", "snapshot"}
            for value in values
        ]
        pairs.append(("offset", str(offset)))
        if pinned:
            pairs.append(("snapshot", str(self.snapshot.version)))
        path = self.endpoint.path
        for name, value in self.parts.items():
            path = path.replace(f"<{name}>", value)
        return f"{self.services.settings.public_url}{API}{path}?{urlencode(pairs)}"

    def question(self) -> tuple[Any, ...]:
        """The question as it stands in the address, in one order whatever the client's."""
        asked = sorted((name, tuple(values)) for name, values in self.query.lists())
        return (self.endpoint.key, tuple(sorted(self.parts.items())), tuple(asked))
