"""Every section of every page renders, on a full warehouse and on an empty one."""

import pytest
from dash.development.base_component import Component
from flask_login import login_user  # noqa: F401

from dashboard.page import pages, resolve
from dashboard.services import services
from dashboard.visit import Visit
from models.access import Role

ADDRESSES = {
    "overview": ("/", ""), "project": ("/project/20", ""), "rows": ("/rows/recognized_revenue", "?side=psa"),
    "sync": ("/sync", ""), "definitions": ("/definitions", ""),
}


def visit_of(person, path, search=""):
    _, params = resolve(path)
    return Visit(person, services(), path, search, params)


@pytest.mark.parametrize("key", ADDRESSES)
def test_a_page_renders_all_its_sections(app, people, key):
    path, search = ADDRESSES[key]

    with app.server.test_request_context(path):
        looking = visit_of(people[Role.CFO], path, search)
        shown = [section.render(looking) for section in pages()[key].sections]

    assert all(isinstance(one, Component) for one in shown)
