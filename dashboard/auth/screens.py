"""The pages a person meets outside the app: plain HTML that brings its own style and no script."""

from __future__ import annotations

from urllib.parse import quote

from markupsafe import Markup, escape

from models.texts import _

from ..texts import language

_STYLE = """
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#12202f;--soft:#51606f;--line:#dfe4ea;
--brand:#0b2e4f;--brand-ink:#fff;--blue:#0072b2;--sky:#56b4e9}
@media (prefers-color-scheme:dark){:root{--page:#0d141b;--card:#141d27;--ink:#eef3f8;--soft:#a3b1bf;
--line:#263340;--brand:#dbe9f6;--brand-ink:#0b1a29;--blue:#6ec1f0;--sky:#56b4e9}}
*{box-sizing:border-box}html{font:16px/1.55 Inter,"Segoe UI",system-ui,-apple-system,Roboto,"Helvetica Neue",
"DejaVu Sans",sans-serif;-webkit-text-size-adjust:100%}
body{margin:0;min-height:100vh;display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1.1fr);
background:var(--page);color:var(--ink)}
main{display:flex;flex-direction:column;justify-content:center;padding:48px clamp(24px,7vw,112px)}
.mark{display:flex;align-items:center;gap:12px;font-weight:650;font-size:19px;letter-spacing:-.01em;
margin:0 0 56px}
.mark svg{display:block}
h1{font-size:clamp(30px,3.2vw,42px);line-height:1.12;letter-spacing:-.025em;margin:0 0 16px;font-weight:650;
text-wrap:balance}
p{margin:0 0 28px;color:var(--soft);max-width:44ch}
.go{display:inline-flex;align-items:center;justify-content:center;min-height:50px;padding:0 26px;border-radius:9px;
background:var(--brand);color:var(--brand-ink);text-decoration:none;font-weight:600;align-self:flex-start}
.go:hover{opacity:.92}.go:focus-visible{outline:3px solid var(--sky);outline-offset:3px}
small{display:block;margin-top:28px;color:var(--soft);font-size:13.5px;max-width:46ch}
aside{background:#0b2e4f;color:#fff;display:flex;align-items:center;justify-content:center;padding:48px;
overflow:hidden}
aside svg{width:min(100%,640px);height:auto;display:block}
@media (max-width:820px){body{grid-template-columns:1fr;grid-template-rows:auto 1fr}
aside{order:-1;padding:32px 24px;max-height:240px}aside svg{max-width:340px}
main{justify-content:flex-start;padding-top:36px}.mark{margin-bottom:28px}.go{align-self:stretch}}
"""

LOGO = (
    '<svg width="30" height="30" viewBox="0 0 30 30" aria-hidden="true">'
    '<circle cx="11.5" cy="15" r="9" fill="none" stroke="currentColor" stroke-width="2.6"/>'
    '<circle cx="18.5" cy="15" r="9" fill="none" stroke="#3d9fd8" stroke-width="2.6"/></svg>'
)

# Two systems' columns, side by side, drawn without numbers: a stranger learns nothing from it.
_PICTURE = (
    '<svg viewBox="0 0 560 380" aria-hidden="true"><g>'
    + "".join(
        f'<rect x="{20 + step * 66}" y="{340 - height}" width="24" height="{height}" rx="3" fill="#f2f6fa"{faint}/>'
        f'<rect x="{48 + step * 66}" y="{340 - other}" width="24" height="{other}" rx="3" '
        f'fill="#56b4e9"{faint}/>'
        for step, (height, other, faint) in enumerate(
            (
                (120, 116, ""),
                (148, 150, ""),
                (134, 131, ""),
                (182, 176, ""),
                (208, 210, ""),
                (196, 190, ""),
                (236, 230, ' opacity=".45"'),
                (262, 258, ' opacity=".45"'),
            )
        )
    )
    + '</g><path d="M12 341.5H548" stroke="#fff" stroke-opacity=".35" stroke-width="2"/></svg>'
)


def _screen(title: str, heading: str | Markup, body: Markup, action: Markup, note: str = "") -> str:
    small = Markup("<small>{}</small>").format(note) if note else Markup("")
    return str(
        Markup(
            '<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<meta name="robots" content="noindex"><title>{title} · One View</title>'
            "<style>{style}</style></head><body><main>"
            '<div class="mark">{logo}One View</div><h1>{heading}</h1>{body}{action}{small}</main>'
            "<aside>{picture}</aside></body></html>"
        ).format(
            language=language(),
            title=title,
            style=Markup(_STYLE),  # noqa: S704  # our own constants
            logo=Markup(LOGO),  # noqa: S704
            heading=heading,
            body=body,
            action=action,
            small=small,
            picture=Markup(_PICTURE),  # noqa: S704
        )
    )


def _paragraph(text: str) -> Markup:
    return Markup("<p>{}</p>").format(text)


def _button(text: str, address: str) -> Markup:
    name = "go sign-in" if address.startswith("/sign-in") else "go"
    return Markup('<a class="{}" href="{}">{}</a>').format(name, address, text)


def sign_in_screen(target: str) -> str:
    """The page a stranger is led to."""
    return _screen(
        _("Sign in"),
        Markup("{}<br>{}").format(_("Both systems."), _("One set of numbers.")),
        _paragraph(
            _("NetSuite and SuiteProjects Pro side by side, down to the single transaction.")
        ),
        _button(
            _("Sign in with your work account"), f"/sign-in/start?next={quote(target, safe='')}"
        ),
        _("You sign in at your company's identity provider. One View never sees your password."),
    )


def signed_out() -> str:
    """The page after signing out."""
    return _screen(
        _("Signed out"),
        _("You are signed out."),
        _paragraph(_("Your session has ended on every tab of this browser.")),
        _button(_("Sign in again"), "/sign-in"),
    )


def no_access(name: str) -> str:
    """For a person whom the provider knows, but whose groups give no role here."""
    return _screen(
        _("No access"),
        _("You have no access to One View yet."),
        _paragraph(
            _(
                "You are known as {name}, but none of your groups has a role here. Ask your One View "
                "administrator to add you to a group; then sign in again.",
                name=name,
            )
        ),
        _button(_("Try again"), "/sign-in"),
    )


def disabled(name: str) -> str:
    """For a person whom an administrator keeps out."""
    return _screen(
        _("No access"),
        _("Your access to One View is switched off."),
        _paragraph(
            _(
                "You are known as {name}. Your One View administrator has switched your access off and can "
                "switch it on again.",
                name=name,
            )
        ),
        _button(_("Try again"), "/sign-in"),
    )


def sign_in_failed(what: str) -> str:
    """For a sign-in that went wrong; nobody was signed in."""
    return _screen(
        _("Sign-in failed"),
        _("That did not work."),
        _paragraph(
            _(
                "{what} Nobody was signed in. Try again; if it stays so, tell your administrator.",
                what=what,
            )
        ),
        _button(_("Try again"), "/sign-in"),
    )


def failure(status: int, what: str) -> str:
    """For a request that cannot be answered."""
    heading = {403: _("This is not yours to see."), 404: _("There is nothing here.")}.get(
        status, _("That did not work.")
    )
    return _screen(
        heading, heading, Markup("<p>{}</p>").format(escape(what)), _button(_("To One View"), "/")
    )
