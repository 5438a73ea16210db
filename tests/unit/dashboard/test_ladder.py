"""Numbers below each other: one that is missing keeps its place and says why."""

import re
from html import unescape

from models.access import Role
from models.metrics.catalogue import kpis

KEYS = (
    "revenue_forecast", "revenue_forecast_committed", "revenue_forecast_p10", "revenue_forecast_p90",
    "unscheduled_backlog", "stale_backlog", "forecast_known_1", "forecast_known_3", "forecast_known_6",
)  # fmt: skip


def rows_of(answer):
    """Name -> why it is missing, the bar's width, the figures; as the ladder tells them."""
    (told,) = answer.get_json()["response"].values()
    found = {}
    for row in told["children"]["props"]["html"].split("<tr>")[2:]:
        name = "".join(re.search(r'<span>([^<]*)<span class="last-word">([^<]+)<', row).groups())
        why = re.search(r'second-line wrapping">([^<]+)<', row)
        width = re.search(r"width:([\d.]+)%", row)
        figures = [
            re.sub("<[^>]+>", "", one) for one in re.findall(r"<td[^>]*figures.*?</td>", row)
        ]
        found[unescape(name)] = (
            unescape(why[1]) if why else "", float(width[1]) if width else None, figures,
        )  # fmt: skip
    return found


def test_a_number_that_is_missing_stands_in_its_place_with_the_reason(app, signed_in):
    rows = rows_of(signed_in(app, Role.CFO).section("/revenue", "forecast", "?period=2026-10"))

    assert list(rows) == [kpis()[key].title for key in KEYS]
    why, width, figures = rows["Forecast one month before"]
    assert why == "not enough history"
    assert width is None
    assert set(figures) == {"–"}
    assert len({len(figures) for _why, _width, figures in rows.values()}) == 1


def test_the_bars_of_those_that_are_there_are_as_long_as_before(app, signed_in):
    rows = rows_of(signed_in(app, Role.CFO).section("/revenue", "forecast", "?period=2026-10"))
    widths = [width for why, width, _figures in rows.values() if not why]

    assert max(widths) == 100
    assert None not in widths


def test_a_number_that_a_filter_cannot_tell_says_so(app, signed_in):
    rows = rows_of(signed_in(app, Role.CFO).section("/cash", "value", "?period=2026-10&stream=1"))

    assert list(rows)[3] == "Cash collected"
    assert "lift that filter to see it" in rows["Cash collected"][0]
    assert "lift that filter" not in rows["Recognised revenue"][0]
