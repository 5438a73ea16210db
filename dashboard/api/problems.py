"""What went wrong, as RFC 9457 has it: what happened in `detail`, what to do in `what_to_do`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from flask import Response
from werkzeug.exceptions import HTTPException

from ..services import services

MEDIA_TYPE = "application/problem+json"
REFERENCE = "/api-reference"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem; its key is the last part of its `type`.

    Attributes:
        advice: what to do, where the place that found it knows nothing better.
    """

    key: str
    status: int
    title: str
    advice: str


TOKEN_MISSING = Kind(
    "token-missing", 401, "A token is needed",
    "Send the header 'Authorization: Bearer ov_…'. Make a token on the page Access tokens.",
)  # fmt: skip
TOKEN_REFUSED = Kind(
    "token-refused", 401, "The token opens nothing", "Make a new token on the page Access tokens."
)
NOT_PERMITTED = Kind(
    "not-permitted", 403, "Not part of your access",
    "Ask your One View administrator if you need it.",
)  # fmt: skip
WRONG_QUESTION = Kind(
    "wrong-question", 400, "The question cannot be asked",
    "Correct the parameters; /api/v1/openapi.json lists them.",
)  # fmt: skip
UNKNOWN = Kind(
    "unknown", 404, "There is nothing here", "See /api/v1/kpis and /api/v1/openapi.json for what there is."
)  # fmt: skip
METHOD = Kind("method-not-allowed", 405, "The API only reads", "Ask with GET.")
GONE = Kind(
    "snapshot-gone", 410, "The snapshot of this page is gone",
    "Begin again at the first page, without the parameter snapshot.",
)  # fmt: skip
TOO_MANY = Kind(
    "too-many-requests", 429, "Too many requests",
    "Wait as many seconds as the header Retry-After says; ask less often.",
)  # fmt: skip
NO_DATA = Kind(
    "no-data-yet", 503, "There is no data yet", "Ask again when the first sync has finished."
)
UNAVAILABLE = Kind(
    "unavailable", 503, "The warehouse does not answer",
    "Nothing was lost. Ask again in a minute; if it stays so, tell your One View administrator.",
)  # fmt: skip
FAULT = Kind(
    "fault", 500, "One View made a mistake",
    "Nothing was lost. Tell your One View administrator, who finds the reason in the log.",
)  # fmt: skip
KINDS = (
    TOKEN_MISSING, TOKEN_REFUSED, NOT_PERMITTED, WRONG_QUESTION, UNKNOWN, METHOD, GONE, TOO_MANY, NO_DATA,
    UNAVAILABLE, FAULT,
)  # fmt: skip
_BY_STATUS = {kind.status: kind for kind in reversed(KINDS)}


class Problem(Exception):
    """Ends a request with a problem.

    Attributes:
        detail: what happened, in a sentence.
        advice: what to do; empty: as the kind says.
    """

    def __init__(
        self, kind: Kind, detail: str, advice: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail = kind, detail
        self.advice = advice or kind.advice
        self.headers = headers or {}

    def response(self) -> Response:
        """The answer that tells it."""
        kind = self.kind
        body = {
            "type": f"{services().settings.public_url}{REFERENCE}#{kind.key}",
            "title": kind.title,
            "status": kind.status,
            "detail": self.detail,
            "what_to_do": self.advice,
        }
        answer = Response(orjson.dumps(body), kind.status, content_type=MEDIA_TYPE)
        answer.headers.update(self.headers)
        if kind.status == 401:
            answer.headers["WWW-Authenticate"] = _challenge(kind)
        return answer


def problem_of(error: HTTPException) -> Response:
    """The problem that stands for what the framework raised."""
    kind = _BY_STATUS.get(error.code or 500, FAULT)
    if kind is FAULT:
        return Problem(kind, "The request could not be answered.").response()
    answer = Problem(kind, error.description or kind.title).response()
    for name, value in error.get_headers():
        if name == "Allow":
            answer.headers[name] = value
    return answer


def _challenge(kind: Kind) -> str:
    """As RFC 6750 has it: no error is named where no token came."""
    challenge = 'Bearer realm="One View"'
    return challenge if kind is TOKEN_MISSING else f'{challenge}, error="invalid_token"'
