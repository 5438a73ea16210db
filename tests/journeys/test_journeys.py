"""What a person does with One View, from the sign-in to the export, in a real browser."""

import csv
import io
import re
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.journeys.browser import NARROW, Page

SYSTEMS = ("NetSuite", "SuiteProjects Pro")

_CORNERS = """
const at = arguments[0].getBoundingClientRect(), x = at.x + at.width / 2, y = at.y + at.height / 2;
return [[-21, -21], [21, -21], [-21, 21], [21, 21]].map(
  ([right, down]) => arguments[0].contains(document.elementFromPoint(x + right, y + down)));
"""
BELOW_THE_PAGE = """
window.scrollTo(0, document.body.scrollHeight);
return document.getElementById('main').getBoundingClientRect().bottom
  <= document.getElementById('refresh-panel').getBoundingClientRect().top + 1;
"""


def test_a_stranger_is_led_to_the_sign_in_and_sees_no_number(stack, new_browser):
    browser = new_browser()

    browser.get(f"{stack.address}/rows/backlog?side=erp")

    assert urlsplit(browser.current_url).path == "/sign-in"
    assert "Sign in" in browser.find_element(By.CSS_SELECTOR, "main").text
    assert not re.search(r"[$£€]\s?\d", browser.page_source)


def test_one_view_shows_eight_numbers_of_both_systems_for_the_last_closed_month(cfo):
    cfo.find("h1", "revenue of")
    tiles = cfo.all(".tile")

    assert re.fullmatch(r"\d{4}-\d{2}", cfo.query["period"])
    assert len(tiles) == 8
    assert all(all(system in tile.text for system in SYSTEMS) for tile in tiles)
    assert all("Difference" in tile.text and "vs " in tile.text for tile in tiles)
    assert any("not held by SuiteProjects Pro" in tile.text for tile in tiles)
    assert (
        cfo.find(".freshness", "NetSuite: ").text.count("now")
        + cfo.find(".freshness").text.count("ago")
        == 2
    )
    assert cfo.errors() == []


def test_a_definition_appears_on_focus_and_goes_with_escape(cfo):
    button = cfo.find(".tile .info-button")
    cfo.browser.execute_script("arguments[0].focus()", button)

    assert cfo.find(".tip", "Number of record").is_displayed()
    button.send_keys(Keys.ESCAPE)
    cfo.until(lambda: not any(cfo.texts(".tip")))


def test_the_chart_can_be_read_as_a_table(cfo):
    cfo.find(".section-revenue .js-plotly-plot")
    cfo.click(".section-revenue .segment", "Table")

    cfo.until(lambda: cfo.find(".section-revenue table").is_displayed())
    assert len(cfo.all(".section-revenue tbody tr")) >= 13
    assert "scheduled" in cfo.find(".section-revenue thead").text


def test_the_period_is_in_the_address_and_the_way_back_works(cfo):
    first, before = cfo.query["period"], cfo.find("h1", "revenue of").text

    cfo.click(".period-control a.step")
    cfo.until(lambda: cfo.query["period"] != first)
    cfo.until(lambda: cfo.find("h1").text != before)
    cfo.browser.back()

    cfo.until(lambda: cfo.query["period"] == first)
    cfo.until(lambda: cfo.find("h1").text == before)


@pytest.mark.parametrize("side", [0, 1])
def test_a_click_on_either_number_leads_to_rows_that_sum_to_it(cfo, side):
    tile = cfo.find(".tile", "Recognised revenue")
    number = tile.find_elements(By.CSS_SELECTOR, "a.number")[side]
    exact = number.get_attribute("title").split(":")[0]

    number.click()

    assert cfo.find(".sum-number").text == exact
    assert "sum to this number exactly" in cfo.find(".sum-words").text
    cfo.find(".ag-row .record-link")
    assert cfo.query["side"] == ("erp", "psa")[side]


def test_a_margin_is_followed_to_the_record_in_the_source_system(cfo, stack):
    cfo.click(".ranking tbody a")
    cfo.find(".compared tbody", "Project gross margin")
    assert cfo.path.startswith("/project/")

    for tab, system in (("Time entries", "record.pl"), ("Ledger lines", "transaction.nl")):
        cfo.click(".record-tab", tab)
        cfo.until(lambda tab=tab: tab in cfo.find(".record-tab.current").text)
        link = cfo.find(f'.record-link[href*="{system}"]').get_attribute("href")
        assert link.startswith("http://127.0.0.1:")
    invoices = [tab for tab in cfo.all(".record-tab") if tab.text.startswith("Invoices")]
    assert [next(system for system in SYSTEMS if system in tab.text) for tab in invoices] == list(
        reversed(SYSTEMS)
    )

    cfo.browser.get(link)
    assert cfo.find("body").text.strip()


def test_a_refresh_shows_its_progress_and_ends_in_new_numbers_without_a_reload(cfo):
    cfo.browser.execute_script("window.still = true")
    cfo.click("#refresh-button")
    cfo.find("#refresh-panel", "Refreshing")

    done = cfo.find("#refresh-panel", "New numbers").text

    assert re.search(r"\d+ rows changed", done)
    assert re.search(r"\d+ new", done)
    cfo.until(
        lambda: "just now" in cfo.find(".freshness").text or "1 min" in cfo.find(".freshness").text
    )
    assert cfo.browser.execute_script("return window.still") is True
    assert cfo.browser.execute_script(BELOW_THE_PAGE), "the end of the page can be pressed"
    assert cfo.find("#refresh-button").is_enabled()
    assert cfo.errors() == []


def test_one_project_is_refreshed_from_its_page(cfo, stack):
    cfo.click(".ranking tbody a")
    cfo.click("button", "Refresh this project")
    cfo.find("#refresh-panel", "Refreshing")

    done = cfo.find("#refresh-panel .panel.done").text

    assert "New numbers" in done or "Up to date" in done
    cfo.until(lambda: cfo.find("button", "Refresh this project").is_enabled())
    cfo.browser.get(f"{stack.address}/sync")
    assert "Project " in cfo.find(".section-runs tbody", "A person").text
    assert cfo.errors() == []


def test_an_export_holds_the_rows_of_the_open_table(cfo_at):
    cfo = cfo_at("/rows/invoiced_revenue?side=erp")
    shown = Decimal(re.sub(r"[^\d.\-]", "", cfo.find(".sum-number").text.replace("−", "-")))
    count = int(cfo.find(".sum-words").text.split()[0].replace(",", ""))

    status, text = cfo.fetched(cfo.find(".sum-line a.button").get_attribute("href"))
    head, *rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))

    place = head.index("Contribution")
    assert status == 200
    assert len(rows) == count
    assert sum(Decimal(row[place]) for row in rows).quantize(Decimal("0.01")) == shown


def test_paper_shows_the_rows_that_sum_to_the_number_with_all_their_columns(cfo_at):
    cfo = cfo_at("/rows/invoiced_revenue?side=erp")
    shown = Decimal(re.sub(r"[^\d.\-]", "", cfo.find(".sum-number").text.replace("−", "-")))
    cfo.find(".rows-grid .record-link")

    cfo.browser.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    heads = cfo.all(".paper-rows th")
    last = [
        cell.get_attribute("textContent") for cell in cfo.all(".paper-rows tbody td:last-child")
    ]
    assert {"Record", "Customer"} <= {head.get_attribute("textContent") for head in heads}
    assert sum(Decimal(cell.replace(",", "").replace("−", "-")) for cell in last) == shown

    cfo.browser.execute_script("window.dispatchEvent(new Event('afterprint'))")
    assert cfo.all(".paper-rows") == []


def test_a_project_manager_opens_only_their_own_projects(sign_in, stack):
    page = Page(sign_in("Project manager"))
    page.find(".ranking tbody a")
    own = {
        link.get_attribute("href").split("/project/")[1].split("?")[0]
        for link in page.all(".ranking tbody a")
    }
    assert not page.all("#refresh-button")

    others = (str(key) for key in range(200, 300, 2) if str(key) not in own)
    other = next(key for key in others if page.fetched(f"/project/{key}")[0] == 403)
    page.browser.get(f"{stack.address}/project/{other}")
    assert page.find("h1").text == "This is not yours to see."


def test_an_administrator_sees_the_sync_and_no_number(sign_in):
    page = Page(sign_in("Administrator"))

    page.find(".answer h1", "Both systems are mirrored")
    page.click(".section-entities .segment", "All tables")
    page.click(".section-entities .area summary", "Finance")
    page.find(".section-entities tbody", "Transactions")
    page.find(".section-runs", "Last runs")
    assert page.query["tables"] == "all"
    status, text = page.fetched(page.find(".section-runs a.button").get_attribute("href"))
    assert status == 200
    assert "Transactions" in text
    assert [link.text for link in page.all(".nav-link")] == ["Sync", "Definitions"]
    assert not page.all(".tile")


def test_signing_out_ends_the_session(sign_in, stack):
    cfo = Page(sign_in("Chief financial officer", afresh=True))
    cfo.find(".tile .number")
    cfo.click(".person-menu > summary")
    cfo.click("[data-press='sign-out']")

    cfo.find("h1", "You are signed out.")
    cfo.browser.get(stack.address)
    assert urlsplit(cfo.browser.current_url).path == "/sign-in"


def test_a_narrow_screen_needs_no_sideways_scrolling(sign_in, stack):
    page = Page(sign_in("Chief financial officer", NARROW))
    project = urlsplit(page.find(".ranking tbody a").get_attribute("href")).path
    others = ("/rows/project_gross_margin?side=psa", "/definitions", "/sync?tables=all")

    for path in ("/", project, *others):
        if path != "/":
            page.browser.get(stack.address + path)
        page.find("h1")
        page.find(".section-body > div")

        width = page.browser.execute_script(
            "return [document.documentElement.scrollWidth, window.innerWidth]"
        )
        assert width[0] <= width[1], path


def test_on_a_narrow_screen_the_page_that_is_open_shows_in_the_row_of_pages(sign_in, stack):
    page = Page(sign_in("Chief financial officer", NARROW))
    shows = """
      const row = document.querySelector('.nav').getBoundingClientRect();
      const tab = document.querySelector('.nav-link.current').getBoundingClientRect();
      return tab.left >= row.left && tab.right <= row.right && document.querySelector('.nav-link.current').innerText;
    """
    for path, name in {"/trust": "Trust", "/cash": "Cash"}.items():
        page.visit(stack.address + path)
        page.until(lambda name=name: page.browser.execute_script(shows) == name)

    assert page.browser.execute_script("return window.scrollY") == 0
    assert page.find(".nav.more-before.more-after")


def test_on_a_narrow_screen_the_chosen_records_of_a_project_are_in_view(sign_in, stack):
    page = Page(sign_in("Chief financial officer", NARROW))
    project = urlsplit(page.find(".ranking tbody a").get_attribute("href")).path
    page.browser.get(f"{stack.address}{project}?tab=changes")
    page.browser.execute_script(
        "arguments[0].scrollIntoView()", page.find(".section-records")
    )  # asked for when it is seen
    page.find(".record-tab.current")

    page.tap(".section-records .opener:not([aria-expanded=true])")

    page.until(lambda: page.browser.execute_script(_IN_ITS_ROW))


_IN_ITS_ROW = """
const tab = document.querySelector('.record-tab.current').getBoundingClientRect();
const row = document.querySelector('.record-tabs').getBoundingClientRect();
return row.width > 0 && tab.left >= row.left && tab.right <= row.right;"""


def test_a_finger_opens_a_definition_closes_it_beside_and_unfolds_a_list(sign_in, stack):
    page = Page(sign_in("Chief financial officer", NARROW))
    page.browser.execute_cdp_cmd(
        "Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 1}
    )
    try:
        page.find(".tile .number")
        page.tap(".tile .info-button")
        assert page.find(".tip", "Number of record").is_displayed()
        corners = page.browser.execute_script(_CORNERS, page.find(".tile .info-button"))
        assert corners == [True] * 4

        page.tap("h1")
        page.until(lambda: not any(tip.text for tip in page.all(".tip")))

        rows = ".section-projects .ranking tbody tr"
        page.find(rows)
        page.tap(".section-projects .opener:not([aria-expanded=true])")
        assert not page.all(rows)[7].is_displayed()
        page.tap(".section-projects .fold-more")
        page.until(lambda: page.all(rows)[7].is_displayed())
    finally:
        page.browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})


def test_a_narrow_screen_opens_a_part_where_it_is_asked_for_and_paper_shows_all(sign_in, stack):
    page = Page(sign_in("Chief financial officer", NARROW))
    chart, opener = ".section-backlog .chart", ".section-backlog .opener"
    page.browser.get(f"{stack.address}/sales")
    first = ".section-bookings .chart"  # what answers first is open
    page.until(lambda: page.find(first).is_displayed())
    page.find(".section-backlog .gist")
    page.until(lambda: page.all(chart) and not page.all(chart)[0].is_displayed())
    assert page.find(opener).accessible_name == page.find(".section-backlog h2").text
    assert page.browser.execute_script("return document.documentElement.scrollHeight") < 4500

    page.press(opener, Keys.ENTER)
    page.until(lambda: page.find(chart).is_displayed())
    page.until(lambda: page.find(f"{chart} .main-svg").rect["width"] > 250)
    page.browser.refresh()
    page.until(lambda: page.find(chart).is_displayed())
    assert page.find(opener).get_attribute("aria-expanded") == "true"

    page.press(opener, Keys.SPACE)
    page.until(lambda: not page.find(chart).is_displayed())
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert page.find(chart).is_displayed()
        assert page.find(".section-customers table").is_displayed()
    finally:
        page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_an_address_that_asks_for_a_part_opens_it_on_a_narrow_screen(sign_in, stack):
    page = Page(sign_in("Chief financial officer", NARROW))
    page.browser.execute_script("window.sessionStorage.clear()")
    page.browser.get(f"{stack.address}/sales?customers-sort=-backlog")

    page.until(lambda: page.find(".section-customers table").is_displayed())
    assert not page.find(".section-backlog .chart").is_displayed()


def test_the_keyboard_reaches_the_page_and_its_numbers(cfo):
    cfo.until(lambda: not cfo.all(".section .skeleton"))  # what is drawn anew takes the focus away
    ActionChains(cfo.browser).send_keys(Keys.TAB).perform()
    assert cfo.browser.switch_to.active_element.text == "Skip to the page"

    focused = set()
    for _ in range(40):
        ActionChains(cfo.browser).send_keys(Keys.TAB).perform()
        focused.add(cfo.browser.switch_to.active_element.get_attribute("class").split(" ")[0])

    assert {"brand", "nav-link", "button", "step", "quiet-button", "number"} <= focused
