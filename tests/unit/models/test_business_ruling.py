"""Rules of the page go before those of the file and after words on single records; what they decide and change is told."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from models.business import default_business, load_file, merged
from models.business.decided import decisions_of, told, with_decisions
from models.business.deciding import (
    OvertakenError,
    WrongValueError,
    decide,
    general,
    mark_of,
    value_at,
)
from models.business.decision import PUT_BACK, RULED, SET, Decision
from models.business.load import restored
from models.business.mapping import Judge, Member, verdict
from models.business.ruling import difference, effects, joined, moved
from sync.engine.given import given_rows

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
BOOKINGS = ("bookings",)
FIRM = {"commitment": "hard", "names": ["*firm plan*"]}
SOFT = {"commitment": "soft", "names": ["*plan*"]}
INTERNAL = {"commitment": "internal", "names": ["*internal*"]}
FILE = """
[[bookings]]
commitment = "internal"
names = ["*internal*"]
[[bookings]]
commitment = "soft"
names = "*plan*"
"""


@pytest.fixture
def file(tmp_path):
    def read(text=FILE):
        path = tmp_path / "business.toml"
        path.write_text(text)
        return load_file(str(path))

    return read


@pytest.fixture
def say(record):
    def said(place, value=None, *, base, state=SET, made_from=None, by="cfo"):
        one = Decision(place=place, state=state, value=value, by=by, at=NOW)
        decide(record, base, one, {}, made_from)
        return merged(record, base)

    return said


def booked(name, rows=1, hours="8"):
    return Member(key=name, code="", name=name, type="", rows=rows, amount=Decimal(hours))


RECORDS = [booked(one) for one in ("Firm plan", "Plan B", "Internal plan", "Billable")]


def taken(business, kind="booking_type", records=RECORDS):
    return {one.name: verdict(business, kind, one).value for one in records}


class TestPrecedence:
    def test_is_single_record_then_page_then_file_then_what_is_built_in(self, say, file):
        built_in = default_business()
        assert taken(built_in)["Billable"] is None
        base = file('[[bookings]]\ncommitment = "internal"\nnames = ["*"]\n')
        assert set(taken(base).values()) == {"internal"}

        page = say(BOOKINGS, [FIRM, SOFT], base=base)
        assert taken(page) == {
            "Firm plan": "hard", "Plan B": "soft", "Internal plan": "soft", "Billable": None,
        }  # fmt: skip

        single = say(("map", "booking_type", "Plan B"), "internal", base=base)
        assert taken(single)["Plan B"] == "internal"
        assert taken(single)["Internal plan"] == "soft"

    def test_is_the_same_whether_the_record_or_the_rules_were_said_first(self, say, file):
        base, place = file(), ("map", "booking_type", "Plan B")
        say(place, "internal", base=base)

        found = say(BOOKINGS, [FIRM, SOFT], base=base)

        assert taken(found)["Plan B"] == "internal"
        assert general(found, "booking_type") == [FIRM, SOFT]
        assert value_at(found, BOOKINGS) == [FIRM, SOFT]

    def test_is_the_files_again_once_the_list_is_put_back(self, say, file):
        base = file()
        say(BOOKINGS, [SOFT], base=base)

        found = say(BOOKINGS, base=base, state=PUT_BACK)

        assert found.file == base.file

    @pytest.mark.parametrize("place", RULED)
    def test_holds_for_every_kind_of_rules(self, say, file, place):
        base = file()
        mine = list(reversed(general(base, RULED[place])))

        if len(mine) > 1:
            assert general(say(place, mine, base=base), RULED[place]) == mine
        left = say(place, [], base=base) if mine else base
        assert general(left, RULED[place]) == []


class TestTheNextBuild:
    def test_is_the_very_same_whether_page_or_file_says_a_rule(self, say, file):
        say(BOOKINGS, [INTERNAL, SOFT], base=default_business())
        lines = [{"line": "resale", "numbers": ["51"]}, {"line": "revenue", "types": ["Income"]}]
        page = say(("lines",), lines, base=default_business())

        text = '[[lines]]\nline = "resale"\nnumbers = "51"\n[[lines]]\nline = "revenue"\ntypes = "Income"\n'
        said = file(FILE + text)

        assert given_rows(page) == given_rows(said)
        assert given_rows(page) != given_rows(default_business())

    def test_takes_what_the_snapshot_tells_of_it(self, say, file):
        base = file()
        say(("map", "booking_type", "Plan B"), "internal", base=base)
        found = say(BOOKINGS, [FIRM, SOFT], base=base)

        row = told(found)
        again = with_decisions(restored(row["file"], row["text"]), decisions_of(row["decided"]))

        assert again.file == found.file
        assert again.mark == found.mark


class TestAChange:
    def test_made_from_rules_that_somebody_else_has_changed_is_not_kept(self, say, file):
        base = file()
        mark = mark_of(general(base, "booking_type"))
        say(BOOKINGS, [FIRM, INTERNAL, SOFT], base=base, made_from=mark, by="admin")

        with pytest.raises(OvertakenError) as raised:
            say(BOOKINGS, [SOFT], base=base, made_from=mark)

        assert raised.value.said is not None
        assert raised.value.said.by == "admin"
        assert general(say(("calendar", "holidays"), ["2026-12-25"], base=base), "booking_type") == [
            FIRM, INTERNAL, SOFT,
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("rules", "words"),
        [
            ([{"commitment": "soft"}], "by what it is known"),
            ([{"commitment": "sure", "names": ["x"]}], "should be"),
            ([{"commitment": "soft", "names": [""]}], "at least 1"),
            ([{"commitment": "soft", "numbers": ["4000"]}], "is not known"),
            ("*", "a list"),
        ],
    )
    def test_that_cannot_be_read_is_refused_and_nothing_kept(self, say, file, rules, words):
        base = file()
        with pytest.raises(WrongValueError, match=words):
            say(BOOKINGS, rules, base=base)

        assert merged_rules(say, base) == general(base, "booking_type")


def merged_rules(say, base):
    return general(say(("calendar", "holidays"), ["2026-12-26"], base=base), "booking_type")


class TestWhatRulesDecide:
    def test_is_told_of_each_and_every_record_is_counted_once(self, say, file):
        base = file()
        say(("map", "booking_type", "Plan B"), "internal", base=base)
        found = say(
            BOOKINGS, [SOFT, FIRM, {"commitment": "hard", "names": ["*nowhere*"]}], base=base
        )

        told_ = effects(Judge(found, "booking_type"), RECORDS)

        soft, firm, nowhere = told_.rules
        assert (soft.decides.records, soft.decides.rows, soft.decides.amount) == (2, 2, 16)
        assert (firm.is_idle, firm.meets, firm.hidden_by, firm.hidden_singly) == (True, 1, [0], 0)
        assert (nowhere.is_idle, nowhere.meets) == (True, 0)
        assert (told_.singly.records, told_.rest.records) == (1, 1)

    def test_is_hidden_where_each_record_is_said_one_by_one(self, say, file):
        base = file()
        say(("map", "booking_type", "Plan B"), "internal", base=base)
        found = say(BOOKINGS, [{"commitment": "hard", "names": ["Plan B"]}], base=base)

        (rule,) = effects(Judge(found, "booking_type"), RECORDS).rules

        assert (rule.meets, rule.hidden_by, rule.hidden_singly) == (1, [], 1)

    def test_is_changed_for_these_records_by_another_list(self, say, file):
        base = file()
        before, after = (
            Judge(base, "booking_type"),
            Judge(say(BOOKINGS, [SOFT], base=base), "booking_type"),
        )

        found = moved(before, after, RECORDS)

        assert [(one.member.name, one.was, one.becomes) for one in found] == [
            ("Internal plan", "internal", "soft")
        ]


class TestTwoLists:
    def test_differ_by_what_was_added_removed_and_moved(self):
        told_ = difference([INTERNAL, SOFT], [SOFT, FIRM])
        assert (told_.added, told_.removed, told_.reordered) == ([FIRM], [INTERNAL], False)
        assert difference([INTERNAL, SOFT], [SOFT, INTERNAL]).reordered
        assert not difference([SOFT], [SOFT])
        assert difference([SOFT], [SOFT, SOFT]).added == [SOFT]

    @pytest.mark.parametrize(
        ("ours", "theirs", "both"),
        [
            ([FIRM, INTERNAL, SOFT], [INTERNAL, SOFT], [FIRM, INTERNAL, SOFT]),
            ([INTERNAL, FIRM, SOFT], [SOFT, INTERNAL], [SOFT, INTERNAL, FIRM]),
            ([SOFT], [FIRM, INTERNAL, SOFT], [FIRM, SOFT]),
            ([SOFT, INTERNAL], [INTERNAL, SOFT], [SOFT, INTERNAL]),
            ([INTERNAL, SOFT, FIRM], [INTERNAL], [INTERNAL, FIRM]),
        ],
    )
    def test_that_were_made_from_a_third_become_one_without_losing_a_change(
        self, ours, theirs, both
    ):
        assert joined([INTERNAL, SOFT], ours, theirs) == both
