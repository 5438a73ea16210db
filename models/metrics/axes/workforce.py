"""The dimensions of people's weeks and of what is lost on the way to the cash."""

from __future__ import annotations

from ...tables.conformed import dim_person
from ..dimensions import Dimension

LINE_MANAGER = Dimension(
    name="line_manager",
    title="Line manager",
    table=dim_person,
    key=dim_person.c.person_key,
    label=dim_person.c.name,
)
WEEK = Dimension(name="week", title="Week", is_text=True)
