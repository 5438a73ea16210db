"""The dimensions of revenue ahead: how sure it is, who will earn it, and what has moved it."""

from __future__ import annotations

from types import MappingProxyType

from ..dimensions import Dimension

LAYER = Dimension(
    name="layer",
    title="Layer of the forecast",
    is_text=True,
    words=MappingProxyType(
        {
            "actual": "Recognised",
            "in_flight": "In flight",
            "booked": "Booked or scheduled",
            "soft": "Tentatively booked",
            "backlog": "Unscheduled backlog",
            "pipeline": "Weighted pipeline",
            "unidentified": "Unidentified",
            "unforeseen": "Came and was in no layer",
        }
    ),
)

HORIZON = Dimension(
    name="horizon",
    title="Months ahead",
    is_text=True,
    words=MappingProxyType({str(ahead): f"{ahead} months ahead" for ahead in range(3, 13)}),
)

STAFFING = Dimension(
    name="staffing",
    title="Staffing of backlog",
    is_text=True,
    words=MappingProxyType(
        {
            "worked": "Worked, not earned yet",
            "booked": "Firmly booked",
            "soft": "Tentatively booked",
            "open": "Not staffed",
            "goods": "Needs nobody",
        }
    ),
)

CAUSE = Dimension(
    name="cause",
    title="What moved the forecast",
    is_text=True,
    words=MappingProxyType(
        {
            "won": "Won",
            "lost": "Lost",
            "new": "New deals",
            "slipped": "Slipped",
            "estimated": "Re-estimated",
            "staffed": "Staffed",
            "work": "Worked otherwise than planned",
            "exchange": "Exchange rates",
            "experience": "Unidentified",
        }
    ),
)
