"""The dimension of revenue ahead: how sure it is."""

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
        }
    ),
)
