"""What is asked of the file system: a fast copy, and that things are really on disk."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

_CANNOT = {errno.ENOSYS, errno.EXDEV, errno.EOPNOTSUPP, errno.EINVAL}
_CHUNK = 1 << 30


def copy_file(source: Path, target: Path) -> None:
    """Copy a file; where the file system can, its blocks are shared instead of copied."""
    try:
        with source.open("rb") as read, target.open("wb") as write:
            while os.copy_file_range(read.fileno(), write.fileno(), _CHUNK):
                pass
    except OSError as error:
        if error.errno not in _CANNOT:
            raise
        shutil.copyfile(source, target)


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, would survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
