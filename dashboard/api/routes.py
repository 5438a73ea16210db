"""From the declared endpoints to addresses: each is checked, marked, made and sent in one and the same way."""

from __future__ import annotations

import json
import logging
from hashlib import sha256
from typing import Any

from flask import Blueprint, Flask, Response, request
from sqlalchemy.exc import SQLAlchemyError

from models.errors import NoSnapshotError, OneViewError, QuestionError

from ..auth.guard import API
from ..auth.permissions import may
from ..questions import plain
from ..services import services
from .admission import caller
from .asking import Asked
from .endpoint import Endpoint, Reply, endpoints
from .problems import NO_DATA, NOT_PERMITTED, UNAVAILABLE, UNKNOWN, WRONG_QUESTION, Problem

_LOG = logging.getLogger(__name__)


def add_api(server: Flask) -> None:
    """Add the addresses of the API; the gate has let in who comes here."""
    blueprint = Blueprint("api", __name__, url_prefix=API)
    for endpoint in endpoints().values():
        blueprint.add_url_rule(endpoint.path, endpoint.key, _view(endpoint), methods=["GET"])

    @blueprint.get("/", defaults={"_rest": ""})
    @blueprint.get("/<path:_rest>")
    def unknown(_rest: str) -> Response:
        return Problem(UNKNOWN, f"The API has no address {request.path}.").response()

    server.register_blueprint(blueprint)


def _view(endpoint: Endpoint) -> Any:
    def view(**parts: str) -> Response:
        try:
            return _answered(endpoint, parts)
        except Problem as problem:
            return problem.response()
        except QuestionError as error:
            return Problem(WRONG_QUESTION, str(error)).response()
        except NoSnapshotError:
            return Problem(
                NO_DATA, "Nothing has been published: the first sync is running."
            ).response()
        except (OneViewError, SQLAlchemyError):
            _LOG.exception("%s could not be answered", request.path)
            return Problem(UNAVAILABLE, "The question could not be answered.").response()

    return view


def _answered(endpoint: Endpoint, parts: dict[str, str]) -> Response:
    asked = Asked(endpoint, parts, request.args, caller().person, services())
    if not may(asked.person, endpoint.permission):
        raise Problem(NOT_PERMITTED, "Your role does not include the numbers behind this address.")
    asked.check()
    reply = endpoint.answer(asked)
    mark = _mark(asked, reply)
    if request.if_none_match.contains_weak(mark):
        response = Response(status=304)
    else:
        made = reply.make()
        response = Response(
            json.dumps(made.body, ensure_ascii=False, allow_nan=False),
            content_type="application/json",
        )
        if made.more:
            response.headers["Link"] = f'<{made.more}>; rel="next"'
    response.set_etag(mark, weak=True)
    return response


def _mark(asked: Asked, reply: Reply) -> str:
    """Stands for all that the answer depends on: snapshot, scope, question, and what the endpoint adds."""
    about: tuple[Any, ...] = (asked.question(), reply.mark, asked.services.settings.public_url)
    if "snapshot" in asked.__dict__:  # the endpoint has looked into the data
        about = (
            *about,
            str(asked.snapshot.path),
            str(asked.snapshot.built_at),
            plain(asked.scope),
        )
    return sha256(repr(about).encode()).hexdigest()[:32]
