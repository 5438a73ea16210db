"""Every line of the income statement, what hangs on few, and deferred revenue: by plain SQL on the record's tables.

The SQL reads the ledger's posting lines; which account is which line is written down here by name, as a reader of the
chart of accounts would do it. A subsidiary's own books hold intercompany, the consolidated ones do not (R11).
"""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from sqlalchemy import text

from models.metrics import catalogue
from models.metrics.compare import compare
from models.metrics.kpi import Basis, Lens, Reason, Side
from models.period import Period

from .asked import EVERYTHING, POSTINGS, SIX, ask

FOUR = Decimal("0.0001")
# a closed month, a running one, a quarter, a year, months across the turn of the year, a month before all data
PERIODS = ("2026-10", "2026-11", "2026-Q2", "2025", "2025-11..2026-03")
every_period = pytest.mark.parametrize("period", PERIODS)
POSTED = (
    """
    SELECT l.subsidiary, p.enddate, a.fullname, a.accttype, coalesce(d.name, ''), {more},
        coalesce(a.eliminate, 0) OR coalesce(l.eliminate, 0) OR coalesce(h.intercoadj, 0)
            OR coalesce(s.iselimination, 0), g.amount"""
    + POSTINGS
    + """
    LEFT JOIN stg_netsuite__department d ON d.id = l.department
    {joins}
    WHERE g.posting AND g.accountingbook = 1 AND p.startdate >= :first AND p.enddate <= :last"""
)
RATES = """
    SELECT r.fromsubsidiary, p.enddate, r.averagerate, r.currentrate
    FROM stg_netsuite__consolidatedexchangerate r
    JOIN stg_netsuite__accountingperiod p ON p.id = r.postingperiod
    WHERE r.tosubsidiary = 1 AND NOT p.isquarter AND NOT p.isyear"""
LINES = {
    "Services revenue": "revenue",
    "Reimbursed expenses": "revenue",
    "Subscription revenue": "revenue",
    "Hardware revenue": "revenue",
    "Project labour cost": "labor",
    "Subcontractors": "subcontractors",
    "Project travel and expenses": "expenses",
    "Cost of subscriptions and hardware": "resale",
    "Depreciation": "depreciation",
    "Realised exchange gain or loss": "other",
    "Management fees to the group": "other",
}  # every other account of type Expense is overhead: a practice's where its department is one
NO_PRACTICE = ("", "Sales", "Finance & Administration")
DIRECT = ("labor", "subcontractors", "expenses", "resale")
OVERHEAD = ("practice", "corporate")
# key -> its lines: of cost as a positive number, of profit as it is
COSTS = {
    "firm_direct_cost": DIRECT,
    "direct_labor_cost": ("labor",),
    "subcontractor_cost": ("subcontractors",),
    "project_expense_cost": ("expenses",),
    "resale_cost": ("resale",),
    "practice_overhead": ("practice",),
    "corporate_overhead": ("corporate",),
    "depreciation_amortization": ("depreciation",),
    "allocated_cost": (),
    "stock_compensation": (),
    "interest_cost": (),
    "income_tax": (),
}
PROFITS = {
    "firm_revenue": ("revenue",),
    "firm_gross_margin": ("revenue", *DIRECT),
    "practice_contribution": ("revenue", *DIRECT, "practice"),
    "ebitda": ("revenue", *DIRECT, *OVERHEAD),
    "other_result": ("other",),
    "net_income": ("revenue", *DIRECT, *OVERHEAD, "depreciation", "other"),
}
RATIOS = {  # lines above, by their sign as profit; lines below
    "firm_gross_margin_pct": (("revenue", *DIRECT), ("revenue",)),
    "ebitda_pct": (("revenue", *DIRECT, *OVERHEAD), ("revenue",)),
    "overhead_pct": (OVERHEAD, ("revenue",)),
    "overhead_multiplier": ((*DIRECT, *OVERHEAD), ("labor",)),
    "subcontractor_ratio": (("subcontractors",), DIRECT),
}


def _bounds(period):
    asked = Period.parse(period)
    return {"first": str(asked.first.start), "last": str(asked.last.end)}


class Books:
    """The ledger by line, subsidiary and currency lens, added up once for each period."""

    def __init__(self, record):
        self.record = record
        self.rates = {}
        for subsidiary, end, average, current in self.read(RATES):
            self.rates[subsidiary, str(end)[:7]] = Decimal(str(average)), Decimal(str(current))
        self.kept = {}

    def read(self, sql, **values):
        with self.record.connect() as connection:
            return connection.execute(text(sql), values).all()

    def posted(self, period, more="NULL", joins=""):
        """Subsidiary, account, type, department, whatever more, intercompany, own and reporting currency."""
        key = (period, more)
        if key not in self.kept:
            sql = POSTED.format(more=more, joins=joins)
            self.kept[key] = [
                (*row[:1], *row[2:7], Decimal(row[7]).scaleb(-4), self.told(*row[:2], row[7]))
                for row in self.read(sql, **_bounds(period))
            ]
        return self.kept[key]

    def told(self, subsidiary, end, amount, kind=0):
        rate = self.rates.get((subsidiary, str(end)[:7]), (Decimal(1),) * 2)[kind]
        return (Decimal(amount).scaleb(-4) * rate).quantize(FOUR, ROUND_HALF_EVEN)

    def lines(self, period, subsidiary=None):
        """Line -> what it left as profit: consolidated, or of one subsidiary in its own currency."""
        found = defaultdict(Decimal)
        for owner, account, kind, department, _, between, own, base in self.posted(period):
            line = _line(account, kind, department)
            if line is None or (subsidiary is None and between):
                continue
            if subsidiary is None:
                found[line] -= base
            elif subsidiary == owner:
                found[line] -= own
        return found


def _line(account, kind, department):
    if kind == "Expense" and account not in LINES:
        return "corporate" if department in NO_PRACTICE else "practice"
    return LINES.get(account)


@pytest.fixture(scope="module")
def books(loaded):
    return Books(loaded.record)


def _sum(lines, wanted):
    return sum((lines[line] for line in wanted), Decimal(0))


@every_period
@pytest.mark.parametrize("key", [*COSTS, *PROFITS])
def test_a_line_is_what_its_accounts_hold_in_each_subsidiary_and_consolidated(
    loaded, books, key, period
):
    wanted, sign = (COSTS[key], -1) if key in COSTS else (PROFITS[key], 1)

    whole = ask(loaded, key, period).only.erp
    own = ask(loaded, key, period, by=("subsidiary",), lens=Lens.SUBSIDIARY)

    assert (whole or 0) == sign * _sum(books.lines(period), wanted)
    told = {row.dimensions["subsidiary"]: row.erp for row in own.rows if row.erp}
    known = {one: sign * _sum(books.lines(period, one), wanted) for one in (1, 2, 3, 4)}
    assert told == {one: amount for one, amount in known.items() if amount}


@every_period
@pytest.mark.parametrize("key", RATIOS)
def test_a_share_is_sums_over_sums_of_its_lines(loaded, books, key, period):
    above, below = RATIOS[key]
    lines = books.lines(period)
    sign = 1 if "revenue" in above else -1

    known = sign * _sum(lines, above) / abs(_sum(lines, below))

    assert ask(loaded, key, period).only.erp == known.quantize(SIX, ROUND_HALF_EVEN)


@pytest.mark.parametrize("key", [*RATIOS, "services_gross_margin_pct"])
def test_a_share_of_nothing_is_no_number_and_never_nought(loaded, key):
    """The company of eliminations sells and pays nothing of its own when consolidated."""
    row = ask(loaded, key, "2023-05").only

    assert row.erp is None
    assert row.reasons[Side.ERP] in (
        Reason.NO_DATA,
        Reason.NO_REVENUE,
        Reason.NO_COST,
        Reason.NO_VALUE,
    )


@every_period
def test_a_practice_s_overhead_is_that_of_its_own_department(loaded, books, period):
    known = defaultdict(Decimal)
    for _, account, kind, department, _, between, _, base in books.posted(period):
        if _line(account, kind, department) == "practice" and not between:
            known[department] += base

    told = ask(loaded, "practice_overhead", period, by=("practice",))

    assert {row.labels["practice"]: row.erp for row in told.rows if row.erp} == {
        name: amount for name, amount in known.items() if amount
    }


# --- what hangs on few (E7)

_PARENTS = """
    WITH RECURSIVE above(id, top) AS (
        SELECT id, id FROM stg_netsuite__customer WHERE coalesce(parent, 0) = 0
        UNION ALL SELECT c.id, a.top FROM stg_netsuite__customer c JOIN above a ON a.id = c.parent
    )
    SELECT id, top FROM above"""


def _year_to(period):
    last = Period.parse(period).last
    return f"{last.plus(-11)}..{last}"


def _shares(amounts):
    """The largest first; who is below zero counts as zero."""
    counted = sorted((max(one, Decimal(0)) for one in amounts), reverse=True)
    return [one / sum(counted) for one in counted]


@pytest.mark.parametrize("period", ["2026-10", "2026-Q2", "2025"])
def test_customers_are_concentrated_by_the_tops_of_their_trees(loaded, books, period):
    tops = dict(books.read(_PARENTS))
    by_top = defaultdict(Decimal)
    joins = "LEFT JOIN stg_netsuite__job j ON j.id = l.entity"
    for _, account, kind, department, customer, between, _, base in books.posted(
        _year_to(period), "coalesce(j.customer, l.entity)", joins
    ):
        if _line(account, kind, department) == "revenue" and not between:
            by_top[tops.get(customer)] -= base
    assert len(tops) > len(set(tops.values()))  # some customers have one above them

    shares = _shares(by_top.values())

    for key, known in {
        "top_customer_share": shares[0],
        "top_5_customers_share": sum(shares[:5]),
        "top_10_customers_share": sum(shares[:10]),
        "customer_hhi": sum((100 * share) ** 2 for share in shares),
        "effective_customers": 1 / sum(share**2 for share in shares),
    }.items():
        assert abs(ask(loaded, key, period).only.erp - known) < SIX, key


@pytest.mark.parametrize("period", ["2026-10", "2025"])
def test_practices_are_concentrated_by_the_departments_of_their_revenue(loaded, books, period):
    found = defaultdict(Decimal)
    for _, account, kind, department, _, between, _, base in books.posted(_year_to(period)):
        if _line(account, kind, department) == "revenue" and not between:
            found[department] -= base

    known = sum((100 * share) ** 2 for share in _shares(found.values()))

    assert abs(ask(loaded, "practice_hhi", period).only.erp - known) < SIX


# --- deferred revenue (D4)


@every_period
def test_deferred_revenue_rolls_forward_by_its_postings_in_every_subsidiary(loaded, books, period):
    added, released = defaultdict(Decimal), defaultdict(Decimal)
    for owner, _, kind, _, _, _, own, _ in books.posted(period):
        if kind == "DeferRevenue":
            (released if own >= 0 else added)[owner] += abs(own)
    how = {"by": ("subsidiary",), "lens": Lens.SUBSIDIARY}
    told = {
        key: {row.dimensions["subsidiary"]: row.erp for row in ask(loaded, key, period, **how).rows}
        for key in ("deferred_opening", "deferred_added", "deferred_released", "deferred_exchange",
                    "deferred_revenue_ledger")
    }  # fmt: skip

    assert added
    for one in added:
        assert told["deferred_added"][one] == added[one]
        assert told["deferred_released"][one] == released[one]
        assert told["deferred_exchange"][one] == 0
        assert (
            told["deferred_opening"][one] + added[one] - released[one]
            == told["deferred_revenue_ledger"][one]
        )


@every_period
def test_deferred_revenue_closes_in_the_reporting_currency_with_its_exchange_differences(
    loaded, period
):
    told = {
        key: ask(loaded, key, period).only.erp
        for key in ("deferred_opening", "deferred_added", "deferred_released", "deferred_exchange",
                    "deferred_revenue_ledger")
    }  # fmt: skip

    assert (
        told["deferred_opening"]
        + told["deferred_added"]
        - told["deferred_released"]
        + told["deferred_exchange"]
        == told["deferred_revenue_ledger"]
    )


# --- the plan (R5): NetSuite's budget, at the average rates of the month before its year

BUDGETED = """
    SELECT b.subsidiary, date(y.startdate, '-1 day'), a.fullname, a.accttype, coalesce(d.name, ''), m.amount
    FROM stg_netsuite__budgetsmachine m JOIN stg_netsuite__budgets b ON b.id = m.budget AND b.category = 1
    JOIN stg_netsuite__accountingperiod p ON p.id = m.period
    JOIN stg_netsuite__accountingperiod y ON y.id = b.year
    JOIN stg_netsuite__account a ON a.id = b.account
    LEFT JOIN stg_netsuite__department d ON d.id = b.department
    WHERE p.startdate >= :first AND p.enddate <= :last"""


def _budget(books, period):
    """Line -> what is planned to be left of it as profit, in the reporting currency."""
    found = defaultdict(Decimal)
    for owner, approved, account, kind, department, amount in books.read(
        BUDGETED, **_bounds(period)
    ):
        sign = 1 if kind in ("Income", "OthIncome") else -1
        found[_line(account, kind, department)] += sign * books.told(owner, approved, amount)
    return found


def _planned(loaded, key, period):
    (line,) = compare(
        loaded.snapshot, catalogue.kpi(key), Period.parse(period), EVERYTHING, bases=[Basis.PLAN]
    )
    return line.against[Basis.PLAN]


@pytest.mark.parametrize("period", ["2026-10", "2026-Q2", "2025-11..2026-03"])
def test_every_line_is_compared_with_the_budget_of_its_accounts(loaded, books, period):
    budget = _budget(books, period)

    for key, wanted in {**COSTS, **PROFITS}.items():
        known = (-1 if key in COSTS else 1) * _sum(budget, wanted)
        told = _planned(loaded, key, period)
        if any(budget[line] for line in wanted):
            assert told.reference == known, key
            assert told.delta == told.primary - known
        else:
            assert (told.reference, told.reason) == (None, Reason.NO_PLAN), key
    for key, (above, below) in RATIOS.items():
        sign = 1 if "revenue" in above else -1
        known = sign * _sum(budget, above) / abs(_sum(budget, below))
        assert _planned(loaded, key, period).reference == known.quantize(SIX, ROUND_HALF_EVEN), key


@pytest.mark.parametrize("period", ["2026-10", "2025"])
def test_what_projects_earn_and_cost_is_compared_with_its_own_part_of_the_plan(
    loaded, books, period
):
    planned = sum(
        books.told(owner, approved, amount)
        for owner, approved, account, _, _, amount in books.read(BUDGETED, **_bounds(period))
        if account in ("Services revenue", "Reimbursed expenses")
    )

    assert _planned(loaded, "recognized_revenue", period).reference == planned
    for key in ("bookings", "invoiced_revenue", "billable_utilization"):
        assert _planned(loaded, key, period).reason is Reason.NO_PLAN  # nobody has planned it


def test_the_year_ends_at_what_is_posted_then_forecast_and_budgeted(loaded, books):
    last = loaded.snapshot.last_closed_month
    closed, to_come = f"{last.year}-01..{last}", f"{last.plus(1)}..{last.year}-12"
    posted, open_, budget = books.lines(closed), books.lines(to_come), _budget(books, to_come)
    forecast = ask(loaded, "revenue_forecast", to_come).only.erp
    year = {
        "year_gross_margin": PROFITS["firm_gross_margin"],
        "year_practice_contribution": PROFITS["practice_contribution"],
        "year_ebitda": PROFITS["ebitda"],
        "year_net_income": PROFITS["net_income"],
    }

    assert open_["revenue"] < forecast  # some of the year is still to be earned
    assert ask(loaded, "year_revenue", str(last)).only.erp == posted["revenue"] + forecast
    for key, lines in year.items():
        costs = [line for line in lines if line != "revenue"]
        known = _sum(posted, lines) + forecast + _sum(budget, costs)
        assert ask(loaded, key, str(last)).only.erp == known, key
    by_line = {
        row.dimensions["line"]: row.erp
        for row in ask(loaded, "year_cost", str(last), by=("line",)).rows
    }
    labor = _sum(posted, ("labor",)) + _sum(budget, ("labor",))
    assert by_line["direct_labor"] == -labor
