"""Rules as somebody is changing them: kept by their browser until they are saved, and read here as nobody can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import abort

from models.business.decided import with_decisions
from models.business.deciding import general, mark_of
from models.business.decision import MAPPED, SET, Decision, Place, dumped, parsed
from models.business.load import Business
from models.business.ruling import Rule, joined
from models.errors import QuestionError
from models.texts import _

from .components.business_words import KINDS
from .configuration import Standing

_MOST = 500  # rules of one kind
_LONGEST = 400_000  # letters of a draft
UP, DOWN, BACK, FILE, JOIN, DISCARD = "up", "down", "back", "file", "join", "discard"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The rules of a kind as they would be saved.

    Attributes:
        was: those that they were made from.
    """

    kind: str
    was: Sequence[Rule]
    rules: Sequence[Rule]

    @property
    def place(self) -> Place:
        """Where they stand."""
        return MAPPED[self.kind].rules

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to save."""
        return list(self.rules) != list(self.was)

    @property
    def made_from(self) -> str:
        """The mark of what it was made from."""
        return mark_of(self.was)

    def kept(self) -> dict[str, str]:
        """As the browser keeps it."""
        return {"was": dumped(self.was), "rules": dumped(self.rules)}

    def put(self, rule: Rule, *, at: int | None, to: int) -> Draft:
        """With a rule in the place of the one that was at `at`, or as a new one; at place `to`."""
        rules = [one for place, one in enumerate(self.rules) if place != at]
        rules.insert(max(0, min(to, len(rules))), rule)
        return replace(self, rules=rules)

    def without(self, at: int) -> Draft:
        """Without the rule at a place."""
        return replace(self, rules=[one for place, one in enumerate(self.rules) if place != at])


def kind_of(told: object) -> str:
    """The kind of records that was asked for."""
    if not isinstance(told, str) or told not in KINDS:
        abort(400)
    return told


def draft_of(found: Standing, kind: str, kept: object) -> Draft:
    """The draft that a browser keeps; where it keeps none, or has changed nothing, the rules as they stand."""
    current = general(found.next, kind)
    told = kept.get(kind) if isinstance(kept, Mapping) else None
    if not told:
        return Draft(kind=kind, was=current, rules=current)
    if not isinstance(told, Mapping):
        abort(400)
    was, rules = _rules(told.get("was")), _rules(told.get("rules"))
    draft = Draft(kind=kind, was=was, rules=rules)
    return draft if draft.is_changed else Draft(kind=kind, was=current, rules=current)


def _rules(told: object) -> list[Rule]:
    if not isinstance(told, str) or len(told) > _LONGEST:
        abort(400)
    try:
        found = parsed(told)
    except ValueError:
        abort(400)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        abort(400)
    return found


def pressed(found: Standing, draft: Draft, do: str, at: int) -> Draft:
    """What a button of the list makes of a draft.

    Raises:
        QuestionError: there is no such rule any more.
    """
    current, file = general(found.next, draft.kind), general(found.base, draft.kind)
    if do == DISCARD:
        return replace(draft, was=current, rules=current)
    if do == JOIN:
        return replace(draft, was=current, rules=joined(draft.was, draft.rules, current))
    if do == FILE:
        return replace(draft, rules=file)
    if do not in (BACK, UP, DOWN):
        abort(400)
    rule = _at(file if do == BACK else draft.rules, at)
    if do == BACK:
        return draft.put(rule, at=None, to=at)
    to = at + (1 if do == DOWN else -1)
    return draft.put(rule, at=at, to=to) if 0 <= to < len(draft.rules) else draft


def _at(rules: Sequence[Rule], at: int) -> Rule:
    if not 0 <= at < len(rules):
        raise QuestionError(_("There is no such rule any more. Nothing was changed."))
    return rules[at]


def checked(draft: Draft) -> None:
    """Refuse more rules than anybody reads.

    Raises:
        QuestionError: there are too many.
    """
    if len(draft.rules) > _MOST:
        raise QuestionError(_("At most {count} rules can be kept. Nothing was kept.", count=_MOST))


def business_with(found: Standing, draft: Draft) -> Business:
    """How the firm would count with a draft.

    Raises:
        QuestionError: the draft cannot be read, in the words of who checks it.
    """
    checked(draft)
    others = [one for place, one in found.next.decided.items() if place != draft.place]
    made = Decision(place=draft.place, state=SET, value=list(draft.rules))
    whole = with_decisions(found.base, [*others, made])
    if draft.place in whole.ignored:
        raise QuestionError(
            _("These rules cannot be read: the value {what}", what=whole.ignored[draft.place])
        )
    return whole


def overtaken(found: Standing, draft: Draft) -> Sequence[Rule] | None:
    """The rules that somebody else has saved meanwhile; None where the draft was made from those that stand."""
    current = general(found.next, draft.kind)
    return current if draft.is_changed and mark_of(current) != draft.made_from else None
