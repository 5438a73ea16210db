"""What is said after a click, and how the mirror stands, is in the reader's language, too."""

import json
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from plotly.io.json import to_json_plotly

from dashboard import locales, mirror
from dashboard.components import (
    first_run,
    note_dialog,
    plan_upload,
    refresh,
    states,
    tokens,
    trust,
)
from dashboard.components.plain import plain
from dashboard.operations import EntityProof, RunProgress
from dashboard.titles import Titles
from models.metrics.catalogue import kpis
from models.metrics.trust import Concern
from models.plan.check import Checked, Fault, PlanRow
from models.plan.keep import Version
from models.texts import _
from tests.unit.dashboard.firm import NOW
from tests.unit.dashboard.spoken import Data, told_by, unmarked

NAMES = Data(
    frozenset(
        {
            "NetSuite",
            "SuiteProjects Pro",
            "One View",
            "CSV",
            "XLSX",
            "MB",
            "Budget 2027",
            "Ada Moss",
            "Nov",
            "Dez",
            "UTC",
        }
    ),
    frozenset(),
)
TITLES = Titles(known={"netsuite__job": "Transactions"}, areas={})
RUN = RunProgress(
    run_id=7,
    state="running",
    stage="fetching",
    trigger="refresh",
    mode="incremental",
    started_at=NOW - timedelta(minutes=2),
    finished_at=NOW,
    heartbeat_at=NOW,
    error=None,
    snapshot_version=7,
    entities=9,
    entities_done=4,
    entities_failed=1,
    rows_read=1,
    rows_changed=3,
    current="netsuite__job",
    moved_at=NOW,
)
TABLE = SimpleNamespace(entity="netsuite__job", rows_inserted=1, rows_updated=2, rows_deleted=3)
VERSION = Version(
    plan_id=1,
    version="Budget 2027",
    state="active",
    approved_month=202612,
    file_name="Budget 2027",
    rows_taken=5,
    rows_skipped=(2,),
    uploaded_by="Ada Moss",
    uploaded_at=NOW,
    ended_by=None,
    ended_at=None,
)
ROW = PlanRow(row_number=1, measure="bookings", month=202701)


def wrong(row: int) -> Fault:
    return Fault(row=row, column="", value="", what=_("is empty."), advice=_("Leave it empty."))


PANELS = {
    "waiting": lambda: refresh.waiting(),
    "a project waiting": lambda: refresh.waiting("Budget 2027"),
    "running": lambda: refresh.running(RUN, TITLES),
    "failed": lambda: refresh.failed(RUN),
    "nothing new": lambda: refresh.finished(RUN, [], [], TITLES),
    "nothing new in a project": lambda: refresh.finished(
        replace(RUN, mode="part: x"), [], [], TITLES, "Budget 2027"
    ),
    "new": lambda: refresh.finished(RUN, [TABLE] * 7, [], TITLES),
    "moved": lambda: refresh.finished(
        RUN,
        [TABLE],
        refresh.moved_lines(
            {"backlog": kpis()["backlog"]}, {"backlog": ["1", "2"]}, {"backlog": ["5", "9"]}, "GBP"
        ),
        TITLES,
    ),
    "first progress": lambda: states.first_progress(None),
    "first sync under way": lambda: states.first_sync(RUN),
    "first sync failed": lambda: states.first_sync(replace(RUN, state="failed"), opens_sync=True),
    "plan checked": lambda: plan_upload.checked(Checked(rows=(ROW,), faults=(), skipped=(2,))),
    "plan wrong": lambda: plan_upload.checked(Checked(rows=(ROW,), faults=(wrong(1), wrong(2)))),
    "plan taken": lambda: plan_upload.taken(VERSION),
    "plan withdrawn": lambda: plan_upload.withdrawn("Budget 2027"),
    "plan versions": lambda: plan_upload.listed(
        [VERSION, replace(VERSION, state="replaced")], {}, NOW
    ),
    "token made": lambda: tokens.made("ov_…"),
    "note": lambda: note_dialog.note_dialog(
        about={"note": 1},
        on="",
        kind=note_dialog.EVENT,
        day="2026-10-12",
        chooses=True,
        removes=True,
    ),
    "records left out": lambda: trust.trust_line(
        [
            Concern(system="netsuite", entity="netsuite__job", title="Transactions", quarantined=n)
            for n in (1, 2)
        ],
        [],
        opens_sync=True,
    ),
    "alarms": lambda: trust.link(trust.alarms_in_words(2), opens_sync=True),
    "a step done": lambda: first_run.first_run(
        first_run.Beginning(now=NOW, newest=RUN, worker=True)
    ),
    "no step done": lambda: first_run.first_run(first_run.Beginning(now=NOW)),
}

PROOF = EntityProof(
    entity="netsuite__job",
    state="equal",
    proven_at=NOW,
    source_rows=1,
    mirror_rows=1,
    equal=1,
    explained=0,
    differing=0,
    detail=None,
)
SOURCES = {
    system: SimpleNamespace(as_of=NOW, complete_from=None)
    for system in ("netsuite", "suiteprojects")
}
STANDINGS = {
    "nothing": mirror.Standing(now=NOW),
    "reading": mirror.Standing(now=NOW, newest=RUN),
    "first failed": mirror.Standing(now=NOW, newest=replace(RUN, state="failed")),
    "failed": mirror.Standing(
        now=NOW, sources=SOURCES, failed={"netsuite": "", "suiteprojects": ""}
    ),
    "cut off": mirror.Standing(now=NOW, sources=SOURCES, newest=replace(RUN, state="interrupted")),
    "stale": mirror.Standing(now=NOW + timedelta(hours=5), sources=SOURCES),
    "apart": mirror.Standing(now=NOW, sources=SOURCES, proofs=[replace(PROOF, state="differs")]),
    "alarmed": mirror.Standing(now=NOW, sources=SOURCES, alarms=[SimpleNamespace()]),
    "left out": mirror.Standing(now=NOW, sources=SOURCES, quarantined=2),
    "not compared": mirror.Standing(now=NOW, sources=SOURCES),
    "in part": mirror.Standing(
        now=NOW, sources=SOURCES, proofs=[PROOF, replace(PROOF, state="not_checked")]
    ),
    "well": mirror.Standing(now=NOW, sources=SOURCES, proofs=[PROOF]),
}


@pytest.mark.parametrize("name", PANELS)
def test_what_is_said_of_what_was_asked_for_is_translated(translated, name):
    with locales.using("de_DE"):
        shown = json.loads(to_json_plotly(plain(PANELS[name]())))
    assert not unmarked(told_by(shown), NAMES)


@pytest.mark.parametrize("name", STANDINGS)
def test_how_the_mirror_stands_is_translated(translated, name):
    with locales.using("de_DE"):
        found = mirror.verdict(STANDINGS[name])
    assert not unmarked([found.heading, found.detail], NAMES)
