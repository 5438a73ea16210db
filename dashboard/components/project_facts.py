"""The head of a project: who, what contract, when, and its record in each system."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from models.links import record_link
from models.metrics.members import ProjectFacts
from models.snapshot import Snapshot
from models.texts import _

from .. import formats
from .icons import icon
from .words import SYSTEM_TITLES


def project_facts(facts: ProjectFacts, snapshot: Snapshot) -> Component:
    """The facts, each with its name above it."""
    links = html.Span(_record_links(facts, snapshot), className="record-links")
    return html.Dl(
        [*(_fact(name, value) for name, value in _lines(facts)), _fact(_("Records"), links)],
        className="facts project-facts",
    )


def _lines(facts: ProjectFacts) -> list[tuple[str, str]]:
    dates = _dates(facts)
    found = [
        (_("Project manager"), facts.manager),
        (_("Contract"), facts.contract_type or formats.MISSING),
        (_("Stage"), facts.stage or formats.MISSING),
        (_("Dates"), dates or formats.MISSING),
        (_("Department"), facts.department),
        (_("Subsidiary"), facts.subsidiary),
    ]
    if facts.currency and facts.contract_amount is None:
        found.append((_("Currency"), facts.currency))
    if facts.contract_amount is not None:
        title = (
            _("Contract value, {currency}", currency=facts.currency)
            if facts.currency
            else _("Contract value")
        )
        found.append((title, formats.whole_money(facts.contract_amount, facts.currency)))
    if facts.budget_hours is not None:
        found.append((_("Budget"), _("{count} h", count=formats.count(int(facts.budget_hours)))))
    return found


def _dates(facts: ProjectFacts) -> str:
    days = [formats.day(one) for one in (facts.starts_on, facts.ends_on) if one]
    return _("{first} to {last}", first=days[0], last=days[1]) if len(days) > 1 else "".join(days)


def _fact(name: str, value: Component | str) -> Component:
    return html.Div([html.Dt(name), html.Dd(value)])


def _record_links(facts: ProjectFacts, snapshot: Snapshot) -> list[Component]:
    found = []
    for system, kind, number in (
        ("netsuite", "job", facts.netsuite_id),
        ("suiteprojects", "Project", facts.suiteprojects_id),
    ):
        source = snapshot.sources.get(system)
        url = record_link(system, kind, number, source.record_url) if source else None
        found.append(
            html.A(
                [SYSTEM_TITLES[system], icon("external")],
                href=url,
                target="_blank",
                rel="noopener noreferrer",
                title=_("Open in {system}", system=SYSTEM_TITLES[system]),
            )
            if url
            else html.Span(_("not in {system}", system=SYSTEM_TITLES[system]), className="muted")
        )
    return found
