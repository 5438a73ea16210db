"""What a page asks at one moment is one request; each part is answered as it would be alone."""

import json

import brotli
import pytest

from dashboard.together import ADDRESS
from models.access import Role
from tests.unit.dashboard.conftest import PUBLIC_URL


def part(path, name, search=""):
    """One section's question, as the browser's Dash asks it."""
    asked = {"name": name, "type": "asked"}
    told = {"place": path, "address": path, "search": search, "version": 7, "live": True}
    return {
        "output": '{"name":["MATCH"],"type":"section"}.children',
        "outputs": {"id": {"name": name, "type": "section"}, "property": "children"},
        "inputs": [{"id": asked, "property": "data", "value": told}],
        "state": [{"id": asked, "property": "id", "value": asked}],
        "changedPropIds": [f'{{"name":"{name}","type":"asked"}}.data'],
    }


def ask(browser, parts, **headers):
    sent = {"X-CSRFToken": browser.token(), "Origin": PUBLIC_URL, **headers}
    return browser.post(ADDRESS, json=parts, headers=sent)


def lines(data):
    found = [line.split(b" ", 2) for line in data.splitlines()]
    return [(int(place), int(status), body) for place, status, body in found]


def test_each_part_is_answered_as_it_would_be_alone(app, signed_in):
    browser = signed_in(app, Role.CFO)

    answered = lines(ask(browser, [part("/", "head"), part("/cash", "tiles")]).data)

    assert [(place, status) for place, status, _ in answered] == [(0, 200), (1, 200)]
    assert json.loads(answered[0][2]) == browser.section("/", "head").get_json()
    assert json.loads(answered[1][2]) == browser.section("/cash", "tiles").get_json()


def test_a_part_that_is_refused_or_fails_leaves_the_others_alone(app, signed_in):
    browser = signed_in(app, Role.PROJECT_MANAGER)

    answered = lines(
        ask(browser, [part("/utilization", "people"), {"nonsense": 1}, part("/", "head")]).data
    )

    assert [status for _, status, _ in answered] == [403, 500, 200]
    assert b'"children"' not in answered[0][2]
    assert b'"children"' in answered[2][2]


def test_each_part_can_be_read_when_it_arrives(app, signed_in):
    browser = signed_in(app, Role.CFO)

    answer = ask(
        browser, [part("/", "head"), part("/", "tiles")], **{"Accept-Encoding": "br, gzip"}
    )
    reader, read = brotli.Decompressor(), []
    for piece in answer.response:
        text = reader.process(piece)
        while more := reader.process(b""):
            text += more
        read.append(text.count(b"\n"))

    assert answer.headers["Content-Encoding"] == "br"
    assert read == [1, 1, 0]


@pytest.mark.parametrize("asked", [[], {}, "all", [{}] * 61])
def test_what_is_no_list_of_parts_is_refused(app, signed_in, asked):
    assert ask(signed_in(app, Role.CFO), asked).status_code == 400


def test_neither_a_stranger_nor_another_site_is_answered(app, signed_in, stranger):
    assert stranger(app).post(ADDRESS, json=[part("/", "head")]).status_code == 401
    elsewhere = ask(signed_in(app, Role.CFO), [part("/", "head")], Origin="https://evil.example")
    assert elsewhere.status_code == 403
