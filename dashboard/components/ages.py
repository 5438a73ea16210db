"""How old something is, in words that grow older while the page stands."""

from __future__ import annotations

from datetime import UTC, datetime

from dash import html
from dash.development.base_component import Component

from .. import formats


def age(moment: datetime, now: datetime) -> Component:
    """'2 min ago', the exact moment on hover."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    stamp = aware.astimezone(UTC).isoformat()
    return html.Time(
        formats.ago(aware, now), dateTime=stamp, title=formats.moment(aware), **{"data-ago": stamp}
    )
