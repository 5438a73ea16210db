"""Whether backlog is staffed, by SQL written by hand on orders, postings and bookings of the record."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_EVEN, Decimal

import pytest

from models.metrics.kpi import Lens, Side
from models.period import Period

from .asked import SIX, by_key
from .deals import TODAY
from .priced import CLIENT, rates_of

D = Decimal
NOW = Period.parse("2026-11")
PARTS = ("worked", "booked", "soft", "open", "goods")


def _told(loaded, key, by=(), *, lens=Lens.SUBSIDIARY, side=Side.ERP, **how):
    return by_key(loaded, key, NOW, side, by, lens=lens, **how)


@pytest.mark.parametrize("lens", list(Lens))
@pytest.mark.parametrize("side", list(Side))
def test_what_is_staffed_and_what_is_not_is_backlog_to_the_cent_whichever_way_it_is_asked(
    loaded, lens, side
):
    told = {"lens": lens, "side": side}
    for by in ((), ("project",), ("department",), ("stream",)):
        backlog = _told(loaded, "backlog", by, **told)

        assert backlog
        assert _told(loaded, "backlog_by_staffing", by, **told) == backlog

    parts = defaultdict(D)
    for (staffing, _), amount in _told(
        loaded, "backlog_by_staffing", ("staffing",), **told
    ).items():
        parts[staffing] += amount
    staffed = sum(_told(loaded, "staffed_backlog", **told).values())
    unstaffed = sum(_told(loaded, "unstaffed_backlog", **told).values())
    assert set(parts) <= set(PARTS)
    assert staffed == parts["worked"] + parts["booked"]
    assert unstaffed == parts["soft"] + parts["open"]
    assert staffed + unstaffed + parts["goods"] == sum(_told(loaded, "backlog", **told).values())
    if lens is Lens.CONSOLIDATED:
        ((_, share),) = _told(loaded, "staffed_backlog_share", **told).items()
        assert share == (staffed / (staffed + unstaffed)).quantize(SIX, rounding=ROUND_HALF_EVEN)


def _priced_bookings(firm):
    """Project and class -> hours from today on at their agreed, else their listed price, where no rate is needed."""
    found = defaultdict(D)
    for user, project, kind, first, last, hours, rate in firm.read(
        f"""
        SELECT b.user_id, 2 * b.project_id, t.name, b.start_date, b.end_date, b.hours,
            coalesce(CASE WHEN r.id IS NOT NULL THEN a.rate END, l.rate, u.rate)
        FROM stg_suiteprojects__booking b
        JOIN stg_suiteprojects__booking_type t ON t.id = b.booking_type_id
        JOIN stg_suiteprojects__project p ON p.id = b.project_id
            AND {CLIENT}
        JOIN stg_netsuite__transactionline o ON o.entity = p.netsuite_id
        JOIN stg_netsuite__transaction h ON h.id = o."transaction" AND h.type = 'SalesOrd'
        JOIN stg_netsuite__subsidiary s ON s.id = o.subsidiary
        JOIN stg_netsuite__currency c ON c.id = s.currency AND c.symbol = p.currency
        JOIN stg_suiteprojects__user u ON u.id = b.user_id
        LEFT JOIN stg_suiteprojects__project_task k ON k.id = b.project_task_id
        {rates_of("b", "b.start_date")}
        WHERE b.end_date >= :today AND coalesce(b.approval_status, 'O') <> 'R'
            AND coalesce(k.is_non_billable, 0) = 0
        GROUP BY b.id""",
        today=TODAY,
    ):
        working = [day for day in firm.days(first, last) if firm.gross(user, day) > 0]
        ahead = sum(firm.gross(user, day) for day in working if day.isoformat() >= TODAY)
        share = ahead / sum(firm.gross(user, day) for day in working) if working else 0
        found[project, kind] += (
            D(hours) * D(rate) / 100_000_000 * D(share.numerator) / D(share.denominator)
        )
    return found


def test_a_contract_is_staffed_as_far_as_work_and_bookings_on_its_project_reach(loaded, firm):
    bookings = _priced_bookings(firm)
    backlog, staffed, worked = (
        _told(loaded, key, ("project",))
        for key in ("backlog", "staffed_backlog", "forecast_in_flight")
    )
    soft = _told(loaded, "backlog_by_staffing", ("project",), where={"staffing": ["soft"]})
    seen = defaultdict(int)

    for member, left in backlog.items():
        project, _ = member
        hard, tentative = bookings[project, "Hard"], bookings[project, "Soft"]
        if not hard + tentative:
            continue
        known = min(left, worked.get(member, D(0)) + hard)
        maybe = min(left - known, tentative)
        seen["in part" if known < left else "whole"] += 1
        seen["soft"] += maybe > 1
        assert abs(staffed.get(member, D(0)) - known) < D("0.1"), project
        assert abs(soft.get(member, D(0)) - maybe) < D("0.1"), project
    assert seen["in part"] > 3
    assert seen["whole"] > 0
    assert seen["soft"] > 0
