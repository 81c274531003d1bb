"""A released model: one folder that travels alone and proves it is whole.

``bundle.json`` lists the sha256 of every other file. Loading verifies all of them and refuses anything missing,
altered or unlisted, because a model that was swapped looks exactly like one that was not.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from model.calibration import OutOfDistribution, Thresholds
from model.errors import BundleCorruptError, BundleIncompatibleError, BundleNotFoundError
from model.frequency import Frequencies, FrequencyBin
from model.in_use import IN_USE, read_in_use
from model.out_of_distribution import ARRAYS
from model.preprocess import Preprocessing
from model.references import ARRAYS_FILE, SHEET_FILE, References
from model.resources import bundles_dir

SCHEMA = "tigercheck.bundle/1"
MANIFEST = "bundle.json"
MODEL = "model.onnx"
#: Arrays that the out-of-distribution score compares with; only there if its method needs any.
REFERENCE = "reference.npz"
#: Environment variable that names another bundle folder.
BUNDLE_VARIABLE = "TIGERCHECK_BUNDLE"

#: photo: validated on independent real photos; proxy: on related real photos; render: on rendered pictures only.
Evidence = Literal["photo", "proxy", "render"]


class FurtherRenders(BaseModel):
    """Renders that are not shipped and were trained on: how many, and the sha256 of their list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    count: int = Field(ge=1)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class BundleInfo(BaseModel):
    """The content of ``bundle.json``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: Literal["tigercheck.bundle/1"] = Field(alias="schema")
    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    created: str
    files: dict[str, str]
    preprocessing: Preprocessing
    leaves: tuple[str, ...] = Field(min_length=2)
    taxonomy_version: str
    temperature: float = Field(gt=0)
    thresholds: Thresholds
    #: For answers whose leading leaf has evidence ``render``; without it ``thresholds`` serve every leaf.
    render_thresholds: Thresholds | None = None
    out_of_distribution: OutOfDistribution
    evidence: dict[str, Evidence]
    #: How often the check was right on calibration pictures, by origin; older bundles have none.
    frequencies: tuple[Frequencies, ...] = ()
    manifest_sha256: str
    further_renders: FurtherRenders | None = None
    #: sha256 of the weights of an earlier run, or of the graph of a bundle, that training went on from.
    start_sha256: str | None = None
    git_commit: str
    recipe: dict[str, Any]

    @model_validator(mode="after")
    def _evidence_covers_leaves(self) -> BundleInfo:
        if set(self.evidence) != set(self.leaves):
            raise ValueError("'evidence' must have exactly one entry a leaf")
        if MODEL not in self.files:
            raise ValueError(f"'files' must list {MODEL}")
        if ARRAYS[self.out_of_distribution.method] and REFERENCE not in self.files:
            raise ValueError(f"'files' must list {REFERENCE} for method {self.out_of_distribution.method!r}")
        return self

    def limits(self, leaf_id: str | None) -> Thresholds:
        """The thresholds for an answer led by this leaf."""
        if self.render_thresholds is not None and leaf_id is not None and self.evidence[leaf_id] == "render":
            return self.render_thresholds
        return self.thresholds

    def counted(self, leaf_id: str) -> Frequencies | None:
        """How often answers were right on calibration pictures of the origin that this leaf was tested on.

        Renders say nothing about photos. ``None`` if the bundle has no counts of them.
        """
        origin = "render" if self.evidence[leaf_id] == "render" else "photo"
        return next((one for one in self.frequencies if one.origin == origin), None)

    def frequency(self, leaf_id: str, probability: float) -> tuple[Frequencies, FrequencyBin] | None:
        """How often an answer led by this leaf was right, at this probability of its identity; ``None`` if unknown."""
        counted = self.counted(leaf_id)
        return (counted, counted.at(probability)) if counted else None

    @property
    def id(self) -> str:
        """``name-version``, as in predictions and folder names."""
        return f"{self.name}-{self.version}"


@dataclass(frozen=True)
class Bundle:
    """A verified bundle. ``model`` holds the ONNX bytes that were hashed, so nothing can change in between.

    ``reference`` holds the arrays of ``reference.npz``, ``examples`` the example pictures if the bundle has any; both
    are read from hashed bytes as well.
    """

    path: Path
    info: BundleInfo
    model: bytes
    fingerprint: str
    reference: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    examples: References | None = None

    def strangeness(self, logits: npt.ArrayLike, embedding: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Out-of-distribution score (N,) of N pictures by their (N, leaves) logits and (N, C) embedding."""
        return self.info.out_of_distribution.score(logits, embedding, self.reference)


def find_bundle(path: Path | None = None, shipped_in: Path | None = None) -> Path:
    """The bundle folder to use: ``path``, else ``$TIGERCHECK_BUNDLE``, else what ``in_use.json`` names, else the
    newest.

    ``shipped_in`` is the folder of released bundles, by default the installed one.

    Raises:
        BundleNotFoundError: nothing is there.
        BundleCorruptError: ``in_use.json`` cannot be read.
    """
    if path is None and (named := os.environ.get(BUNDLE_VARIABLE)):
        path = Path(named)
    if path is not None:
        if not (path / MANIFEST).is_file():
            raise BundleNotFoundError(f"no model bundle at {path}: expected a folder that holds {MANIFEST}")
        return path
    bundles = shipped_in or bundles_dir()
    noted = read_in_use(bundles)
    if noted is not None:
        named_folder = bundles / noted.bundle
        if not (named_folder / MANIFEST).is_file():
            raise BundleNotFoundError(
                f"{bundles / IN_USE} names {noted.bundle}, which is not there: reinstall tigercheck, or choose "
                "another bundle with tigercheck-train rollback --to NAME"
            )
        return named_folder
    shipped = [p.parent for p in bundles.glob(f"*/{MANIFEST}")]
    if not shipped:
        raise BundleNotFoundError(
            f"no model bundle in {bundles}: reinstall tigercheck, or name a bundle folder with "
            f"--bundle or the variable {BUNDLE_VARIABLE}"
        )
    return max(shipped, key=_version_key)


def _version_key(folder: Path) -> tuple[int, ...]:
    digits = folder.name.rpartition("-")[2].split(".")
    return tuple(int(part) if part.isdigit() else -1 for part in digits)


def sha256_file(path: Path) -> str:
    """Hex sha256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def load_bundle(path: Path | None = None) -> Bundle:
    """Read and verify a bundle (default: see :func:`find_bundle`).

    Raises:
        BundleNotFoundError: there is none.
        BundleCorruptError: a file is missing, altered or unlisted, or ``bundle.json`` does not validate.
        BundleIncompatibleError: ``bundle.json`` is of another schema.
    """
    folder = find_bundle(path)
    raw = (folder / MANIFEST).read_bytes()
    info = _parse(raw, folder)
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    # Desktop systems drop hidden files such as .DS_Store into any folder they show.
    unlisted = sorted(name for name in present - set(info.files) - {MANIFEST} if not Path(name).name.startswith("."))
    problems = [f"{name}: not listed in {MANIFEST}" for name in unlisted]
    kept = dict.fromkeys((MODEL, REFERENCE, ARRAYS_FILE, SHEET_FILE), b"")
    for name, expected in info.files.items():
        if name not in present:
            problems.append(f"{name}: missing")
            continue
        data = (folder / name).read_bytes()
        if hashlib.sha256(data).hexdigest() != expected:
            problems.append(f"{name}: altered (its sha256 is not the one in {MANIFEST})")
        if name in kept:
            kept[name] = data
    if problems:
        raise BundleCorruptError(
            f"the model bundle at {folder} is not as it was released:\n  "
            + "\n  ".join(problems)
            + "\nReinstall tigercheck or copy the bundle again; do not use this one."
        )
    return Bundle(
        path=folder, info=info, model=kept[MODEL], fingerprint=hashlib.sha256(raw).hexdigest(),
        reference=_read_reference(kept[REFERENCE], info, folder),
        examples=_read_examples(kept[ARRAYS_FILE], kept[SHEET_FILE], info, folder),
    )  # fmt: skip


def _read_examples(arrays: bytes, sheet: bytes, info: BundleInfo, folder: Path) -> References | None:
    if not arrays and not sheet:
        return None
    try:
        examples = References.read(arrays, sheet)
    except ValueError as error:
        raise BundleCorruptError(f"{folder}: {error}") from error
    if unknown := set(examples.leaves) - set(info.leaves):
        raise BundleCorruptError(f"{folder / ARRAYS_FILE} shows leaves that the bundle does not know: {unknown}")
    return examples


def _read_reference(data: bytes, info: BundleInfo, folder: Path) -> dict[str, npt.NDArray[Any]]:
    wanted = ARRAYS[info.out_of_distribution.method]
    if not wanted:
        return {}
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            return {name: stored[name] for name in wanted}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise BundleCorruptError(f"{folder / REFERENCE} cannot be read: {error}") from error


def _parse(raw: bytes, folder: Path) -> BundleInfo:
    try:
        data = json.loads(raw)
    except ValueError as error:
        raise BundleCorruptError(f"{folder / MANIFEST} is not valid JSON: {error}") from error
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema != SCHEMA:
        raise BundleIncompatibleError(
            f"{folder / MANIFEST} has schema {schema!r}; this version of tigercheck reads {SCHEMA!r}"
        )
    try:
        return BundleInfo.model_validate(data)
    except ValidationError as error:
        lines = [f"  {'.'.join(str(x) for x in e['loc']) or '(whole)'}: {e['msg']}" for e in error.errors()]
        raise BundleCorruptError(f"{folder / MANIFEST} does not validate:\n" + "\n".join(lines)) from error
