"""A simulated NetSuite account, written from the vendor's documents."""

from .app import create_netsuite
from .config import NetSuiteConfig, TokenCredentials

__all__ = ["NetSuiteConfig", "TokenCredentials", "create_netsuite"]
