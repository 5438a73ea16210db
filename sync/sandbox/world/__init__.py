"""The invented consulting group both simulated systems tell of."""

from .eventlog import EventLog
from .world import World

__all__ = ["EventLog", "World"]
