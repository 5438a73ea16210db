"""The parameters that several endpoints share."""

from __future__ import annotations

from models.metrics.change import Moved
from models.metrics.kpi import Lens, Side

from .endpoint import Parameter, Part

MOST_ROWS = 1000
USUAL_ROWS = 100
MOST_LINES = 5000
FARTHEST = 10**9

KEY = Part(name="key", description="Key of the KPI.", example="recognized_revenue")
PERIOD = Parameter(
    name="period",
    description="A month (2026-03), a quarter (2026-Q1), a year (2026), a fiscal quarter or year (FY2026-Q1, "
    "FY2026: called by the year it ends in) or a run of months (2025-11..2026-03). Default: the last month that is closed in NetSuite.",
    schema={"type": "string"},
    example="2026-03",
)
BY = Parameter(
    name="by",
    description="Break down by a dimension of the KPI. May be given several times.",
    schema={"type": "string"},
    many=True,
    example="department",
)
WHERE = Parameter(
    name="where",
    description="Filter, as dimension=member: its name, code or key. Several members of one dimension are "
    "added up; several dimensions all hold.",
    schema={"type": "string", "pattern": "^[^=]+=.+$"},
    many=True,
    example="department=Delivery",
)
CURRENCY = Parameter(
    name="currency",
    description="The currency that money is told in: consolidated (the reporting currency), subsidiary (each "
    "subsidiary's books) or transaction (as it was agreed). The latter two answer a line for each currency.",
    schema={"type": "string", "enum": [lens.value for lens in Lens], "default": "consolidated"},
    example="subsidiary",
)
LINE_CURRENCY = Parameter(
    name="line_currency",
    description="Only the rows of one currency, where `currency` tells them apart: ISO 4217, or empty for those "
    "whose currency no record tells.",
    schema={"type": "string", "pattern": "^([A-Z]{3})?$"},
    example="EUR",
)
SIDE = Parameter(
    name="side",
    description="Whose rows: erp (NetSuite) or psa (SuiteProjects Pro). Default: the side of record.",
    schema={"type": "string", "enum": [side.value for side in Side]},
    example="erp",
)
SINCE = Parameter(
    name="since",
    description="What the number is compared with: a version of the data that is kept (41), or a day "
    "(2026-03-31): the last version made on it or before, by UTC. This or `as`, not both.",
    schema={"type": "string"},
    example="2026-03-31",
)
AS = Parameter(
    name="as",
    description="closed: compare with the period as it was when its last month was closed in NetSuite's books.",
    schema={"type": "string", "enum": ["closed"]},
    example="closed",
)
COMPARE = Parameter(
    name="compare",
    description="true: set every line against the period before, the year before, the plan and the benchmark, as far "
    "as the KPI declares them (`compared`).",
    schema={"type": "boolean", "default": False},
    example="true",
)
KIND = Parameter(
    name="kind",
    description="Only records of which this became. May be given several times. The sums are always of all.",
    schema={"type": "string", "enum": [kind.value for kind in Moved]},
    many=True,
    example="new",
)
ORDER = Parameter(
    name="order",
    description="Columns to order by, separated by commas; a minus before one turns it round.",
    schema={"type": "string"},
    example="-contribution,day",
)
OFFSET = Parameter(
    name="offset",
    description="How many to leave out at the beginning. Follow `next` rather than counting yourself.",
    schema={"type": "integer", "minimum": 0, "maximum": FARTHEST, "default": 0},
)
SNAPSHOT = Parameter(
    name="snapshot",
    description="The version of the data to read on in; `next` carries it, so that pages fit together though "
    "a sync publishes newer data meanwhile. Default: the newest.",
    schema={"type": "integer", "minimum": 0},
)


def limit(usual: int, most: int) -> Parameter:
    """How many at most in one answer."""
    return Parameter(
        name="limit",
        description=f"How many at most in this answer. At most {most}.",
        schema={"type": "integer", "minimum": 1, "maximum": most, "default": usual},
    )
