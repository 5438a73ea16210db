"""What changed on a project is told field by field, from the versions of its records."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from models.metrics.project_changes import FIELDS
from sync.transforms.project_changes import FOLLOWED

from .test_sales import order

LOADED, CHANGED, SEEN, BACK = map(
    datetime.fromisoformat,
    ("2026-02-01 06:00", "2026-03-02 09:30", "2026-03-02 10:00", "2026-03-05 08:00"),
)
LAKE = {
    "id": 101, "name": "Lake", "code": "P-1", "customer_id": 21, "owner_id": 11, "currency": "CHF",
    "contract_type": "Time and materials", "netsuite_id": 701, "updated": LOADED,
}  # fmt: skip


@pytest.fixture
def changed(facts):
    """The changes of project 101, once rows of the mirror and versions before them are there."""

    def make(entity, now, *before, added=()):
        made = facts({entity: list(added)}, replace={entity: [now] if now else []})
        for values, valid, known in before:
            names = [*values, "_valid_from", "_valid_to", "_known_from", "_known_to"]
            made.connection.execute(
                f"INSERT INTO mirror.his_{entity} ({', '.join(names)}) "
                f"VALUES ({', '.join('?' * len(names))})",
                [*values.values(), *valid, *known],
            )
        return made

    return make


def told(made, where="true"):
    return [
        (row["kind"], row["about"], row["field"], row["was"], row["now"])
        for row in made.rows("fct_project_change", f"project_key = 202 AND ({where})")
        if row["field"] != "first_seen"
    ]


def test_each_field_that_changed_is_told_with_what_it_was(changed):
    now = LAKE | {"finish_date": date(2026, 4, 30), "budget": Decimal(900), "updated": CHANGED}
    was = LAKE | {"finish_date": date(2026, 3, 31), "budget": Decimal(700)}
    made = changed("suiteprojects__project", now, (was, (LOADED, CHANGED), (LOADED, SEEN)))

    assert sorted(told(made)) == [
        ("project", None, "budget", "700.0000", "900.0000"),
        ("project", None, "finish_date", "2026-03-31", "2026-04-30"),
    ]
    rows = {row["field"]: row for row in made.rows("fct_project_change")}
    assert (rows["budget"]["difference"], rows["budget"]["unit"]) == (Decimal(200), "CHF")
    assert (rows["finish_date"]["difference"], rows["finish_date"]["unit"]) == (30, "days")
    assert rows["budget"]["changed_at"] == "2026-03-02 09:30:00"
    assert rows["budget"]["seen_at"] == "2026-03-02 10:00:00"
    assert rows["first_seen"]["seen_at"] == "2026-02-01 06:00:00"


def test_ids_are_told_by_the_names_they_stand_for(changed):
    now = LAKE | {"owner_id": 11, "stage_id": 5, "updated": CHANGED}
    was = LAKE | {"owner_id": 99, "stage_id": None}
    made = changed("suiteprojects__project", now, (was, (LOADED, CHANGED), (LOADED, SEEN)))

    assert ("project", None, "project_manager", "99", "Ada Berg") in told(made)
    assert ("project", None, "stage", None, "5") in told(made)


def test_a_record_that_is_read_again_with_more_columns_has_not_changed(changed):
    was = LAKE | {"contract_type": None}
    made = changed("suiteprojects__project", LAKE, (was, (LOADED, LOADED), (LOADED, SEEN)))

    assert told(made) == []


BOOKED = {
    "id": 7, "user_id": 11, "project_id": 101, "start_date": date(2026, 3, 2),
    "end_date": date(2026, 3, 31), "hours": Decimal(80), "created": LOADED, "updated": LOADED,
}  # fmt: skip


def test_a_booking_that_is_re_dated_names_its_person(changed):
    now = BOOKED | {"end_date": date(2026, 4, 14), "updated": CHANGED}
    made = changed("suiteprojects__booking", now, (BOOKED, (LOADED, CHANGED), (LOADED, SEEN)))

    assert told(made) == [("booking", "Ada Berg", "end_date", "2026-03-31", "2026-04-14")]


def test_a_booking_that_went_is_told_as_removed(changed):
    made = changed("suiteprojects__booking", None, (BOOKED, (LOADED, CHANGED), (LOADED, SEEN)))

    assert told(made) == [("booking", "Ada Berg", "removed", "80.0000", None)]


def test_a_booking_that_came_back_is_told_as_removed_and_restored(changed):
    gone = BOOKED | {"_is_deletion": True}
    now = BOOKED | {"updated": BACK}
    made = changed(
        "suiteprojects__booking",
        now,
        (BOOKED, (LOADED, CHANGED), (LOADED, SEEN)),
        (gone, (CHANGED, BACK), (SEEN, BACK)),
    )

    assert sorted(told(made)) == [
        ("booking", "Ada Berg", "removed", "80.0000", None),
        ("booking", "Ada Berg", "restored", None, "80.0000"),
    ]


def test_a_booking_that_moved_is_told_on_both_projects(changed):
    now = BOOKED | {"project_id": 102, "updated": CHANGED}
    made = changed("suiteprojects__booking", now, (BOOKED, (LOADED, CHANGED), (LOADED, SEEN)))

    assert told(made) == [("booking", "Ada Berg", "project", "Lake", "Leave")]
    assert [row["project_key"] for row in made.rows("fct_project_change")] == [202, 204]


def test_what_is_made_after_the_first_load_is_told_as_new(changed):
    old = {"id": 1, "number": "PO1", "currency": "CHF", "total": Decimal(500), "created": LOADED}
    made = changed(
        "suiteprojects__customer_po",
        {**old, "id": 2, "number": "PO2", "total": Decimal(300), "created": CHANGED},
        added=[old],
    )
    links = [(n, n, 101) for n in (1, 2)]
    for link in links:
        made.connection.execute(
            "INSERT INTO mirror.stg_suiteprojects__customer_po_project (id, customer_po_id, project_id)"
            " VALUES (?, ?, ?)",
            link,
        )
        made.connection.execute(
            "INSERT INTO mirror.now_suiteprojects__customer_po (id, _known_from) VALUES (?, ?)",
            [link[0], LOADED if link[0] == 1 else SEEN],
        )

    assert told(made) == [("purchase_order", "PO2", "added", None, "300.0000")]


def test_a_changed_rate_is_told_on_every_project_of_its_card(changed):
    rate = {
        "id": 1, "rate_card_id": 1, "job_code_id": 3, "rate": Decimal(150), "currency": "CHF",
        "updated": LOADED,
    }  # fmt: skip
    now = rate | {"rate": Decimal(160), "updated": CHANGED}
    made = changed("suiteprojects__rate_card_item", now, (rate, (LOADED, CHANGED), (LOADED, SEEN)))
    made.connection.execute(
        "UPDATE mirror.stg_suiteprojects__project SET rate_card_id = 1 WHERE id = 101"
    )
    made.connection.execute(
        "INSERT INTO mirror.stg_suiteprojects__billing_rule (id, type, project_id, rate_from, "
        "rate_card_id) VALUES (1, 'T', 101, 'R', 1)"
    )

    assert told(made) == [("rate", "Consultant", "rate", "150.0000", "160.0000")]


def test_a_task_that_is_planned_anew_is_told_by_its_name(changed):
    task = {"id": 1001, "name": "Build", "project_id": 101, "planned_hours": Decimal(40)}
    was = task | {"planned_hours": Decimal(30), "updated": LOADED}
    made = changed(
        "suiteprojects__project_task",
        task | {"updated": CHANGED},
        (was, (LOADED, CHANGED), (LOADED, SEEN)),
    )

    assert told(made) == [("task", "Build", "planned_hours", "30.0000", "40.0000")]


def test_a_sales_order_that_grew_is_told_by_its_number_in_its_currency(changed):
    was = order(foreigntotal=Decimal(1000), lastmodifieddate=LOADED)
    now = was | {"foreigntotal": Decimal(1500), "lastmodifieddate": CHANGED}
    made = changed("netsuite__transaction", now, (was, (LOADED, CHANGED), (LOADED, SEEN)))
    made.connection.execute(
        'INSERT INTO mirror.stg_netsuite__transactionline ("transaction", id, mainline, entity) '
        "VALUES (800, 1, false, 701)"
    )

    assert told(made) == [("sales_order", "SO800", "contract_value", "1000.0000", "1500.0000")]
    (row,) = made.rows("fct_project_change", "field = 'contract_value'")
    assert (row["difference"], row["unit"]) == (Decimal(500), "CHF")


def test_every_field_that_is_told_has_a_name():
    fields = {value.field for one in FOLLOWED for value in one.values}

    assert fields | {"added", "removed", "restored", "first_seen"} == set(FIELDS)
