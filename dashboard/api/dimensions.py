"""What numbers are broken down and filtered by, and the members within the person's scope."""

from __future__ import annotations

from models.metrics import contract
from models.metrics.dimensions import DIMENSIONS, Dimension
from models.metrics.visible import visible

from ..auth.permissions import Permission
from . import parameters
from .asking import Asked
from .endpoint import Endpoint, Made, Part, Reply
from .problems import UNKNOWN, Problem
from .schemas import ref


def _list(asked: Asked) -> Reply:
    known = [{"name": name, "title": about.title} for name, about in DIMENSIONS.items()]
    return Reply(make=lambda: Made(body={"dimensions": known}), mark=(repr(known),))


def _members(asked: Asked) -> Reply:
    about = _dimension(asked)
    questions = asked.questions({})
    offset = asked.whole("offset", 0, least=0, most=parameters.FARTHEST)
    limit = asked.whole("limit", parameters.MOST_LINES, least=1, most=parameters.MOST_LINES)

    def make() -> Made:
        found = questions.cached(
            ("members", about.name), lambda: visible(asked.snapshot, about, asked.scope)
        )
        end = offset + limit
        more = asked.following(end) if end < len(found) else None
        body = {
            "name": about.name,
            "title": about.title,
            "members": [contract.member(one) for one in found[offset:end]],
            "total": len(found),
            "next": more,
        }
        return Made(body=body, more=more)

    return Reply(make=make)


def _dimension(asked: Asked) -> Dimension:
    name = asked.parts["name"]
    if name not in DIMENSIONS:
        raise Problem(
            UNKNOWN, f"There is no dimension '{name}'. There are: {', '.join(DIMENSIONS)}."
        )
    return DIMENSIONS[name]


DIMENSION_LIST = Endpoint(
    key="list_dimensions",
    place=50,
    path="/dimensions",
    title="The dimensions there are",
    description="Everything that some number can be broken down and filtered by.",
    permission=Permission.VIEW_NUMBERS,
    schema=ref("Dimensions"),
    answer=_list,
)
MEMBERS = Endpoint(
    key="list_members",
    place=60,
    path="/dimensions/<name>",
    title="The members of a dimension",
    description="What `where` may name: the members within what you may see.",
    permission=Permission.VIEW_NUMBERS,
    parts=(Part(name="name", description="Name of the dimension.", example="department"),),
    parameters=(
        parameters.limit(parameters.MOST_LINES, parameters.MOST_LINES),
        parameters.OFFSET,
        parameters.SNAPSHOT,
    ),
    schema=ref("Members"),
    answer=_members,
)
