"""Revenue ahead, in layers that hold nothing twice (D5)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

from .conformed import SNAPSHOT
from .types import in_each_lens, money

fct_forecast = Table(  # both systems; what one project, contract or deal is to earn in a month, as of today
    "fct_forecast",
    SNAPSHOT,
    # in_flight | booked | soft | backlog | pipeline, the surer first; the ledger is the layer before them
    Column("layer", String),
    # time: approved or submitted, not recognised | recognition: not posted yet | booking |
    # projection: of SuiteProjects Pro | revenue plan: of NetSuite | order | deal
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
    # soft and pipeline: what comes or not as a whole, and within which chances (0 to 1) it does
    Column("item", String),
    Column("chance_from", money()),
    Column("chance_to", money()),
    *in_each_lens(),  # times its probability where it has one; at the newest average rate
)
