"""The XML API as the vendor's documents tell it."""

from __future__ import annotations

from datetime import date

import pytest


def day(year, month, number, hour=0, minute=0):
    return (
        f"<Date><year>{year}</year><month>{month:02d}</month><day>{number:02d}</day>"
        f"<hour>{hour:02d}</hour><minute>{minute:02d}</minute><second>00</second></Date>"
    )


def login(**parts):
    inside = "".join(f"<{name}>{text}</{name}>" for name, text in parts.items())
    return f"<Auth><Login>{inside}</Login></Auth>"


def statuses(response):
    return [(child.tag, child.get("status")) for child in response]


def test_commands_are_answered_in_order_and_unknown_ones_by_status(wire):
    response = wire.xml('<Time/><Whoami/><Frobnicate/><Read type="User" method="all" limit="1"/>')
    wanted = [("Auth", "0"), ("Time", "0"), ("Whoami", "0"), ("Frobnicate", "5"), ("Read", "0")]
    assert statuses(response) == wanted
    assert response.findtext("Time/Date/year") == "2026"
    assert response.findtext("Whoami/User/name") == "Ada Example"
    assert response.findtext("Read/User/addr/Address/email") == "ada@example.test"


def test_without_a_login_only_time_and_error_texts_are_given(wire):
    error = '<Read type="Error" method="equal to"><Error><code>605</code></Error></Read>'
    response = wire.xml(
        f'<Time/>{error}<Whoami/><Read type="User" method="all" limit="1"/>', auth=""
    )
    assert statuses(response) == [("Time", "0"), ("Read", "0"), ("Whoami", "2"), ("Read", "2")]
    assert "limit" in response.findtext("Read/Error/text")


@pytest.mark.parametrize(
    ("auth", "status"),
    [
        (login(company="northmere", user="oneview", password="pass-word"), "0"),
        (login(company="northmere", user="oneview", password="wrong"), "408"),
        (login(company="another", user="oneview", password="pass-word"), "401"),
        (login(user="oneview", password="pass-word"), "403"),
        (login(company="northmere", password="pass-word"), "404"),
        (login(company="northmere", user="oneview"), "405"),
        (login(access_token="never-issued"), "401"),
    ],
)
def test_auth_tells_what_is_wrong_and_locks_the_rest_out(wire, auth, status):
    response = wire.xml("<Whoami/>", auth=auth)
    assert statuses(response) == [("Auth", status), ("Whoami", "0" if status == "0" else "2")]


@pytest.mark.parametrize(
    ("envelope", "status"),
    [
        ('API_ver="1.0" namespace="default" key="api-key"', "0"),
        ('API_version="1.0" namespace="default"', "503"),
        ('API_version="1.0" namespace="default" key="wrong"', "503"),
        ('API_version="1.0" key="api-key"', "504"),
        ('API_version="1.0" namespace="other" key="api-key"', "412"),
    ],
)
def test_key_and_namespace_are_wanted_with_a_token_too(wire, envelope, status):
    assert wire.xml("", envelope=envelope).find("Auth").get("status") == status


def test_dates_are_blocks_empty_values_empty_elements_and_flags_digits(wire):
    read = wire.read(
        'type="Task" method="all" limit="1"',
        "<_Return><id/><date/><acct_date/><updated/></_Return>",
    )
    task = read.find("Task")
    assert {child.tag for child in task} == {"id", "date", "acct_date", "updated"}
    assert task.findtext("date/Date/day") == "01"
    assert task.findtext("updated/Date/minute") == "01"
    assert task.find("acct_date/Date/year") is not None
    assert not task.findtext("acct_date/Date/year")
    project = wire.read('type="Project" method="all" limit="1"').find("Project")
    assert project.findtext("active") == "1"
    assert project.findtext("budget") == "100000.00"
    assert project.find("notes").text is None
    customer = wire.read('type="Customer" method="all" limit="1"').find("Customer")
    assert customer.findtext("name") == "Brick & <Mortar>"


def test_custom_fields_come_only_when_enabled(wire):
    wanted = "<_Return><id/><netsuite_project_id__c/></_Return>"
    plain = wire.read('type="Project" method="all" limit="1"', wanted).find("Project")
    assert [child.tag for child in plain] == ["id"]
    custom = wire.read('type="Project" method="all" limit="1" enable_custom="1"', wanted).find(
        "Project"
    )
    assert custom.findtext("netsuite_project_id__c") == "5011"


@pytest.mark.parametrize(
    ("attributes", "status"),
    [
        ('type="Task" method="all"', "605"),
        ('type="Task" method="all" limit="1001"', "605"),
        ('type="Task" method="all" limit="0,x"', "605"),
        ('type="Nonsense" method="all" limit="1"', "603"),
        ('type="Task" method="some" limit="1"', "603"),
        ('type="Task" method="all" limit="1" filter="newer-than" field="updated"', "4"),
        ('type="Task" method="all" limit="1" filter="nonsense"', "10"),
        ('type="Task" method="all" limit="1" order="nonsense,asc"', "602"),
        ('type="Task" method="all" limit="1" filter="open-timesheets"', "10"),
        ('type="Booking" method="all" limit="1"', "0"),
    ],
)
def test_a_read_that_cannot_be_answered_says_why(wire, attributes, status):
    assert wire.read(attributes).get("status") == status


def test_unknown_fields_and_bad_dates_are_refused(wire):
    assert (
        wire.read('type="Task" method="all" limit="1"', "<_Return><nope/></_Return>").get("status")
        == "602"
    )
    attributes = 'type="Task" method="all" limit="1" filter="newer-than" field="updated"'
    assert wire.read(attributes, day(2026, 2, 30)).get("status") == "944"
    unknown = attributes.replace('field="updated"', 'field="nope"')
    assert wire.read(unknown, day(2026, 2, 3)).get("status") == "602"


def test_paging_by_offset_visits_every_row_once(wire):
    seen, offset = [], 0
    while page := wire.ids(f'type="Task" method="all" limit="{offset},60" order="id,asc"'):
        seen += page
        offset += 60
    assert seen == list(range(1, 251))
    assert wire.ids('type="Task" method="all" limit="2" order="id,desc"') == [250, 249]


def test_newer_and_older_than_leave_out_the_moment_itself(wire):
    attributes = 'type="Task" method="all" limit="1000" filter="newer-than,older-than" field="updated,updated"'
    assert wire.ids(attributes, day(2026, 1, 1, 0, 5) + day(2026, 1, 1, 0, 8)) == [6, 7]


def test_date_filters_work_on_plain_dates(wire):
    newer = 'type="Task" method="all" limit="1000" filter="newer-than" field="date"'
    assert wire.ids(newer, day(2026, 1, 25)) == [250]
    older = 'type="Task" method="all" limit="1000" filter="older-than" field="date"'
    assert wire.ids(older, day(2026, 1, 2)) == list(range(1, 10))
    assert wire.ids(older, day(2026, 1, 1, 12)) == list(range(1, 10))
    same = 'type="Task" method="all" limit="1000" filter="date-equal-to" field="date"'
    assert wire.ids(same, day(2026, 1, 26)) == [250]
    other = 'type="Task" method="all" limit="1000" filter="date-not-equal-to" field="updated"'
    assert wire.ids(other, day(2026, 1, 1)) == []


def test_status_filters(wire):
    assert wire.ids('type="Timesheet" method="all" limit="9" filter="open-timesheets"') == [51]
    assert wire.ids('type="Timesheet" method="all" limit="9" filter="approved-timesheets"') == [52]
    assert wire.ids('type="Slip" method="all" limit="9" filter="open-slips"') == [72]
    assert wire.ids('type="Slip" method="all" limit="9" filter="approved-slips"') == [71]


def test_search_objects_find_equals(wire):
    one = 'type="Task" method="equal to" limit="9"'
    assert wire.ids(one, "<Task><id>4</id></Task>") == [4]
    assert wire.ids(one, "<Task><id>4</id></Task><Task><id>7</id></Task>") == [4, 7]
    assert wire.ids(one, "<Task><projectid>12</projectid><id>4</id></Task>") == [4]
    assert wire.read(one, "<Task><id>999</id></Task>").get("status") == "601"
    assert wire.read(one, "<Slip><id>4</id></Slip>").get("status") == "603"
    assert wire.read(one, "<Task><nope>4</nope></Task>").get("status") == "602"
    assert wire.ids(
        'type="Project" method="not equal to" limit="9"', "<Project><id>12</id></Project>"
    ) == [11, 13]
    assert wire.ids(
        'type="Slip" method="equal to" limit="9"', "<Slip><total>-80.00</total></Slip>"
    ) == [72]
    custom = "<Project><netsuite_project_id__c>5012</netsuite_project_id__c></Project>"
    assert wire.ids('type="Project" method="custom equal to" limit="9"', custom) == [12]
    assert len(wire.ids('type="Task" method="user" limit="9"', "<User><id>7</id></User>")) == 9
    assert (
        len(wire.ids('type="Task" method="project" limit="999"', "<Project><id>11</id></Project>"))
        == 83
    )


def test_deleted_rows_are_read_apart_and_dated_by_their_deletion(wire):
    wire.system.remove("Task", (9,), wire.clock())
    wire.system.remove("Task", (3,), wire.clock())
    deleted = 'type="Task" method="all" limit="9" deleted="1"'
    assert wire.ids(deleted) == [3, 9]
    newer = f'{deleted} filter="newer-than" field="updated"'
    assert wire.ids(newer, day(2026, 3, 31)) == [3, 9]
    assert wire.ids(newer, day(2026, 4, 2)) == []
    assert wire.read(deleted).findtext("Task/updated/Date/month") == "04"
    both = 'type="Task" method="all" limit="1000" deleted="1" include_nondeleted="1"'
    assert wire.ids(both) == list(range(1, 251))
    assert 3 not in wire.ids('type="Task" method="all" limit="1000"')


def test_a_read_only_user_may_not_write(wire):
    commands = '<Add type="Task"><Task/></Add><Submit type="Timesheet"><Timesheet/></Submit><Delete type="Task"/>'
    assert statuses(wire.xml(commands))[1:] == [
        ("Add", "413"),
        ("Submit", "413"),
        ("Delete", "413"),
    ]


def test_what_is_left_of_the_day_can_be_read(open_wire):
    wire = open_wire(per_day=50)
    wire.sign_in()
    read = wire.read('type="RateLimit" method="all" limit="1"')
    assert read.findtext("RateLimit/remain_24h_error") == "49"


def test_a_thousand_commands_are_the_most(wire):
    assert statuses(wire.xml("<Time/>" * 1000))[:2] == [("Auth", "555"), ("Time", "2")]
    assert wire.xml("<Time/>" * 999).find("Auth").get("status") == "0"


def test_text_that_is_no_xml_and_outside_entities_are_turned_away(wire, tmp_path):
    assert "Auth status=" in wire.http.post("/api.pl", content=b"<request").text
    secret = tmp_path / "secret"
    secret.write_text("do not tell")
    body = (
        f'<!DOCTYPE r [<!ENTITY e SYSTEM "{secret.as_uri()}">]><request key="api-key" namespace="default">'
        "<Auth><Login><company>&e;</company></Login></Auth></request>"
    )
    assert "do not tell" not in wire.http.post("/api.pl", content=body).text


def test_xml_has_a_filter_set_cache_of_its_own(wire):
    row = {**wire.system.tables["Project"].rows[(11,)], "id": 14}
    wire.system.put("Project", row)
    assert wire.ids('type="Project" method="all" limit="9"') == [11, 12, 13]
    assert wire.ids('type="Project" method="all" limit="9" clear_filter_cache="1"') == [
        11,
        12,
        13,
        14,
    ]
    assert wire.rest("projects/14").status_code == 404


def test_a_record_has_an_address_where_a_person_sees_it_with_what_belongs_to_it(wire):
    make = "<MakeURL><uid>7</uid><page/><app>ar</app><arg><Invoice><id>61</id></Invoice></arg></MakeURL>"
    url = wire.xml(make).findtext("MakeURL")
    page = wire.http.get(url)
    assert page.status_code == 200
    assert "Simulated SuiteProjects Pro" in page.text
    assert "INV-61" in page.text
    assert "1,200.50" in page.text
    assert "type=Slip&amp;id=71" in page.text
    assert wire.xml("<MakeURL><arg/></MakeURL>").find("MakeURL").get("status") == "939"
    timesheet = wire.http.get("/record.pl?type=Timesheet&id=51").text
    assert "Task" in timesheet
    assert "(250)" in timesheet
    assert "The first 200 are shown" in timesheet
    assert wire.http.get("/record.pl?type=Invoice&id=99").status_code == 404
    assert wire.http.get("/record.pl?type=Nope&id=x").status_code == 404


def test_pages_show_names_as_text(wire):
    assert "Brick &amp; &lt;Mortar&gt;" in wire.http.get("/record.pl?type=Customer&id=3").text
    assert date(2026, 2, 1).isoformat() in wire.http.get("/record.pl?type=Invoice&id=61").text
