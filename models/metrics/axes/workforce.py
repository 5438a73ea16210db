"""The dimensions of people's weeks and of what is lost on the way to the cash."""

from __future__ import annotations

from ..dimensions import Dimension
from .common import of_people

LINE_MANAGER = of_people("line_manager", "Line manager")
WEEK = Dimension(name="week", title="Week", is_text=True)
