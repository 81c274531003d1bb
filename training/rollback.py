"""Which released bundle is in use: one small file beside the bundles, that a rollback sets and nothing ever deletes by."""

from __future__ import annotations

import datetime as dt
import os
import re
import tempfile
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.bundle import MANIFEST, load_bundle
from model.errors import BundleNotFoundError
from training.errors import TrainingError

IN_USE = "in_use.json"
_NAME = re.compile(r"^(?P<name>[a-z][a-z0-9-]*)-(?P<version>\d+\.\d+\.\d+)$")


class Use(BaseModel):
    """A bundle that is or was in use, since when (ISO 8601, UTC) and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bundle: str = Field(pattern=_NAME.pattern.replace("?P<name>", "?:").replace("?P<version>", "?:"))
    since: str
    reason: str = Field(min_length=1)


class InUse(Use):
    """The content of ``in_use.json``; ``history`` holds earlier ones, oldest first."""

    history: tuple[Use, ...] = ()


def version_of(name: str) -> tuple[int, ...]:
    """``tigercheck-0.2.0`` to ``(0, 2, 0)``.

    Raises:
        TrainingError: the name is not of that form.
    """
    match = _NAME.match(name)
    if not match:
        raise TrainingError(f"{name!r} is not the name of a bundle; expected one such as tigercheck-0.2.0")
    return tuple(int(part) for part in match["version"].split("."))


def released(bundles_dir: Path) -> list[str]:
    """Names of all bundles in the folder, oldest version first."""
    names = [path.parent.name for path in bundles_dir.glob(f"*/{MANIFEST}")]
    return sorted((name for name in names if _NAME.match(name)), key=version_of)


def read_in_use(bundles_dir: Path) -> InUse | None:
    """What ``in_use.json`` says; ``None`` without the file.

    Raises:
        TrainingError: the file does not validate.
    """
    file = bundles_dir / IN_USE
    if not file.is_file():
        return None
    try:
        return InUse.model_validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "(whole)"
        raise TrainingError(f"{file}, field {where}: {first['msg']}; set it with tigercheck-train rollback --to") from error


def bundle_in_use(bundles_dir: Path) -> Path | None:
    """Folder of the bundle in use: the one ``in_use.json`` names, else the newest; ``None`` if there is none at all.

    Raises:
        BundleNotFoundError: the named bundle is not there.
    """
    named = read_in_use(bundles_dir)
    if named is None:
        names = released(bundles_dir)
        return bundles_dir / names[-1] if names else None
    folder = bundles_dir / named.bundle
    if not (folder / MANIFEST).is_file():
        raise BundleNotFoundError(
            f"{bundles_dir / IN_USE} names {named.bundle}, which is not in {bundles_dir}; copy it back, or choose another "
            "with tigercheck-train rollback --to"
        )
    return folder


def put_in_use(bundles_dir: Path, name: str, reason: str) -> None:
    """Make ``name`` the bundle in use and remember what was in use before. Readers see the old file or the new one."""
    before = read_in_use(bundles_dir)
    history: tuple[Use, ...] = ()
    if before is not None:
        history = (*before.history, Use(bundle=before.bundle, since=before.since, reason=before.reason))
    now = InUse(bundle=name, since=_now(), reason=reason, history=history)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=bundles_dir, prefix=".in-use-", delete=False) as part:
        part.write(now.model_dump_json(indent=1) + "\n")
    Path(part.name).chmod(0o644)
    Path(part.name).replace(bundles_dir / IN_USE)


def rollback(bundles_dir: Path, reason: str, to: str | None = None) -> Path:
    """Put an earlier bundle (or the one named) back in use, after verifying every byte of it. Deletes nothing.

    Without ``to`` it is the last lower version that was in use before, or without any record the next lower version.

    Raises:
        TrainingError: there is no earlier bundle, it is in use already, or no reason is given.
        BundleError: the bundle is not there or not whole.
    """
    if not reason.strip():
        raise TrainingError("a rollback needs a reason, which is kept with it: --reason 'misses cut claws'")
    names = released(bundles_dir)
    state = read_in_use(bundles_dir)
    current = state.bundle if state else names[-1] if names else None
    target = to or _previous(names, state, current)
    if target == current:
        raise TrainingError(f"{target} is in use already")
    version_of(target)
    folder = bundles_dir / target
    load_bundle(folder)
    if state is None and current is not None:
        put_in_use(bundles_dir, current, "newest when the first rollback was made")
    put_in_use(bundles_dir, target, reason.strip())
    return folder


def _previous(names: list[str], state: InUse | None, current: str | None) -> str:
    lower = [name for name in names if current and version_of(name) < version_of(current)]
    used = [use.bundle for use in reversed(state.history) if use.bundle in lower] if state else []
    if used or lower:
        return (used or lower[::-1])[0]
    raise TrainingError(
        f"there is no bundle earlier than {current or 'none'} (released: {', '.join(names) or 'none'}); name one with --to"
    )


def _now() -> str:
    # A fixed time makes a release reproducible, as with other build tools.
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = dt.datetime.fromtimestamp(int(epoch), dt.UTC) if epoch else dt.datetime.now(dt.UTC)
    return moment.isoformat(timespec="seconds")
