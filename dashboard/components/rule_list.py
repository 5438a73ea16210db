"""The rules of a kind as an ordered list, the buttons beside them, what is not saved yet, and what it would change."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from models.business.deciding import LONGEST
from models.business.decision import MAPPED
from models.business.ruling import Difference, Effect, Moved, Rule, Weight
from models.texts import _, ngettext, within

from .. import formats
from .business_words import KINDS
from .icons import icon
from .place_words import asks_words, difference_words, mapped_words
from .setting_fields import Field
from .table import Cell, Column, numbers, table, words

_MOST = 20  # records of a dry run that are listed
_MOST_TAKERS = 2  # earlier rules that are named
Money = Callable[[Decimal | None], str]


def rule_button(
    kind: str,
    do: str,
    text: str | Component,
    *,
    at: int | None = None,
    title: str = "",
    class_name: str = "button small",
    off: bool = False,
) -> Component:
    """A button of the list; `assets/rules.js` tells the app which.

    Args:
        title: what it does, for who does not see the row.
        off: there is nothing that it could do.
    """  # fmt: skip
    asked = {"kind": kind, "do": do, "at": at}
    named = {"aria-label": title, "title": title} if title else {}
    return html.Button(
        text,
        type="button",
        className=class_name,
        disabled=off or None,
        **{"data-rule": json.dumps(asked), **named},
    )


def columns(kind: str, amount: str, *, may_change: bool) -> tuple[Column, ...]:
    """The headings; `amount` is empty for who sees none."""
    about = KINDS[kind]
    return (
        *words(_("Rule"), _(about.taken)),
        *numbers(_("Records"), _(about.rows)),
        *(numbers(amount) if amount else ()),
        *words(_("Said by")),
        *(words("") if may_change else ()),
    )


def rule_row(
    kind: str,
    rule: Rule,
    at: int,
    effect: Effect | None,
    said: Component,
    money: Money | None,
    buttons: Sequence[Component] | None,
) -> list[Cell]:
    """One rule; `money` writes its amount where the reader sees it, `buttons` are there for who may change it."""
    told = asks_words(rule)
    return [
        html.Div(
            [
                html.Span(
                    [html.Span(f"{at + 1}.", className="rule-place"), told[:1].upper() + told[1:]], className="wrapping"
                ),
                _idle(effect),
            ],
            className="two-lines",
        ),
        html.Span(mapped_words(kind, rule.get(MAPPED[kind].field)), className="wrapping"),
        *_weights(effect.decides if effect else None, money),
        said,
        *([html.Div(list(buttons), className="rule-buttons")] if buttons is not None else ()),
    ]  # fmt: skip


def other_row(
    name: str, taken: str, weight: Weight, money: Money | None, *, may_change: bool
) -> list[Cell]:
    """What stands before or after the rules: single records, and what no rule speaks of."""
    return [
        html.Span(name, className="soft wrapping"),
        html.Span(taken, className="soft wrapping"),
        *_weights(weight, money),
        "",
        *([""] if may_change else ()),
    ]


def rule_table(
    shown: Sequence[Column], rows: Sequence[Sequence[Cell]], rest: Sequence[Sequence[Cell]]
) -> Component:
    """The list."""
    return html.Div(table(shown, [*rows, *rest], stacks=True), className="rule-table")


def _weights(weight: Weight | None, money: Money | None) -> list[Cell]:
    if weight is None:
        return [formats.MISSING] * (3 if money else 2)
    cells: list[Cell] = [formats.count(weight.records), formats.count(weight.rows)]
    if money:
        cells.append(money(weight.amount))
    return cells


def _idle(effect: Effect | None) -> Component | None:
    """Why a rule makes no difference."""
    if effect is None or not effect.is_idle:
        return None
    tone = "warn" if effect.meets else ""
    return html.Span(idle_words(effect), className=f"second-line wrapping {tone}".strip())


def idle_words(effect: Effect) -> str:
    """Why a rule makes no difference, in words."""
    if not effect.meets:
        return _("Matches none of the records there are")
    records = _records(effect.meets)
    if not effect.hidden_by:
        return _("Hidden: each of its {records} is said one by one", records=records)
    takers = ", ".join(str(place + 1) for place in effect.hidden_by[:_MOST_TAKERS])
    if len(effect.hidden_by) > _MOST_TAKERS:
        takers += " …"
    return ngettext(
        "Hidden by rule {places}: {records}", "Hidden by rules {places}: {records}", len(effect.hidden_by),
        places=takers, records=records,
    )  # fmt: skip


def _records(count: int) -> str:
    return ngettext("{count} record", "{count} records", count, count=formats.count(count))


def left_out(
    kind: str, missing: Sequence[tuple[int, Rule]], *, may_change: bool
) -> Component | None:
    """The rules of the file that the list leaves out, each with the way back."""
    if not missing:
        return None
    lines = [
        html.Li(
            [
                html.Span([asks_words(rule), " → ", mapped_words(kind, rule.get(MAPPED[kind].field))]),
                rule_button(kind, "back", _("Bring back"), at=at) if may_change else None,
            ]
        )
        for at, rule in missing
    ]  # fmt: skip
    count = len(missing)
    summary = ngettext(
        "{count} rule of the file is not in this list",
        "{count} rules of the file are not in this list",
        count,
        count=count,
    )
    return html.Details([html.Summary(summary), html.Ul(lines)], className="rules rules-left")


def dry_run(
    kind: str,
    found: Sequence[Moved] | None,
    money: Money | None,
    taken: Callable[[str | None], str] | None = None,
) -> Component:
    """What saving would change: how many records, from what to what, and the first of them.

    Args:
        found: the records that would be taken for something else; None before the first sync.
        taken: what a record is taken for, in words; by default as the rules of the kind have it.
    """
    words_of = taken or (lambda value: _taken(kind, value))
    if found is None:
        return html.P(_("The first sync brings what rules decide on."), className="hint")
    if not found:
        text = _("No record would be taken for something else.")
        return html.Div(html.P(text, className="hint"), className="dry-run")
    count, about = len(found), KINDS[kind]
    ways = Counter((one.was, one.becomes) for one in found)
    lines = []
    for (was, becomes), several in ways.most_common():
        weight = Weight.of(
            [one.member for one in found if (one.was, one.becomes) == (was, becomes)]
        )
        parts = [_records(several), f"{formats.count(weight.rows)} {within(_(about.rows))}"]
        parts += [money(weight.amount)] if money and weight.amount is not None else []
        way = f"{words_of(was)} → {words_of(becomes)}"
        lines.append(html.Li([html.Strong(way), ": ", ", ".join(parts)]))
    shown: list[list[Cell]] = [
        [
            html.Span([one.member.name, html.Span(one.member.code, className="second-line") if one.member.code else None],
                      className="wrapping"),
            html.Span(words_of(one.was), className="wrapping"),
            html.Strong(words_of(one.becomes), className="wrapping"),
            formats.count(one.member.rows),
            *([money(one.member.amount)] if money else ()),
        ]
        for one in found[:_MOST]
    ]  # fmt: skip
    heads = (
        *words(_("Record"), _("Now"), _("Then")),
        *numbers(_(about.rows)),
        *(numbers(_(about.amount)) if money else ()),
    )
    more = count - len(shown)
    return html.Div(
        [
            html.H3(
                ngettext(
                    "{count} record would be taken for something else",
                    "{count} records would be taken for something else",
                    count,
                    count=formats.count(count),
                ),
                className="band",
            ),
            html.Ul(lines, className="waiting-list"),
            table(heads, shown, stacks=True),
            html.P(_("and {count} more", count=formats.count(more)), className="hint") if more else None,
        ],
        className="dry-run",
    )  # fmt: skip


def _taken(kind: str, value: str | None) -> str:
    return _("unmapped") if value is None else mapped_words(kind, value)


def draft_bar(kind: str, told: Difference, *, can_save: bool) -> Component:
    """What is not saved yet, and the buttons that save it or throw it away."""
    return html.Div(
        [
            html.P(
                [icon("alert"), html.Span([html.Strong(_("Not saved yet")), ": ", difference_words(kind, told)])],
                className="verdict warn",
            ),
            html.Div(
                [
                    rule_button(kind, "save", _("Save"), class_name="button primary", off=not can_save),
                    rule_button(kind, "discard", _("Discard"), class_name="button"),
                ],
                className="dialog-buttons",
            ),
        ],
        className="draft-bar",
    )  # fmt: skip


def why_field(kind: str, value: str | None) -> Component:
    """The field for the reason."""
    return dmc.TextInput(
        value=value or "",
        id={"type": "rules-why", "of": kind},
        label=_("Why"),
        description=_("For who reads it later; at most {count} letters", count=LONGEST),
        size="sm",
        className="rules-why",
        inputProps={"autoComplete": "off", "maxLength": LONGEST},
    )


def meanwhile(kind: str, who: str | None, told: Difference) -> Component:
    """That these rules were changed meanwhile, and what can be done with the draft.

    Args:
        who: the person who saved them; None: they are the file's, or built in, again or anew.
    """
    what = difference_words(kind, told)
    said = (
        _("{who} saved these rules meanwhile ({what}).", who=who, what=what)
        if who
        else _("These rules are the file's by now, and others than before ({what}).", what=what)
    )
    text = f"{said} {_('Yours are not saved and nothing of them is lost.')}"
    return html.Div(
        [
            html.P([icon("alert"), text], className="verdict warn"),
            html.Div(
                [
                    rule_button(kind, "join", _("Bring mine into theirs"), class_name="button"),
                    rule_button(kind, "discard", _("Discard mine"), class_name="button"),
                ],
                className="dialog-buttons",
            ),
        ],
        className="waiting",
        role="alert",
    )


def dialog() -> Component:
    """The dialog in which one rule is written, closed and empty; and what the browser keeps until rules are saved."""
    return html.Div(
        [
            dcc.Store(id="rules-asked"),
            dcc.Store(id="rules-draft", storage_type="session"),
            dmc.Modal(
                html.Div(
                    [
                        html.Div(id="rule-form", className="setting-fields"),
                        html.Div(id="rule-said", role="alert"),
                        html.Div(
                            [
                                html.Button(
                                    _("Put into the list"), id="rule-put", className="button primary",
                                    type="button", **{"data-saves": ""},
                                ),
                                html.Button(_("Remove"), id="rule-remove", className="button", type="button"),
                            ],
                            className="dialog-buttons",
                        ),
                        dcc.Store(id="rule-about"),
                    ],
                    className="note-dialog",
                ),
                id="rule-dialog",
                size="md",
                closeButtonProps={"aria-label": _("Close")},
            ),
        ]
    )  # fmt: skip


def form(fields: Sequence[Field]) -> list[Component]:
    """What is in the dialog."""
    first = html.P(
        _("All that is said must hold; of each list, one. Letters' case makes no difference."),
        className="hint",
    )
    return [
        first,
        *(one.shown(first=not place, of="rule-field") for place, one in enumerate(fields)),
    ]
