"""The reconciliation controls told by plain SQL on the record: how many checks there are, and which do not hold.

RC-01 and RC-02 are held in test_kpis_completeness, the books of RC-07, RC-09 and RC-16 in test_kpis_ledger.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest
from sqlalchemy import text

from models.controls import CONTROLS
from models.metrics.breaks import breaks, course, first_seen, standings
from models.metrics.kpi import Lens, Side
from models.period import Month
from sync.sandbox.world import discrepancies as planted

from .asked import EVERYTHING, POSTINGS, UNIT, ask, rows_of

FOUR = Decimal("0.0001")
NOW = 202611


@pytest.fixture(scope="module")
def told(loaded):
    """Control -> its checks: (month, project's code, name) -> (amount, against, holds)."""
    found = defaultdict(dict)
    sql = """
        SELECT c.control, c.month, p.code, c.name, c.amount, c.against, c.holds, c.subsidiary_key, c.currency
        FROM fct_control c LEFT JOIN dim_project p ON p.project_key = nullif(c.project_key, -1)"""
    with loaded.snapshot.engine.connect() as connection:
        for control, month, code, name, *rest in connection.execute(text(sql)):
            found[control][month, code, name, *rest[3:]] = tuple(rest[:3])
    return found


def _breaks(checks):
    return {key: values[:2] for key, values in checks.items() if not values[2]}


def _month(day):
    return int(day[:4]) * 100 + int(day[5:7])


def _planted(loaded, name):
    return [one for one in loaded.world.discrepancies if one.name == name]


def test_every_time_charge_bears_the_hours_of_its_time_entries(loaded, told):
    known = defaultdict(Decimal)
    for project, day, hours in rows_of(
        loaded,
        """SELECT p.code, coalesce(c.accounting_date, c.date), e.hours FROM stg_suiteprojects__time_entry e
            JOIN stg_suiteprojects__charge c ON c.id = e.charge_id
            JOIN stg_suiteprojects__project p ON p.id = c.project_id""",
    ):
        known[_month(day), project] += Decimal(hours) / UNIT

    assert {(month, code): one[0] for (month, code, *_), one in told["RC-03"].items()} == known
    assert not _breaks(told["RC-03"])


def test_netsuite_has_all_approved_hours_but_those_of_the_project_it_does_not_know(loaded, told):
    known = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for code, day, hours in rows_of(
        loaded,
        """SELECT p.code, coalesce(e.accounting_date, e.date), e.hours FROM stg_suiteprojects__time_entry e
            JOIN stg_suiteprojects__timesheet t ON t.id = e.timesheet_id
            JOIN stg_suiteprojects__project p ON p.id = e.project_id
            WHERE t.status IN ('A', 'X') AND p.contract_type NOT IN (
                'Internal productive', 'Internal administration', 'Time off')""",
    ):
        known[_month(day), code][0] += Decimal(hours) / UNIT
    for code, day, hours in rows_of(
        loaded,
        """SELECT j.entityid, b.trandate, b.hours FROM stg_netsuite__timebill b
            JOIN stg_netsuite__job j ON j.id = b.customer""",
    ):
        known[_month(day), code][1] += Decimal(hours) / UNIT
    (orphan,) = _planted(loaded, planted.ORPHAN_PROJECT)

    checks = {(month, code): list(one[:2]) for (month, code, *_), one in told["RC-11"].items()}
    assert checks == known
    broken = {code for _, code, *_ in _breaks(told["RC-11"])}
    assert len(broken) == 1
    assert orphan.what.startswith(broken.pop())


def test_every_approved_expense_report_is_posted_with_its_total(loaded, told):
    known = {
        (_month(day), number): (Decimal(total) / UNIT, Decimal(booked) / UNIT)
        for day, number, total, booked in rows_of(
            loaded,
            """SELECT coalesce(e.accounting_date, e.date), e.number, e.total, abs(h.foreigntotal)
                FROM stg_suiteprojects__expense_report e
                JOIN stg_netsuite__transaction h ON h.type = 'ExpRept' AND h.externalid = e.id
                WHERE e.status = 'A'""",
        )
    }

    assert {
        (month, name): one[:2] for (month, _code, name, *_), one in told["RC-10"].items()
    } == known
    assert not _breaks(told["RC-10"])


def test_only_the_planted_projects_are_in_one_system_alone(loaded, told):
    people, customers, projects = (
        rows_of(loaded, f"SELECT count(*) {rest}")[0][0]
        for rest in (
            "FROM stg_suiteprojects__user WHERE is_active AND NOT coalesce(is_generic, 0)",
            """FROM stg_suiteprojects__customer c WHERE is_active AND EXISTS (
                SELECT 1 FROM stg_suiteprojects__project p WHERE p.customer_id = c.id AND p.contract_type
                    NOT IN ('Internal productive', 'Internal administration', 'Time off'))""",
            """FROM stg_suiteprojects__project WHERE is_active AND contract_type
                NOT IN ('Internal productive', 'Internal administration', 'Time off')""",
        )
    )
    (job,), (project,) = (
        _planted(loaded, planted.ORPHAN_JOB), _planted(loaded, planted.ORPHAN_PROJECT)
    )  # fmt: skip
    checks = told["RC-12"]

    assert {month for month, *_ in checks} == {NOW}
    assert len(checks) == people + customers + projects + 1  # the job that SuiteProjects Pro lacks
    broken = {name: values for (_month, _code, name, *_), values in _breaks(checks).items()}
    assert sorted(broken.values()) == [(0, 1), (1, 0)]
    for one, found in ((job, (0, 1)), (project, (1, 0))):
        assert [values for name, values in broken.items() if one.what.startswith(name)] == [found]


def test_both_systems_agree_on_the_contract_of_every_project(loaded, told):
    """Orders that were cancelled count in neither."""
    known = {
        code: (Decimal(bought) / UNIT, Decimal(ordered) / UNIT)
        for code, bought, ordered in rows_of(
            loaded,
            """SELECT p.code, (
                    SELECT sum(o.total) FROM stg_suiteprojects__customer_po o
                    JOIN stg_suiteprojects__customer_po_project k ON k.customer_po_id = o.id
                    WHERE k.project_id = p.id
                ), (
                    SELECT -sum(l.foreignamount) FROM stg_netsuite__transactionline l
                    JOIN stg_netsuite__transaction h ON h.id = l."transaction"
                    WHERE l.entity = p.netsuite_id AND h.type = 'SalesOrd' AND NOT coalesce(l.mainline, 0)
                        AND h.status <> 'C'
                )
                FROM stg_suiteprojects__project p JOIN stg_netsuite__job j ON j.id = p.netsuite_id
                WHERE p.contract_type NOT IN ('Internal productive', 'Internal administration', 'Time off')""",
        )
        if bought is not None
    }
    checks = {code: one[:2] for (_, code, *_), one in told["RC-13"].items() if one[0] is not None}

    assert checks == known
    assert not _breaks(told["RC-13"])


CONTRACTS = f"""
    SELECT j.entityid, p.enddate, sum(g.amount){POSTINGS}
    JOIN stg_netsuite__job j ON j.id = l.entity
    WHERE g.posting AND g.accountingbook = 1 AND a.accttype IN ('UnbilledRec', 'DeferRevenue')
        AND l.subsidiary = 1
    GROUP BY 1, 2"""
EARNED = """
    SELECT p.code, coalesce(r.accounting_date, r.date), r.amount FROM stg_suiteprojects__recognition r
    JOIN stg_suiteprojects__project p ON p.id = r.project_id
    UNION ALL
    SELECT p.code, coalesce(i.accounting_date, i.date), -c.amount FROM stg_suiteprojects__charge c
    JOIN stg_suiteprojects__invoice i ON i.id = c.invoice_id AND i.approval_status = 'A'
    JOIN stg_suiteprojects__project p ON p.id = c.project_id"""


@pytest.mark.parametrize(("control", "sign"), [("RC-05", 1), ("RC-06", -1)])
@pytest.mark.parametrize("month", [202606, 202610, 202611])
def test_unbilled_and_deferred_work_of_the_parent_company_is_its_ledgers(
    loaded, told, control, sign, month
):
    """It keeps its books in the reporting currency, and so do its projects."""
    ours, theirs = defaultdict(Decimal), defaultdict(Decimal)
    for found, sql in ((theirs, CONTRACTS), (ours, EARNED)):
        for code, day, amount in rows_of(loaded, sql):
            if _month(day) <= month:
                found[code] += sign * Decimal(amount) / UNIT
    home = {
        code
        for (code,) in rows_of(
            loaded,
            """SELECT p.code FROM stg_suiteprojects__project p
                LEFT JOIN stg_netsuite__projectsubsidiaryrelationship r ON r.entity = p.netsuite_id
                WHERE coalesce(r.subsidiary, 1) = 1 AND p.currency = 'USD'
                UNION SELECT entityid FROM stg_netsuite__job WHERE entityid LIKE 'MAN-%'""",
        )
    }
    known = {
        code: (max(ours[code], Decimal(0)), max(theirs[code], Decimal(0)))
        for code in home
        if max(ours[code], theirs[code]) > 0
    }
    checks = {
        code: one[:2]
        for (when, code, *_), one in told[control].items()
        if when == month and code in home
    }

    assert known
    assert checks == known
    broken = {code for when, code, *_ in _breaks(told[control]) if when == month and code in home}
    assert broken == {
        code
        for code, (one, other) in known.items()
        if abs(one - other) > max(Decimal(500), other / 100)
    }


def test_backlog_moves_by_what_happened_in_every_subsidiary_and_month(loaded, told):
    months = {month for month, *_ in told["RC-08"]}

    assert len(months) == 37
    assert len(told["RC-08"]) % 37 == 0
    assert sum(one[1] > 0 for one in told["RC-08"].values()) > 100
    assert not _breaks(told["RC-08"])


GROUP = f"""
    SELECT l.subsidiary, a.accttype = 'OthIncome', p.enddate, sum(g.amount){POSTINGS}
    WHERE g.posting AND g.accountingbook = 1 AND a.eliminate AND a.accttype IN ('OthIncome', 'Expense')
        AND NOT coalesce(h.intercoadj, 0) AND NOT coalesce(s.iselimination, 0)
    GROUP BY 1, 2, 3"""
AVERAGE = """
    SELECT r.fromsubsidiary, p.enddate, r.averagerate FROM stg_netsuite__consolidatedexchangerate r
    JOIN stg_netsuite__accountingperiod p ON p.id = r.postingperiod
    WHERE r.tosubsidiary = 1 AND NOT p.isquarter AND NOT p.isyear"""


def test_what_the_group_charges_itself_nets_to_nothing_in_every_month(loaded, told):
    rates = {(one, day): Decimal(rate) for one, day, rate in rows_of(loaded, AVERAGE)}
    known = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for subsidiary, is_income, day, amount in rows_of(loaded, GROUP):
        base = Decimal(amount) / UNIT * rates.get((subsidiary, day), Decimal(1))
        known[_month(day)][not is_income] += -base if is_income else base

    assert {month for month, *_ in told["RC-14"]} == known.keys()
    for (month, *_), (income, cost, _) in told["RC-14"].items():
        assert abs(income - known[month][0]) < FOUR * 2
        assert abs(cost - known[month][1]) < FOUR * 2
    assert not _breaks(told["RC-14"])


def test_every_amount_of_suiteprojects_finds_its_rate(loaded, told):
    (rows,) = rows_of(
        loaded,
        """SELECT (SELECT count(*) FROM stg_suiteprojects__charge)
            + (SELECT count(*) FROM stg_suiteprojects__recognition)
            + (SELECT count(*) FROM stg_suiteprojects__receipt)
            + (SELECT count(*) FROM stg_suiteprojects__charge c
                JOIN stg_suiteprojects__invoice i ON i.id = c.invoice_id)""",
    )

    assert sum(one[0] for one in told["RC-15"].values()) == rows[0]
    assert not _breaks(told["RC-15"])


SIDES = [
    (control, place)
    for control, one in CONTROLS.items()
    for place, side in enumerate(one.sides)
    if side is not None and control != "RC-01"  # there it is one document among the rows
]


@pytest.mark.parametrize(("control", "place"), SIDES)
def test_a_side_of_a_check_is_the_number_whose_rows_stand_behind_it(loaded, control, place):
    with loaded.snapshot.engine.connect() as connection:
        found = connection.execute(
            text(
                """SELECT project_key, subsidiary_key, amount, against FROM fct_control
                WHERE control = :control AND month = 202610 ORDER BY holds, weight_base DESC LIMIT 4"""
            ),
            {"control": control},
        ).all()
    key, side = CONTROLS[control].sides[place]

    assert found
    for project, subsidiary, *amounts in found:
        where = {"project": [project]} if project > 0 else {"subsidiary": [subsidiary]}
        lens = Lens.CONSOLIDATED if project > 0 else Lens.SUBSIDIARY
        told = ask(loaded, key, "2026-10", where=where, lens=lens)
        assert sum(row.side(Side(side)) or 0 for row in told.rows) == amounts[place]


def test_every_check_that_does_not_hold_is_seen_since_the_first_day(loaded, told):
    """The record was built once, on one day: all that fails was seen then, and nothing else."""
    months = [Month(2026, 9), Month(2026, 10)]
    found = breaks(loaded.snapshot, months, EVERYTHING, {}, most=1000)
    stands = standings(loaded.snapshot, months, EVERYTHING, {})
    known = {
        control: sum(
            month in (202609, 202610) or CONTROLS[control].is_of_today for month, *_ in checks
        )
        for control, checks in told.items()
    }

    assert {control: one.checks for control, one in stands.items()} == known
    assert sum(one.open for one in stands.values()) == len(found) > 10
    assert {one.since for one in found} == {first_seen(loaded.snapshot)} == {loaded.world.today}
    assert sum(one.unexplained for one in stands.values()) == sum(one.unexplained for one in found)
    by_month = course(loaded.snapshot, months, EVERYTHING, {})["RC-01"]
    assert sum(count for count, _apart in by_month.values()) == stands["RC-01"].open
