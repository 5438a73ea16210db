"""Datatypes that are served in a way of their own: without an id, without a date, switched off, deleted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from sync.sandbox.world.tables_suiteprojects import suiteprojects_system

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
GONE = datetime(2026, 3, 20, 9, tzinfo=UTC)


@pytest.fixture
def system():
    made = suiteprojects_system()
    made.load(
        "Currencyrate",
        (
            {"id": f"2026-0{month}-01|EUR", "csymbol": "EUR", "cname": "Euro", "type": None,
             "crate": Decimal("0.92"), "date": date(2026, month, 1)}
            for month in (2, 1, 3)
        ),
    )  # fmt: skip
    made.load(
        "Booking",
        (
            {"id": number, "userid": 7, "projectid": 11, "startdate": date(2026, 3, number),
             "enddate": date(2026, 3, 30), "hours": Decimal(40), "as_percentage": False,
             "approval_status": "A", "created": AT, "updated": AT}
            for number in (1, 2, 3)
        ),
    )  # fmt: skip
    made.load("ResourceRequest", [{"id": 5, "number": "RR-5", "status": "O"}])
    return made


@pytest.fixture
def opened(open_wire, system):
    def sign_in(**settings):
        wire = open_wire(system, **settings)
        wire.sign_in()
        return wire

    return sign_in


def test_rates_come_in_the_order_of_days_and_have_no_id(opened):
    read = opened().read('type="Currencyrate" method="all" limit="0,1000" order="date,asc"')
    assert [rate.findtext("date/Date/month") for rate in read] == ["01", "02", "03"]
    assert read.find("Currencyrate/id") is None
    refused = opened().read(
        'type="Currencyrate" method="all" limit="1"', "<_Return><id/><crate/></_Return>"
    )
    assert refused.get("status") == "602"


def test_what_bears_no_moment_of_change_cannot_be_asked_for_by_it(opened):
    wire = opened()
    assert wire.ids('type="ResourceRequest" method="all" limit="10"') == [5]
    day = "<Date><year>2026</year><month>01</month><day>01</day></Date>"
    refused = wire.read(
        'type="ResourceRequest" method="all" limit="10" filter="newer-than" field="updated"', day
    )
    assert refused.get("status") == "602"


def test_a_switched_off_feature_answers_so_on_both_interfaces(opened):
    wire = opened(datatypes_off=frozenset({"Booking"}))
    assert wire.read('type="Booking" method="all" limit="10"').get("status") == "425"
    assert wire.rest("bookings").status_code == 403
    assert wire.rest("contacts").status_code == 200
    assert wire.ids('type="ResourceRequest" method="all" limit="10"') == [5]


def test_deleted_bookings_are_told_alone_or_with_the_living(opened, system):
    wire = opened()
    system.remove("Booking", (2,), GONE)
    everything = 'type="Booking" method="all" limit="10"'
    assert wire.ids(everything) == [1, 3]
    assert wire.ids(f'{everything} deleted="1"') == [2]
    assert wire.ids(f'{everything} deleted="1" include_nondeleted="1"') == [1, 2, 3]
    [gone] = wire.read(f'{everything} deleted="1"')
    assert gone.findtext("updated/Date/day") == "20"
    later = GONE + timedelta(days=1)
    block = f"<Date><year>2026</year><month>03</month><day>{later.day}</day></Date>"
    newer = f'{everything} deleted="1" filter="newer-than" field="updated"'
    assert wire.ids(newer, block) == []


def test_bookings_are_read_by_rest_with_their_names_there(opened):
    answer = opened().rest("bookings", fields="id,startDate,isAsPercentage,approvalStatus", limit=1)
    assert answer.json()["data"] == [
        {"id": 1, "startDate": "2026-03-01", "isAsPercentage": False, "approvalStatus": "A"}
    ]


def test_records_show_what_belongs_to_them(opened):
    page = opened().http.get("/record.pl?type=ResourceRequest&id=5")
    assert page.status_code == 200
    assert "RR-5" in page.text
