"""Every page in both themes, judged by axe-core after WCAG 2.2 AA; nothing may be found."""

import hashlib
import re
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from dashboard.page import pages
from tests.journeys.browser import Page

AXE = Path(__file__).parents[1] / "data" / "axe-core"
ENGINE = (AXE / "axe.min.js").read_text(encoding="utf-8")
JUDGE = """
const [rules, done] = arguments;
axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(found => done(found.violations.map(
  one => one.id + ': ' + one.help + one.nodes.slice(0, 3).map(
    node => '\\n    ' + node.html.slice(0, 160) + '\\n      ' + node.failureSummary).join(''))));
"""
FILLED = """
const waiting = document.querySelectorAll('.section .skeleton, [data-dash-is-loading="true"]');
const grid = document.querySelector('.grid-region');  // there before what draws it has come
return document.querySelectorAll('.section').length > 0 && waiting.length === 0
  && (!grid || ['.ag-header-viewport .ag-header-cell', '.ag-center-cols-viewport .ag-cell'].every(
    part => grid.querySelector(part) !== null)
    && !grid.querySelector('[role=row]:empty'));  // a row is there before its cells, also when it is drawn anew
"""
GRID_IN_VIEW = """
const bars = document.querySelectorAll('.topbar, .section.sticky');
bars.forEach(bar => { bar.style.position = 'static'; });  // what lies below a bar its reader scrolls out
document.querySelector('.grid-region')?.scrollIntoView({block: 'center'});
"""
ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OF_COLOUR = ["color-contrast", "link-in-text-block"]  # all that another theme can change
SCHEME = "return document.documentElement.getAttribute('data-mantine-color-scheme')"
NAMED = {"rows": "/rows/recognized_revenue?side=erp", "definition": "/definitions/backlog"}


def test_the_judge_is_the_one_that_was_published():
    named = re.search(r"([0-9a-f]{64})  axe.min.js", (AXE / "README.md").read_text())

    assert hashlib.sha256((AXE / "axe.min.js").read_bytes()).hexdigest() == named[1]


@pytest.fixture(scope="module")
def reader(sign_in):
    """One who may open every page; the theme is chosen anew afterwards by what the browser prefers."""
    page = Page(sign_in("Chief financial officer"))
    yield page
    page.browser.execute_script("window.localStorage.removeItem('theme-kept')")
    page.browser.get("about:blank")


@pytest.fixture(scope="module")
def project(reader):
    return reader.find(".ranking tbody a").get_attribute("href")


@pytest.mark.parametrize("key", pages())
def test_a_page_may_be_used_by_everybody_in_the_light_and_in_the_dark(reader, stack, project, key):
    address = project if key == "project" else stack.address + NAMED.get(key, pages()[key].path)
    reader.visit(address)
    reader.until(lambda: reader.browser.execute_script(FILLED))
    reader.browser.execute_script(GRID_IN_VIEW)  # what is out of view it draws for the eye alone
    if reader.all(".folding .later .opens:not(.opened)"):
        reader.click(".folds-all")  # what is closed is not looked at
    reader.until(lambda: reader.browser.execute_script(FILLED))

    assert _found_in_both_themes(reader) == {"light": [], "dark": []}


def test_the_dialog_of_a_setting_and_its_choices_may_be_used_by_everybody(reader, stack):
    reader.visit(f"{stack.address}/settings#targets")
    reader.until(lambda: reader.browser.execute_script(FILLED))
    reader.press(".section-targets [data-setting]", Keys.ENTER, text="Add a target")
    reader.find("[role=listbox] [role=option]")

    assert _found(reader) == []


def test_a_list_of_rules_that_is_not_saved_yet_may_be_used_by_everybody(reader, stack):
    reader.visit(f"{stack.address}/settings?map-kind=account_line#ruling")
    reader.until(lambda: reader.browser.execute_script(FILLED))
    reader.press(".rules-view [data-rule*='down']", Keys.ENTER)
    reader.find(".draft-bar", "another order")
    # where the bar has its place; a button that it half covers while it sticks is scrolled clear of it
    reader.browser.execute_script(
        "document.querySelector('.rules-view').scrollIntoView({block: 'end'})"
    )
    assert _found(reader) == []

    reader.press(".rule-tools button", Keys.ENTER, text="Add a rule")
    reader.find("#rule-form textarea")
    assert _found(reader) == []

    reader.browser.find_element(By.TAG_NAME, "body").send_keys(Keys.ESCAPE)
    reader.until(lambda: not reader.all("#rule-form textarea"))
    reader.press(".draft-bar button", Keys.ENTER, text="Discard")
    reader.until(lambda: not reader.all(".draft-bar"))


def test_what_unfolds_on_a_page_may_be_used_by_everybody(reader, stack):
    reader.visit(f"{stack.address}/revenue")
    reader.until(lambda: reader.browser.execute_script(FILLED))
    reader.click(".section-recognized_revenue .segment", "Table")
    reader.click("#filter-set-button")
    reader.find("#filter-set-name")

    assert _found(reader) == []

    reader.browser.find_element(By.TAG_NAME, "body").send_keys(Keys.ESCAPE)
    reader.click(".person-menu > summary")
    reader.find(".person-menu button", "Sign out")

    assert _found(reader) == []


def test_an_address_without_a_page_and_the_way_in_may_be_used_by_everybody(reader, stack):
    for path in ("/no-such-page", "/sign-in", "/signed-out"):
        reader.browser.get(stack.address + path)
        reader.find("h1")

        assert _found(reader) == [], path


def _found_in_both_themes(page):
    """By theme: first the one that the page before was left in, then the other."""
    theme = page.browser.execute_script(SCHEME)
    found = {theme: _found(page)}
    page.click("[data-press='theme']")
    page.until(lambda: page.browser.execute_script(SCHEME) != theme)
    page.until(lambda: page.browser.execute_script(FILLED))  # what is renewed just now is pale
    return found | {page.browser.execute_script(SCHEME): _found(page, OF_COLOUR)}


def _found(page, rules=ALL):
    if not page.browser.execute_script(
        "return 'axe' in window"
    ):  # once for each page that is opened
        page.browser.execute_cdp_cmd("Runtime.evaluate", {"expression": ENGINE})
    return page.browser.execute_async_script(JUDGE, rules)
