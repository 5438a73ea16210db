"""Asks a source for custom fields as well, and goes on without a field that it refuses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from models.errors import FieldRefusedError, SourceContractError
from models.told import told

from ..entities.entity import Entity, System
from ..source import Deletion, KeyPage, Page, Source, SourceField, Totals, Window
from .fields import Fields

Ask = Callable[[Entity], Page]


class ShapedSource:
    """A source whose entities have the fields that they have there today."""

    def __init__(self, source: Source, fields: Fields) -> None:
        self._source, self._fields = source, fields

    @property
    def system(self) -> System:
        """Which system it is."""
        return self._source.system

    @property
    def account(self) -> str:
        """The account id."""
        return self._source.account

    def clock(self) -> datetime:
        """The source's own time."""
        return self._source.clock()

    def begin_run(self, *, urgent: bool = False) -> None:
        """Prepare for a run."""
        self._source.begin_run(urgent=urgent)

    def page(self, entity: Entity, window: Window, after: Sequence[Any] | None) -> Page:
        """The next page, with custom fields; it names what it was not asked for."""
        return self._asked(entity, lambda asked: self._source.page(asked, window, after))

    def by_id(self, entity: Entity, identities: Sequence[Sequence[int | str]]) -> Page:
        """These records, with custom fields."""
        return self._asked(entity, lambda asked: self._source.by_id(asked, identities))

    def keys(self, entity: Entity, window: Window, after: Sequence[Any] | None) -> KeyPage:
        """The next page of keys."""
        return self._source.keys(entity, window, after)

    def totals(self, entity: Entity, window: Window) -> Totals | None:
        """Counts and sums."""
        return self._source.totals(entity, window)

    def custom_fields(self, entity: Entity, *, fresh: bool = False) -> Sequence[SourceField]:
        """The custom fields of an entity."""
        return self._source.custom_fields(entity, fresh=fresh)

    def deletions(self, entity: Entity, since: datetime) -> Sequence[Deletion]:
        """What was deleted since an instant."""
        return self._source.deletions(entity, since)

    def close(self) -> None:
        """Let go of connections."""
        self._source.close()

    def _asked(self, entity: Entity, ask: Ask) -> Page:
        while True:
            shape = self._fields.shape(entity)
            try:
                page = ask(shape.asked)
            except FieldRefusedError as error:
                self._go_on_without(entity, shape.asked, ask, error, error.names)
            except SourceContractError as error:
                # The source may say anything when it stumbles over a custom field.
                if len(shape.asked.fields) + len(shape.left_out) <= len(entity.fields):
                    raise
                self._go_on_without(entity, shape.asked, ask, error, ())
            else:
                return replace(page, left_out=shape.left_out) if shape.left_out else page

    def _go_on_without(
        self,
        entity: Entity,
        asked: Entity,
        ask: Ask,
        error: SourceContractError,
        names: Sequence[str],
    ) -> None:
        """Leave out what was refused; what the entity cannot do without ends it."""
        sources = {field.source for field in asked.fields.values()}
        refused = {name for name in names if name in sources}
        if not refused:
            refused = self._found(entity, asked, ask, error)
        vital = refused & _vital(entity)
        if vital:
            raise SourceContractError(
                told(
                    "{title}: the source does not show the field {fields}, which tells its records apart "
                    "or when they changed. What was read is kept. Give the integration's role the "
                    "permission to see it. {error}",
                    title=told(entity.title),
                    fields=", ".join(sorted(vital)),
                    error=error,
                )
            ) from error
        self._fields.refuse(entity, refused, str(error))

    def _found(
        self, entity: Entity, asked: Entity, ask: Ask, error: SourceContractError
    ) -> set[str]:
        """Which fields are refused when the source does not tell: halved until each is found."""
        vital = _vital(entity)
        if not isinstance(error, FieldRefusedError):  # then it can only be for a custom field
            vital |= {field.source for field in entity.fields.values()}
        spare = [f.source for f in asked.fields.values() if f.source not in vital]

        def answers(names: Collection[str]) -> bool:
            wanted = vital | set(names)
            some = {name: f for name, f in asked.fields.items() if f.source in wanted}
            try:
                ask(replace(asked, fields=some))
            except SourceContractError:
                return False
            return True

        if not spare or not answers(()):
            raise error
        found = _refused(spare, answers)
        if not found:
            raise error
        return found


def _vital(entity: Entity) -> set[str]:
    """What the entity cannot do without: identity, what dates it, what a record needs to be of use."""
    columns = {entity.modified, entity.dated, entity.parent_key, *entity.identity}
    return {
        field.source for name, field in entity.fields.items() if field.required or name in columns
    }


def _refused(names: Sequence[str], answers: Callable[[Collection[str]], bool]) -> set[str]:
    if answers(names):
        return set()
    if len(names) == 1:
        return set(names)
    middle = len(names) // 2
    return _refused(names[:middle], answers) | _refused(names[middle:], answers)
