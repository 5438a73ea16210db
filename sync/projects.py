"""Finds a project as people call it, with its id in each system."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, Table, or_, select

from models.errors import QuestionError

from .engine.part import PROJECTS, Target
from .engine.stage import DELETED, ensure_tables, staging_table
from .entities import ENTITIES
from .entities.entity import System


def project_target(engine: Engine, named: str) -> Target:
    """The project with this code, name or id, in both systems where both know it.

    Raises:
        QuestionError: there is no such project, or more than one.
    """
    ensure_tables(engine, (ENTITIES[key] for key in PROJECTS.values()))
    psa = staging_table(ENTITIES[PROJECTS[System.SUITEPROJECTS]])
    erp = staging_table(ENTITIES[PROJECTS[System.NETSUITE]])
    with engine.connect() as connection:
        found = _named(connection, psa, named, ("code", "name"))
        twins = [row.netsuite_id for row in found if row.netsuite_id and row.netsuite_id > 0]
        jobs = _named(connection, erp, named, ("entityid", "companyname"))
        if not found and len(jobs) == 1:  # known by its name in NetSuite alone
            found = connection.execute(
                select(psa).where(psa.c.netsuite_id == jobs[0].id, psa.c[DELETED].is_(None))
            ).all()
        if len(found) > 1 or (not found and len(jobs) > 1):
            ids = ", ".join(str(row.id) for row in found or jobs)
            raise QuestionError(
                f"More than one project is called '{named}'; name one by its id: {ids}."
            )
        if not found and not jobs:
            raise QuestionError(f"The mirror holds no project '{named}'. A full sync may bring it.")
    roots: dict[str, list[Any]] = {}
    if found:
        roots[PROJECTS[System.SUITEPROJECTS]] = [found[0].id]
    if twins or (not found and jobs):
        roots[PROJECTS[System.NETSUITE]] = twins[:1] or [jobs[0].id]
    elif found and len(jobs) == 1:
        roots[PROJECTS[System.NETSUITE]] = [jobs[0].id]
    return Target(title=f"project {named}", roots=roots)


def _named(connection: Connection, table: Table, named: str, columns: tuple[str, ...]) -> Any:
    matches = [table.c[column] == named for column in columns]
    if named.isascii() and named.isdigit() and len(named) < 19:
        matches.append(table.c.id == int(named))
    return connection.execute(select(table).where(or_(*matches), table.c[DELETED].is_(None))).all()
