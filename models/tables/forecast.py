"""Revenue ahead, in layers that hold nothing twice (D5)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table

from .conformed import SNAPSHOT
from .types import in_each_lens, money

fct_forecast = Table(  # both systems; what one project, contract or deal is to earn in a month, as of today
    "fct_forecast",
    SNAPSHOT,
    # in_flight | booked | soft | backlog | pipeline | unidentified, the surer first; the ledger is the layer before them
    Column("layer", String),
    # time: approved or submitted, not recognised | recognition: not posted yet | booking |
    # projection: of SuiteProjects Pro | revenue plan: of NetSuite | order | deal | statistics
    Column("source", String),
    Column("as_of_day", Integer),  # today; no day it is expected on is told
    Column("as_of_month", Integer),  # today's
    Column("month", Integer),  # it is expected in
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("stream", String),
    Column("contract", String),  # number of the order or the deal
    Column("transaction_id", BigInteger),  # of the deal
    # of backlog: to the end (of the project, by days) | ended: over the next two quarters | no end: so, too
    Column("burn", String),
    # of what is unidentified: how it was found, and of how many months (fct_forecast_model)
    Column("method", String),
    Column("history_months", Integer),
    Column(
        "weight", money()
    ),  # and how much of it counts so many months ahead (dim_forecast_weight)
    # soft and pipeline: what comes or not as a whole, and within which chances (0 to 1) it does
    Column("item", String),
    Column("chance_from", money()),
    Column("chance_to", money()),
    Column("spread", money()),  # of what is unidentified: its standard deviation as a share of it
    *in_each_lens(),  # times its probability where it has one; at the newest average rate
)

fct_revenue_month = Table(  # NetSuite; what a month brought, and the same month of the year before
    "fct_revenue_month",
    SNAPSHOT,
    Column("month", Integer),
    Column("subsidiary_key", BigInteger),
    Column("department_key", BigInteger),
    Column("stream", String),
    Column("subsidiary_currency", String),
    Column("amount_subsidiary", money()),  # income postings, positive, without intercompany (R11)
    Column("amount_base", money()),
    Column("year_before_subsidiary", money()),  # null: before there are any data
    Column("year_before_base", money()),
)

fct_forecast_model = Table(  # what experience makes of a practice and stream, and whether it is to be believed
    "fct_forecast_model",
    SNAPSHOT,
    Column("department_key", BigInteger),
    Column("stream", String),
    Column(
        "method", String
    ),  # the one with the smallest error in the tests; null: too few months for any
    Column("version", Integer),  # of the methods
    Column("parameters", String),
    Column("per", String),  # what revenue is divided by: capacity hour | weekday | month
    Column("months", Integer),  # of history, from the first to the last one
    Column("first_month", Integer),
    Column("last_month", Integer),  # the newest whose books are closed
    Column("origins", Integer),  # months that were the last known one in a test
    Column("missed_base", money()),  # what tests missed; at today's rates, as all here
    Column("naive_missed_base", money()),  # what the same month of the year before missed
    Column(
        "deviation_base", money()
    ),  # standard deviation of misses, per capacity hour, weekday or month
    Column("is_shown", Boolean),  # whether the forecast has it
    # why not: insufficient history | ended | too few months to test it on | no better than the year before
    Column("reason", String),
    Column("data_hash", String),  # of the series
)

fct_forecast_test = (
    Table(  # a closed month as the method would have told it, knowing nothing after `origin_month`
        "fct_forecast_test",
        SNAPSHOT,
        Column("department_key", BigInteger),
        Column("stream", String),
        Column("method", String),
        Column("origin_month", Integer),
        Column("ahead", Integer),  # months from there
        Column("month", Integer),
        Column("forecast_base", money()),  # all at today's rates
        Column("actual_base", money()),
        Column("year_before_base", money()),
        Column("missed_base", money()),
        Column("naive_missed_base", money()),
    )
)

dim_forecast_weight = (
    Table(  # how much of what experience expects beyond what is seen counts, so many months ahead
        "dim_forecast_weight",
        SNAPSHOT,
        Column("ahead", Integer),  # months: 3 to 12
        Column("fixed_weight", money()),  # 0 to 1, as every weight
        Column(
            "best_weight", money()
        ),  # that would have missed least by squares; null: nothing tells
        Column("weight", money()),  # that counts
        Column("is_learned", Boolean),  # else it is the fixed one
        Column("months", Integer),  # month ends that tell something of it
        Column("months_needed", Integer),  # before it is learned
        Column("is_wanted", Boolean),  # whether weights are to be learned
    )
)

fct_forecast_weighed = (
    Table(  # a closed month as it was forecast so many months before, by one weight and another
        "fct_forecast_weighed",
        SNAPSHOT,
        Column("ahead", Integer),  # months before: 3 to 12
        Column("month", Integer),
        Column("department_key", BigInteger),
        Column("subsidiary_key", BigInteger),
        Column("stream", String),
        Column("seen_base", money()),  # all layers but what is unidentified, as of then
        Column("lacking_base", money()),  # what experience expected beyond that
        Column("told_weight", money()),  # by which that counted in what was written down
        Column("fixed_weight", money()),
        Column("weight", money()),  # that the months before the one it was told in teach
        Column("months", Integer),  # how many these are
        Column("came_base", money()),  # without intercompany
        Column("size_base", money()),  # the same without its sign
        Column("seen_missed_base", money()),  # by what is seen alone
        Column("full_missed_base", money()),  # with all that experience expected
        Column("fixed_missed_base", money()),  # by the fixed weight
        Column("weighed_missed_base", money()),  # by `weight`
    )
)

fct_forecast_judged = Table(  # what a layer foretold of a closed month, and what came of it (D8)
    "fct_forecast_judged",
    SNAPSHOT,
    Column("ahead", Integer),  # months before: 1 | 3 | 6
    Column("month", Integer),
    # as of fct_forecast_dated; what came is counted towards the surer layers first | unforeseen: came beyond all of them
    Column("layer", String),
    Column("department_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("stream", String),
    Column("is_intercompany", Boolean),
    Column("forecast_subsidiary", money()),
    Column("came_subsidiary", money()),
    Column("missed_subsidiary", money()),  # how far apart they are
    Column("subsidiary_currency", String),
    Column("forecast_base", money()),  # as it was told then
    Column("came_base", money()),
    Column("missed_base", money()),
)

fct_forecast_move = Table(  # what was expected of a month a week ago, and what has moved it since
    "fct_forecast_move",
    SNAPSHOT,
    Column("month", Integer),  # of the running one and the year after it
    Column("layer", String),  # as of fct_forecast; actual: the ledger's
    Column("source", String),  # as of fct_forecast | ledger
    Column("project_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("department_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("stream", String),
    Column("contract", String),
    Column("transaction_id", BigInteger),  # of the deal
    Column("is_intercompany", Boolean),
    # won | lost | new: a deal | slipped: the same amount in other months, or another expected close |
    # estimated: another amount or probability | staffed: other bookings | work: done otherwise than planned this month |
    # exchange: another rate | experience: what is unidentified
    Column("cause", String),
    Column("since_day", Integer),  # a week ago
    Column("was_subsidiary", money()),  # then
    Column("was_base", money()),
    Column("moved_subsidiary", money()),  # since
    Column("moved_base", money()),
    Column("subsidiary_currency", String),
)
