"""Names that say what records are, beside the rules: departments that are no practice, accounts of wages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .deciding import value_at
from .decision import Place
from .load import Business
from .mapping import PRACTICE, Judge, Member
from .rules import like_any
from .ruling import Moved, moved

CORPORATE: Place = ("finance", "corporate")
PAYROLL: Place = ("labor", "payroll")
NAMED: Mapping[Place, str] = {
    CORPORATE: PRACTICE,
    PAYROLL: "account_line",
}  # place -> kind of records
WAGES, OTHER_COST = "wages", "other_cost"
_COST = ("COGS", "Expense")  # types of the accounts among which wages are looked for


def renamed(
    place: Place, before: Business, after: Business, members: Sequence[Member]
) -> list[Moved]:
    """The records that other names at a place take for something else, in the order of `members`.

    Args:
        members: all of the kind that `NAMED` says.
    """
    if place == CORPORATE:
        return moved(Judge(before, PRACTICE), Judge(after, PRACTICE), members)
    was, becomes = (_wages(business, members) for business in (before, after))
    return [
        Moved(member=one, was=was[one.key], becomes=becomes[one.key])
        for one in members
        if one.key in was and was[one.key] != becomes[one.key]
    ]


def _wages(business: Business, members: Sequence[Member]) -> Mapping[str, str]:
    """Key of an account of cost -> whether it is one of wages, as the build takes it."""
    is_like = like_any(value_at(business, PAYROLL))
    return {
        one.key: WAGES if is_like(one.name.lower()) else OTHER_COST
        for one in members
        if one.type in _COST
    }
