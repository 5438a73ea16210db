"""Profit and loss: the income statement of the firm and of each department, and its balance sheet."""

from __future__ import annotations

from ..auth.permissions import Permission
from ..blocks.bridge import DIRECT_COSTS, Lines, bridge
from ..blocks.filters import filters
from ..blocks.head import head
from ..blocks.members import changed, listing
from ..blocks.statement import Line, result, statement
from ..blocks.tiles import tiles
from ..blocks.year_end import Year
from ..page import Page

PROFIT_AND_LOSS = Page(
    key="profit_and_loss",
    path="/profit-and-loss",
    title="P&L",
    nav=80,
    permission=Permission.VIEW_STATEMENT,
    dated=True,
    class_name="board",
    sections=(
        filters(),
        head("ebitda", beside=("firm_revenue", "ebitda_pct")),
        tiles("firm_revenue", "firm_gross_margin_pct", "ebitda", "ebitda_pct"),
        statement(
            result("firm_revenue"),
            Line(
                key="firm_direct_cost",
                parts=DIRECT_COSTS,
            ),
            result("firm_gross_margin"),
            Line(key="practice_overhead"),
            result("practice_contribution"),
            Line(key="corporate_overhead"),
            Line(key="stock_compensation"),
            Line(key="allocated_cost"),
            result("ebitda"),
            Line(key="depreciation_amortization"),
            Line(key="interest_cost"),
            Line(key="other_result"),
            Line(key="income_tax"),
            result("net_income"),
            title="Income statement",
            year=Year(
                results={
                    "firm_revenue": "year_revenue",
                    "firm_gross_margin": "year_gross_margin",
                    "practice_contribution": "year_practice_contribution",
                    "ebitda": "year_ebitda",
                    "net_income": "year_net_income",
                },
                of_lines="year_cost",
                lines={
                    "firm_direct_cost": (
                        "direct_labor",
                        "subcontractors",
                        "project_expenses",
                        "resale",
                    ),
                    "direct_labor_cost": ("direct_labor",),
                    "subcontractor_cost": ("subcontractors",),
                    "project_expense_cost": ("project_expenses",),
                    "resale_cost": ("resale",),
                    "practice_overhead": ("practice_overhead",),
                    "corporate_overhead": ("corporate_overhead",),
                    "stock_compensation": ("stock_compensation",),
                    "allocated_cost": ("allocations",),
                    "depreciation_amortization": ("depreciation", "amortization"),
                    "interest_cost": ("interest",),
                    "other_result": ("non_operating",),
                    "income_tax": ("tax",),
                },
                earned=("other_result",),
            ),
        ),
        tiles(
            "revenue_per_consultant",
            "revenue_per_employee",
            "ebitda_per_head",
            "labor_absorption",
            "revenue_growth",
            "constant_currency_growth",
            name="per_head",
            title="Per head",
            heading="Per head, and how fast it grows",
        ),
        bridge(
            Lines(
                total="ebitda",
                earns=("firm_revenue",),
                costs=(
                    *DIRECT_COSTS,
                    "practice_overhead",
                    "corporate_overhead",
                    "stock_compensation",
                    "allocated_cost",
                ),
            ),
            title="Why EBITDA is not as planned",
            class_name="",
        ),
        statement(
            Line(key="cash_balance"),
            Line(key="receivables_ledger"),
            Line(key="unbilled_receivable_ledger"),
            Line(key="other_current_assets"),
            Line(key="fixed_assets"),
            Line(key="other_assets"),
            result("total_assets"),
            Line(key="payables"),
            Line(key="card_debt"),
            Line(key="deferred_revenue_ledger"),
            Line(key="other_current_liabilities"),
            Line(key="long_term_liabilities"),
            result("total_liabilities"),
            Line(key="capital"),
            Line(key="retained_earnings"),
            Line(key="result_of_year"),
            Line(key="translation_adjustment"),
            Line(key="intercompany_difference"),
            result("total_equity"),
            Line(key="balance_sheet_difference"),
            title="Balance sheet",
            name="balance_sheet",
        ),
        listing(
            "department",
            (
                changed("firm_revenue"),
                "firm_direct_cost",
                changed("firm_gross_margin"),
                "firm_gross_margin_pct",
                "practice_contribution",
                changed("ebitda"),
                "ebitda_pct",
            ),
            title="By department",
        ),
        tiles(
            "overhead_pct",
            "project_overhead",
            "contribution_after_overhead",
            "contribution_after_overhead_pct",
            name="overhead",
            title="Projects after the firm's overhead",
            heading="Projects after the firm's overhead",
        ),
    ),
)
