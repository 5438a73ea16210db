"""A simulated SuiteProjects Pro, written from the vendor's documents: OAuth 2.0, REST v1, XML API."""

from .app import create_suiteprojects
from .config import SuiteProjectsConfig

__all__ = ["SuiteProjectsConfig", "create_suiteprojects"]
