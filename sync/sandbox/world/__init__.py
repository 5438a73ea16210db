"""The invented consulting group both simulated systems tell of."""

from .world import World

__all__ = ["World"]
