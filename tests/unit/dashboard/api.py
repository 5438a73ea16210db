"""What the API is asked in tests, and what every answer of it is held to."""

from __future__ import annotations

from jsonschema import Draft202012Validator

from dashboard.api.description import description
from tests.unit.dashboard.conftest import PUBLIC_URL

PERIOD = "period=2026-10"
CALLS = {
    "list_kpis": "/kpis",
    "get_kpi": f"/kpis/recognized_revenue?{PERIOD}&by=department",
    "get_kpi_rows": f"/kpis/project_gross_margin/rows?{PERIOD}&side=psa",
    "get_kpi_changes": f"/kpis/recognized_revenue/changes?{PERIOD}&since=7",
    "list_dimensions": "/dimensions",
    "list_members": "/dimensions/project",
    "get_description": "/openapi.json",
}
DOCUMENT = description(PUBLIC_URL)


def problem(answer, status: int) -> dict:
    """The problem that an answer tells."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == "application/problem+json"
    body = answer.get_json()
    check({"$ref": "#/components/schemas/Problem"}, body)
    assert body["status"] == status
    assert body["detail"]
    assert body["what_to_do"]
    return body


def check(schema, body) -> None:
    """Hold an answer to the schema that the description promises."""
    Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(body)
