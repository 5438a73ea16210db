"""Hours worked, what they cost, and the hours there were."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from models.business import load_file
from models.business.mapping import Member, verdict
from sync.engine.given import give

from .conftest import PERSON

SHEETS = [
    {"id": n, "user_id": 11, "status": letter, "start_date": date(2026, 1, 5)}
    for n, letter in enumerate("OSAXR", start=1)
]


def entry(**values):
    return {
        "id": 1, "user_id": 11, "project_id": 101, "project_task_id": 1001, "timesheet_id": 3,
        "date": date(2026, 1, 7), "hours": Decimal("7.5"), **values,
    }  # fmt: skip


@pytest.fixture
def time(facts):
    def make(*entries, **more):
        return facts(
            {"suiteprojects__time_entry": [*entries], "suiteprojects__timesheet": SHEETS, **more}
        )

    return make


def test_the_state_of_an_entry_is_its_timesheets(time):
    made = time(*(entry(id=n, timesheet_id=n) for n in (1, 2, 3, 4, 5, 99)))

    assert [row["status"] for row in made.rows("fct_time")] == [
        "open", "submitted", "approved", "approved", "rejected", "open",
    ]  # fmt: skip


def test_billable_is_work_on_a_billable_task_of_a_client_project(time):
    made = time(
        entry(id=1),
        entry(id=2, project_task_id=1002),
        entry(id=3, project_task_id=None),
        entry(id=4, project_id=102),
        entry(id=5, project_id=999),
    )

    assert {row["time_entry_id"]: row["is_billable"] for row in made.rows("fct_time")} == {
        1: True, 2: False, 3: False, 4: False, 5: False,
    }  # fmt: skip


def test_cost_is_in_the_persons_books_and_rounded_once(time):
    row = time(entry(hours=Decimal("0.3333"))).row("fct_time")

    assert row["cost"] == Decimal("16.6650")
    assert row["cost_base"] == Decimal("18.3315")
    assert row["currency"] == "EUR"


def test_an_entry_in_the_next_months_books_is_translated_at_that_months_rate(time):
    row = time(entry(accounting_date=date(2026, 2, 1))).row("fct_time")

    assert (row["month"], row["accounting_month"]) == (202601, 202602)
    assert row["cost_base"] == Decimal(450)


def test_an_hour_without_a_cost_stays_without_one(facts):
    made = facts(
        {"suiteprojects__time_entry": [entry()]}, replace={"suiteprojects__loaded_cost": []}
    )

    row = made.row("fct_time")
    assert row["hours"] == Decimal("7.5")
    assert row["cost"] is None
    assert row["cost_base"] is None


def test_a_rate_of_the_project_itself_wins_then_the_first_level(facts):
    cost = {"user_id": 11, "currency": "EUR"}
    made = facts(
        {"suiteprojects__time_entry": [entry(), entry(id=2, project_id=102)]},
        replace={
            "suiteprojects__loaded_cost": [
                {"id": 1, "cost": Decimal(10), "level": 1, **cost},
                {"id": 2, "cost": Decimal(20), "level": 0, **cost},
                {"id": 3, "cost": Decimal(30), "level": 0, "project_id": 101, **cost},
            ]
        },
    )

    assert {row["time_entry_id"]: row["cost"] for row in made.rows("fct_time")} == {
        1: Decimal(225), 2: Decimal(150),
    }  # fmt: skip


def test_a_later_cost_replaces_an_earlier_one_from_its_start(facts):
    cost = {"user_id": 11, "currency": "EUR"}
    made = facts(
        {"suiteprojects__time_entry": [entry(), entry(id=2, date=date(2026, 2, 2))]},
        replace={
            "suiteprojects__loaded_cost": [
                {"id": 1, "cost": Decimal(10), "end_date": date(2026, 1, 31), **cost},
                {"id": 2, "cost": Decimal(20), "start_date": date(2026, 2, 1), **cost},
            ]
        },
    )

    assert [row["cost"] for row in made.rows("fct_time")] == [Decimal(75), Decimal(150)]


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ([], False),
        ([{"percentage": Decimal(75)}], True),
        ([{"percentage": Decimal(0)}], False),
        ([{"percentage": Decimal(75), "start_date": date(2026, 1, 8)}], False),
        ([{"percentage": Decimal(75), "end_date": date(2026, 1, 6)}], False),
        ([{"percentage": Decimal(75)}, {"percentage": Decimal(0), "start_date": date(2026, 1, 7)}], False),
        ([{"percentage": Decimal(0)}, {"percentage": Decimal(75), "start_date": date(2026, 1, 7)}], True),
    ],
)  # fmt: skip
def test_who_has_a_target_on_the_day_is_in_the_roll_up(facts, targets, expected):
    rows = [{"id": n, "user_id": 11, **target} for n, target in enumerate(targets)]
    made = facts(
        {
            "suiteprojects__time_entry": [entry()],
            "netsuite__timebill": [
                {"id": 1, "employee": 501, "customer": 701, "hours": Decimal(1), "trandate": date(2026, 1, 7)}
            ],
        },
        replace={"suiteprojects__target_utilization": rows},
    )  # fmt: skip

    assert made.row("fct_time")["in_rollup"] is expected
    assert made.row("fct_time_bill")["in_rollup"] is expected


def test_a_time_bill_belongs_to_the_job_it_names_as_its_customer(facts):
    bill = {"employee": 501, "hours": Decimal(8), "isbillable": True, "trandate": date(2026, 1, 7)}
    made = facts(
        {
            "netsuite__timebill": [
                {"id": 1, "customer": 701, "approvalstatus": "3", **bill},
                {"id": 2, "customer": 999, "approvalstatus": "2", **bill},
            ]
        }
    )

    first, second = sorted(made.rows("fct_time_bill"), key=lambda row: row["time_bill_id"])
    assert (first["project_key"], first["customer_key"], first["is_approved"]) == (202, 42, True)
    assert (second["project_key"], second["customer_key"], second["is_approved"]) == (-1, -1, False)
    assert first["person_key"] == second["person_key"] == 22


class TestCapacity:
    """January 2026: the 5th is a Monday, and Ada's first day; her Fridays are short."""

    MONDAY = entry(date=date(2026, 1, 5))

    @staticmethod
    def days(made, **on):
        return {row["day"] % 100: row for row in made.rows("fct_capacity", "month = 202601")}

    def test_follows_the_weekly_pattern_from_the_first_day_to_today(self, facts):
        made = facts({"suiteprojects__time_entry": [self.MONDAY]}, today=date(2026, 1, 12))

        found = {day: row["gross_hours"] for day, row in self.days(made).items()}

        assert found == {5: 8, 6: 8, 7: 8, 8: 8, 9: 6, 12: 8}

    def test_ends_with_employment(self, facts):
        employee = {"id": 501, "hiredate": date(2026, 1, 5), "releasedate": date(2026, 1, 6)}
        made = facts(
            {"suiteprojects__time_entry": [self.MONDAY]},
            replace={"netsuite__employee": [employee]},
        )

        assert list(self.days(made)) == [5, 6]

    def test_begins_with_the_user_where_no_employee_is_linked(self, facts):
        user = {
            "id": 11, "name": "Ada", "work_hours": "8|8|8|8|8|0|0", "netsuite_id": -1,
            "created": datetime(2026, 1, 8, 9, tzinfo=UTC),
        }  # fmt: skip
        made = facts(
            {"suiteprojects__time_entry": [self.MONDAY]},
            replace={"suiteprojects__user": [user]},
            today=date(2026, 1, 9),
        )

        assert list(self.days(made)) == [8, 9]

    def test_a_generic_user_has_none(self, facts):
        user = {
            "id": 11,
            "name": "Any consultant",
            "work_hours": "8|8|8|8|8|0|0",
            "is_generic": True,
        }
        made = facts(
            {"suiteprojects__time_entry": [self.MONDAY]}, replace={"suiteprojects__user": [user]}
        )

        assert made.rows("fct_capacity") == []

    def test_loses_the_public_holidays_of_the_persons_schedule(self, facts):
        holiday = {"user_id": None, "hours": Decimal(0)}
        made = facts(
            {
                "suiteprojects__time_entry": [self.MONDAY],
                "suiteprojects__schedule_exception": [
                    {"id": 1, "work_schedule_id": 2, "start_date": date(2026, 1, 6), "end_date": date(2026, 1, 6), **holiday},
                    {"id": 2, "work_schedule_id": 1, "start_date": date(2026, 1, 7), "end_date": date(2026, 1, 7), **holiday},
                ],
            }
        )  # fmt: skip

        days = self.days(made)
        assert (days[6]["gross_hours"], days[6]["net_hours"]) == (0, 0)
        assert days[7]["gross_hours"] == 8

    def test_a_persons_own_exception_overrides_the_pattern_and_the_holiday(self, facts):
        day = {"start_date": date(2026, 1, 6), "end_date": date(2026, 1, 6)}
        made = facts(
            {
                "suiteprojects__time_entry": [self.MONDAY],
                "suiteprojects__schedule_exception": [
                    {"id": 1, "work_schedule_id": 2, "hours": Decimal(0), **day},
                    {"id": 2, "user_id": 11, "hours": Decimal(4), **day},
                ],
            }
        )

        assert self.days(made)[6]["gross_hours"] == 4

    def test_approved_leave_is_taken_off_once_and_never_more_than_there_is(self, facts):
        off = {"project_id": 102, "project_task_id": None}
        made = facts(
            {
                "suiteprojects__timesheet": SHEETS,
                "suiteprojects__time_entry": [
                    entry(id=1, date=date(2026, 1, 6), hours=Decimal(3), **off),
                    entry(id=2, date=date(2026, 1, 7), hours=Decimal(9), **off),
                    entry(id=3, date=date(2026, 1, 8), hours=Decimal(8), timesheet_id=1, **off),
                ],
            }
        )

        days = self.days(made)
        found = {day: (days[day]["leave_hours"], days[day]["net_hours"]) for day in (6, 7, 8)}
        assert found == {6: (3, 5), 7: (8, 0), 8: (0, 8)}

    def test_the_target_is_a_share_of_the_net_hours(self, facts):
        made = facts({"suiteprojects__time_entry": [self.MONDAY]})

        row = self.days(made)[9]
        assert (row["net_hours"], row["target_hours"], row["in_rollup"]) == (
            6,
            Decimal("4.5"),
            True,
        )


HOUSE = {
    "suiteprojects__project": [
        {"id": 103, "name": "Practice", "owner_id": 11, "contract_type": "Internal productive"},
        {"id": 104, "name": "Admin", "owner_id": 11, "contract_type": "Internal administration"},
    ],
    "suiteprojects__project_task": [
        {"id": 1003, "name": "Courses: training", "project_id": 103},
        {"id": 1004, "name": "Odds", "project_id": 103},
        {"id": 1005, "name": "Training", "project_id": 104},
    ],
}
WORK = (
    entry(id=1),  # of a client, billable
    entry(id=2, project_task_id=1002),  # of a client, not billable
    entry(id=3, project_id=103, project_task_id=1003),
    entry(id=4, project_id=103, project_task_id=1004),
    entry(id=5, project_id=103, project_task_id=None),
    entry(id=6, project_id=104, project_task_id=1005),
    entry(id=7, project_id=102, project_task_id=None),  # time off
)


def of_entries(made, column):
    return {row["time_entry_id"]: row[column] for row in made.rows("fct_time") if row[column]}


def test_productive_internal_work_is_for_what_the_first_rule_says_of_its_task_or_project(
    time, tmp_path
):
    made = time(*WORK, **HOUSE)
    path = tmp_path / "business.toml"
    path.write_text(
        '[[purposes]]\npurpose = "product"\nnames = ["practice: odds"]\n'
        '[[purposes]]\npurpose = "training"\ntypes = ["Practice"]\nnames = ["*training*"]\n'
        '[[purposes]]\npurpose = "other"\nnames = ["*"]\n'
    )
    give(made.connection, load_file(str(path)))

    assert of_entries(made, "purpose") == {3: "training", 4: "product", 5: "other"}
    assert of_entries(made, "crediting") == {}
    for name, purpose in (("Courses: training", "training"), ("Odds", "product"), ("", "other")):
        task = Member(
            key=f"Practice: {name}" if name else "Practice", code="", name=name or "Practice",
            type="Practice", rows=1, amount=None,
        )  # fmt: skip
        assert verdict(load_file(str(path)), "purpose", task).value == purpose, "as the build says"


def test_only_hours_that_nobody_bills_and_that_are_work_are_credited_or_excluded(time, tmp_path):
    made = time(*WORK, **HOUSE)
    path = tmp_path / "business.toml"
    path.write_text(
        '[[crediting]]\nhours = "neither"\nnames = ["Odds"]\n'
        '[[crediting]]\nhours = "credited"\nnames = ["lake", "practice"]\n'
        '[[crediting]]\nhours = "excluded"\nnames = ["*"]\n'
    )
    give(made.connection, load_file(str(path)))

    assert of_entries(made, "crediting") == {
        2: "credited", 3: "credited", 5: "credited", 6: "excluded",
    }  # fmt: skip


def test_the_hours_of_contractors_are_there_on_the_days_they_are_booked_for(facts):
    booking = {
        "user_id": 12, "project_id": 101, "booking_type_id": 1, "hours": Decimal(8),
        "start_date": date(2026, 1, 9), "end_date": date(2026, 1, 12),
    }  # fmt: skip
    made = facts(
        {
            "suiteprojects__user": [
                {
                    "id": 12, "name": "Ben", "is_active": True, "work_hours": "8|8|8|8|6|0|0",
                    "created": datetime(2026, 1, 1, tzinfo=UTC),
                }
            ],
            "suiteprojects__time_entry": [entry()],
            "suiteprojects__booking": [
                {"id": 1, "approval_status": "A", **booking},
                {"id": 2, "approval_status": "R", **booking, "end_date": date(2026, 2, 20)},
                {
                    "id": 3, "approval_status": "S", **booking,
                    "start_date": date(2026, 3, 30), "end_date": date(2026, 3, 30),
                },
            ],
        }
    )  # fmt: skip

    person = made.row("dim_person", "suiteprojects_id = 12")["person_key"]
    of_ben = f"person_key = {person}"
    assert {row["day"]: row["net_hours"] for row in made.rows("fct_capacity", of_ben)} == {
        20260109: 6, 20260112: 8,
    }  # fmt: skip
    assert [row["day"] for row in made.rows("fct_capacity_ahead", of_ben)] == [20260330]
    assert len(made.rows("fct_capacity", f"person_key = {PERSON}")) > 20, "employees have a week"


def test_nobody_is_held_to_bookings_where_the_employees_are_not_known(facts):
    """Without NetSuite's employees nobody can be told from a contractor."""
    user = {
        "id": 11, "name": "Ada", "work_hours": "8|8|8|8|8|0|0",
        "created": datetime(2026, 1, 8, 9, tzinfo=UTC),
    }  # fmt: skip
    made = facts(
        {"suiteprojects__time_entry": [entry()]},
        replace={"netsuite__employee": [], "suiteprojects__user": [user]},
    )

    assert made.row("dim_person", "suiteprojects_id = 11")["kind"] == "contractor"
    assert len(made.rows("fct_capacity")) > 20
    assert {row["is_contractor"] for row in made.rows("fct_headcount")} == {False}


@pytest.mark.parametrize(("netsuite_id", "is_contractor"), [(-1, False), (None, True)])
def test_whose_export_is_in_flight_is_counted_as_the_employee_it_is_told_to_be(
    facts, netsuite_id, is_contractor
):
    user = {
        "id": 12, "name": "Ben", "is_active": True, "netsuite_id": netsuite_id,
        "work_hours": "8|8|8|8|6|0|0", "created": datetime(2026, 1, 1, tzinfo=UTC),
    }  # fmt: skip
    made = facts({"suiteprojects__user": [user], "suiteprojects__time_entry": [entry()]})
    person = made.row("dim_person", "suiteprojects_id = 12")

    counted = made.rows("fct_headcount", f"person_key = {person['person_key']}")

    assert {row["is_contractor"] for row in counted} == {is_contractor}
    assert (person["kind"] == "contractor") == is_contractor
