"""Keeps secrets out of every text that a person or a log may see."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable

HIDDEN = "[hidden]"
_LONGEST = 400
_RECENT = 60  # tokens come and go; an old one opens nothing
_PATTERNS = (
    re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"),
    re.compile(r"(?i)\boauth\s+\w+=\"[^\n]*"),
    re.compile(
        r"(?i)\b(\w*_token|client_secret|client_assertion|password|key)\"?\s*[=:]\s*\"?[^\s\"&<,]+"
    ),
    re.compile(r"(?i)<(access_token|password)>[^<]*"),
    re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"),
)


class Redactor:
    """Knows the secrets in use and takes them out of texts."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._lasting = tuple(secret for secret in secrets if secret)
        self._recent: deque[str] = deque(maxlen=_RECENT)

    def learn(self, secret: str) -> None:
        """Hide this text, too."""
        if secret:
            self._recent.append(secret)

    def clean(self, text: str) -> str:
        """The text on one short line, without secrets."""
        for secret in sorted({*self._lasting, *self._recent}, key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        for pattern in _PATTERNS:
            text = pattern.sub(HIDDEN, text)
        text = " ".join(text.split())
        return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
