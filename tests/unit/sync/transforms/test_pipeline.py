"""Each deal is in the pipeline once, and is told as it stands; what moved on is told by what was known before."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

D = Decimal


def head(id_, type_="Opprtnty", status="A", **values):
    return {
        "id": id_, "tranid": f"{type_}{id_}", "type": type_, "status": status,
        "trandate": date(2026, 1, 12), "createddate": datetime(2026, 1, 12, 9, tzinfo=UTC), "entity": 601,
        "currency": 4, "posting": False, "probability": "0.5", "expectedclosedate": date(2026, 5, 4),
        "projectedtotal": D(1000), "entitystatus": 10, "forecasttype": "2", **values,
    }  # fmt: skip


def line(transaction, id_=1, **values):
    return {
        "transaction": transaction, "id": id_, "mainline": False, "item": 41, "subsidiary": 2,
        "department": 10, "foreignamount": D(-1000), **values,
    }  # fmt: skip


def of(transaction, origin):
    """A document that was made of another."""
    return line(transaction, createdfrom=origin)


@pytest.fixture
def pipeline(facts):
    def make(heads, lines, **more):
        return facts(
            {
                "netsuite__transaction": heads,
                "netsuite__transactionline": lines,
                "netsuite__entitystatus": [{"key": 10, "name": "Proposal"}],
                **more,
            }
        )

    return make


def told(made, key="fct_pipeline"):
    return {row["transaction_id"]: row for row in made.rows(key, "is_head")}


def test_an_open_deal_is_told_net_of_tax_with_its_stage_and_at_the_closing_rate(pipeline):
    made = pipeline([head(1, projectedtotal=D(1077), taxtotal=D(77))], [line(1)])

    row = made.row("fct_pipeline")
    assert (row["amount"], row["currency"], row["amount_subsidiary"]) == (1000, "CHF", 950)
    assert row["amount_base"] == D("1187.5")  # 0.95 x 1.25
    assert (row["stage"], row["forecast_type"], row["probability"]) == (
        "Proposal",
        "most_likely",
        D("0.5"),
    )
    assert (row["customer_key"], row["department_key"], row["subsidiary_key"]) == (42, 2, 2)
    assert (row["close_text"], row["age_days"], row["is_stale"]) == ("2026-05", 57, False)


def test_what_a_total_has_beyond_its_lines_is_a_line_of_its_own(pipeline):
    made = pipeline(
        [head(1, projectedtotal=D(1500))], [line(1), line(1, 2, foreignamount=D(-300), item=61)]
    )

    amounts = {row["line_id"]: (row["amount"], row["stream"]) for row in made.rows("fct_pipeline")}
    assert amounts == {1: (1000, "services_tm"), 2: (300, "hardware"), 0: (200, "other")}


def test_an_opportunity_drops_out_where_an_open_estimate_of_it_is_there(pipeline):
    made = pipeline(
        [head(1, status="B"), head(2, "Estimate", forecasttype=None), head(3), head(4, "Estimate")],
        [line(1), of(2, 1), line(3), line(4)],
    )

    found = told(made)
    assert set(found) == {2, 3, 4}
    assert found[2]["forecast_type"] == "most_likely"  # its opportunity's


def test_of_several_estimates_of_an_opportunity_the_newest_counts(pipeline):
    newer = head(3, "Estimate", trandate=date(2026, 2, 2))
    made = pipeline(
        [head(1, status="B"), newer, head(4, "Estimate")], [line(1), of(3, 1), of(4, 1)]
    )

    assert set(told(made)) == {3}


def test_a_closed_estimate_brings_its_opportunity_back(pipeline):
    made = pipeline([head(1), head(2, "Estimate", "C")], [line(1), of(2, 1)])

    assert set(told(made)) == {1}


@pytest.mark.parametrize(("status", "left"), [("B", set()), ("A", set()), ("C", {2})])
def test_an_estimate_and_its_opportunity_drop_out_where_a_sales_order_is(pipeline, status, left):
    made = pipeline(
        [head(1, status="B"), head(2, "Estimate"), head(3, "SalesOrd", status)],
        [line(1), of(2, 1), of(3, 2)],
    )

    assert set(told(made)) == left


def test_what_should_be_decided_is_stale_and_expected_this_month_at_half_its_chance(pipeline):
    made = pipeline([head(1, expectedclosedate=date(2026, 3, 9), probability="60")], [line(1)])

    row = made.row("fct_pipeline")
    assert (row["is_stale"], row["close_month"]) == (True, 202603)
    assert (row["probability"], row["forecast_probability"]) == (D("0.6"), D("0.3"))


def test_voided_documents_and_those_decided_are_not_in_the_pipeline(pipeline):
    made = pipeline(
        [head(1, voided=True), head(2, status="C"), head(3, status="D"), head(4, "Estimate", "V")],
        [line(1), line(2), line(3), line(4)],
    )

    assert told(made) == {}


def test_a_deal_decided_is_its_opportunity_or_an_estimate_without_one(pipeline):
    won = head(1, status="C", closedate=date(2026, 2, 20))
    lost = head(3, "Estimate", "C", closedate=date(2026, 2, 21))
    made = pipeline([won, head(2, "Estimate", "B"), lost], [line(1), of(2, 1), line(3)])

    found = told(made, "fct_deal")
    assert {key: (row["is_won"], row["day"], row["cycle_days"]) for key, row in found.items()} == {
        1: (True, 20260220, 39),
        3: (False, 20260221, 40),
    }
    assert found[1]["amount_base"] == 1140  # 0.95 x 1.2, the average of the month


# --- what only the versions tell


def _known(made, *versions):
    """Versions of opportunity 1: from, until, known from, stage, expected close, status."""
    for began, ended, known, stage, close, status in versions:
        names = "_valid_from, _known_from"
        if ended is None:
            made.connection.execute(
                f"INSERT INTO mirror.now_netsuite__transaction (id, {names}) VALUES (1, ?, ?)",
                [began, known],
            )
            continue
        made.connection.execute(
            f"INSERT INTO mirror.his_netsuite__transaction (id, type, status, entitystatus, "
            f"expectedclosedate, {names}, _valid_to, _is_deletion) "
            "VALUES (1, 'Opprtnty', ?, ?, ?, ?, ?, ?, false)",
            [status, stage, close, began, known, ended],
        )


MAY, FEBRUARY = date(2026, 5, 4), date(2026, 2, 27)
OLD, LOAD, MOVED = "2025-11-03 08:00", "2025-12-20 08:00", "2026-02-10 08:00"


def test_days_in_stage_are_told_where_the_deal_was_seen_to_come_there(pipeline):
    made = pipeline([head(1)], [line(1)])
    _known(made, (OLD, MOVED, LOAD, 9, MAY, "A"), (MOVED, None, MOVED, 10, MAY, "A"))

    row = made.row("fct_pipeline")
    assert (row["stage_since"], row["stage_days"]) == (date(2026, 2, 10), 28)


def test_a_stage_it_was_in_when_it_was_first_seen_has_no_beginning(pipeline):
    made = pipeline([head(1)], [line(1)])
    _known(made, (OLD, MOVED, LOAD, 10, FEBRUARY, "A"), (MOVED, None, MOVED, 10, MAY, "A"))

    row = made.row("fct_pipeline")
    assert (row["stage_since"], row["stage_days"]) == (None, None)


def _slips(made):
    return [
        (row["month"], row["expected_now"], row["is_slipped"]) for row in made.rows("fct_slippage")
    ]


def test_a_deal_slips_when_its_close_moves_beyond_the_quarter_it_was_expected_in(pipeline):
    made = pipeline([head(1)], [line(1)])
    _known(made, (OLD, MOVED, LOAD, 9, FEBRUARY, "A"), (MOVED, None, MOVED, 10, MAY, "A"))

    assert _slips(made) == [(202602, MAY, True)]


def test_a_deal_that_was_won_in_its_quarter_has_not_slipped(pipeline):
    made = pipeline([head(1, status="C", expectedclosedate=FEBRUARY)], [line(1)])
    _known(made, (OLD, MOVED, LOAD, 9, FEBRUARY, "A"), (MOVED, None, MOVED, 13, FEBRUARY, "C"))

    assert _slips(made) == [(202602, FEBRUARY, False)]


def test_what_was_learnt_after_the_quarter_began_says_nothing_of_its_beginning(pipeline):
    made = pipeline([head(1)], [line(1)])
    late = "2026-01-05 08:00"
    _known(made, (OLD, MOVED, late, 9, FEBRUARY, "A"), (MOVED, None, MOVED, 10, MAY, "A"))

    assert _slips(made) == []


def _decided(made):
    """Deals that were seen in a stage while they were open, and decided since."""
    for deal, stage in ((2, 10), (3, 10), (4, 10), (5, 9)):
        made.connection.execute(
            "INSERT INTO mirror.his_netsuite__transaction (id, type, status, entitystatus, "
            "_valid_from, _known_from, _valid_to, _is_deletion) "
            "VALUES (?, 'Opprtnty', 'A', ?, ?, ?, ?, false)",
            [deal, stage, OLD, LOAD, MOVED],
        )


@pytest.mark.parametrize(
    ("enough", "calibrated", "forecast"), [(3, D("0.6667"), D("0.6667")), (4, None, D("0.5"))]
)
def test_the_win_rate_of_its_stage_replaces_a_stated_chance_once_enough_deals_are_decided(
    pipeline, enough, calibrated, forecast
):
    statuses = {2: "C", 3: "D", 4: "C", 5: "D"}
    decided = [head(id_, status=status, entitystatus=13) for id_, status in statuses.items()]
    made = pipeline([head(1), *decided], [line(1), *(line(id_) for id_ in statuses)])
    _decided(made)
    made.connection.execute(
        "UPDATE mirror.cfg_setting SET value = ? WHERE key = 'calibrate_from'", [str(enough)]
    )

    row = made.row("fct_pipeline")
    assert row["probability"] == D("0.5")
    assert row["calibrated_probability"] == calibrated
    assert row["forecast_probability"] == forecast
