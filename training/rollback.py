"""Back to an earlier bundle: one line is added to the note beside the bundles, and nothing is ever deleted."""

from __future__ import annotations

import re
from pathlib import Path

from model.bundle import MANIFEST, find_bundle, load_bundle
from model.in_use import InUse, put_in_use, read_in_use
from training.errors import TrainingError

_NAME = re.compile(r"[a-z][a-z0-9-]*-(\d+)\.(\d+)\.(\d+)")


def version_of(name: str) -> tuple[int, ...]:
    """``tigercheck-0.2.0`` to ``(0, 2, 0)``.

    Raises:
        TrainingError: the name is not of that form.
    """
    match = _NAME.fullmatch(name)
    if not match:
        raise TrainingError(f"{name!r} is not the name of a bundle; expected one such as tigercheck-0.2.0")
    return tuple(int(part) for part in match.groups())


def released(bundles_dir: Path) -> list[str]:
    """Names of all bundles in the folder, oldest version first."""
    names = [path.parent.name for path in bundles_dir.glob(f"*/{MANIFEST}")]
    return sorted((name for name in names if _NAME.fullmatch(name)), key=version_of)


def bundle_in_use(bundles_dir: Path) -> Path | None:
    """Folder of the bundle that answers: the one noted, else the newest; ``None`` if there is none at all.

    ``TIGERCHECK_BUNDLE`` does not count here: what one person tries out is not what officers use.

    Raises:
        BundleNotFoundError: the noted bundle is not there.
        BundleCorruptError: the note cannot be read.
    """
    noted, names = read_in_use(bundles_dir), released(bundles_dir)
    if noted is None and not names:
        return None
    return find_bundle(bundles_dir / (noted.bundle if noted else names[-1]))


def rollback(bundles_dir: Path, reason: str, to: str | None = None) -> Path:
    """Put an earlier bundle (or the one named) back in use, after verifying every byte of it. Deletes nothing.

    Without ``to`` it is the lower version that was in use last, or without any record the next lower version: so a
    bundle that was rolled back from is not rolled back to.

    Raises:
        TrainingError: there is no earlier bundle, it is in use already, or no reason is given.
        BundleError: the bundle is not there or not whole.
    """
    if not reason.strip():
        raise TrainingError("a rollback needs a reason, which is kept with it: --reason 'misses cut claws'")
    names, noted = released(bundles_dir), read_in_use(bundles_dir)
    current = noted.bundle if noted else names[-1] if names else None
    target = to or _previous(names, noted, current)
    version_of(target)
    if target == current:
        raise TrainingError(f"{target} is in use already; released are {', '.join(names)}")
    load_bundle(bundles_dir / target)
    if noted is None and current is not None:
        put_in_use(bundles_dir, current, "the newest, before anything was noted")
    put_in_use(bundles_dir, target, reason.strip())
    return bundles_dir / target


def _previous(names: list[str], noted: InUse | None, current: str | None) -> str:
    lower = [name for name in names if current and version_of(name) < version_of(current)]
    used = [use.bundle for use in reversed(noted.uses) if use.bundle in lower] if noted else []
    if used or lower:
        return (used or lower[::-1])[0]
    raise TrainingError(
        f"there is no bundle earlier than {current or 'none'} (released: {', '.join(names) or 'none'}); name one with "
        "--to"
    )
