"""The record's own tables: runs, cursors, leases, quarantine, refresh requests, sessions, audit."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
)

from .types import Instant, Key, Told

RECORD = MetaData()

ops_run = Table(  # one execution of the sync
    "ops_run",
    RECORD,
    Column("run_id", Key, primary_key=True),
    Column("trigger", String(20), nullable=False),  # schedule | refresh | command | first
    Column("requested_by", String(200)),
    Column("mode", String(200), nullable=False),  # incremental | full | sweep | replay | part: …
    Column("state", String(20), nullable=False),  # running | succeeded | failed | interrupted
    Column("started_at", Instant, nullable=False),
    Column("heartbeat_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("snapshot_version", BigInteger),  # what it published
    Column(
        "stage", String(40), nullable=False, default="fetching"
    ),  # fetching | building | publishing | proving | done
    Column("error", Told),  # what happened, what was kept, what to do
)

ops_entity_run = Table(  # one entity within a run
    "ops_entity_run",
    RECORD,
    Column("run_id", ForeignKey("ops_run.run_id", ondelete="CASCADE"), primary_key=True),
    Column("entity", String(80), primary_key=True),
    Column(
        "state", String(20), nullable=False
    ),  # waiting | running | succeeded | failed | interrupted | not_offered
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("requests", Integer, nullable=False, default=0),
    Column("rows_expected", Integer),
    Column("rows_read", Integer, nullable=False, default=0),
    Column("rows_inserted", Integer, nullable=False, default=0),
    Column("rows_updated", Integer, nullable=False, default=0),
    Column("rows_unchanged", Integer, nullable=False, default=0),
    Column("rows_deleted", Integer, nullable=False, default=0),
    Column("rows_quarantined", Integer, nullable=False, default=0),
    Column("bytes_read", BigInteger, nullable=False, default=0),
    Column("waited_ms", Integer, nullable=False, default=0),
    Column("watermark_before", Instant),
    Column("watermark_after", Instant),
    Column("error", Told),
)

ops_cursor = Table(  # how far an entity is synced; committed with the rows it speaks for
    "ops_cursor",
    RECORD,
    Column("entity", String(80), primary_key=True),
    Column("watermark", Instant),  # every change before it is in the record
    Column("window_from", Instant),  # the open window, if a run was cut off inside one
    Column("window_to", Instant),
    Column("position", JSON),  # the last key read inside the open window
    Column(
        "complete_from", Integer
    ),  # yyyymm while history is still loading; null when all is here
    Column("history_to", Instant),  # the open window of the older records, and its last key
    Column("history_position", JSON),
    Column("updated_at", Instant, nullable=False),
)

ops_lease = (
    Table(  # who may write: one sync and one worker at a time, across processes and machines
        "ops_lease",
        RECORD,
        Column("name", String(80), primary_key=True),
        Column("owner", String(120), nullable=False),
        Column(
            "token", BigInteger, nullable=False
        ),  # grows with each owner: an old owner's write is refused
        Column("expires_at", Instant, nullable=False),
    )
)

ops_permit = (
    Table(  # how many requests each process may have in flight at an account; leased, shared by all
        "ops_permit",
        RECORD,
        Column("account", String(120), primary_key=True),  # <system>:<account id>
        Column("seat", String(32), primary_key=True),  # one for each client of a process
        Column("owner", String(120), nullable=False),  # the process, as ops_lease names it
        Column("held", Integer, nullable=False),
        Column("urgent", Boolean, nullable=False),  # a person waits for it
        Column("since", Instant, nullable=False),  # its place in the queue
        Column("expires_at", Instant, nullable=False),
    )
)

ops_quota = Table(  # requests sent to an account, by minute; kept for a little more than a day
    "ops_quota",
    RECORD,
    Column("account", String(120), primary_key=True),
    Column("minute", Instant, primary_key=True),
    Column("requests", Integer, nullable=False),
)

ops_account = Table(  # what is known of an account's limits, and whether it may be asked now
    "ops_account",
    RECORD,
    Column("account", String(120), primary_key=True),
    Column("per_day", Integer),  # requests in 24 hours; null: not limited
    Column("kept_for_others", Integer, nullable=False, default=0),  # of them
    Column("left_today", Integer),  # as the account told at `told_at`
    Column("told_at", Instant),
    Column("parked_until", Instant),  # no request before, but for a person's check
    Column("refused", String(64)),  # fingerprint of the credentials that were refused
    Column("refused_text", Told),
)

ops_change = Table(  # the change sequence: one row, its value is the newest change in the record
    "ops_change",
    RECORD,
    Column("id", Integer, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
)

ops_quarantine = Table(  # records we could not use, kept whole with the reason
    "ops_quarantine",
    RECORD,
    Column("quarantine_id", Key, primary_key=True),
    Column("entity", String(80), nullable=False),
    Column("record_key", String(200), nullable=False),
    Column("field", String(120)),
    Column("reason", Told, nullable=False),
    Column(
        "payload", JSON, nullable=False
    ),  # of a large record: with notes in place of long values
    Column("payload_packed", LargeBinary),  # of a large record: all of it, compressed JSON
    Column("payload_bytes", BigInteger, nullable=False, default=0, server_default="0"),
    Column("payload_sha256", String(64)),
    Column("attempts", Integer, nullable=False, default=0, server_default="0"),  # re-read by id
    Column("next_try_at", Instant),  # null: not to be re-read by itself
    Column(
        "accepted", Boolean, nullable=False, default=False, server_default=false()
    ),  # a snapshot was published with it left out
    Column("first_seen_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("run_id", BigInteger, nullable=False),
    UniqueConstraint("entity", "record_key"),
)

ops_token = Table(  # OAuth tokens that rotate: stored before they are used
    "ops_token",
    RECORD,
    Column("name", String(80), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),  # encrypted with ONEVIEW_SECRET_KEY
    Column("updated_at", Instant, nullable=False),
)

ops_refresh_request = Table(  # a person asked for a sync; the worker takes it
    "ops_refresh_request",
    RECORD,
    Column("request_id", Key, primary_key=True),
    Column("requested_by", String(200), nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("state", String(20), nullable=False),  # queued | taken | done
    Column("run_id", BigInteger),
    Column("project", String(200)),  # only this one, with all that belongs to it; null: everything
)

ops_session = Table(  # who is signed in; the cookie holds only the random id
    "ops_session",
    RECORD,
    Column("session_hash", String(64), primary_key=True),  # SHA-256 of the cookie's value
    Column("subject", String(200), nullable=False),
    Column("email", String(200), nullable=False),
    Column("name", String(200), nullable=False),
    Column("role", String(40), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked", Boolean, nullable=False, default=False),
)

ops_audit = Table(  # who did what: sign-in, refusal, export, refresh
    "ops_audit",
    RECORD,
    Column("audit_id", Key, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("subject", String(200)),
    Column("action", String(60), nullable=False),
    Column("detail", JSON),
    Index("ix_ops_audit_at", "at"),
)

ops_selection = Table(  # what the configuration chose of an entity when it was last looked at
    "ops_selection",
    RECORD,
    Column("entity", String(80), primary_key=True),
    Column("state", String(20), nullable=False),  # on | off
    Column("fingerprint", String(64), nullable=False),  # of what is left out and narrowed to
    Column("changed_at", Instant, nullable=False),
    Column("refreshed_to", Instant),  # off: changes after this moment are not in the mirror
)

ops_probe = Table(  # what the account has, and whether what we take for granted holds
    "ops_probe",
    RECORD,
    Column("system", String(20), primary_key=True),
    Column("subject", String(120), primary_key=True),  # table:…, fact:…, account:…
    Column("title", String(300), nullable=False),
    Column("state", String(20), nullable=False),  # ok | off | forbidden | wrong | unknown
    Column("detail", Told, nullable=False),
    Column("advice", Told),  # the setting or permission to change
    Column("checked_at", Instant, nullable=False),
)
