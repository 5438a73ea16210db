"""One project: its facts, and any section told of it alone."""

from __future__ import annotations

from dataclasses import replace

from models.metrics import members
from models.metrics.members import ProjectFacts

from ..exports.records import project_key
from ..page import Section
from ..visit import Visit


def facts_of(visit: Visit) -> ProjectFacts:
    """The facts of the project that the address names; the page was allowed."""
    found = members.project(visit.snapshot, project_key(visit), visit.scope)
    assert found is not None
    return found


def alone(visit: Visit) -> Visit:
    """The visit to the numbers of this project alone."""
    return visit.of_member("project", project_key(visit))


def only(section: Section) -> Section:
    """A section of the firm's numbers, of this project alone."""
    return replace(section, render=lambda visit: section.render(alone(visit)))
