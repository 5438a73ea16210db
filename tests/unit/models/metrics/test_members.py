"""Who and what there is, within a scope."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.access import Hidden, Scope
from models.errors import QuestionError
from models.metrics import members
from models.metrics.listing import LISTINGS, listing
from models.period import Period

EVERYTHING = Scope.everything()
ADAS_PROJECTS = Scope(managers=frozenset({20}), hidden=frozenset({Hidden.PERSON_COST}))
DELIVERY = Scope(departments=frozenset({4}))


@pytest.mark.parametrize(
    ("list_of", "everyone", "manager", "lead"),
    [
        (members.departments, [4, 2], [2], [4]),
        (members.subsidiaries, [2, 1], [1], [2]),
        (members.customers, [10, 12], [10], [12]),
        (members.projects, [104, 102, 100], [104, 100], [102]),
        (members.people, [20, 22, 24], [20, 22], [22, 24]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_lists_hold_what_a_scope_may_see_by_name(books, list_of, everyone, manager, lead):
    assert [member.key for member in list_of(books, EVERYTHING)] == everyone
    assert [member.key for member in list_of(books, ADAS_PROJECTS)] == manager
    assert [member.key for member in list_of(books, DELIVERY)] == lead
    assert list_of(books, Scope.nothing()) == []


def test_projects_are_listed_with_their_code(books):
    assert members.projects(books, DELIVERY) == [
        members.Member(key=102, name="Plant roll-out", code="P-102")
    ]


def test_a_person_is_recognised_by_e_mail_whatever_its_case(books):
    found = members.person_by_email(books, " Ada.Marsh@Northgate.example")

    assert (found.person_key, found.department_key, found.name) == (20, 2, "Ada Marsh")
    assert members.person_by_email(books, "stranger@northgate.example") is None


def test_a_project_out_of_scope_is_there_and_yet_not_shown(books):
    assert members.project(books, 102, ADAS_PROJECTS) is None
    assert members.project_exists(books, 102)
    assert members.project(books, 999, EVERYTHING) is None
    assert not members.project_exists(books, 999)
    assert not members.project_exists(books, -1)


def test_the_head_of_a_project_has_names_for_everything(books):
    found = members.project(books, 100, ADAS_PROJECTS)

    assert (found.code, found.name, found.customer) == (
        "P-100",
        "Store network review",
        "Alder Foods",
    )
    assert (found.department, found.subsidiary, found.manager) == (
        "Strategy",
        "Northgate UK",
        "Ada Marsh",
    )
    assert (found.contract_amount, found.netsuite_id) == (Decimal(60000), 701)


def test_the_lists_of_a_project_hold_its_records(books):
    counts = {name: listing(books, name, 100, EVERYTHING).total_rows for name in LISTINGS}

    assert counts == {
        "time_entries": 2,
        "psa_invoices": 2,
        "erp_invoices": 4,
        "ledger_lines": 5,
        "charges": 2,
        "tasks": 1,
        "payments": 0,
        "purchases": 2,
        "changes": 0,
    }


def test_ledger_lines_sum_to_the_margin(books):
    page = listing(books, "ledger_lines", 100, EVERYTHING, period=Period.parse("2026-01"))

    assert page.totals == {"value": Decimal("5999.5000")}


def test_time_entries_show_their_cost_only_to_who_may_see_it(books):
    shown = listing(books, "time_entries", 100, EVERYTHING)
    kept = listing(books, "time_entries", 100, ADAS_PROJECTS)

    assert shown.rows[0]["cost_base"] == Decimal(3000)
    assert "cost_base" not in kept.rows[0]
    assert "cost" not in kept.rows[0]
    assert kept.totals == {"value": Decimal(85)}


def test_labour_in_the_ledger_is_one_sum_to_who_may_not_see_a_persons_cost(books):
    page = listing(books, "ledger_lines", 100, ADAS_PROJECTS)

    labor = [row for row in page.rows if row["measure"] == "Labour cost postings"]
    assert [row["contribution"] for row in labor] == [Decimal("-4000.5000")]
    assert page.withheld


def test_the_lists_of_a_project_out_of_scope_are_empty(books):
    for name in LISTINGS:
        assert listing(books, name, 102, ADAS_PROJECTS).total_rows == 0
        assert listing(books, name, 102, Scope.nothing()).total_rows == 0


def test_a_list_there_is_not_is_refused(books):
    with pytest.raises(QuestionError, match="no list 'payslips'"):
        listing(books, "payslips", 100, EVERYTHING)
