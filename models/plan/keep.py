"""Keeps uploaded plans in the record: a version is uploaded, replaced, withdrawn; nothing is ever lost.

Each change moves the change sequence on, so that the next build takes it in, and stands in the audit trail.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from ..database import writing
from ..errors import QuestionError
from ..sequence import next_sequence
from ..tables.operations import ops_audit
from ..tables.plan import ops_plan, ops_plan_row
from ..texts import _, ngettext
from .check import Checked

_VERSION = re.compile(r"[^\x00-\x1f\x7f<>=+@-][^\x00-\x1f\x7f<>]{0,79}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An upload as the record holds it."""

    plan_id: int
    version: str
    state: str  # active | replaced | withdrawn
    approved_month: int
    file_name: str
    rows_taken: int
    rows_skipped: Sequence[int]
    uploaded_by: str
    uploaded_at: datetime
    ended_by: str | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What is to be kept, and of whom.

    Attributes:
        approved_month: yyyymm; its average rates hold. None: the month of the upload.
    """

    version: str
    file_name: str
    content: bytes
    subject: str
    approved_month: int | None = None


def keep(record: Engine, upload: Upload, checked: Checked, now: datetime) -> Version:
    """Keep a checked file as a version; one of the same name counts no more from then on.

    Raises:
        QuestionError: rows are wrong that were not to be skipped, none is left, or the version's name
            cannot be one. Nothing was taken.
    """
    version = version_name(upload.version)
    _need_right(checked)
    with writing(record) as connection:
        next_sequence(connection)  # first: its lock lets one upload after the other
        replaced = _end(connection, version, "replaced", upload.subject, now)
        values = {
            "version": version,
            "state": "active",
            "approved_month": upload.approved_month or now.year * 100 + now.month,
            "file_name": upload.file_name[:200],
            "file_sha256": hashlib.sha256(upload.content).hexdigest(),
            "rows_taken": len(checked.rows),
            "rows_skipped": list(checked.skipped),
            "uploaded_by": upload.subject,
            "uploaded_at": now,
        }
        plan_id = connection.execute(
            insert(ops_plan).values(values).returning(ops_plan.c.plan_id)
        ).scalar_one()
        connection.execute(
            insert(ops_plan_row), [{"plan_id": plan_id, **asdict(row)} for row in checked.rows]
        )
        detail = {
            "version": version, "plan": plan_id, "file": upload.file_name[:200],
            "sha256": values["file_sha256"], "rows": len(checked.rows),
            "skipped": list(checked.skipped), "replaced": replaced,
        }  # fmt: skip
        _note(connection, now, upload.subject, "plan_upload", detail)
        return _version(connection, plan_id)


def withdraw(record: Engine, version: str, subject: str, now: datetime) -> None:
    """Let a version count no more; its rows stay in the record.

    Raises:
        QuestionError: there is no such version that counts.
    """
    with writing(record) as connection:
        next_sequence(connection)
        ended = _end(connection, version.strip(), "withdrawn", subject, now)
        if not ended:
            known = sorted(connection.scalars(
                select(ops_plan.c.version).where(ops_plan.c.state == "active")
            ))  # fmt: skip
            names = ", ".join(known) if known else "none"
            raise QuestionError(
                _(
                    "There is no version '{version}' that counts. Nothing was changed. Versions that count: {names}.",
                    version=version,
                    names=names,
                )
            )
        _note(connection, now, subject, "plan_withdraw", {"version": version, "plans": ended})


def versions(record: Engine) -> list[Version]:
    """All uploads, those that count first, then the newest first."""
    query = select(ops_plan).order_by(ops_plan.c.state != "active", ops_plan.c.plan_id.desc())
    with record.connect() as connection:
        return [_of(row) for row in connection.execute(query).mappings()]


def version_name(text: str) -> str:
    """The name of a version, fit to be shown and exported.

    Raises:
        QuestionError: it cannot be one.
    """
    name = text.strip()
    if not _VERSION.fullmatch(name):
        raise QuestionError(
            _(
                "A version needs a name of 1 to 80 characters that begins with a letter or digit, such as "
                "'Budget 2027'. Nothing was taken."
            )
        )
    return name


def _need_right(checked: Checked) -> None:
    if checked.faults:
        rows = sorted({fault.row for fault in checked.faults})
        raise QuestionError(
            ngettext(
                "{count} row is wrong. Nothing was taken. Mend the file, or say that these rows are to be skipped: "
                "{rows}.",
                "{count} rows are wrong. Nothing was taken. Mend the file, or say that these rows are to be skipped: "
                "{rows}.",
                len(rows),
                count=len(rows),
                rows=",".join(map(str, rows)),
            )
        )
    if not checked.rows:
        raise QuestionError(_("No row is left to be taken. Nothing was taken."))


def _end(
    connection: Connection, version: str, state: str, subject: str, now: datetime
) -> list[int]:
    return list(
        connection.scalars(
            update(ops_plan)
            .where(ops_plan.c.version == version, ops_plan.c.state == "active")
            .values(state=state, ended_by=subject, ended_at=now)
            .returning(ops_plan.c.plan_id)
        )
    )


def _note(
    connection: Connection, now: datetime, subject: str, action: str, detail: dict[str, Any]
) -> None:
    connection.execute(
        insert(ops_audit).values(at=now, subject=subject, action=action, detail=detail)
    )


def _version(connection: Connection, plan_id: int) -> Version:
    query = select(ops_plan).where(ops_plan.c.plan_id == plan_id)
    return _of(connection.execute(query).mappings().one())


def _of(row: Any) -> Version:
    return Version(**{name: row[name] for name in Version.__dataclass_fields__})
