"""The firm's balance sheet, line by line, from the ledger alone (R5, RC-16)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import ColumnElement, or_

from .balance_lines import ASSETS, BALANCE, BALANCE_BY, EQUITY_KINDS, LIABILITIES, is_of
from .kpi import Band, Basis, Better, Kind, Kpi, Measure, Side, Total, Unit
from .statement_lines import NO_LEDGER

_EDGE = (
    "Accounts stand at the month's closing rate, equity at its historical rates, results at the average rates they were "
    "earned at; what is left is the translation adjustment. Intercompany balances stand in the books of each subsidiary "
    "and count for nothing when consolidated."
)


def _measure(key: str, title: str, *where: ColumnElement[bool]) -> Measure:
    return replace(BALANCE, key=key, title=title, where=where)


_ASSETS = _measure("assets", "Asset accounts", is_of(*ASSETS, others=True))
_LIABILITIES = _measure("liabilities", "Liability accounts", is_of(*LIABILITIES))
_EQUITY = _measure(
    "equity",
    "Equity accounts, results and adjustments",
    or_(is_of("Equity"), BALANCE.table.c.kind.in_(EQUITY_KINDS)),
)


def _line(
    key: str, title: str, question: str, definition: str, terms: tuple[tuple[int, Measure], ...],
    *, better: Better, edge_cases: str = "", band: Band | None = None,
) -> Kpi:  # fmt: skip
    return Kpi(
        key=key,
        title=title,
        question=question,
        definition=definition,
        unit=Unit.MONEY,
        kind=Kind.STOCK,
        better=better,
        band=band,
        erp=Total(terms=terms),
        psa=NO_LEDGER,
        record=Side.ERP,
        by=BALANCE_BY,
        tolerance=Decimal("0.01"),
        needs_history=True,
        source="KPI catalogue R5, RC-16",
        group="G",
        compared=(Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR),
        edge_cases=f"{edge_cases} {_EDGE}".strip(),
        controls=("RC-16",),
    )


def _of_type(
    key: str, title: str, types: tuple[str, ...], *, sign: int = 1, others: bool = False,
    edge_cases: str = "", better: Better | None = None,
) -> Kpi:  # fmt: skip
    """What the accounts of some types hold, positive as they usually stand."""
    named = f"{title[0].lower()}{title[1:]}"
    return _line(
        key,
        title,
        f"How much do the books show as {named} on the day?",
        f"Balance of the ledger's accounts of the type {' or '.join(types)}"
        f"{', positive when owed.' if sign < 0 else '.'}",
        ((sign, _measure(key, title, is_of(*types, others=others))),),
        better=better or (Better.HIGHER if sign > 0 else Better.LOWER),
        edge_cases=edge_cases,
    )


def _of_kind(key: str, title: str, question: str, definition: str, kind: str) -> Kpi:
    """A part of the equity that no account holds."""
    return _line(
        key,
        title,
        question,
        definition,
        ((-1, _measure(key, title, BALANCE.table.c.kind == kind)),),
        better=Better.HIGHER,
    )


CASH = _of_type("cash_balance", "Cash and banks", ("Bank",))
RECEIVABLES_LEDGER = replace(
    _of_type("receivables_ledger", "Receivables in the ledger", ("AcctRec",), better=Better.LOWER),
    controls=("RC-07", "RC-16"),
)
OTHER_CURRENT_ASSETS = _of_type(
    "other_current_assets", "Other current assets", ("OthCurrAsset", "DeferExpense")
)
FIXED_ASSETS = _of_type("fixed_assets", "Fixed assets", ("FixedAsset",))
OTHER_ASSETS = _of_type(
    "other_assets",
    "Other assets",
    ("OthAsset",),
    others=True,
    edge_cases="An account of a type that is not known stands here, so that no posting is lost.",
)
TOTAL_ASSETS = _line(
    "total_assets",
    "Total assets",
    "What does the firm own and what is it owed?",
    "Balance of all accounts of assets.",
    ((1, _ASSETS),),
    better=Better.HIGHER,
)
PAYABLES = _of_type("payables", "Payables", ("AcctPay",), sign=-1)
CARD_DEBT = _of_type("card_debt", "Credit cards", ("CredCard",), sign=-1)
OTHER_CURRENT_LIABILITIES = _of_type(
    "other_current_liabilities", "Other current liabilities", ("OthCurrLiab",), sign=-1
)
LONG_TERM_LIABILITIES = _of_type(
    "long_term_liabilities", "Long-term liabilities", ("LongTermLiab",), sign=-1
)
TOTAL_LIABILITIES = _line(
    "total_liabilities",
    "Total liabilities",
    "What does the firm owe?",
    "Balance of all accounts of liabilities, deferred revenue included; positive when owed.",
    ((-1, _LIABILITIES),),
    better=Better.LOWER,
)
CAPITAL = _of_type(
    "capital", "Capital and reserves", ("Equity",), sign=-1, better=Better.HIGHER
)  # fmt: skip
RETAINED_EARNINGS = _of_kind(
    "retained_earnings",
    "Retained earnings",
    "What did the firm earn in the years before this one?",
    "Results of all fiscal years before the current one, at the average rates they were earned at.",
    "retained_earnings",
)
RESULT_OF_YEAR = _of_kind(
    "result_of_year",
    "Result of the year",
    "What has the firm earned since its fiscal year began?",
    "All postings to accounts of profit and loss since the fiscal year began, at average rates.",
    "net_income",
)
TRANSLATION_ADJUSTMENT = _of_kind(
    "translation_adjustment",
    "Cumulative translation adjustment",
    "How much of the equity comes from exchange rates alone?",
    "What is left of each subsidiary's books once assets and liabilities are told at closing, equity at historical and "
    "results at average rates.",
    "translation_adjustment",
)
INTERCOMPANY_DIFFERENCE = _of_kind(
    "intercompany_difference",
    "Intercompany not cancelled out",
    "What do intercompany postings leave behind when they are taken out?",
    "Intercompany lines of all books together, at the rates of their accounts: exchange differences, and what only one "
    "side has posted. Nothing within one subsidiary.",
    "intercompany_difference",
)
TOTAL_EQUITY = _line(
    "total_equity",
    "Total equity",
    "What belongs to the owners?",
    "Capital and reserves, retained earnings, the result of the year, the translation adjustment and what intercompany "
    "leaves behind.",
    ((-1, _EQUITY),),
    better=Better.HIGHER,
)
BALANCE_SHEET_DIFFERENCE = _line(
    "balance_sheet_difference",
    "Balance sheet difference",
    "Does the balance sheet balance?",
    "Assets less liabilities less equity; 0 where every posting is there and balances.",
    ((1, _ASSETS), (1, _LIABILITIES), (1, _EQUITY)),
    better=Better.BAND,
    band=Band(low=Decimal(0), high=Decimal(0)),
)
