"""From page to page: the filters go along, every number leads to its rows, every page answers its question."""

import re
from decimal import Decimal
from urllib.parse import unquote

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PAGES = {
    "Revenue": "recognised revenue of",
    "Profitability": "project gross margin of",
    "Utilisation": "billable utilisation of",
    "Portfolio": "project margin % to date of",
    "Sales": "bookings of",
    "Cash": "receivables of",
    "P&L": "EBITDA of",
    "Trust": "controls hold",
}


def test_every_page_says_its_message_and_fills_its_parts(cfo):
    for title, words in PAGES.items():
        cfo.click(".nav-link", title)
        cfo.find("h1", words)
        cfo.until(lambda: not cfo.all(".section .skeleton"))
        assert len(cfo.all(".card, .tile")) >= 4, title
        assert "could not be shown" not in cfo.find("main").text, title
    assert cfo.errors() == []


def test_filters_go_along_to_other_pages_to_the_rows_and_back(cfo_at):
    cfo = cfo_at("/revenue")
    link = cfo.find(".section-recognized_revenue-by tbody th a")
    department = link.text
    cfo.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", link)
    link.click()
    cfo.find(".chips", department)
    key = cfo.query["department"]

    cfo.click(".nav-link", "Profitability")
    cfo.find("h1", "project gross margin of")
    assert cfo.query["department"] == key
    assert department in cfo.find(".chips").text

    number = cfo.find(".tile", "Project gross margin").find_element(By.CSS_SELECTOR, "a.number")
    exact = number.get_attribute("title").split(":")[0]
    number.click()
    assert cfo.find(".sum-number").text == exact
    assert cfo.query["department"] == key

    cfo.click(".breadcrumb a", "Profitability")
    cfo.find(".chips", department)
    cfo.click(".chip-reset a")
    cfo.until(lambda: "department" not in cfo.query)
    cfo.browser.back()
    cfo.until(lambda: cfo.query.get("department") == key)
    cfo.find(".chips", department)
    assert cfo.errors() == []


def test_a_list_is_sorted_and_turned_by_the_server_and_a_month_leads_to_its_rows(cfo_at):
    cfo = cfo_at("/cash")
    lists = ".section-customers .listing"
    cfo.click(f"{lists} .sorter", "Cash collected")
    cfo.until(lambda: cfo.query.get("customers-sort") == "-cash_collected")
    cfo.until(
        lambda: (
            "descending"
            in cfo.find(f"{lists} th[aria-sort]", "Cash collected").get_attribute("aria-sort")
        )
    )
    amounts = [_plain(text) for text in cfo.texts(f"{lists} tbody td:nth-child(8)")[1:6]]
    assert amounts == sorted(amounts, reverse=True)
    cfo.click(".pager a", "Next")
    cfo.until(lambda: cfo.query.get("customers-page") == "2")
    cfo.until(lambda: cfo.find(".pager").text.startswith("21"))

    cfo.click(".section-cash_collected .segment", "Table")
    cell = cfo.find(".section-cash_collected tbody tr:last-child a")
    exact = cell.text
    cfo.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", cell)
    cell.click()
    assert cfo.find(".sum-number").text == exact


def _plain(text):
    """$1.20m -> 1200000."""
    figure, unit = re.fullmatch(r"\D?([\d.,]+)([km]?)", text.strip()).groups()
    return Decimal(figure.replace(",", "")) * {"": 1, "k": 1000, "m": 10**6}[unit]


_HOLD = """
window.asks = window.fetch;
window.held = [];
window.fetch = (...asked) => new Promise(go => window.held.push(() => go(window.asks(...asked))));
"""
_RELEASE = "window.fetch = window.asks; window.held.forEach(go => go());"


def test_filters_are_saved_under_a_name_and_hold_by_default_until_a_link_says_otherwise(cfo_at):
    cfo = cfo_at("/revenue")
    link = cfo.find(".section-recognized_revenue-by tbody th a")
    department = link.text
    cfo.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", link)
    link.click()
    cfo.find(".chips", department)
    key = cfo.query["department"]

    cfo.click("#filter-set-button")
    cfo.press("#filter-set-name", "My practice")
    cfo.click("#filter-set-save")
    cfo.find(".filter-set-said", "Saved: My practice.")
    cfo.click(".filter-set summary", "Change")
    cfo.click(".filter-set-changes button", "Make default")
    cfo.find(".filter-set .badge", "Default")
    cfo.browser.find_element(By.TAG_NAME, "body").send_keys(Keys.ESCAPE)

    cfo.click(".brand")  # an address without filters
    cfo.find(".nav-link.current", "One View")
    cfo.find("h1", ": revenue of")
    cfo.until(lambda: cfo.query.get("department") == key)
    cfo.find(".chips", department)
    assert cfo.find("#filter-set-button").text == "My practice"
    cfo.until(lambda: "department" in cfo.find(".nav-link", "Cash").get_attribute("href"))
    cfo.browser.execute_script(_HOLD)  # the server has not made the links anew when one is pressed
    cfo.click(".chip-reset a")
    cfo.until(lambda: "department" not in cfo.query)
    cfo.click(".nav-link", "Cash")
    cfo.until(lambda: cfo.path == "/cash")
    assert "department" not in cfo.query
    cfo.browser.execute_script(_RELEASE)
    cfo.find("h1", "receivables of")
    assert "department" not in cfo.query
    cfo.click("#filter-set-button")
    cfo.click(".filter-set-name", "My practice")
    cfo.until(lambda: cfo.query.get("department") == key)
    cfo.find(".chips", department)

    cfo.click("#filter-set-button")
    cfo.click(".filter-set summary", "Change")
    cfo.click(".filter-set-changes button", "Delete")
    cfo.find(".filter-set-said", "Deleted: My practice.")
    cfo.click(".chip-reset a")
    cfo.until(lambda: "department" not in cfo.query)
    assert cfo.errors() == []


def test_a_list_is_searched_and_its_columns_chosen_with_the_keyboard_alone(cfo_at):
    cfo = cfo_at("/rows/invoiced_revenue?side=erp")
    whole = cfo.find(".sum-number").text
    name = cfo.until(lambda: cfo.find(".ag-cell[col-id='number']").text)  # once it is drawn
    cfo.press(".find input", name)

    found = cfo.find(".found-line", name)  # it is looked for once the reader pauses
    assert cfo.query["rows-find"] == name
    assert "together" in found.text
    assert cfo.find(".sum-number").text == whole
    cfo.until(lambda: {one.text for one in cfo.all(".ag-cell[col-id='number']")} == {name})
    field = cfo.browser.switch_to.active_element
    assert (field.tag_name, field.get_attribute("value")) == ("input", name)

    cfo.press(".section .chooser summary", Keys.ENTER)
    cfo.browser.switch_to.active_element.send_keys(Keys.TAB)
    first = cfo.browser.switch_to.active_element.get_attribute("value")
    cfo.browser.switch_to.active_element.send_keys(Keys.SPACE)
    cfo.until(lambda: cfo.query.get("rows-hide") == first)
    cfo.until(lambda: not cfo.all(f".ag-header-cell[col-id='{first}']"))
    cfo.find(".section .chooser summary", "of")  # how many of how many
    assert first not in cfo.fetched(cfo.find(".sum-line a.button").get_attribute("href"))[1][:200]

    cfo.browser.back()
    cfo.until(lambda: cfo.query.get("rows-hide") == "-")
    cfo.until(lambda: cfo.all(f".ag-header-cell[col-id='{first}']"))
    cfo.browser.execute_script(
        "dash_clientside.set_props('columns-left', {data: {name: 'rows', hidden: []}})"
    )
    cfo.browser.back()
    cfo.until(lambda: "rows-find" not in cfo.query and not cfo.all(".found-line"))
    assert cfo.errors() == []


def test_a_chart_is_saved_as_a_picture_that_says_what_it_shows(cfo_at):
    cfo = cfo_at("/cash")
    cfo.find(".section-cash_collected .main-svg")
    cfo.browser.execute_script(
        "const links = HTMLAnchorElement.prototype, click = links.click;"
        "links.click = function () { links.click = click; window.saved = [this.download, this.href]; };"
    )
    cfo.press(".section-cash_collected .picture summary", Keys.ENTER)
    cfo.press(".section-cash_collected [data-picture=svg]", Keys.ENTER)
    cfo.until(lambda: cfo.browser.execute_script("return Boolean(window.saved)"))

    name, address = cfo.browser.execute_script("return window.saved")
    drawing = unquote(address)
    assert name.endswith(".svg")
    assert name.startswith("Cash-collected")
    assert "NetSuite as of" in drawing
    assert "the whole firm" in drawing
    assert cfo.errors() == []


def test_a_plan_that_is_too_large_is_refused_in_words(cfo_at, tmp_path):
    file = tmp_path / "plan.csv"
    file.write_bytes(b"x" * 1_200_000)
    cfo = cfo_at("/settings#plan")
    cfo.find("#plan-take")
    cfo.browser.find_element(By.CSS_SELECTOR, "#plan-file input").send_keys(str(file))

    said = cfo.find(".plan-too-large", "1.2 MB")
    assert "plan.csv" in said.text
    assert not cfo.find("#plan-take").is_enabled()


def test_a_plan_is_uploaded_on_the_page_settings_once_its_wrong_rows_are_named(cfo, tmp_path):
    file = tmp_path / "board.csv"
    file.write_text("measure,month,amount\nrevenue,2027-01,1000000\nrevenue,spring,1\n")
    cfo.click(".person-menu > summary")
    cfo.click(".person-menu a", "Settings")
    cfo.find("h1", "Settings")
    _open_all(cfo)
    cfo.find(".section-thresholds", "Forecast margin below the planned one by")

    cfo.find("#plan-take")
    cfo.browser.find_element(By.CSS_SELECTOR, "#plan-file input").send_keys(str(file))
    cfo.find(".plan-said", "1 row is wrong, 1 can be taken. Nothing was taken.")
    assert "spring" in cfo.find(".plan-said tbody tr").text
    assert not cfo.find("#plan-take").is_enabled()
    cfo.press("#plan-version", "Board 2027")
    cfo.press("#plan-skip", "3")
    cfo.find(".plan-said", "1 row can be taken, 1 left out; none is wrong.")
    cfo.until(lambda: cfo.find("#plan-take").is_enabled())
    cfo.click("#plan-take")

    cfo.find(".plan-said", "Version 'Board 2027': 1 row taken, 1 left out.")
    cfo.find("#plan-versions", "Board 2027")
    cfo.find("#changes-made", "Plan 'Board 2027' taken in from board.csv: 1 row")
    assert cfo.errors() == []


def test_a_threshold_and_a_rule_are_changed_by_keyboard_and_in_force_with_the_next_build(cfo_at):
    cfo = cfo_at("/profit-and-loss")
    resale, labour = (
        f".section-statement tr:has([aria-label^='What {name}'])"
        for name in ("Cost of resale", "Direct labour")
    )
    cfo.find(resale)
    before = cfo.find(labour).text
    cfo.visit(f"{cfo.browser.current_url.partition('/profit')[0]}/settings?map-kind=account_line")
    _open_all(cfo)
    _add_a_rule(cfo)
    row = ".section-thresholds tr:has([data-setting*='margin_erosion'])"
    cfo.press(f"{row} [data-setting]", Keys.ENTER, text="Change")
    cfo.find(".mantine-Modal-title", "Project health: forecast margin below the planned one by")
    cfo.until(lambda: cfo.browser.switch_to.active_element.get_attribute("value") == "5")
    cfo.browser.switch_to.active_element.send_keys(Keys.CONTROL, "a")
    cfo.browser.switch_to.active_element.send_keys("120", Keys.ENTER)
    cfo.find("#setting-said", "It should be at most 100 %. Nothing was kept.")
    cfo.browser.switch_to.active_element.send_keys(Keys.CONTROL, "a")
    cfo.browser.switch_to.active_element.send_keys("7.5", Keys.ENTER)

    cfo.find(row, "7.5% at the next build")
    cfo.find("#changes-made", "5%, then 7.5%")
    cfo.find(".waiting", "2 changes wait for the next build:")
    cfo.click(".waiting button", "Build now")

    cfo.until(lambda: not cfo.all(".waiting"))
    cfo.until(lambda: "next build" not in cfo.find(row, "7.5%").text)
    cfo.press(".rule-tools button", Keys.ENTER, text="Take the built-in rules")
    cfo.find(".dry-run", "Direct labour → Cost of resale")
    cfo.press(".draft-bar button", Keys.ENTER, text="Save")
    cfo.find(".waiting", "removed: numbered 5400")
    cfo.visit(f"{cfo.browser.current_url.partition('/settings')[0]}/profit-and-loss")
    assert cfo.find(labour).text != before
    assert not cfo.all(resale), "nothing is booked on it"
    assert cfo.errors() == []


def _open_all(cfo):
    """Open the parts of the page Settings that the session has not opened yet."""
    cfo.until(lambda: not cfo.all(".section .skeleton"))
    if cfo.all(".folding .later .opens:not(.opened)"):
        cfo.click(".folds-all")


def _add_a_rule(cfo):
    """What the cost of resale is booked on becomes direct labour, tried first; all with the keyboard."""
    cfo.press(".rule-tools button", Keys.ENTER, text="Add a rule")
    cfo.find("#rule-form")
    cfo.until(lambda: cfo.browser.switch_to.active_element.get_attribute("aria-haspopup"))
    cfo.browser.switch_to.active_element.send_keys("Direct", Keys.ARROW_DOWN, Keys.ENTER)
    cfo.press("#rule-form textarea[id*=numbers]", "5400-")
    cfo.press("#rule-put", Keys.ENTER)
    cfo.find("#rule-said", "“5400-” is neither an account number nor a range")
    cfo.press("#rule-form textarea[id*=numbers]", Keys.BACKSPACE)
    cfo.press("#rule-put", Keys.ENTER)
    cfo.find(".dry-run", "Cost of resale → Direct labour")
    cfo.press(".rules-view [data-rule*='down']:not(:disabled)", Keys.ENTER)
    cfo.until(lambda: "2" in cfo.browser.switch_to.active_element.get_attribute("aria-label"))
    cfo.press(".draft-bar button", Keys.ENTER, text="Save")
    cfo.find(".section-ruling .verdict.good", "written down.")


def test_numbers_and_dates_are_written_as_the_reader_chooses(cfo_at):
    cfo = cfo_at("/revenue")
    cfo.find(".tile a.number", "m")
    cfo.click(".person-menu > summary")
    cfo.click(".person-menu button", "Deutsch")
    cfo.find(".tile a.number", "Mio.")
    assert re.search(r"\d,\d+ %", cfo.find("h1").text.replace("\xa0", " "))
    assert cfo.find(".section-recognized_revenue .ytick", "$").text.strip().endswith("$")

    cfo.click(".person-menu > summary")
    cfo.click(".person-menu button", "As the browser asks")
    cfo.until(lambda: "Mio." not in cfo.find(".tile a.number").text)
    assert cfo.errors() == []


def test_an_event_is_noted_with_the_keyboard_and_stands_on_the_chart_and_in_its_table(cfo_at):
    cfo = cfo_at("/revenue")
    chart = ".section-recognized_revenue"
    cfo.press(f"{chart} .chart-tools button", Keys.ENTER, text="Note")
    cfo.find(".note-dialog")
    cfo.until(lambda: cfo.browser.switch_to.active_element.get_attribute("id") == "note-text")
    cfo.browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    cfo.until(lambda: cfo.browser.switch_to.active_element.text == "Note")

    cfo.browser.switch_to.active_element.send_keys(Keys.ENTER)
    cfo.until(lambda: cfo.browser.switch_to.active_element.get_attribute("id") == "note-text")
    cfo.browser.switch_to.active_element.send_keys("Price rise")
    cfo.click(".note-dialog label", "An event, on every chart")
    cfo.press("#note-save", Keys.ENTER)

    cfo.find(f"{chart} .chart-notes", "Price rise")
    cfo.until(lambda: not cfo.all(".note-dialog"))
    cfo.click(f"{chart} .segment", "Table")
    cfo.find(f"{chart} tbody", "Price rise")

    cfo.press(f"{chart} .chart-notes button", Keys.ENTER, text="Change")
    cfo.press("#note-remove", Keys.ENTER, text="Remove")
    cfo.until(lambda: not cfo.all(f"{chart} .chart-notes"))
    assert cfo.errors() == []
