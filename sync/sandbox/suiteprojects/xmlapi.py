"""The XML API at /api.pl: a request is a list of commands, answered in order, always with HTTP 200."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator

from flask import Blueprint, Response, request
from lxml import etree

from ..system import Row
from .account import Account
from .datatypes import DATATYPES, ERRORS
from .tokens import Access
from .wire import date_block, element, escaped, xml_encoder
from .xmlread import ReadError, read

_MOST = 1000
_READ_ONLY = frozenset(
    {"Add", "Modify", "ModifyOnCondition", "Delete", "CreateUser"}
    | {"Submit", "Approve", "Reject", "Unapprove"}
)
_NOT_OFFERED = frozenset({"CreateAccount", "RemoteAuth", "Report", "Switch", "Version"})
_NOT_LOGGED_IN, _UNKNOWN_COMMAND, _BAD_PARAMETERS = 2, 5, 10


def xml_api(account: Account) -> Blueprint:
    """The route of the XML API."""
    routes = Blueprint("xml", __name__)

    @routes.post("/api.pl")
    def api() -> Response:
        body = "".join(_answers(account, request.get_data()))
        text = f'<?xml version="1.0" standalone="yes"?>\n<response>\n{body}</response>\n'
        return Response(text, content_type="text/xml; charset=UTF-8")

    return routes


def _answers(account: Account, body: bytes) -> Iterator[str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        yield _status("Auth", _BAD_PARAMETERS)
        return
    commands = [child for child in root if isinstance(child.tag, str)]
    if not account.quota.take():
        yield from _refused(commands, 556)
    elif len(commands) > _MOST or _objects(commands) > _MOST:
        yield from _refused(commands, 555)
    else:
        session = _Session(account, root)
        for command in commands:
            yield session.answer(command)


def _refused(commands: list[etree._Element], status: int) -> Iterator[str]:
    """A request turned down as a whole: Auth says why, the rest is not logged in."""
    yield _status("Auth", status)
    for command in commands:
        if command.tag != "Auth":
            yield _status(str(command.tag), _NOT_LOGGED_IN)


def _objects(commands: list[etree._Element]) -> int:
    return sum(
        1
        for command in commands
        for child in command
        if command.tag != "Auth" and child.tag in DATATYPES
    )


class _Session:
    """The commands of one request: who asks is settled by Auth, the rest depends on it."""

    def __init__(self, account: Account, root: etree._Element) -> None:
        self._account = account
        self._root = root
        self._logged_in = False
        self._access: Access | None = None

    def answer(self, command: etree._Element) -> str:
        """The response element of one command."""
        name = str(command.tag)
        if name == "Auth":
            status = self._authenticate(command)
            self._logged_in = status == 0
            return _status(name, status)
        if name == "Time":
            return f'<Time status="0">{date_block(self._account.clock() + self._account.config.moments_off)}</Time>\n'
        if name == "Read" and command.get("type") == "Error":
            return _errors(command)
        if not self._logged_in:
            return _status(name, _NOT_LOGGED_IN)
        if name in _READ_ONLY:
            return _status(name, 413)
        known: dict[str, Callable[[etree._Element], str]] = {
            "Read": self._read,
            "Whoami": self._whoami,
            "MakeURL": self._make_url,
        }
        if name not in known:
            return _status(name, 425 if name in _NOT_OFFERED else _UNKNOWN_COMMAND)
        return known[name](command)

    def _authenticate(self, command: etree._Element) -> int:
        config = self._account.config
        key, namespace = self._root.get("key"), self._root.get("namespace")
        if not key or not hmac.compare_digest(key.encode(), config.api_key.encode()):
            return 503
        if not namespace:
            return 504
        if namespace != config.namespace:
            return 412
        token = command.findtext("Login/access_token")
        return self._by_password(command) if token is None else self._by_token(token.strip())

    def _by_token(self, token: str) -> int:
        tokens = self._account.tokens
        self._access = tokens.access(token)
        if self._access is None:
            return 9 if tokens.is_known(token) else 401
        return 0 if "xml" in self._access.scopes else 413

    def _by_password(self, command: etree._Element) -> int:
        config = self._account.config
        company, user, password = (
            (command.findtext(f"Login/{part}") or "").strip()
            for part in ("company", "user", "password")
        )
        for given, missing in ((company, 403), (user, 404), (password, 405)):
            if not given:
                return missing
        if company != config.company or user != config.user or config.password is None:
            return 401
        return 0 if hmac.compare_digest(password.encode(), config.password.encode()) else 408

    def _read(self, command: etree._Element) -> str:
        if command.get("clear_filter_cache") == "1" and self._access is not None:
            self._account.tokens.renew_cache(self._access, "xml")
        try:
            found = read(self._account, command, self._account.seen_until(self._access, "xml"))
        except ReadError as error:
            return _status("Read", error.status)
        return f'<Read status="0">\n{found}</Read>\n' if found else _status("Read", 0)

    def _whoami(self, _command: etree._Element) -> str:
        return f'<Whoami status="0">\n{_user(self._account)}</Whoami>\n'

    def _make_url(self, command: etree._Element) -> str:
        argument = next(
            (child for child in command.findall("arg/*") if child.tag in DATATYPES), None
        )
        identity = argument.findtext("id") if argument is not None else None
        if argument is None or not identity or not identity.strip().isdecimal():
            return _status("MakeURL", 939)
        url = self._account.record_url(str(argument.tag), identity.strip())
        return f'<MakeURL status="0">{escaped(url)}</MakeURL>\n'


def _user(account: Account) -> str:
    """The user whose account this is: the one of that nickname, else one who is in no table."""
    with account.store.lock:
        view = account.store.view("User")
        if view is not None:
            rows = view.rows.values()
            row: Row | None = next(
                (r for r in rows if r.get("nickname") == account.config.user), None
            )
            if row is not None:
                return xml_encoder(view, view.columns)(row)
    nickname = element("nickname", account.config.user)
    company = element("company", account.config.company)
    return f"<User><id>1</id>{nickname}<timezone>+0000</timezone>{company}</User>\n"


def _errors(command: etree._Element) -> str:
    code = command.findtext("Error/code") or ""
    text = ERRORS.get(int(code)) if code.isdecimal() else None
    if text is None:
        return _status("Read", 601)
    return (
        f'<Read status="0">\n<Error><code>{code}</code><text>{escaped(text)}</text><comment/></Error>\n'
        "</Read>\n"
    )


def _status(name: str, status: int) -> str:
    return f'<{name} status="{status}"/>\n'
