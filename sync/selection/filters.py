"""The vocabulary of filters in the configuration file: safe words, each on the columns it is meant for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..entities.condition import Compared, Condition, Via
from ..entities.entity import Entity, Kind, Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterWord:
    """One word: the entity keeps the records whose column is one of the listed values.

    Attributes:
        word: as the file writes it.
        columns: our columns it may mean, the first that an entity has.
        compared: what the values are.
        what: for the documentation.
    """

    word: str
    columns: tuple[str, ...]
    compared: Compared
    what: str


FROM = "from"
WORDS = (
    FilterWord(
        word="subsidiaries",
        columns=("subsidiary", "subsidiary_id"),
        compared=Compared.NUMBER,
        what="ids of subsidiaries; of transactions those with a line in one of them",
    ),
    FilterWord(
        word="departments",
        columns=("department", "department_id"),
        compared=Compared.NUMBER,
        what="ids of departments; of transactions those with a line in one of them",
    ),
    FilterWord(
        word="customers",
        columns=("customer_id",),
        compared=Compared.NUMBER,
        what="ids of customers (SuiteProjects Pro)",
    ),
    FilterWord(
        word="projects",
        columns=("project_id",),
        compared=Compared.NUMBER,
        what="ids of projects (SuiteProjects Pro)",
    ),
    FilterWord(
        word="types",
        columns=("type", "itemtype", "accttype"),
        compared=Compared.TEXT,
        what='kinds as the source names them, such as "CustInvc"',
    ),
)
_KINDS = {Compared.NUMBER: (Kind.ID, Kind.INTEGER), Compared.TEXT: (Kind.TEXT,)}


def words_of(entity: Entity, entities: Mapping[str, Entity]) -> dict[str, Condition]:
    """The words that an entity takes, each with its condition, still without values."""
    if entity.parent is not None:
        return {}  # its records follow their owner: a set is read whole or not at all
    found = {}
    for word in WORDS:
        condition = _own(entity, word) or _by_children(entity, word, entities)
        if condition is not None:
            found[word.word] = condition
    if entity.dated is not None:
        column = entity.dated
        source = entity.fields[column].source
        found[FROM] = Condition(column=column, source=source, compared=Compared.DAY)
    return found


def _own(entity: Entity, word: FilterWord) -> Condition | None:
    for column in word.columns:
        field = entity.fields.get(column)
        if field is not None and field.kind in _KINDS[word.compared]:
            return Condition(column=column, source=field.source, compared=word.compared)
    return None


def _by_children(
    entity: Entity, word: FilterWord, entities: Mapping[str, Entity]
) -> Condition | None:
    """The column where only the entity's lines have it; SuiteQL can ask for the owners of those."""
    if entity.surface is not Surface.SUITEQL or word.compared is not Compared.NUMBER:
        return None
    for child in entities.values():
        if child.parent != entity.key or child.parent_key is None:
            continue
        condition = _own(child, word)
        if condition is not None:
            via = Via(
                entity=child.key,
                resource=child.resource,
                column=child.parent_key,
                source=child.fields[child.parent_key].source,
            )
            return Condition(
                column=condition.column,
                source=condition.source,
                compared=condition.compared,
                via=via,
            )
    return None
