"""What is mirrored: every entity is declared once, in the file of its system and area."""

from __future__ import annotations

from models.registry import collect

from .entity import Entity

ENTITIES = collect(Entity, __name__)
