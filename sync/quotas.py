"""How much of each account's limits is in use; for `oneview sync status`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from models.database import record_time
from models.tables.operations import ops_account, ops_permit, ops_quota

_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaStatus:
    """What one account was asked in 24 hours, and what it still takes."""

    account: str
    requests_today: int
    per_day: int | None
    kept_for_others: int
    left_today: int | None  # as the account told at `told_at`, less what we sent since
    told_at: datetime | None
    in_flight_allowed: int  # of all our processes together, now
    parked_until: datetime | None
    refused: str | None  # why the schedule does not ask with these credentials


def read_quotas(connection: Connection) -> Sequence[QuotaStatus]:
    """The accounts that were ever asked."""
    now = record_time(connection)
    quotas = []
    for known in connection.execute(select(ops_account).order_by(ops_account.c.account)):
        sent = select(func.coalesce(func.sum(ops_quota.c.requests), 0)).where(
            ops_quota.c.account == known.account
        )
        held = select(func.coalesce(func.sum(ops_permit.c.held), 0)).where(
            ops_permit.c.account == known.account, ops_permit.c.expires_at > now
        )
        left = None
        if known.told_at is not None and known.told_at > now - _DAY:
            since = int(connection.scalar(sent.where(ops_quota.c.minute >= known.told_at)) or 0)
            left = max(0, known.left_today - since)
        parked = known.parked_until
        quotas.append(
            QuotaStatus(
                account=known.account,
                requests_today=int(
                    connection.scalar(sent.where(ops_quota.c.minute > now - _DAY)) or 0
                ),
                per_day=known.per_day,
                kept_for_others=known.kept_for_others,
                left_today=left,
                told_at=known.told_at if left is not None else None,
                in_flight_allowed=int(connection.scalar(held) or 0),
                parked_until=parked if parked is not None and parked > now else None,
                refused=known.refused_text,
            )
        )
    return quotas


def quota_lines(quotas: Sequence[QuotaStatus]) -> list[str]:
    """One sentence an account."""
    return [_sentence(one) for one in quotas]


def _sentence(one: QuotaStatus) -> str:
    text = f"{one.account}: {one.requests_today:,} requests in 24 hours"
    if one.per_day is not None:
        text += f" of {one.per_day:,}, {one.kept_for_others:,} of them left to others"
    if one.left_today is not None and one.told_at is not None:
        text += f"; by its own word of {one.told_at:%H:%M} UTC {one.left_today:,} are left"
    if one.parked_until is not None:
        text += f"; parked until {one.parked_until:%Y-%m-%d %H:%M} UTC"
    if one.refused is not None:
        text += f"; not asked by the schedule: {one.refused}"
    return text
