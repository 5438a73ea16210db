"""The one HTML document: language, title, a quiet start, and no data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote

from models.texts import Text, _

# In the document itself, so that nothing is fetched for it; its colours are seen on light and on dark.
_ICON = "data:image/svg+xml," + quote(
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 30 30'>"
    "<g fill='none' stroke-width='3.2'><circle cx='11.5' cy='15' r='9' stroke='#5b7f9e'/>"
    "<circle cx='18.5' cy='15' r='9' stroke='#3d9fd8'/></g></svg>"
)
_INDEX = """<!DOCTYPE html>
<html lang="{language}">
  <head>
    {%metas%}
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <meta name="color-scheme" content="light dark">
    {later}
    {ahead}
    <script src="{script}"></script>
    <title>{%title%}</title>
    <link rel="icon" href="{icon}">
    {%css%}
  </head>
  <body>
    {%app_entry%}
    <noscript>{needs}</noscript>
    <footer>{%config%}{%scripts%}{%renderer%}</footer>
  </body>
</html>"""


_NEEDS: Text = "One View needs JavaScript."


def for_reader(found: str, language: str, told: Mapping[str, str], fetched: Sequence[str]) -> str:
    """The document as one reader gets it.

    Args:
        told: what our script reads in it, by name.
        fetched: the addresses of scripts that the page will need a little later.
    """
    found = found.replace("{language}", escape(language)).replace("{needs}", escape(_(_NEEDS)))
    early = "".join(map(_fetched, fetched))
    return found.replace("{ahead}", "".join(_told(*one) for one in told.items()) + early)


def document(script: str, later: Mapping[str, str]) -> str:
    """The document.

    Args:
        script: the address of our own script, which comes before all others: it asks while they load.
        later: the addresses of libraries that the browser fetches when a page needs them.
    """
    told = "".join(_told(name, address) for name, address in later.items())
    found = _INDEX.replace("{later}", told).replace("{script}", escape(script))
    return found.replace("{icon}", _ICON)


def _fetched(address: str) -> str:
    """The browser fetches it beside what it needs first, and runs it when it is asked for."""
    return f'<link rel="preload" as="script" fetchpriority="low" href="{escape(address)}">'


def _told(name: str, content: str) -> str:
    """What our script reads in the document; single quotes, for JSON is full of the others."""
    safe = escape(content, quote=False).replace("'", "&#x27;")
    return f"<meta name='oneview-{name}' content='{safe}'>"
