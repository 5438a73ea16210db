import json

import dash_mantine_components as dmc
import pytest
from dash import dcc, html

from dashboard.components.deferred import deferred, still

PERIOD = dmc.Select(
    id={"type": "filter", "name": "period"},
    value="2026-09",
    data=[{"group": "Months", "items": [{"value": "2026-09", "label": "September 2026"}]}],
    w=158,
    **{"aria-label": "Period"},
)


def test_a_control_shows_what_is_chosen_in_its_size_and_is_reached_by_its_name():
    shown = deferred("period", PERIOD).html

    assert ">September 2026</span>" in shown
    assert 'style="width:158px"' in shown
    assert 'data-still="Period"' in shown
    assert 'aria-label="Period: September 2026"' in shown


def test_a_choice_of_several_shows_the_words_it_asks_with():
    customers = dmc.MultiSelect(
        value=[], data=[], placeholder="Customer <1>", w=112, className="member-select",
        **{"aria-label": "Customer"},
    )  # fmt: skip

    shown = deferred("choices", customers, None).html

    assert ">Customer &lt;1&gt;</span>" in shown
    assert 'class="still member-select"' in shown


def test_a_button_that_opens_something_is_reached_by_its_id_which_only_the_control_bears():
    opened = dmc.Popover(
        [
            dmc.PopoverTarget(html.Button([html.Span("Saved", id="said"), "filters"], id="saved")),
            dmc.PopoverDropdown("What was saved"),
        ]
    )

    shown = deferred("saved", opened).html

    assert 'data-still="saved"' in shown
    assert "<span>Saved</span>filters" in shown
    assert "id=" not in shown.replace("data-still=", "")
    assert "What was saved" not in shown


def test_what_comes_later_is_the_controls_as_dash_has_them():
    (control,) = json.loads(deferred("period", PERIOD).content)

    assert control["namespace"] == "dash_mantine_components"
    assert control["props"]["id"] == {"type": "filter", "name": "period"}


def test_the_answer_names_no_library_that_the_browser_would_wait_for():
    answer = json.dumps(deferred("period", PERIOD).to_plotly_json())

    assert '"namespace":"dash_mantine_components"' not in answer.replace(" ", "")


def test_what_has_no_look_of_its_own_is_refused():
    with pytest.raises(TypeError, match="no look"):
        still(dcc.Store(id="a"))
