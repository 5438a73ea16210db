"""What a change of a setting would come to, told before it is saved: of the plan's versions, and of names."""

from __future__ import annotations

from dash.development.base_component import Component

from models.business.decided import with_decisions
from models.business.decision import Decision
from models.business.naming import NAMED
from models.errors import QuestionError
from models.texts import _

from ..components.said import hint
from ..configuration import Standing
from ..edits import Edit
from ..visit import Visit
from .name_trial import names_tried
from .plan_trial import is_of_plan, plan_tried


def is_tried(edit: Edit) -> bool:
    """Whether the dialog can tell beforehand what a change comes to."""
    return is_of_plan(edit) or edit.place in NAMED


def tried(visit: Visit, found: Standing, made: Decision, edit: Edit) -> Component:
    """What a decision would change, nothing kept.

    Raises:
        QuestionError: it cannot be read.
    """
    if not is_tried(edit):
        raise QuestionError(_("This cannot be tried. Nothing was kept."))
    others = [one for place, one in found.next.decided.items() if place != made.place]
    whole = with_decisions(found.base, [*others, made])
    if made.place in whole.ignored:
        raise QuestionError(_("Nothing was kept: the value {what}", what=whole.ignored[made.place]))
    if found.snapshot is None:
        return hint(_("The first sync brings what this decides on."))
    if made.place in NAMED:
        return names_tried(visit, found.snapshot, made.place, found.next, whole)
    return plan_tried(found, found.snapshot, made, whole)
