"""The simulated provider's one page: pick who to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol
from urllib.parse import urlencode

from markupsafe import Markup

_STYLE = """
:root{color-scheme:light dark;--page:#eef1f4;--card:#fff;--ink:#12202f;--soft:#51606f;--line:#dfe4ea;--brand:#0072b2}
@media (prefers-color-scheme:dark){:root{--page:#0d141b;--card:#141d27;--ink:#eef3f8;--soft:#a3b1bf;
--line:#2a3744;--brand:#6ec1f0}}
*{box-sizing:border-box}html{font:16px/1.5 Inter,"Segoe UI",system-ui,-apple-system,Roboto,"Helvetica Neue",
"DejaVu Sans",sans-serif}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--page);color:var(--ink);padding:24px}
main{width:min(100%,560px);background:var(--card);border:1px solid var(--line);border-radius:16px;
padding:clamp(24px,5vw,40px);box-shadow:0 1px 2px rgb(16 32 48/.05),0 12px 40px rgb(16 32 48/.07)}
.tag{font-size:12.5px;font-weight:600;color:var(--soft);margin:0 0 20px;padding-bottom:16px;
border-bottom:1px solid var(--line)}
h1{font-size:26px;letter-spacing:-.02em;line-height:1.2;margin:0 0 6px;font-weight:650}
p{margin:0 0 22px;color:var(--soft)}ul{list-style:none;margin:0;padding:0;display:grid;gap:10px}
a{display:grid;grid-template-columns:44px minmax(0,1fr) 20px;gap:14px;align-items:center;padding:14px 16px;
border:1px solid var(--line);border-radius:12px;text-decoration:none;color:inherit}
a:hover{border-color:var(--brand)}a:focus-visible{outline:3px solid #56b4e9;outline-offset:2px}
.face{width:44px;height:44px;border-radius:50%;display:grid;place-items:center;font-weight:650;font-size:15px;
background:color-mix(in srgb,var(--brand) 14%,var(--card));color:var(--ink)}
b{display:block;font-weight:600}.what{color:var(--soft);font-size:14px;display:block;overflow-wrap:anywhere}
i{width:9px;height:9px;border:solid var(--soft);border-width:2px 2px 0 0;transform:rotate(45deg)}
"""


class _Choice(Protocol):
    @property
    def sub(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def hint(self) -> str: ...


def picker_page(people: Sequence[_Choice], query: Mapping[str, str]) -> str:
    """The page that lists the people one can be."""
    choices = Markup("").join(_choice(person, query) for person in people)
    return str(
        Markup(
            '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            "<title>Choose an account</title><style>{style}</style></head><body><main>"
            '<p class="tag">Simulated identity provider, for demonstration on this machine</p>'
            "<h1>Who do you want to be?</h1><p>Each person sees a different part of the firm.</p>"
            "<ul>{choices}</ul></main></body></html>"
        ).format(style=Markup(_STYLE), choices=choices)  # noqa: S704  # our own constant
    )


def _choice(person: _Choice, query: Mapping[str, str]) -> Markup:
    words = person.name.split()
    initials = "".join(word[0] for word in (words[0], words[-1])).upper() if words else "?"
    what = " · ".join(part for part in (person.title, person.hint) if part)
    return Markup(
        '<li><a href="/authorize?{query}"><span class="face" aria-hidden="true">{initials}</span>'
        '<span><b>{name}</b><span class="what">{what}</span></span><i aria-hidden="true"></i></a></li>'
    ).format(
        query=urlencode({**query, "pick": person.sub}),
        initials=initials,
        name=person.name,
        what=what,
    )
