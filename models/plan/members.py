"""Who and what an uploaded plan may name: the members of the newest snapshot, by name, code or id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, select

from ..snapshot import Snapshot
from ..tables.conformed import (
    dim_account,
    dim_customer,
    dim_department,
    dim_project,
    dim_subsidiary,
)
from ..texts import Text, _
from .values import Unreadable

_SYSTEMS = ("netsuite", "suiteprojects")
_SHOWN = 5


@dataclass(frozen=True)
class Index:
    """The members of one dimension.

    Attributes:
        title: what one is called.
        found: name, code or `system:id`, in lower case -> references; several: it is ambiguous.
        names: reference -> name.
    """

    title: Text
    found: Mapping[str, frozenset[str]]
    names: Mapping[str, str]

    def reference(self, text: str) -> str:
        """The member a text means, as `system:id`.

        Raises:
            Unreadable: none, or several.
        """
        meant = self.found.get(text.casefold(), frozenset())
        if len(meant) == 1:
            return next(iter(meant))
        if meant:
            raise Unreadable(
                _("is the name of {count} of them.", count=len(meant)),
                _("Write which: {meant}.", meant=", ".join(sorted(meant)[:_SHOWN])),
            )
        raise Unreadable(_("is no {title} that is known.", title=_(self.title)), self._like(text))

    def _like(self, text: str) -> str:
        start = text.casefold()[:3]
        near = [name for name in self.names.values() if start and start in name.casefold()]
        names = sorted(near or self.names.values())[:_SHOWN]
        if not names:
            return _("None is known yet: wait for the first sync.")
        return _("Write its name as it is there, such as {names}.", names=", ".join(names))


@dataclass(frozen=True, kw_only=True)
class Members:
    """All that an upload may name.

    Attributes:
        indexes: column -> its members.
        currencies: codes that are known.
        projects: project's reference -> its subsidiary's, where it has one.
    """

    indexes: Mapping[str, Index]
    currencies: frozenset[str]
    projects: Mapping[str, str] = field(default_factory=dict)


def members_of(snapshot: Snapshot) -> Members:
    """The members of a snapshot."""
    with snapshot.engine.connect() as connection:
        indexes = {
            name: _index(connection, name, table, key, codes)
            for name, table, key, codes in (
                ("subsidiary", dim_subsidiary, "subsidiary_key", ()),
                ("department", dim_department, "department_key", ()),
                ("customer", dim_customer, "customer_key", ()),
                ("project", dim_project, "project_key", ("code",)),
                ("account", dim_account, "account_key", ("number",)),
            )
        }
        currencies = {
            code
            for table in (dim_subsidiary, dim_customer, dim_project)
            for code in connection.scalars(select(table.c.currency).distinct())
            if code
        }
        projects = _subsidiaries(connection)
    return Members(
        indexes=indexes,
        currencies=frozenset(currencies | {snapshot.reporting_currency}),
        projects=projects,
    )


def _index(
    connection: Connection, title: Text, table: Table, key: str, codes: tuple[str, ...]
) -> Index:
    """Living members go before deleted ones of the same name; a code goes before a name."""
    by_code: dict[str, set[str]] = defaultdict(set)
    living: dict[str, set[str]] = defaultdict(set)
    gone: dict[str, set[str]] = defaultdict(set)
    names: dict[str, str] = {}
    for row in connection.execute(select(table)).mappings():
        references = _references(row, key)
        if not references or row[key] == -1:
            continue
        names[references[0]] = row["name"] or references[0]
        for text in references:
            by_code[text].add(references[0])
        for text in (row[code] for code in codes):
            if text and not row["is_deleted"]:
                by_code[str(text).strip().casefold()].add(references[0])
        if row["name"]:
            (gone if row["is_deleted"] else living)[row["name"].strip().casefold()].add(
                references[0]
            )
    found = {**gone, **living, **by_code}
    return Index(title, {text: frozenset(ids) for text, ids in found.items()}, names)


def _references(row: Any, key: str) -> list[str]:
    """`system:id` of a member; SuiteProjects Pro's first, as its key has it."""
    if "netsuite_id" not in row:
        return [f"netsuite:{row[key]}"]
    return [
        f"{system}:{row[f'{system}_id']}"
        for system in reversed(_SYSTEMS)
        if row[f"{system}_id"] is not None
    ]


def _subsidiaries(connection: Connection) -> dict[str, str]:
    found = {}
    for row in connection.execute(select(dim_project)).mappings():
        references = _references(row, "project_key")
        if references and row["subsidiary_key"] not in (None, -1):
            found[references[0]] = f"netsuite:{row['subsidiary_key']}"
    return found
