"""The folder of photos handed over but not saved: it goes with the run, and what a killed run left goes at the next."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from model.errors import TigercheckError

_LOG = logging.getLogger(__name__)
_PREFIX = "tigercheck-uploads-"


@contextmanager
def upload_folder(parent: Path | None = None) -> Iterator[Path]:
    """An empty folder for this run, readable by its owner only; at the end it is removed with all that is in it.

    A run that was killed cannot remove its own, so each run first removes those that no running program holds. A lock
    beside the folder tells; it is taken before the folder is made and ends with the process, however that ends.

    Args:
        parent: where; ``None`` for the system's temporary folder.

    Raises:
        TigercheckError: nothing can be written there.
    """
    try:
        place = parent or Path(tempfile.gettempdir())
        remove_left_over(place)
        folder = place / f"{_PREFIX}{secrets.token_hex(8)}"
        lock = FileLock(_lock_of(folder))
        lock.acquire()
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise TigercheckError(
            f"no folder for photos can be made in the temporary folder: {error}. Free some space there, or "
            "name another in the variable TMPDIR"
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()
        _lock_of(folder).unlink(missing_ok=True)


def remove_left_over(place: Path) -> list[Path]:
    """Remove the upload folders in ``place`` that no running program holds; those removed are returned.

    What cannot be removed is named in the log: old photos must not keep the page from starting.
    """
    removed: list[Path] = []
    for folder in sorted(place.glob(f"{_PREFIX}*")):
        if not _ours(folder):
            continue
        try:
            with FileLock(_lock_of(folder), timeout=0):
                shutil.rmtree(folder)
            _lock_of(folder).unlink(missing_ok=True)
        except Timeout:
            continue  # Another window of the program is using it.
        except OSError as error:
            _LOG.warning("photos of an earlier run could not be removed from %s: %s", folder, error)
        else:
            removed.append(folder)
    return removed


def _lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + ".lock")


def _ours(folder: Path) -> bool:
    """A real folder of this user: the temporary folder may be shared, and a link could lead anywhere."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and (os.name == "nt" or found.st_uid == os.getuid())
