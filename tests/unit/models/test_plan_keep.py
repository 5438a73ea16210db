"""An uploaded plan is kept as a version, replaced or withdrawn, audited, and counts from the next build on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from models.database import open_record, upgrade
from models.errors import QuestionError
from models.plan.check import Checked, Fault, PlanRow
from models.plan.keep import Upload, keep, versions, withdraw
from models.tables.operations import ops_audit, ops_change
from models.tables.plan import ops_plan_row

NOW = datetime(2026, 3, 10, 8, tzinfo=UTC)
ROW = PlanRow(row_number=2, measure="revenue", month=202603, amount=Decimal("100.5"))
FAULT = Fault(row=3, column="month", value="x", what="is no month.", advice="Write one.")


@pytest.fixture
def record(record_url):
    engine = open_record(record_url)
    upgrade(engine)
    yield engine
    engine.dispose()


def put(record, version="Board", *rows, at=NOW, skipped=(), faults=(), approved=None):
    made = Upload(
        version=version, file_name="plan.csv", content=b"x", subject="ada", approved_month=approved
    )
    return keep(record, made, Checked(rows=rows or (ROW,), faults=faults, skipped=skipped), at)


def sequence(record) -> int:
    with record.connect() as connection:
        return connection.scalar(select(ops_change.c.sequence)) or 0


def audit(record):
    with record.connect() as connection:
        return [
            (row.subject, row.action, row.detail) for row in connection.execute(select(ops_audit))
        ]


def test_what_is_kept_is_there_after_a_restart_exact_and_audited(record, record_url):
    put(record, skipped=(5,), approved=202512)
    record.dispose()

    again = open_record(record_url)
    [version] = versions(again)
    with again.connect() as connection:
        [row] = connection.execute(select(ops_plan_row)).all()
    assert (version.version, version.state, version.approved_month) == ("Board", "active", 202512)
    assert (version.rows_taken, version.rows_skipped, version.uploaded_at) == (1, [5], NOW)
    assert (row.measure, row.month, row.amount) == ("revenue", 202603, Decimal("100.5"))
    [(subject, action, detail)] = audit(again)
    assert (subject, action, detail["skipped"]) == ("ada", "plan_upload", [5])
    again.dispose()


def test_a_version_of_the_same_name_is_replaced_and_stays_in_the_record(record):
    first = put(record)
    second = put(record, at=NOW + timedelta(days=31))
    other = put(record, "Other")

    found = {one.plan_id: one.state for one in versions(record)}
    assert found == {
        first.plan_id: "replaced", second.plan_id: "active", other.plan_id: "active",
    }  # fmt: skip
    assert second.approved_month == 202604
    assert audit(record)[1][2]["replaced"] == [first.plan_id]


def test_a_withdrawn_version_counts_no_more_and_stays_in_the_record(record):
    put(record)

    withdraw(record, "Board", "bo", NOW)

    [one] = versions(record)
    assert (one.state, one.ended_by, one.ended_at) == ("withdrawn", "bo", NOW)
    assert audit(record)[1][:2] == ("bo", "plan_withdraw")
    with pytest.raises(QuestionError, match="no version 'Board' that counts"):
        withdraw(record, "Board", "bo", NOW)


def test_each_change_makes_the_next_build_look_again(record):
    before = sequence(record)
    put(record)
    after = sequence(record)
    withdraw(record, "Board", "bo", NOW)

    assert before < after < sequence(record)


def test_nothing_is_taken_from_a_file_with_wrong_rows(record):
    with pytest.raises(QuestionError, match=r"1 row is wrong.*are to be skipped: 3"):
        put(record, faults=(FAULT,))

    assert versions(record) == []
    assert audit(record) == []


def test_nothing_is_replaced_by_nothing(record):
    put(record)
    made = Upload(version="Board", file_name="plan.csv", content=b"x", subject="ada")

    with pytest.raises(QuestionError, match="No row is left"):
        keep(record, made, Checked(rows=(), faults=()), NOW)

    assert [one.state for one in versions(record)] == ["active"]


@pytest.mark.parametrize("name", ["", "  ", "=cmd", "+1", "@x", "a\nb", "x" * 81, "<b>"])
def test_a_version_s_name_is_fit_to_be_shown_and_exported(record, name):
    with pytest.raises(QuestionError, match="A version needs a name"):
        put(record, name)
