"""What the answers look like, in JSON Schema; OpenAPI's `components`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.metrics.change import Moved
from models.metrics.kpi import Basis, Better, Kind, Lens, Reason, Side, Unit

from .endpoint import Schema


def _object(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> Schema:
    properties = {**required, **(optional or {})}
    return {"type": "object", "required": list(required), "properties": properties}


def _many(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
_NEXT: Schema = {
    "type": ["string", "null"],
    "format": "uri",
    "description": "The next page; null on the last one. The header Link says the same.",
}
_SIDES: Schema = {"type": "string", "enum": [side.value for side in Side]}
_LENS: Schema = {"type": "string", "enum": [lens.value for lens in Lens]}
_PERIOD = _object(
    {"start": {"type": "string", "format": "date"}, "end": {"type": "string", "format": "date"}}
)

_LINE = _object(
    {
        "currency": {
            "type": ["string", "null"],
            "description": "ISO 4217, for money; empty where lines are by currency and no record tells whose it is.",
        },
        "erp": _ref("Amount"),
        "psa": _ref("Amount"),
        "variance": _ref("Amount"),
        "value": _ref("Amount"),
        "reason": {
            "type": ["string", "null"],
            "enum": [*(reason.value for reason in Reason), None],
            "description": "Why a side has no number.",
        },
        "blank": {
            **_COUNT,
            "description": "Rows that count for nothing, because no rate or cost is known.",
        },
    },
    {
        "compared": {
            "type": "object",
            "propertyNames": {"enum": [basis.value for basis in Basis]},
            "additionalProperties": _ref("Against"),
            "description": "Only where asked for: what the line is compared with.",
        },
        "before": {
            **_object(
                {
                    "erp": _ref("Amount"),
                    "psa": _ref("Amount"),
                    "value": _ref("Amount"),
                    "reason": {"type": ["string", "null"]},
                }
            ),
            "description": "Only with `since` or `as`: the line as it was.",
        },
        "change": {**_ref("Amount"), "description": "`value` less that of `before`."},
    },
)
_CLOSED: Schema = {
    "type": ["object", "null"],
    "required": ["month", "kept_at", "was_seen"],
    "properties": {
        "month": _TEXT,
        "kept_at": _MOMENT,
        "was_seen": {
            "type": "boolean",
            "description": "false: the month was closed before it was first mirrored.",
        },
    },
    "description": "Of a closed month as it was kept.",
}

COMPONENTS: Mapping[str, Schema] = {
    "Amount": {
        "type": ["string", "null"],
        "pattern": r"^-?[0-9]+(\.[0-9]+)?$",
        "description": "An exact decimal as text; never a binary float. A percentage is a fraction: 0.689 is 68.9 %, and so are percentage points.",
    },
    "Kpi": _object(
        {
            "key": _TEXT,
            "group": {"type": "string", "pattern": "^[A-H]$"},
            "title": _TEXT,
            "question": _TEXT,
            "definition": _TEXT,
            "unit": {"type": "string", "enum": [unit.value for unit in Unit]},
            "kind": {"type": "string", "enum": [kind.value for kind in Kind]},
            "better": {"type": "string", "enum": [better.value for better in Better]},
            "record": _SIDES,
            "by": _many(_TEXT),
            "compared": _many({"type": "string", "enum": [basis.value for basis in Basis]}),
            "formula": _object({side.value: _TEXT for side in Side}),
            "facts": _many(_TEXT),
            "edge_cases": _TEXT,
            "controls": _many(_TEXT),
            "source": _TEXT,
        }
    ),
    "Kpis": _object({"kpis": _many(_ref("Kpi")), "total": _COUNT, "next": _NEXT}),
    "Dimensions": _object({"dimensions": _many(_object({"name": _TEXT, "title": _TEXT}))}),
    "Members": _object(
        {
            "name": _TEXT,
            "title": _TEXT,
            "members": _many(
                _object(
                    {
                        "key": {"type": ["integer", "string"]},
                        "name": _TEXT,
                        "code": {"type": ["string", "null"]},
                    }
                )
            ),
            "total": _COUNT,
            "next": _NEXT,
        }
    ),
    "Line": {
        **_LINE,
        "description": "One line of the answer: a member's name under each dimension of `by`, and both sides.",
    },
    "Against": _object(
        {
            "period": {"anyOf": [_PERIOD, {"type": "null"}]},
            "primary": _ref("Amount"),
            "reference": _ref("Amount"),
            "delta": _ref("Amount"),
            "delta_share": _ref("Amount"),
            "improved": {"type": ["boolean", "null"]},
            "equal_part": {
                "type": "boolean",
                "description": "The period is not over: it is set against the equal part of the other.",
            },
            "reason": {"type": ["string", "null"], "description": "Why there is no reference."},
            "source": {"type": ["string", "null"], "description": "Who published a benchmark."},
        }
    ),
    "Trust": _object(
        {
            "quarantined": _many(
                _object({"side": _SIDES, "entity": _TEXT, "title": _TEXT, "records": _COUNT})
            ),
            "alarms": {
                "type": ["array", "null"],
                "items": _object(
                    {
                        "entity": _TEXT,
                        "month": {"type": ["string", "null"]},
                        "text": _TEXT,
                        "since": _MOMENT,
                    }
                ),
                "description": "Open alarms of the tables behind the number; null: not known at the moment.",
            },
        }
    ),
    "Answer": {
        **_object(
            {
                "key": _TEXT,
                "title": _TEXT,
                "unit": {"type": "string", "enum": [unit.value for unit in Unit]},
                "lens": _LENS,
                "currency": {
                    "type": ["string", "null"],
                    "description": "ISO 4217, for money in one currency; else each line has its own.",
                },
                "period": _PERIOD,
                "as_of": _object({"netsuite": _MOMENT, "suiteprojects": _MOMENT}),
                "rows": _many(_ref("Line")),
                "trust": _ref("Trust"),
            },
            {
                "next": {**_NEXT, "description": "Only where there are more lines than fit."},
                "before": {
                    **_object({"version": _COUNT, "built_at": _MOMENT, "closed": _CLOSED}),
                    "description": "Only with `since` or `as`: the version the lines stand beside.",
                },
            },
        ),
        "description": "To the letter what `oneview kpi … --json` says.",
    },
    "Column": _object(
        {
            "name": _TEXT,
            "title": _TEXT,
            "type": {
                "type": "string",
                "enum": [
                    "text", "day", "moment", "month", "money", "hours", "flag", "integer", "days",
                    "number", "share",
                ],
                "description": "share: a part of a whole, 0.25 for a quarter.",
            },
        }
    ),
    "Record": {
        "type": "object",
        "required": ["part", "link"],
        "properties": {
            "part": {"description": "value, or numerator or denominator of a ratio."},
            "link": {
                "type": ["string", "null"],
                "description": "The record's page in its source system.",
            },
            "contribution": _ref("Amount"),
        },
        "description": "A cell for each of `columns`, named by its name.",
    },
    "Rows": _object(
        {
            "key": _TEXT,
            "title": _TEXT,
            "side": _SIDES,
            "currency": {"type": ["string", "null"]},
            "period": _PERIOD,
            "snapshot": _COUNT,
            "columns": _many(_ref("Column")),
            "records": _many(_ref("Record")),
            "total": {**_COUNT, "description": "Rows on all pages together."},
            "totals": {
                "type": "object",
                "additionalProperties": _ref("Amount"),
                "description": "Sums of `contribution` over all pages, by part.",
            },
            "by_currency": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": _ref("Amount"),
                },
                "description": "The same sums by currency, where rows are of several; else empty.",
            },
            "withheld": {
                "type": "string",
                "description": "What your access keeps back, in words; empty if nothing.",
            },
            "next": _NEXT,
        }
    ),
    "Standing": _object(
        {
            "version": _COUNT,
            "built_at": _MOMENT,
            "number": _ref("Amount"),
            "reason": {"type": ["string", "null"], "description": "Why there is no number."},
            "closed": _CLOSED,
        }
    ),
    "Changes": _object(
        {
            "key": _TEXT,
            "title": _TEXT,
            "unit": {"type": "string", "enum": [unit.value for unit in Unit]},
            "side": _SIDES,
            "lens": _LENS,
            "currency": {"type": ["string", "null"]},
            "period": _PERIOD,
            "before": _ref("Standing"),
            "now": _ref("Standing"),
            "difference": _ref("Amount"),
            "parts": _many(
                _object(
                    {
                        "part": {**_TEXT, "description": "value, or numerator or denominator."},
                        "currency": {"type": ["string", "null"]},
                        "before": _ref("Amount"),
                        "now": _ref("Amount"),
                        "difference": _ref("Amount"),
                        "kinds": {
                            **_object(
                                {
                                    kind.value: _object({"rows": _COUNT, "amount": _ref("Amount")})
                                    for kind in Moved
                                }
                            ),
                            "description": "The amounts sum to the difference exactly.",
                        },
                    }
                )
            ),
            "columns": _many(_ref("Column")),
            "records": _many(_ref("Record")),
            "total": {**_COUNT, "description": "Records on all pages together."},
            "withheld": _TEXT,
            "next": _NEXT,
        }
    ),
    "Problem": {
        **_object(
            {
                "type": {"type": "string", "format": "uri"},
                "title": _TEXT,
                "status": {"type": "integer"},
                "detail": {"type": "string", "description": "What happened."},
                "what_to_do": {"type": "string", "description": "What to do about it."},
            }
        ),
        "description": "RFC 9457.",
    },
}  # fmt: skip


def ref(name: str) -> Schema:
    """A reference to one of the components."""
    if name not in COMPONENTS:
        raise KeyError(name)
    return _ref(name)
