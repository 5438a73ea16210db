"""The fields in which one rule is written, and what was written into them as a rule that can be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from models.business.decision import DEAL, MAPPED, as_written
from models.business.load import allowed
from models.business.mapping import Member
from models.business.rules import is_range
from models.business.ruling import Rule
from models.document import mistake
from models.errors import QuestionError
from models.texts import Text, _

from .components.business_words import KINDS
from .components.place_words import options_of
from .components.setting_fields import Field, Kind

TAKEN, PLACE = "taken", "place"
_TYPES: Mapping[str, Text] = {
    "account_line": "Account types",
    "account_stream": "Account types",
    "item_stream": "Item types",
    "contract_stream": "Contract types, to the letter",
    "booking_type": "Booking types, to the letter",
    "practice": "Department, class or location",
    "purpose": "Projects, to the letter",
    "crediting": "Projects, to the letter",
    DEAL: "Ratings, to the letter",
}
_NAMES: Mapping[str, Text] = {
    "purpose": "One a line; * stands for anything. Of the project, the task, or both as in Academy: Courses",
    "crediting": "One a line; * stands for anything. Of the project, the task, or both as in Academy: Courses",
}
_LONGEST, _SHOWN = 200, 6  # letters of a pattern; kinds that are named as examples
_EITHER: Mapping[str, bool] = {"practice": True, "corporate": False}


def rule_fields(
    kind: str, rule: Rule | None, at: int | None, count: int, members: Sequence[Member]
) -> list[Field]:
    """The fields of a rule.

    Args:
        rule: what it says by now; None: a new one.
        at: its place in the list, from 0; None: a new one.
        count: how many rules there are.
        members: the records there are: their kinds are examples.
    """
    told, about = rule or {}, MAPPED[kind]
    known = about.rule.model_fields
    fields = [
        _result(kind, told.get(about.field)),
        Field(
            name="names", label=_("Names"), kind=Kind.LINES, value=told.get("names"),
            hint=_(_NAMES.get(kind, "One a line; * stands for anything")), needed=False, half=True,
        ),
        Field(
            name="types", label=_(_TYPES[kind]), kind=Kind.LINES, value=told.get("types"),
            hint=_examples(kind, members), needed=False, half=True,
        ),
    ]  # fmt: skip
    if "numbers" in known:
        hint = _("One a line: what numbers begin with, or a range such as 4000-4199")
        fields.append(
            Field(name="numbers", label=_("Account numbers"), kind=Kind.LINES, value=told.get("numbers"), hint=hint, needed=False, half=True)
        )  # fmt: skip
    if "stages" in known:
        hint = _("One a line: a percentage such as 50, or a range such as 25-74")
        fields.append(
            Field(name="stages", label=_("Stages"), kind=Kind.LINES, value=told.get("stages"), hint=hint, needed=False)
        )  # fmt: skip
    if "ids" in known:
        fields.append(
            Field(name="ids", label=_("Ids in NetSuite"), kind=Kind.LINES, value=told.get("ids"), hint=_("One a line"), needed=False, half=True)
        )  # fmt: skip
    whole = count + (at is None)
    fields.append(
        Field(
            name=PLACE, label=_("Place in the list"), kind=Kind.WHOLE, value=1 if at is None else at + 1,
            unit=_("of {count}", count=whole),
            hint=_("The first rule that holds decides"),
        )
    )  # fmt: skip
    return fields


def read_rule(kind: str, fields: Sequence[Field], given: Mapping[str, Any]) -> tuple[Rule, int]:
    """What was written, and the place in the list it is for, from 0.

    Raises:
        QuestionError: it cannot be read; names the pattern.
    """
    told = {one.name: one.read(given.get(one.name)) for one in fields}
    about = MAPPED[kind]
    rule: dict[str, Any] = {about.field: _EITHER.get(told[TAKEN], told[TAKEN])}
    for name in ("types", "names", "numbers", "stages", "ids"):
        if told.get(name):
            rule[name] = [_pattern(name, text) for text in told[name]]
    if len(rule) == 1:
        raise QuestionError(
            _("Say by what the records are known: names, types or numbers. Nothing was changed.")
        )
    try:
        read = about.rule.model_validate(rule)
    except ValidationError as error:
        what = mistake(error, allowed)
        raise QuestionError(
            _("The rule cannot be read: it {what} Nothing was changed.", what=what)
        ) from error
    return as_written(read), max(int(told[PLACE]) - 1, 0)


def _pattern(name: str, text: str) -> str | int:
    if len(text) > _LONGEST:
        raise QuestionError(
            _(
                "“{text}” is longer than {count} letters. Nothing was changed.",
                text=f"{text[:40]}…", count=_LONGEST,
            )
        )  # fmt: skip
    if name == "ids":
        if not text.isdecimal() or int(text) < 1:
            raise QuestionError(
                _("“{text}” is no id: one is a whole number. Nothing was changed.", text=text)
            )
        return int(text)
    if name == "numbers" and not is_range(text):
        raise QuestionError(
            _(
                "“{text}” is neither an account number nor a range such as 4000-4199. Nothing was changed.",
                text=text,
            )
        )
    if name == "types" and "*" in text:
        raise QuestionError(
            _(
                "“{text}”: * stands for anything in names alone; here it is compared to the letter. Nothing was changed.",
                text=text,
            )
        )
    return text


def _result(kind: str, value: Any) -> Field:
    """What a record is that meets the rule: chosen, or how likely it is."""
    label = _(KINDS[kind].taken)
    if kind == DEAL:
        return Field(name=TAKEN, label=label, kind=Kind.PERCENT, value=value, unit="%")
    return Field(
        name=TAKEN, label=label, kind=Kind.CHOICE, options=options_of(kind), value=_taken(value)
    )


def _taken(value: Any) -> Any:
    if isinstance(value, bool):
        return "practice" if value else "corporate"
    return value


def _examples(kind: str, members: Sequence[Member]) -> str:
    known = sorted({one.type or ("" if kind == DEAL else one.name) for one in members} - {""})
    if not known:
        return _("One a line")
    shown = ", ".join(known[:_SHOWN]) + (" …" if len(known) > _SHOWN else "")
    return _("One a line, such as {names}", names=shown)
