"""Exhibits with a laboratory's answer, as a delivery for ``tigercheck-train data add``: the label's way back."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from serve.store.store import CaseStore

#: Columns that ``tigercheck-train data add --table`` reads without a mapping.
COLUMNS = ("file", "leaf", "case", "item", "labelled_by", "label_basis", "notes")
TABLE = "cases.csv"


@dataclass(frozen=True)
class Exported:
    """How much was written."""

    photos: int
    exhibits: int


def export_confirmed(store: CaseStore, folder: Path) -> Exported:
    """Write the photos (byte for byte) and the table of all exhibits a laboratory has answered for.

    Files already there are left if they are the same; the table is replaced. A case is named by the number it was
    opened with, so that an exhibit delivered before stays the same one.
    """
    records = []
    exhibits = 0
    for case in store.cases():
        for exhibit in case.exhibits.values() if case.state != "withdrawn" else ():
            answer = exhibit.laboratory
            if answer is None or not exhibit.photos:  # goods declared without a photo teach nothing
                continue
            exhibits += 1
            for photo in exhibit.photos:
                name = f"photos/{photo.sha256[:12]}-{_plain(photo.name)}"
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(store.photos.path(photo.sha256).read_bytes())
                records.append(
                    {
                        "file": name, "leaf": answer.leaf, "case": case.key, "item": exhibit.name,
                        "labelled_by": answer.body, "label_basis": "appraisal", "notes": answer.reference,
                    }
                )  # fmt: skip
    if records:
        with (folder / TABLE).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, COLUMNS)
            writer.writeheader()
            writer.writerows(records)
    return Exported(len(records), exhibits)


def _plain(name: str) -> str:
    """A file name that every system can hold."""
    return re.sub(r"[^\w.\- ]", "_", name, flags=re.ASCII).lstrip(".")[-80:] or "photo"
