"""The dimensions of revenue: how it was recognised."""

from __future__ import annotations

from ..dimensions import Dimension

REC_METHOD = Dimension(name="rec_method", title="Recognition method", is_text=True)
