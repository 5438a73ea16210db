"""What can go wrong, grouped by what the program does about it.

* OneViewError
  x ConfigError                do not start; names the setting
  x SourceError                a source system did not give us what we asked for
    + SourceUnavailableError   retry with backoff, then stop the entity
      - RateLimitedError       retry after `retry_after` seconds
    + QuotaSpentError          leave the system alone until `until`, then go on
    + SourceAuthError          stop the run: nobody can fix it by waiting
    + SourceContractError      stop the entity: the answer is not of the agreed shape
      - FieldRefusedError      ask again without these fields, if they can be spared
    + NotOfferedError          the account lacks this table: mark it off, go on
  x BusyError                  another process is at it: wait for it or join it
  x LeaseLostError             another process owns the entity now: roll back, stop
  x WarehouseError             roll back the run, keep yesterday's facts
    + NoSnapshotError          nothing has been published yet
  x QuestionError              the question cannot be asked (unknown KPI, dimension, period)
  x DuplicateKeyError          two declarations bear one key
"""

from __future__ import annotations

from datetime import datetime


class OneViewError(Exception):
    """Any failure that One View understands; its text is fit for a person to read."""


class ConfigError(OneViewError):
    """A setting is missing or wrong. The text names the setting and what it should be."""


class SourceError(OneViewError):
    """A source system did not give what was asked for."""


class SourceUnavailableError(SourceError):
    """The source did not answer, or answered with a passing fault: worth another try."""


class RateLimitedError(SourceUnavailableError):
    """The source asks us to slow down; `retry_after` is its wait in seconds, if it named one."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class QuotaSpentError(SourceError):
    """The requests we may send in a day are spent; `until` is when there is room again, in UTC."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


class SourceAuthError(SourceError):
    """The source refuses our credentials; waiting will not help."""


class SourceContractError(SourceError):
    """The source's answer is not of the agreed shape."""


class FieldRefusedError(SourceContractError):
    """The source knows no such field, or keeps it from us; `names` are its own, empty if it named none."""

    def __init__(self, message: str, names: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.names = names


class NotOfferedError(SourceError):
    """The account does not offer this table: the feature is off or the role lacks the permission.

    `is_forbidden`: the answer says that it is the permission.
    """

    def __init__(self, message: str, *, is_forbidden: bool = False) -> None:
        super().__init__(message)
        self.is_forbidden = is_forbidden


class BusyError(OneViewError):
    """Another process is doing this now; what it does will serve both."""


class LeaseLostError(OneViewError):
    """Another process took over this entity; what this one holds must not be written."""


class WarehouseError(OneViewError):
    """The warehouse could not be written or read."""


class NoSnapshotError(WarehouseError):
    """No snapshot has been published yet: the first sync has not finished."""


class QuestionError(OneViewError):
    """The question cannot be asked: unknown KPI, dimension, side or period."""


class DuplicateKeyError(OneViewError):
    """Two declarations bear the same key."""
