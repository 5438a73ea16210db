"""The mirrored tables: those that need a look, or all of them by system and area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component
from sqlalchemy import Row

from models.errors import NoSnapshotError
from models.snapshot import EntityStanding
from models.texts import Text, _, ngettext

from .. import findings, formats, operations
from ..operations import EntityProof
from ..titles import area_order, system_of
from ..visit import Visit
from . import states
from .ages import age
from .icons import icon
from .opening import gist_line, opening
from .table import Cell, minor, numbers, table, words
from .words import SYSTEM_TITLES, run_state

_COLUMNS = (
    words("Table", "State", "Compared with the source")
    + numbers("Records")
    + minor(numbers("Read", "New", "Changed", "Deleted"))
    + numbers("Quarantined")
    + minor(numbers("Took"))
    + words("Data as of")
)
_BAD = ("failed", "interrupted")
_RUN_MARKS = {
    "succeeded": ("good", "check"),
    "failed": ("bad", "alert"),
    "interrupted": ("bad", "alert"),
    "running": ("busy", "refresh"),
}
_PROOFS: Mapping[str, tuple[str, str, Text]] = {
    "differs": ("warn", "alert", "Differs"),
    "not_checked": ("", "clock", "Not compared"),
    "explained": ("good", "check", "Equal, with reasons"),
    "equal": ("good", "check", "Equal"),
}
ATTENTION, ALL = "attention", "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One table: what its newest run did, what readers have of it, and how it compared."""

    entity: str
    run: Row[Any] | None
    held: EntityStanding | None
    proof: EntityProof | None
    off: Row[Any] | None
    quarantined: int
    alarmed: bool

    @property
    def state(self) -> str:
        """How its newest run ended; 'off' where the configuration leaves it out."""
        if self.off is not None:
            return "off"
        return self.run.state if self.run else "waiting"

    @property
    def needs_a_look(self) -> bool:
        """Whether somebody should look at it."""
        differs = self.proof is not None and self.proof.state == "differs"
        return self.state in _BAD or differs or self.quarantined > 0 or self.alarmed


def lines(visit: Visit) -> list[Line]:
    """All tables, in order of their titles."""
    record = visit.services.record
    try:
        held: Mapping[str, EntityStanding] = visit.snapshot.entities
    except NoSnapshotError:
        held = {}
    runs = operations.newest_entity_runs(record)
    off = {row.entity: row for row in operations.switched_off(record)}
    proofs = {one.entity: one for one in operations.proofs(record)}
    aside = findings.quarantined_by_entity(record)
    alarmed = {one.entity for one in operations.alarms(record)}
    names = sorted({*runs, *held, *off}, key=lambda name: (visit.titles.of(name), name))
    return [
        Line(
            entity=name,
            run=runs.get(name),
            held=held.get(name),
            proof=proofs.get(name),
            off=off.get(name),
            quarantined=aside.get(name, 0),
            alarmed=name in alarmed,
        )
        for name in names
    ]


def entities(visit: Visit) -> Component:
    """The section of the page."""
    found = lines(visit)
    if not found:
        return html.Div(
            [
                html.H2(_("Tables")),
                states.nothing(_("The tables appear here with the first sync.")),
            ],
            className="card",
        )
    worrying = [line for line in found if line.needs_a_look]
    shown = visit.query.get("tables", ATTENTION)
    body = _all(visit, found) if shown == ALL else _attention(visit, worrying, len(found))
    gist = ((_("Need a look"), _("{count} of {total}", count=len(worrying), total=len(found))),)
    return opening(
        "Tables",
        [
            html.Div([html.H2(_("Tables")), gist_line(gist)]),
            html.Div(_switch(visit, shown, len(worrying), len(found)), className="card-tools"),
        ],
        [body],
        "card",
    )


def _switch(visit: Visit, shown: str, worrying: int, total: int) -> Component:
    choices = (
        (ATTENTION, _("Need a look ({count})", count=worrying)),
        (ALL, _("All tables ({count})", count=total)),
    )
    return html.Nav(
        [
            dcc.Link(
                words_,
                href=visit.path + visit.filters.search(tables=key),
                refresh=False,
                className="segment" + (" current" if (shown == ALL) is (key == ALL) else ""),
            )
            for key, words_ in choices
        ],
        className="segments",
        **{"aria-label": _("Which tables")},
    )


def _attention(visit: Visit, found: Sequence[Line], total: int) -> Component:
    if not found:
        return html.P(
            [
                html.Span(icon("check"), className="check-mark good"),
                html.Span(
                    _(
                        "None of the {total} tables needs a look: each was read, none differs from its source, and every record could be used.",
                        total=total,
                    )
                ),
            ],
            className="calm",
        )
    return table(_COLUMNS, [_row(visit, line, full=True) for line in found], stacks=True)


def _all(visit: Visit, found: Sequence[Line]) -> Component:
    return html.Div(
        [
            html.Div(
                [
                    html.H3(title),
                    *(_area(visit, area, mine) for area, mine in _areas(visit, found, system)),
                ],
                className="areas",
            )
            for system, title in SYSTEM_TITLES.items()
        ]
    )


def _areas(visit: Visit, found: Sequence[Line], system: str) -> list[tuple[str, list[Line]]]:
    mine = [line for line in found if system_of(line.entity) == system]
    grouped = [
        (area, [line for line in mine if visit.titles.area(line.entity) == area])
        for area in dict.fromkeys((*area_order(), *(visit.titles.area(one.entity) for one in mine)))
    ]
    return [(area, members) for area, members in grouped if members]


def _area(visit: Visit, area: str, mine: Sequence[Line]) -> Component:
    worrying = sum(line.needs_a_look for line in mine)
    records = sum(line.held.rows for line in mine if line.held)
    ordered = sorted(mine, key=lambda line: not line.needs_a_look)
    return html.Details(
        [
            html.Summary(
                [
                    html.Span(area, className="area-name"),
                    html.Span(
                        ngettext("{count} table", "{count} tables", len(mine), count=len(mine)),
                        className="figures",
                    ),
                    html.Span(
                        ngettext(
                            "{count} record",
                            "{count} records",
                            records,
                            count=formats.count(records),
                        ),
                        className="figures",
                    ),
                    _area_verdict(mine, worrying),
                ]
            ),
            table(_COLUMNS, [_row(visit, line) for line in ordered], stacks=True),
        ],
        className="area",
        open=bool(worrying),
    )


def _area_verdict(mine: Sequence[Line], worrying: int) -> Component:
    if worrying:
        said = ngettext("{count} needs a look", "{count} need a look", worrying, count=worrying)
        return _mark("warn", "alert", said)
    proven = [line for line in mine if line.proof and line.proof.state in ("equal", "explained")]
    if len(proven) == len(mine):
        return _mark("good", "check", _("All proven"))
    return _mark(
        "good" if proven else "",
        "check" if proven else "clock",
        _("{count} proven", count=len(proven)),
    )


def _row(visit: Visit, line: Line, *, full: bool = False) -> list[Cell]:
    run, now = line.run, visit.services.clock()
    as_of = line.held.as_of if line.held else run.watermark_after if run else None
    counts: list[int | None] = [line.held.rows if line.held else None]
    counts += (
        [run.rows_read, run.rows_inserted, run.rows_updated, run.rows_deleted]
        if run
        else [None] * 4
    )
    name = visit.titles.full(line.entity) if full else visit.titles.of(line.entity)
    return [
        html.Span([name, _note(line)], title=line.entity),
        _state(line, now),
        _proof(line.proof, now),
        *(formats.MISSING if number is None else formats.count(number) for number in counts),
        _aside(line.quarantined),
        took(run.started_at, run.finished_at) if run else formats.MISSING,
        age(as_of, now) if as_of else formats.MISSING,
    ]


def _note(line: Line) -> Component | None:
    """Why it needs a look, beneath its name."""
    said = line.run.error if line.run is not None and line.state in _BAD else None
    if said is None and line.proof is not None and line.proof.state == "differs":
        said = line.proof.detail
    if not said:
        return None
    first = said.split(". ")[0]  # the rest stands with the alarms
    return html.Span(first, className="second-line wrapping")


def _state(line: Line, now: datetime) -> Component:
    if line.off is not None:
        since = line.off.refreshed_to
        told = (
            _("Not refreshed since {moment}.", moment=formats.moment(since))
            if since
            else _("Never refreshed.")
        )
        return html.Span(
            [icon("clock"), _("Switched off")],
            className="verdict",
            title=_("The configuration file leaves it out. {told}", told=told),
        )
    error = line.run.error if line.run else None
    return state_mark(line.state, error)


def state_mark(state: str, error: str | None) -> Component:
    """The state of a run, or of a table in it."""
    kind, mark = _RUN_MARKS.get(state, ("", "clock"))
    return html.Span([icon(mark), run_state(state)], className=f"verdict {kind}", title=error or "")


def _proof(proof: EntityProof | None, now: datetime) -> Component | str:
    if proof is None:
        return formats.MISSING
    kind, mark, word = _PROOFS[proof.state]
    said = [_("Compared {ago}.", ago=formats.ago(proof.proven_at, now))]
    if proof.source_rows is not None and proof.mirror_rows is not None:
        said.append(
            _(
                "Records: {source} in the source, {mirror} in the mirror.",
                source=formats.count(proof.source_rows),
                mirror=formats.count(proof.mirror_rows),
            )
        )
    said.append(
        _(
            "Months: {equal} equal, {explained} equal with reasons, {differing} differ.",
            equal=proof.equal,
            explained=proof.explained,
            differing=proof.differing,
        )
    )
    text = _(word)
    if proof.state == "differs":
        months = proof.differing
        text = ngettext(
            "Differs in {count} month", "Differs in {count} months", months, count=months
        )
    return html.Span(
        [icon(mark), text],
        className=f"verdict {kind}",
        title=" ".join([*said, proof.detail or ""]).strip(),
    )


def _aside(count: int) -> Cell:
    return html.Span(formats.count(count), className="warned") if count else "0"


def _mark(kind: str, mark: str, text: str) -> Component:
    return html.Span([icon(mark), text], className=f"verdict {kind}".strip())


def took(start: datetime | None, end: datetime | None) -> str:
    """How long it took."""
    return formats.duration((end - start).total_seconds()) if start and end else formats.MISSING
