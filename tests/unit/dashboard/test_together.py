"""What a page asks at one moment is one request; each part is answered as it would be alone."""

import json
import re
from html.parser import HTMLParser

import brotli
import pytest

from dashboard.page import FIRST
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


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.CFO, "/?period=2026-10"),
        (Role.PROJECT_MANAGER, "/?period=2026-10"),
        (Role.ADMINISTRATOR, "/"),
        (Role.CFO, "/definitions"),
        (Role.CFO, "/rows/backlog?side=erp&period=2026-10&department=4&q=it's"),
    ],
)
def test_a_document_tells_what_its_page_asks_first_word_for_word(app, signed_in, role, address):
    browser = signed_in(app, role)
    document = browser.get(address).get_data(as_text=True)
    asked = ahead_of(document)

    page, *_ = asked
    sections = [one for one in asked if '"section"' in one["output"]]
    assert all(status in {200, 204} for _, status, _ in lines(ask(browser, asked).data))
    # the page that comes before them has places that will ask for just these sections first
    shown = json.loads(lines(ask(browser, [page]).data)[0][2])
    told = [one["inputs"][0] for one in sections]
    assert 0 < len(sections) <= FIRST
    assert [json.dumps([one["id"]["name"], one["value"]]) for one in told] == [
        json.dumps([one["id"]["name"], one["data"]]) for one in places(shown)[:FIRST]
    ]


def places(content):
    """What the places of sections in an answer are to show, in their order."""
    if isinstance(content, list):
        return [one for part in content for one in places(part)]
    if not isinstance(content, dict):
        return []
    if isinstance(content.get("id"), dict) and content["id"].get("type") == "asked":
        return [content]
    return places(list(content.values()))


def test_a_document_asks_for_nothing_that_a_person_may_not_see(app, signed_in):
    browser = signed_in(app, Role.PROJECT_MANAGER)

    document = browser.get("/utilization").get_data(as_text=True)
    asked = ahead_of(document)

    assert asked
    assert not [one for one in asked if '"section"' in one["output"]]


def test_a_document_has_what_draws_charts_fetched_where_its_page_has_charts(app, signed_in):
    browser = signed_in(app, Role.CFO)

    with_charts, without = (
        browser.get(path).get_data(as_text=True) for path in ("/revenue?period=2026-10", "/sync")
    )

    library = re.search(
        r'rel="preload" as="script" fetchpriority="low" href="([^"]+)"', with_charts
    )
    assert library
    assert browser.get(library.group(1)).status_code == 200
    assert "preload" not in without


def ahead_of(document):
    """What a document tells our script to ask."""
    head = Head()
    head.feed(document)
    return json.loads(head.metas["oneview-ahead"])


class Head(HTMLParser):
    """What the head of a document tells."""

    def __init__(self):
        super().__init__()
        self.metas = {}

    def handle_starttag(self, tag, attrs):
        if tag == "meta":
            found = dict(attrs)
            self.metas[found.get("name")] = found.get("content")


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
