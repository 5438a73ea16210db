"""Each kind of planted difference is there, in the last closed month too, and can be found by its ids."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sync.sandbox.world import discrepancies as planted

NAMES = (
    planted.EDITED,
    planted.MISSING,
    planted.IN_FLIGHT,
    planted.LATE_TIME,
    planted.OTHER_RATE,
    planted.ORPHAN_JOB,
    planted.ORPHAN_PROJECT,
)


@pytest.fixture
def found(world):
    def of(name):
        return [it for it in world.discrepancies if it.name == name]

    return of


@pytest.mark.parametrize("name", NAMES)
def test_the_last_closed_month_has_one_of_each(found, name):
    assert [it for it in found(name) if it.month == "2026-10"]


def test_they_lie_within_fourteen_months(world):
    assert min(it.month for it in world.discrepancies) >= "2025-09"
    assert len({it.month for it in world.discrepancies}) >= 6


def test_an_edited_invoice_differs_by_its_amount(world, found):
    for it in found(planted.EDITED):
        (psa,) = it.suiteprojects_ids
        (erp,) = it.netsuite_ids
        invoice = world.suiteprojects.tables["Invoice"].rows[psa,]
        lines = world.netsuite.tables["transactionline"].rows
        net = -sum(
            row["foreignamount"]
            for (document, _), row in lines.items()
            if document == erp and not row["mainline"] and not row["taxline"]
        )
        assert invoice["netsuite_invoice_id__c"] == erp
        assert net - (invoice["total"] - invoice["tax"]) == it.amount


def test_a_missing_invoice_is_approved_and_has_no_twin(world, found):
    twins = {row["externalid"] for row in world.netsuite.tables["transaction"].rows.values()
             if row["type"] == "CustInvc"}  # fmt: skip
    for it in (*found(planted.MISSING), *found(planted.IN_FLIGHT)):
        (psa,) = it.suiteprojects_ids
        invoice = world.suiteprojects.tables["Invoice"].rows[psa,]
        assert invoice["approval_status"] == "A"
        assert invoice["netsuite_invoice_id__c"] == (-1 if it.name == planted.IN_FLIGHT else None)
        assert str(psa) not in twins


def test_a_late_entry_is_worked_in_a_closed_month_and_booked_in_the_next(world, found):
    for it in found(planted.LATE_TIME):
        entry = world.suiteprojects.tables["Task"].rows[it.suiteprojects_ids]
        bill = world.netsuite.tables["timebill"].rows[it.netsuite_ids]
        assert entry["date"].strftime("%Y-%m") == it.month < entry["acct_date"].strftime("%Y-%m")
        assert bill["trandate"] == entry["acct_date"]
        assert entry["created"].date() > entry["acct_date"]


def test_another_rate_is_not_the_one_of_the_rate_table(world, found):
    rates = world.netsuite.tables["currencyrate"].rows.values()
    known = {row["exchangerate"] for row in rates}
    for it in found(planted.OTHER_RATE):
        invoice = world.netsuite.tables["transaction"].rows[it.netsuite_ids]
        assert invoice["exchangerate"] not in known
        assert it.amount


def test_an_orphan_job_has_postings_and_no_project(world, found):
    (it,) = found(planted.ORPHAN_JOB)
    job = world.netsuite.tables["job"].rows[it.netsuite_ids]
    code = job["entityid"]

    assert job["externalid"] is None
    assert world.totals.kpi("recognized_revenue", "erp", it.month, project_code=code) > 0
    assert world.totals.kpi("recognized_revenue", "psa", it.month, project_code=code) == 0


def test_an_orphan_project_has_work_and_no_job(world, found):
    (it,) = found(planted.ORPHAN_PROJECT)
    project = world.suiteprojects.tables["Project"].rows[it.suiteprojects_ids]
    code = project["code"]

    assert project["netsuite_project_id__c"] is None
    assert world.totals.kpi("recognized_revenue", "erp", it.month, project_code=code) == 0
    assert world.totals.kpi("recognized_revenue", "psa", it.month, project_code=code) > Decimal(0)
