"""The lines of the balance sheet as measures: which account types are assets, which are owed, what equity is made of."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, or_

from ..tables.finance import fct_gl_balance
from .kpi import Measure

BALANCE_BY = ("subsidiary", "account", "balance_line")
# NetSuite's types of accounts; a type that is none of the three is an asset, so that no account is lost.
ASSETS = (
    "Bank",
    "AcctRec",
    "UnbilledRec",
    "OthCurrAsset",
    "DeferExpense",
    "FixedAsset",
    "OthAsset",
)
LIABILITIES = ("AcctPay", "CredCard", "DeferRevenue", "OthCurrLiab", "LongTermLiab")
EQUITY_KINDS = (
    "net_income",
    "retained_earnings",
    "translation_adjustment",
    "intercompany_difference",
)
_KNOWN = (*ASSETS, *LIABILITIES, "Equity")
_TYPE, _KIND = fct_gl_balance.c.account_type, fct_gl_balance.c.kind
_LINES = {
    "cash": ("Bank",),
    "receivables": ("AcctRec",),
    "unbilled": ("UnbilledRec",),
    "other_current_assets": ("OthCurrAsset", "DeferExpense"),
    "fixed_assets": ("FixedAsset",),
    "payables": ("AcctPay",),
    "cards": ("CredCard",),
    "deferred_revenue": ("DeferRevenue",),
    "other_current_liabilities": ("OthCurrLiab",),
    "long_term_liabilities": ("LongTermLiab",),
    "capital": ("Equity",),
}


def is_of(*types: str, others: bool = False) -> ColumnElement[bool]:
    """Whether a line is an account of one of the types; with `others` of a type that is not known, too."""
    wanted: ColumnElement[bool] = _TYPE.in_(types)
    if others:
        wanted = or_(wanted, _TYPE.is_(None), _TYPE.not_in(_KNOWN))
    return and_(_KIND == "account", wanted)


_LINE = case(
    (_KIND != "account", _KIND),
    *((_TYPE.in_(types), line) for line, types in _LINES.items()),
    else_="other_assets",
)

BALANCE = Measure(
    key="balance",
    title="Balances",
    system="netsuite",
    table=fct_gl_balance,
    value=fct_gl_balance.c.amount_base,
    month=fct_gl_balance.c.month,
    eliminated=fct_gl_balance.c.is_intercompany.is_(True),
    dimensions={
        "subsidiary": fct_gl_balance.c.subsidiary_key,
        "account": fct_gl_balance.c.account_key,
        "balance_line": _LINE,
    },
    columns=(
        fct_gl_balance.c.day,
        fct_gl_balance.c.kind,
        fct_gl_balance.c.account_key,
        fct_gl_balance.c.account_type,
        fct_gl_balance.c.subsidiary_key,
        fct_gl_balance.c.is_intercompany,
        fct_gl_balance.c.amount_subsidiary,
        fct_gl_balance.c.subsidiary_currency,
    ),
)
