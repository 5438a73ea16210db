"""How declarations are found: the whole plug-in system."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import walk_packages
from types import MappingProxyType
from typing import Protocol, TypeVar

from .errors import DuplicateKeyError


class Keyed(Protocol):
    """Anything declared under a key."""

    @property
    def key(self) -> str:
        """The name it is known by."""


T = TypeVar("T", bound=Keyed)


def collect(kind: type[T], package: str) -> Mapping[str, T]:
    """Return the module-level declarations of `kind` in `package`, by key, in file order.

    Raises:
        DuplicateKeyError: two different declarations bear one key.
    """
    found: dict[str, T] = {}
    path = import_module(package).__path__
    for info in sorted(walk_packages(path, f"{package}."), key=lambda module: module.name):
        for item in vars(import_module(info.name)).values():
            if isinstance(item, kind) and found.setdefault(item.key, item) is not item:
                raise DuplicateKeyError(item.key)
    return MappingProxyType(found)
