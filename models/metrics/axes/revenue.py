"""The dimensions of revenue: how it was recognised, how work is billed."""

from __future__ import annotations

from types import MappingProxyType

from ..dimensions import Dimension

REC_METHOD = Dimension(name="rec_method", title="Recognition method", is_text=True)
PROJECT_METHOD = Dimension(  # one method a project, where amounts do not tell theirs
    name="project_method", title="Recognition method", is_text=True
)
BILLING_TERMS = Dimension(
    name="billing_terms",
    title="Billing terms",
    is_text=True,
    words=MappingProxyType(
        {
            "hourly": "By the hour",
            "capped": "By the hour, capped",
            "fixed": "Fixed fee",
            "none": "No billing rule",
        }
    ),
)
