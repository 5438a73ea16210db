"""What one account refuses and another does not: tables by permission, functions by version."""

from __future__ import annotations

import re

from .config import NetSuiteConfig
from .grammar import invalid_query
from .wire import ApiError

_TABLES = re.compile(r"\b(?:FROM|JOIN)\s+([A-Za-z_]\w*)", re.IGNORECASE)


def refuse_what_is_off(text: str, config: NetSuiteConfig) -> None:
    """Refuse a query that names a table the role may not see, or a function the account lacks."""
    forbidden = {name.lower() for name in config.tables_forbidden}
    for name in _TABLES.findall(text):
        if name.lower() in forbidden:
            raise ApiError(
                403,
                "INSUFFICIENT_PERMISSION",
                f"Permission Violation: You need the permission to view {name}.",
            )
    for function in config.functions_off:
        if f"{function}(" in text.upper():
            raise invalid_query(f"Search error occurred: Unknown function '{function}'.")
