"""The API's description of itself: OpenAPI 3.1, made from the declared endpoints."""

from __future__ import annotations

import re
from typing import Any

from ..auth.guard import API
from ..auth.permissions import Permission
from .asking import Asked
from .endpoint import Endpoint, Made, Parameter, Reply, endpoints
from .problems import KINDS, MEDIA_TYPE
from .schemas import COMPONENTS

VERSION = "1.0.0"
_ABOUT = (
    "The numbers of One View for programs: read-only, by personal tokens, in the scope of the token's person. "
    "Amounts are exact decimals as text. Answers bear weak ETags: send If-None-Match, and what has not changed "
    "is answered with 304. Long lists come in pages: follow `next`, or the header Link."
)
_ERRORS = {
    "304": {"description": "What If-None-Match names is still right."},
    "default": {
        "description": "A problem: "
        + "; ".join(f"{kind.status} {kind.title}" for kind in KINDS)
        + ".",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    },
}
_HEADERS = {
    "ETag": {"schema": {"type": "string"}, "description": "Weak: by snapshot, scope and question."},
    "Link": {"schema": {"type": "string"}, "description": 'The next page, as <…>; rel="next".'},
}


def description(public_url: str) -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "One View",
            "version": VERSION,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": f"{public_url}{API}"}],
        "security": [{"token": []}],
        "paths": {braced(one.path): {"get": _operation(one)} for one in endpoints().values()},
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A personal token, from the page Access tokens.",
                }
            },
            "schemas": dict(COMPONENTS),
        },
    }


def braced(path: str) -> str:
    """'/kpis/<key>' -> '/kpis/{key}'."""
    return re.sub(r"<(\w+)>", r"{\1}", path)


def _operation(one: Endpoint) -> dict[str, Any]:
    parts = [
        {
            "name": part.name,
            "in": "path",
            "required": True,
            "description": part.description,
            "schema": {"type": "string"},
            "example": part.example,
        }
        for part in one.parts
    ]
    answer = {
        "description": one.title + ".",
        "headers": _HEADERS,
        "content": {"application/json": {"schema": one.schema}},
    }
    return {
        "operationId": one.key,
        "summary": one.title,
        "description": one.description,
        "parameters": [*parts, *(_parameter(parameter) for parameter in one.parameters)],
        "responses": {"200": answer, **_ERRORS},
    }


def _parameter(one: Parameter) -> dict[str, Any]:
    schema = {"type": "array", "items": one.schema} if one.many else one.schema
    found = {
        "name": one.name,
        "in": "query",
        "required": False,
        "description": one.description,
        "schema": schema,
    }
    if one.many:
        found |= {"style": "form", "explode": True}
    if one.example is not None:
        found["example"] = [one.example] if one.many else one.example
    return found


def _describe(asked: Asked) -> Reply:
    made = description(asked.services.settings.public_url)
    return Reply(make=lambda: Made(body=made), mark=(repr(made),))


DESCRIPTION = Endpoint(
    key="get_description",
    place=70,
    path="/openapi.json",
    title="This description",
    description="All addresses, parameters and answers, as OpenAPI 3.1: to make a client from.",
    permission=Permission.OWN_TOKENS,
    schema={"type": "object"},
    answer=_describe,
)
