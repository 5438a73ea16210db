"""The signed-in person."""

from __future__ import annotations

from dataclasses import dataclass

from flask_login import UserMixin

from models.access import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(UserMixin):
    """Who is signed in, in which role."""

    subject: str
    name: str
    email: str
    role: Role
    session_hash: str = ""

    def get_id(self) -> str:
        """The provider's name for the person."""
        return self.subject

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        parts = self.name.split()
        return "".join(
            part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts[:1])
        ).upper()
