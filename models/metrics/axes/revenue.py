"""The dimensions of revenue: how it was recognised, how work is billed."""

from __future__ import annotations

from types import MappingProxyType

from ..dimensions import Dimension

_METHODS = MappingProxyType(  # by the letter SuiteProjects Pro gives the kind of rule
    {
        "T": "Time as worked",
        "F": "Fixed fee",
        "M": "Milestones",
        "R": "Retainer",
        "E": "Expenses",
        "P": "Purchases",
    }
)

REC_METHOD = Dimension(name="rec_method", title="Recognition method", is_text=True, words=_METHODS)
PROJECT_METHOD = Dimension(  # one method a project, where amounts do not tell theirs
    name="project_method", title="Recognition method", is_text=True, words=_METHODS
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
