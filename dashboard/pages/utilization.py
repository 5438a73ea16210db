"""Utilisation and capacity: whose time is used for what, who is free, who is late with their time."""

from __future__ import annotations

from ..auth.permissions import Permission
from ..blocks.breakdown import breakdown
from ..blocks.filters import filters
from ..blocks.head import head
from ..blocks.heat import heat
from ..blocks.members import both, changed, listing
from ..blocks.stack import layers
from ..blocks.tiles import tiles
from ..blocks.trend import trend
from ..page import Page

UTILIZATION = Page(
    key="utilization",
    path="/utilization",
    title="Utilisation",
    nav=40,
    permission=Permission.VIEW_NUMBERS,
    dated=True,
    class_name="board",
    sections=(
        filters(status=True),
        head("billable_utilization", beside=("target_attainment", "headcount")),
        tiles(
            "billable_utilization",
            "productive_utilization",
            "total_utilization",
            "target_attainment",
            "net_capacity",
            "leave_hours",
            "fte",
            "headcount",
        ),
        trend(
            "billable_utilization",
            title="Billable utilisation, and what is booked",
            ahead="booked_utilization",
            class_name="half",
        ),
        layers(
            "net_capacity",
            "leave_hours",
            name="capacity",
            title="Capacity: what is there, and what is on leave",
            back=13,
            class_name="half",
        ),
        tiles(
            "bench_hours",
            "bench_fte",
            "bench_share",
            "bench_cost",
            name="bench",
            title="Bench",
            heading="Who is free?",
        ),
        heat(
            "capacity_gap",
            down="role",
            across="week",
            months=3,
            title="Capacity less demand, week by week",
            says="Hours; orange where more is asked for than there is",
        ),
        breakdown("billable_utilization", by=("department", "role", "subsidiary")),
        breakdown("bench_hours", by=("department", "role", "subsidiary"), title="Bench hours"),
        tiles(
            "time_entry_on_time",
            "time_entry_completeness",
            "unsubmitted_hours",
            "unapproved_hours",
            name="compliance",
            title="Time entry",
            heading="Is the time in?",
        ),
        listing(
            "person",
            (
                both("billable_utilization"),
                changed("productive_utilization"),
                "target_attainment",
                "net_capacity",
                "leave_hours",
                "bench_hours",
                "missing_hours",
                "over_booked_hours",
            ),
            title="People",
            name="people",
            permission=Permission.VIEW_PEOPLE,
        ),
    ),
)
