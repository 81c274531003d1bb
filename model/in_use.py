"""Which of the shipped bundles answers, and which did before: a small file beside them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.errors import BundleCorruptError

IN_USE = "in_use.json"


class Use(BaseModel):
    """One bundle's time in use: its folder name, from when on (ISO 8601, UTC), and why it was chosen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bundle: str = Field(pattern=r"^[a-z][a-z0-9-]*-\d+\.\d+\.\d+$")
    since: str
    reason: str


class InUse(BaseModel):
    """The content of ``in_use.json``: the oldest use first, the last one being the bundle that answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: Literal["tigercheck.in_use/1"] = Field(alias="schema")
    uses: tuple[Use, ...] = Field(min_length=1)

    @property
    def bundle(self) -> str:
        """Folder name of the bundle in use."""
        return self.uses[-1].bundle


def read_in_use(bundles: Path) -> InUse | None:
    """What ``bundles`` says is in use; ``None`` if it says nothing.

    Raises:
        BundleCorruptError: the file is there but cannot be read.
    """
    path = bundles / IN_USE
    if not path.is_file():
        return None
    try:
        return InUse.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise BundleCorruptError(
            f"{path} cannot be read ({error}); restore it, or delete it so that the newest bundle answers"
        ) from error


def put_in_use(bundles: Path, bundle: str, reason: str) -> InUse:
    """Note that ``bundle`` answers from now on. Earlier entries stay; the file is replaced in one step.

    Raises:
        BundleCorruptError: the file that is there cannot be read.
    """
    before = read_in_use(bundles)
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    uses = (*(before.uses if before else ()), Use(bundle=bundle, since=now, reason=reason))
    noted = InUse(schema="tigercheck.in_use/1", uses=uses)
    part = bundles / (IN_USE + ".part")
    part.write_text(noted.model_dump_json(by_alias=True, indent=1) + "\n", encoding="utf-8")
    part.replace(bundles / IN_USE)
    return noted
