"""Tries records in quarantine again: as they were kept, then as the source sends them now.

A record that was garbled on its way heals by asking for it once more. One that is bad in the source
does not, so that each attempt waits four times as long as the one before: fifteen minutes to a week.
"""

from __future__ import annotations

import logging

from models.errors import LeaseLostError, OneViewError

from ..entities.entity import Entity
from . import quarantine
from .extract import Stopped, Work
from .parse import Unusable, parser_of
from .reread import MOST, reread, store

_log = logging.getLogger(__name__)


def retry_due(work: Work, entity: Entity) -> None:
    """Try what is due of an entity: one request at most for up to 500 records; it fails no run."""
    parser = parser_of(entity)
    with work.engine.connect() as connection:
        rows = quarantine.due(connection, entity.key, work.clock(), MOST, this_run=work.run_id)
    if not rows:
        return
    parsed = {row.record_key: parser.parse(quarantine.payload_of(row)) for row in rows}
    payloads = {row.record_key: quarantine.payload_of(row) for row in rows}
    usable = [payloads[key] for key, one in parsed.items() if not isinstance(one, Unusable)]
    bad = {key: one.key for key, one in parsed.items() if isinstance(one, Unusable)}
    bad |= {key: quarantine.doubled_key(entity, payloads[key]) or bad[key] for key in bad}
    with work.transaction() as connection:
        if usable:
            store(connection, work, entity, usable)
        quarantine.tried(connection, entity.key, bad.keys(), work.clock())
    wanted = [key for key in bad.values() if key is not None]
    if not wanted:
        return
    try:
        reread(work, entity, wanted)
    except (Stopped, LeaseLostError):
        raise
    except OneViewError as error:
        _log.warning("%s: records in quarantine could not be asked for: %s", entity.key, error)
