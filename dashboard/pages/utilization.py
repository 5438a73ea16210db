"""Utilisation and capacity: whose time is used for what, who is free, who is late with their time."""

from __future__ import annotations

from decimal import Decimal

from models.texts import Text

from ..auth.permissions import Permission
from ..blocks.adjacent import Bar, adjacent
from ..blocks.bench_list import bench_list
from ..blocks.breakdown import breakdown
from ..blocks.card import Source
from ..blocks.filters import filters
from ..blocks.head import head
from ..blocks.heat import Look, heat
from ..blocks.ladder import ladder
from ..blocks.members import both, listing, traced, weekly
from ..blocks.tiles import tiles
from ..blocks.today import ahead, today
from ..blocks.trend import trend
from ..blocks.weeks import weeks
from ..page import Page

_MONTHS = 3  # that staffing looks ahead, the running one included


_DEALS = Source(
    entity="suiteprojects__deal",
    missing="No deals are mirrored from SuiteProjects Pro: the account keeps none, or does not offer them.",
)


def _layer(name: str, title: Text, says: Text, source: Source | None = None) -> Look:
    """A part of demand, role by role and week by week."""
    return Look(
        value=name, title=title, says=says, key="demand_hours", within=("demand_layer", (name,)), source=source
    )  # fmt: skip


UTILIZATION = Page(
    key="utilization",
    path="/utilization",
    title="Utilisation",
    nav=40,
    permission=Permission.VIEW_CAPACITY,
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
            ahead="forecast_utilization",
            is_whole=True,
            class_name="half",
        ),
        weeks(
            name="capacity",
            title="Week by week: what hours are used and booked for",
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
        today(
            tiles(
                "forecast_utilization",
                "hard_booked_utilization",
                "unstaffed_demand",
                "capacity_coverage",
                name="ahead",
                title="Staffing",
                heading="Is the running month staffed?",
            )
        ),
        heat(
            "capacity_gap",
            down="role",
            across="week",
            months=_MONTHS,
            title="Capacity less demand, week by week",
            says="Hours; orange where more is asked for than there is. Demand is what is booked or asked for, and what "
            "deals that are not won yet would take, by their probability",
            first="Left over",
            looks=(
                _layer("hard", "Booked", "Hours that people are firmly booked for"),
                _layer(
                    "soft",
                    "Tentative",
                    "Hours that people are tentatively booked for, by probability",
                ),
                _layer(
                    "unstaffed",
                    "Asked for",
                    "Hours that are asked for, or booked on generic resources: nobody is found yet",
                ),
                _layer(
                    "deals",
                    "Deals",
                    "Hours that deals not won yet would take, times the probability of their opportunity",
                    _DEALS,
                ),
            ),
        ),
        today(
            adjacent(
                "role",
                Bar(key="demand_hours", title="Demand", role="fc"),
                Bar(key="capacity_to_staff", title="Own role", role="ac"),
                Bar(key="could_cover_hours", title="Could cover", role="pl"),
                name="cover",
                title="What is wanted of each role, and who could do it",
                says="Hours of the rest of the month; whoever could work in several roles counts in each",
                empty="Nobody is there and nobody is wanted.",
                rows=6,
            )
        ),
        today(
            breakdown(
                "skill_hours",
                by=("skill",),
                overlapping=True,
                top=6,
                title="What there is of each skill",
                says="Hours of the rest of the month; a person counts in each skill they have",
            )
        ),
        ahead(
            breakdown(
                "demand_hours",
                by=("demand_layer", "role", "department", "customer"),
                in_order=True,
                title="What demand rests on",
                says="Hours from today on, to the end of the month after next",
                empty="Nobody is wanted.",
            ),
            _MONTHS,
        ),
        ahead(
            breakdown(
                "deal_hours_left_out",
                by=("deal_left_out", "role", "department", "customer"),
                title="Hours of open deals that are no demand",
                says="To the end of the month after next; not weighted",
                empty="No open deal is left out.",
                source=_DEALS,
            ),
            _MONTHS,
        ),
        heat(
            "booked_utilization",
            down="person",
            across="week",
            months=3,
            title="Booked, person by person and week by week",
            says="Share of net capacity, those with the least first; blue is free, orange is booked too much",
            name="booked",
            middle=Decimal(1),
            is_load=True,
            most=20,
            permission=Permission.VIEW_PEOPLE,
        ),
        bench_list(name="bench-list", title="On the bench in the coming weeks, as of today"),
        breakdown("billable_utilization", by=("department", "role", "subsidiary", "employment")),
        breakdown("bench_hours", by=("department", "role", "subsidiary"), title="Bench hours"),
        ladder(
            "billable_utilization",
            "billable_utilization_credited",
            "billable_utilization_gross",
            "billable_utilization_logged",
            "productive_utilization",
            "total_utilization",
            name="ways",
            title="Utilisation, however it is told",
            says="Each divides other hours by another base; its definition says which",
        ),
        breakdown(
            "productive_utilization",
            by=("purpose", "department", "role", "subsidiary"),
            title="What productive time is for",
            says="Of net capacity",
        ),
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
                traced("target_attainment"),
                "productive_utilization",
                "net_capacity",
                "leave_hours",
                "bench_hours",
                "missing_hours",
                weekly("booked_utilization", 8),
                "over_booked_hours",
            ),
            title="People",
            says="Cells: booked of net capacity, week by week; blue is free, orange too much",
            name="people",
            permission=Permission.VIEW_PEOPLE,
        ),
    ),
)
