"""The fields of the dialog in which a setting is changed: with their units, and read as the reader writes numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

import dash_mantine_components as dmc
from dash.development.base_component import Component

from models.errors import QuestionError
from models.texts import _

from .. import formats

_LONG, _SHOWN = 16, 8  # options of a choice; how many of more are shown at once


class Kind(StrEnum):
    """What a field takes."""

    NUMBER = "number"
    PERCENT = "percent"  # written as 75, kept as 0.75
    WHOLE = "whole"
    TEXT = "text"
    LINES = "lines"  # texts, one a line
    PERCENTS = "percents"  # shares, one a line
    PAIRS = "pairs"  # 3 = erp, one a line
    RATES = "rates"  # EUR = 1.08, one a line
    CHOICE = "choice"
    SEVERAL = "several"  # of a few


_ONE_A_LINE = frozenset({Kind.LINES, Kind.PERCENTS, Kind.PAIRS, Kind.RATES})


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field.

    Attributes:
        value: as the business keeps it.
        unit: what stands behind the number.
        options: of a choice: what is kept -> what it is called.
        half: whether it stands beside another.
    """

    name: str
    label: str
    kind: Kind
    value: Any = None
    unit: str = ""
    hint: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    needed: bool = True
    half: bool = False

    def shown(self, *, first: bool = False, of: str = "setting-field") -> Component:
        """The field, filled with its value; the keyboard is in the first when the dialog opens.

        Args:
            of: the type in its id: the dialog that it is in.
        """
        given: dict[str, Any] = {
            "id": {"type": of, "name": self.name},
            "label": self.label,
            "size": "sm",
            "className": "half" if self.half else "",
        }
        if self.kind is Kind.SEVERAL:
            boxes = [dmc.Checkbox(label=words, value=key) for key, words in self.options.items()]
            return dmc.CheckboxGroup(
                dmc.Group(boxes, gap="sm"), value=list(self.value or ()), **given
            )
        given["description"] = self.hint or None
        if first:
            given["data-autofocus"] = True
        if self.kind is Kind.CHOICE:
            return dmc.Select(
                data=[{"value": key, "label": words} for key, words in self.options.items()],
                value=str(self.value) if self.value is not None else None,
                searchable=len(self.options) > 8,
                allowDeselect=not self.needed,
                openOnFocus=False,  # the dialog begins in it, and its list would cover the rest
                comboboxProps={"withinPortal": True},
                # a list that scrolls is out of the keyboard's reach: long ones show the first that are found
                withScrollArea=False,
                limit=_SHOWN if len(self.options) > _LONG else None,
                placeholder=_("Type to find one of {count}", count=formats.count(len(self.options)))
                if len(self.options) > _LONG
                else None,
                nothingFoundMessage=_("Nothing of that name"),
                **given,
            )
        # what is written is told when the field is left: told while it is written, it comes too late for Enter at once
        given["debounce"] = True
        if self.kind in _ONE_A_LINE:
            return dmc.Textarea(value=self.written(), autosize=True, minRows=2, maxRows=10, **given)
        unit = {"rightSection": self.unit, "rightSectionWidth": 14 + 9 * len(self.unit)}
        mode = "text" if self.kind is Kind.TEXT else "decimal"
        return dmc.TextInput(
            value=self.written(),
            inputProps={"inputMode": mode, "autoComplete": "off"},
            **(unit if self.unit else {}),
            **given,
        )

    def written(self) -> str:
        """The value as a reader would write it."""
        if self.value is None:
            return ""
        if self.kind is Kind.PERCENT:
            return number_text(Decimal(self.value) * 100)
        if self.kind is Kind.PERCENTS:
            return "\n".join(number_text(Decimal(one) * 100) for one in self.value)
        if self.kind is Kind.PAIRS:
            return "\n".join(" = ".join(map(str, one.values())) for one in self.value)
        if self.kind is Kind.RATES:
            told = ((code, number_text(Decimal(rate))) for code, rate in self.value.items())
            return "\n".join(map(" = ".join, told))
        if self.kind is Kind.LINES:
            return "\n".join(map(str, self.value))
        if isinstance(self.value, int | Decimal):
            return number_text(Decimal(self.value))
        return str(self.value)

    def read(self, given: Any) -> Any:
        """What somebody wrote, as the business keeps it; None where nothing was written.

        Raises:
            QuestionError: it cannot be read.
        """
        if self.kind is Kind.SEVERAL:
            return list(given or ())
        text = str(given if given is not None else "").strip()
        if self.kind in _ONE_A_LINE:
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            told = [self._line(line) for line in lines]
            return dict(told) if self.kind is Kind.RATES else told
        if not text:
            if self.needed:
                raise QuestionError(_("“{field}” is empty. Nothing was kept.", field=self.label))
            return None
        if self.kind is Kind.CHOICE:
            if text not in self.options:
                raise QuestionError(_("“{text}” cannot be chosen. Nothing was kept.", text=text))
            return text
        return self._line(text)

    def _line(self, text: str) -> Any:
        if self.kind in {Kind.TEXT, Kind.LINES}:
            return text
        if self.kind is Kind.PAIRS:
            key, _sign, value = (part.strip() for part in text.partition("="))
            if not key.isdecimal() or not value:
                raise QuestionError(
                    _("“{text}” should be written as 3 = erp. Nothing was kept.", text=text)
                )
            return {"subsidiary": int(key), "source": value}
        if self.kind is Kind.RATES:
            code, _sign, rate = (part.strip() for part in text.partition("="))
            if not re.fullmatch("[A-Za-z]{3}", code) or not rate:
                raise QuestionError(
                    _("“{text}” should be written as EUR = 1.08. Nothing was kept.", text=text)
                )
            return code.upper(), number_of(rate)
        number = number_of(text)
        if self.kind in {Kind.PERCENT, Kind.PERCENTS}:
            return number / 100
        if self.kind is Kind.WHOLE:
            if number != number.to_integral_value():
                raise QuestionError(_("“{text}” is no whole number. Nothing was kept.", text=text))
            return int(number)
        return number


def number_text(value: Decimal) -> str:
    """A number as one writes it into a field: no groups, the reader's decimal sign."""
    text = format(value.normalize(), "f")
    return text.replace(".", formats.decimal_sign())


def number_of(text: str) -> Decimal:
    """A number as somebody wrote it, with their decimal sign; groups and units are left out.

    Raises:
        QuestionError: it is none.
    """
    sign = formats.decimal_sign()
    group = "," if sign == "." else "."
    bare = re.sub(r"[\s\u00a0\u202f'’%]", "", text)
    if re.fullmatch(rf"[+-]?\d{{1,3}}({re.escape(group)}\d{{3}})+({re.escape(sign)}\d+)?", bare):
        bare = bare.replace(group, "")
    bare = bare.replace(sign, ".") if sign not in bare or group not in bare else bare
    try:
        number = Decimal(bare.replace(",", ".") if "." not in bare else bare)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not re.fullmatch(r"[+-]?[\d.]+", bare.replace(",", ".")):
        example = number_text(Decimal("12.5"))
        raise QuestionError(
            _(
                "“{text}” is no number. Write it like {example}. Nothing was kept.",
                text=text,
                example=example,
            )
        )
    return number
