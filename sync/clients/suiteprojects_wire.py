"""How SuiteProjects Pro's XML looks: requests written, answers read and judged by their status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from lxml import etree
from pydantic import SecretStr

from models.errors import (
    FieldRefusedError,
    NotOfferedError,
    RateLimitedError,
    SourceAuthError,
    SourceContractError,
    SourceUnavailableError,
)
from models.told import told

from ..entities.entity import Kind
from .http import Answer
from .suiteprojects_session import Refused
from .windows import INSTANT

LIMIT = 1000
_PARTS = ("year", "month", "day", "hour", "minute", "second")
_SLOW_DOWN = {556}
_PASSING = {414, 419, 606}
_SIGN_IN = {2, 9, 401}
_NOT_PRIVILEGED = 413
_NOT_OFFERED = {413, 423, 425}
_NOTHING = {601}
_NO_FIELD = {602}

# Datatypes that the vendor gives no id: what identifies their records, that by which they are ordered first.
# Joined, it stands in the record as its id.
WITHOUT_ID: Mapping[str, Mapping[str, Kind]] = {
    "Currency": {"symbol": Kind.TEXT},
    "Currencyrate": {"date": Kind.DATE, "csymbol": Kind.TEXT, "type": Kind.TEXT},
}

Filter = tuple[str, str, datetime]  # newer-than or older-than, the field, the moment
Element = etree._Element


class NothingFound(SourceContractError):
    """No object is like those that were asked for."""


def envelope(api_key: SecretStr, namespace: str) -> Element:
    """A request without commands."""
    return etree.Element(
        "request",
        API_version="1.0",
        client="One View",
        client_ver="1.0",
        namespace=namespace,
        key=api_key.get_secret_value(),
    )


def sign_in(request: Element, token: str) -> None:
    """Put the access token into the request, in place of an earlier one."""
    login = request.find("Auth/Login/access_token")
    if login is None:
        auth = etree.Element("Auth")
        login = etree.SubElement(etree.SubElement(auth, "Login"), "access_token")
        request.insert(0, auth)
    login.text = token


def add_command(request: Element, name: str) -> Element:
    """Add a command without arguments."""
    return etree.SubElement(request, name)


def add_read(
    request: Element,
    datatype: str,
    fields: Mapping[str, Kind],
    filters: Sequence[Filter],
    offset: int,
    *,
    deleted: bool,
    examples: Sequence[tuple[str, int | str]] = (),
) -> None:
    """Add the command that reads a page of a datatype, by id or by what stands for it.

    With examples, only what equals one of them: a field and its value each.
    """
    read = etree.SubElement(
        request,
        "Read",
        type=datatype,
        method="equal to" if examples else "all",
        limit=f"{offset},{LIMIT}",
        order=f"{next(iter(WITHOUT_ID.get(datatype, ('id',))))},asc",
        enable_custom="1",
    )
    if deleted:
        read.set("deleted", "1")
    if filters:
        read.set("filter", ",".join(name for name, _, _ in filters))
        read.set("field", ",".join(field for _, field, _ in filters))
    for _, _, moment in filters:
        block = etree.SubElement(read, "Date")
        for part, value in zip(_PARTS, moment.astimezone(UTC).timetuple(), strict=False):
            etree.SubElement(block, part).text = f"{value:02d}"
    for name, wanted_value in examples:
        etree.SubElement(etree.SubElement(read, datatype), name).text = str(wanted_value)
    if fields:  # none: all there are
        wanted = etree.SubElement(read, "_Return")
        for name in fields:
            if name != "id" or datatype not in WITHOUT_ID:
                etree.SubElement(wanted, name)


def add_read_by_id(
    request: Element, datatype: str, fields: Mapping[str, Kind], ids: Sequence[int]
) -> None:
    """Add the command that reads single objects; each is looked up by an example that bears its id."""
    read = etree.SubElement(
        request,
        "Read",
        type=datatype,
        method="equal to",
        limit=f"0,{LIMIT}",
        order="id,asc",
        enable_custom="1",
    )
    for identity in ids:
        etree.SubElement(etree.SubElement(read, datatype), "id").text = str(identity)
    wanted = etree.SubElement(read, "_Return")
    for name in fields:
        etree.SubElement(wanted, name)


def add_limit_read(request: Element) -> None:
    """Add the command that asks how many requests the account still takes."""
    etree.SubElement(request, "Read", type="RateLimit", method="all", limit="1")


def to_bytes(request: Element) -> bytes:
    """The request as it is sent."""
    return etree.tostring(request, xml_declaration=True, encoding="utf-8")


def answered(answer: Answer, name: str) -> Element:
    """The answer to one command; a status other than good, as what to do about it."""
    answer.refuse_passing_faults()
    if answer.status == 401:
        raise Refused(told("status 401"))
    if answer.status != 200:
        raise SourceContractError(
            told(
                "SuiteProjects Pro answered with status {status}: {excerpt}",
                status=answer.status,
                excerpt=answer.excerpt(),
            )
        )
    root = _parse(answer)
    auth = root.find("Auth")
    if auth is not None:
        _judge("Auth", auth.get("status"))
    command = root.find(name)
    if command is None:
        raise SourceContractError(
            told("SuiteProjects Pro did not answer the command {name}.", name=name)
        )
    _judge(name, command.get("status", "0"))
    return command


def record_of(element: Element, fields: Mapping[str, Kind]) -> Mapping[str, Any]:
    """The declared fields of one object; None where one is empty."""
    found: dict[str, Any] = dict.fromkeys(fields)
    for child in element:
        name = str(child.tag)
        kind = fields.get(name)
        if kind is Kind.DATE or kind is Kind.INSTANT:
            found[name] = moment_of(child, kind)
        elif kind is not None:
            found[name] = _text(child)
    return found


def texts_of(element: Element) -> Mapping[str, Any]:
    """Whatever properties an object has, as texts; None where one is empty."""
    return {str(child.tag): _text(child) for child in element}


def key_of(datatype: str, record: Mapping[str, Any]) -> str | None:
    """What stands for the id of a record that bears none; None where nothing identifies it."""
    return "|".join(str(record[part]) for part in WITHOUT_ID[datatype] if record.get(part)) or None


def moment_of(element: Element, kind: Kind) -> str | None:
    """A Date block in our form; None where it is empty. What is no date stays as it was written."""
    block = element.find("Date")
    if block is None:
        text = _text(element)
        return None if text is None or text.startswith("0000") else text
    found = {part.tag: part.text for part in block}
    return _dated(tuple((found.get(part) or "").strip() for part in _PARTS), kind is Kind.DATE)


@lru_cache(maxsize=16_384)  # a page repeats a few days a thousand times
def _dated(parts: tuple[str, ...], day_only: bool) -> str | None:
    if not any(parts[:3]) or parts[0] == "0000":
        return None
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in parts)
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return "-".join(parts[:3])
    return moment.date().isoformat() if day_only else moment.strftime(INSTANT)


def _text(element: Element) -> str | None:
    return (element.text or "").strip() or None


def _parse(answer: Answer) -> Element:
    if "html" in answer.media:
        raise SourceUnavailableError(
            told(
                "SuiteProjects Pro answered with a page for people instead of XML: it may be closed "
                "for maintenance."
            )
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(answer.content, parser)
    except etree.XMLSyntaxError:
        raise SourceUnavailableError(
            told(
                "SuiteProjects Pro sent XML that breaks off or is malformed ({count} bytes).",
                count=len(answer.content),
            )
        ) from None
    if b"<!DOCTYPE" in answer.content[:1000] or root.tag != "response":
        raise SourceContractError(told("SuiteProjects Pro's answer is not of the agreed shape."))
    return root


def _judge(command: str, text: str | None) -> None:
    status = int(text) if text and text.isdecimal() else -1
    said = told(
        "SuiteProjects Pro answered {command} with status {text}", command=command, text=text
    )
    if status == 0:
        return
    if status in _SLOW_DOWN:
        raise RateLimitedError(told("{said}: its request limit is reached.", said=said))
    if status in _PASSING:
        raise SourceUnavailableError(told("{said}: try again later.", said=said))
    if status in _SIGN_IN:
        raise Refused(told("status {status}", status=status))
    if command == "Auth":
        raise SourceAuthError(
            told(
                "{said}. Nothing more was fetched. Check the XML key and namespace, and the user's "
                "rights.",
                said=said,
            )
        )
    if status in _NOTHING:
        raise NothingFound(told("{said}: nothing was found.", said=said))
    if status in _NOT_OFFERED:
        raise NotOfferedError(
            told("{said}: the feature is off, or our user lacks the right.", said=said),
            is_forbidden=status == _NOT_PRIVILEGED,
        )
    if status in _NO_FIELD:  # it does not tell which
        raise FieldRefusedError(
            told("{said}: it does not know or show one of the fields asked for.", said=said)
        )
    raise SourceContractError(told("{said}.", said=said))
