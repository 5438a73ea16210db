"""What stands between a number and the whole truth: records left out, and alarms, in colour, icon and words."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from models.alarms import Alarm
from models.metrics.trust import Concern, in_words
from models.texts import _, ngettext

from .. import formats
from .icons import icon

SYNC = "/sync"


def trust_line(
    concerns: Sequence[Concern],
    alarms: Sequence[Alarm],
    *,
    late: Sequence[str] = (),
    opens_sync: bool,
) -> Component | None:
    """One line of a number's trust mark; None where nothing is left out and no alarm is open.

    Args:
        late: what is wrong with a source that feeds it, in words.
        opens_sync: whether the reader may open the page where the rest is told.
    """
    said = [*late, *([in_words(concerns)] if concerns else [])]
    if alarms:
        said.append(alarms_in_words(len(alarms)))
    if not said:
        return None
    return html.Div(
        [
            icon("alert"),
            link("; ".join(said), _details(alarms), opens_sync=opens_sync),
        ],
        className="verdict warn trust-line",
    )


def trust_dot(*, doubtful: bool) -> Component:
    """Whether something stands between a number and the whole truth, at a glance; the words stand below."""
    said = _("Something is left out or late: see below") if doubtful else _("Complete and fresh")
    return html.Span(
        className=f"trust-dot {'doubtful' if doubtful else 'sure'}",
        role="img",
        title=said,
        **{"aria-label": said},
    )


def link(words: str, details: str = "", *, opens_sync: bool) -> Component:
    """Words that lead to the page where the rest is told; plain words for who may not open it."""
    if not opens_sync:
        return html.Span(words)  # the details name records, and are of that page
    return dcc.Link(words, href=SYNC, refresh=False, title=details)


def alarms_in_words(count: int) -> str:
    """How many alarms are open."""
    return ngettext(
        "{count} alarm is open", "{count} alarms are open", count, count=formats.count(count)
    )


def _details(alarms: Sequence[Alarm]) -> str:
    first = "\n".join(alarm.text for alarm in alarms[:3])
    return first or _("See the records in quarantine")
