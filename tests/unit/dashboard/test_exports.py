"""Every table that can be taken along is declared once and stands on a page."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from dashboard.export import exports
from dashboard.listing import export_address
from dashboard.page import pages
from models.access import Role


@pytest.mark.parametrize("export", exports().values(), ids=lambda export: export.key)
class TestEveryExport:
    def test_stands_on_a_page_there_is(self, export):
        assert export.page in pages()

    def test_has_a_place_of_its_own_on_its_page(self, export):
        others = [e for e in exports().values() if e.page == export.page and e is not export]

        assert export.place not in {other.place for other in others}


def test_a_file_is_filtered_by_every_member_that_is_chosen():
    address = export_address("/cash", "?period=2026-10&customer=30&customer=32&order=x", "rows")

    assert address == "/export/rows.csv?at=%2Fcash&period=2026-10&customer=30&customer=32"


def test_a_list_of_members_is_taken_along_as_it_stands(app, signed_in):
    browser = signed_in(app, Role.CFO)
    address = "/export/cash-customers.csv?at=/cash&period=2026-10"

    head, *rows = list(
        csv.reader(io.StringIO(browser.get(address).get_data(as_text=True).removeprefix("\ufeff")))
    )

    assert head[:3] == ["Customer", "Receivables (NetSuite)", "Receivables (SuiteProjects Pro)"]
    assert rows[0][0] == "Calder Logistics"
    assert [Decimal(cell) for cell in rows[0][1:3]] == [20000, 21000]
    assert len(rows) == 1


def test_a_list_of_people_is_kept_from_who_may_not_see_it(app, signed_in):
    address = "/export/utilization-people.csv?at=/utilization&period=2026-10"

    assert signed_in(app, Role.PRACTICE_LEAD).get(address).status_code == 200
    assert signed_in(app, Role.PROJECT_MANAGER).get(address).status_code == 403
