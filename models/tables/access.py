"""The record's tables of who may ask from outside the pages: people, their tokens, where tokens were used from."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from .operations import RECORD
from .types import Instant, Key

ops_person = Table(  # what the identity provider last told of a person, at their sign-in
    "ops_person",
    RECORD,
    Column("subject", String(200), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("email", String(200), nullable=False),
    Column("role", String(40)),  # null: their groups give none; they were refused
    Column("signed_in_at", Instant, nullable=False),  # or refused
    Column("disabled_at", Instant),  # an administrator keeps them out since then
)

ops_access_token = Table(  # personal tokens for the HTTP API; the secret itself is nowhere
    "ops_access_token",
    RECORD,
    Column("token_id", Key, primary_key=True),
    Column("secret_hash", String(64), nullable=False, unique=True),  # SHA-256 of the token
    Column("hint", String(12), nullable=False),  # its first characters, to know it by
    Column("subject", ForeignKey("ops_person.subject"), nullable=False),
    Column("name", String(100), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),  # to the minute
    Column("revoked_at", Instant),
    Column("revoked_by", String(200)),
    Index("ix_ops_access_token_subject", "subject"),
)

ops_access_address = Table(  # the addresses a token was used from
    "ops_access_address",
    RECORD,
    Column(
        "token_id",
        ForeignKey("ops_access_token.token_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("address", String(64), primary_key=True),
    Column("first_at", Instant, nullable=False),
)
