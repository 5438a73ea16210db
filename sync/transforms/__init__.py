"""The conformed model: from mirrored records to dimensions and facts, as SQL, one table a transform."""

from __future__ import annotations

from models.registry import collect

from .transform import Transform

TRANSFORMS = collect(Transform, __name__)
