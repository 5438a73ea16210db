"""Addresses of records in the source systems' own pages."""

from __future__ import annotations

import pytest

from models.links import record_link

ERP, PSA = "https://1234567.app.netsuite.example/", "https://pro.example"


@pytest.mark.parametrize(
    ("system", "record_type", "base", "address"),
    [
        ("netsuite", "transaction", ERP, "app/accounting/transactions/transaction.nl?id=42"),
        ("netsuite", "job", ERP, "app/common/entity/custjob.nl?id=42"),
        ("netsuite", "timebill", ERP, "app/accounting/transactions/timebill.nl?id=42"),
        ("suiteprojects", "Task", PSA, "record.pl?type=Task&id=42"),
        ("suiteprojects", "Customerpo", PSA, "record.pl?type=Customerpo&id=42"),
    ],
)
def test_a_record_is_opened_where_its_system_shows_it(system, record_type, base, address):
    assert record_link(system, record_type, 42, base) == f"{base.rstrip('/')}/{address}"


@pytest.mark.parametrize(
    ("system", "record_type", "record_id", "base"),
    [
        ("netsuite", "Task", 42, ERP),
        ("suiteprojects", "job", 42, PSA),
        ("netsuite", None, 42, ERP),
        ("netsuite", "job", None, ERP),
        ("netsuite", "job", 42, ""),
        ("elsewhere", "job", 42, ERP),
    ],
)
def test_what_has_no_page_has_no_link(system, record_type, record_id, base):
    assert record_link(system, record_type, record_id, base) is None


def test_an_id_cannot_add_to_the_address():
    link = record_link("suiteprojects", "Task", "4&type=Invoice", PSA)

    assert link == "https://pro.example/record.pl?type=Task&id=4%26type%3DInvoice"
