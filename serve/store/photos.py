"""Originals byte for byte, named by their hash; nothing is ever overwritten."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from pathlib import Path

from serve.store.errors import StoreError, StoreErrorCode

#: A folder that may not be written, as against a disk that is full.
_NO_WRITING = (errno.EROFS, errno.EACCES, errno.EPERM)


class PhotoStore:
    """A folder of originals, ``ab/abcdef…``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        """Where the photo with this hash lies, or would."""
        return self._folder / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Store bytes and return their hash. Once this returns they survive a power cut.

        Raises:
            StoreError: the disk is full or cannot be written; nothing half-written stays.
        """
        digest = hashlib.sha256(data).hexdigest()
        target = self.path(digest)
        if target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == digest:
            return digest
        if target.exists():
            raise StoreError(
                f"{target} is damaged: its content does not match its name. Run: tigercheck cases verify",
                StoreErrorCode.ORIGINAL_DAMAGED,
            )
        part = None
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as stream:
                part = Path(stream.name)
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(target)
            _sync(target.parent)
        except OSError as error:
            if part is not None:
                part.unlink(missing_ok=True)
            raise StoreError(
                f"the photo could not be stored in {self._folder}: {error.strerror}. Free some space or choose another "
                "folder with --data; nothing was recorded",
                StoreErrorCode.READ_ONLY if error.errno in _NO_WRITING else StoreErrorCode.DISK_FULL,
                folder=str(self._folder),
            ) from error
        return digest


def _sync(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows has no handle on a folder to flush.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
