"""A narrow screen shows the first rows of a list, and the rest when it is asked for; cards say what they hold."""

import json

from dash import html
from plotly.utils import PlotlyJSONEncoder

from dashboard.components.opening import CHART_BLOCK, opening
from dashboard.components.table import framed, grouped_table, table, words
from models.access import Role


def written(component):
    return json.dumps(component, cls=PlotlyJSONEncoder)


def body(count):
    return html.Tbody([html.Tr(html.Td(str(row))) for row in range(count)])


def test_a_list_of_many_rows_folds_and_says_how_many_more_there_are():
    told = written(framed([body(20)], "listing", folds=True))

    assert '"folds"' in told
    assert "Show 14 more" in told


def test_a_list_that_a_row_more_would_show_whole_does_not_fold():
    assert "fold" not in written(framed([body(7)], "listing", folds=True))


def test_what_makes_sense_as_a_whole_alone_does_not_fold():
    assert "fold" not in written(framed([body(20)], "bridge"))


def test_rows_that_become_cards_fold():
    rows = [[str(row)] for row in range(9)]

    assert "Show 3 more" in written(table(words("Name"), rows, stacks=True))
    assert "fold" not in written(table(words("Name"), rows))


def test_each_group_of_a_table_folds_by_itself():
    rows = [[str(row)] for row in range(9)]

    told = written(grouped_table(words("Name"), {"Long": rows, "Short": rows[:3]}))

    assert told.count("fold-row") == 1
    assert "Show 4 more" in told  # the group's head is one of the six


def test_a_grouped_table_of_cards_folds_in_its_groups_alone():
    rows = [[str(row)] for row in range(9)]

    told = written(grouped_table(words("Name"), {"Long": rows, "Other": rows}, stacks=True))

    assert told.count("fold-more") == 2
    assert told.count("Show 4 more") == 2


def test_groups_that_tell_from_a_beginning_to_an_end_are_shown_whole():
    rows = [[str(row)] for row in range(9)]

    assert "fold" not in written(grouped_table(words("Name"), {"Long": rows}, folds=False))


def test_of_many_tiles_four_are_shown_first(app, signed_in):
    told = signed_in(app, Role.CFO).section("/", "tiles").get_data(as_text=True)

    assert "tiles of-4 folds" in told
    assert "Show 4 more" in told


def test_a_card_says_by_a_class_whether_it_holds_a_chart():
    holding, other = (
        opening("Backlog", [], [html.Div(className=name)], "card")
        for name in (CHART_BLOCK, "listing")
    )

    assert holding.className == "card opens charted"
    assert other.className == "card opens"
