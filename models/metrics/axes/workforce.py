"""The dimensions of people's weeks and of what is lost on the way to the cash."""

from __future__ import annotations

from types import MappingProxyType

from ..dimensions import Dimension
from .common import of_people
from .statement import SINCE

LINE_MANAGER = of_people("line_manager", "Line manager")
WEEK = Dimension(name="week", title="Week", is_text=True, in_time=True)
USE = Dimension(
    name="use",
    title="What hours are used for",
    is_text=True,
    words=MappingProxyType(
        {
            "billable": "Billable",
            "productive": "Productive",
            "admin": "Other work",
            "leave": "Leave",
            "booked": "Booked on billable work",
            "booked_internal": "Booked on other work",
            "leave_ahead": "Leave ahead",
        }
    ),
)
EMPLOYMENT = Dimension(
    name="employment",
    title="Employees and contractors",
    is_text=True,
    words=MappingProxyType(
        {"employee": "Employees", "contractor": "Contractors", "generic": "Generic resources"}
    ),
)
PURPOSE = Dimension(
    name="purpose",
    title="What work is for",
    is_text=True,
    words=MappingProxyType(
        {
            "client": "Clients",
            "presales": "Presales",
            "product": "Product",
            "training": "Training",
            "practice_building": "Building the practice",
            "other": "Other internal work",
        }
    ),
)
SKILL = Dimension(name="skill", title="Skill", is_text=True)
DEMAND_LAYER = Dimension(
    name="demand_layer",
    title="Part of demand",
    is_text=True,
    words=MappingProxyType(
        {
            "hard": "Hard-booked",
            "soft": "Soft-booked, by probability",
            "unstaffed": "Asked for, nobody found yet",
            "deals": "Deals not won yet, by probability",
        }
    ),
)
DEAL_LEFT_OUT = Dimension(
    name="deal_left_out",
    title="Why it is left out",
    is_text=True,
    words=MappingProxyType(
        {
            "likelihood": "Likelihood not known",
            "dates": "Dates not known",
            "claim": "Its opportunity is another deal's",
        }
    ),
)
STANDING = Dimension(
    name="standing",
    title="New or leaving",
    is_text=True,
    words=MappingProxyType({"new": "New", "leaving": "About to leave", "settled": "Settled"}),
)
UNBILLED_KIND = Dimension(
    name="unbilled_kind",
    title="What waits for an invoice",
    is_text=True,
    words=MappingProxyType({"charge": "Charges", "time": "Time that is not charged yet"}),
)
UNBILLED_AGE = Dimension(
    name="unbilled_age",
    title="Days since the work",
    is_text=True,
    words=MappingProxyType(SINCE),
)
