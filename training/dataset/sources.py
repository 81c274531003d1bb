"""Photos with the labels an agency gave them: a folder tree, or a table with the agency's own column names."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.errors import ManifestError
from model.image import expand
from model.taxonomy import LANGUAGES, Taxonomy
from training.dataset.check import fold

#: What a table's columns can mean. ``file`` and ``leaf`` are needed.
MEANINGS = ("file", "leaf", "case", "item", "licence", "labelled_by", "label_basis", "notes")
#: File in the added folder that remembers which of the agency's columns means what, and its words for our leaves.
MAPPING_FILE = "tigercheck-columns.toml"


@dataclass(frozen=True)
class Candidate:
    """One photo as the agency described it. ``leaf`` is the label as written until it is resolved."""

    path: Path
    leaf: str
    case: str
    item: str = ""
    licence: str = ""
    labelled_by: str = ""
    label_basis: str = ""
    notes: str = ""


@dataclass(frozen=True)
class Words:
    """Columns by meaning, and leaves by the agency's words."""

    columns: Mapping[str, str]
    leaves: Mapping[str, str]


def leaf_names(taxonomy: Taxonomy, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Leaf by every name it goes by (id, the three languages, the agency's own words), folded."""
    names = {fold(leaf.id): leaf.id for leaf in taxonomy.leaves}
    for leaf in taxonomy.leaves:
        for language in LANGUAGES:
            for name in leaf.names.text(language).split(","):
                names.setdefault(fold(name), leaf.id)
    for word, leaf_id in (extra or {}).items():
        if leaf_id not in taxonomy.leaf_ids:
            raise ManifestError(
                f"{MAPPING_FILE}: leaf {leaf_id!r} is not in the taxonomy ({', '.join(taxonomy.leaf_ids)})"
            )
        names[fold(word)] = leaf_id
    return names


def from_folder(folder: Path, taxonomy: Taxonomy) -> list[Candidate]:
    """Photos of a folder tree: one folder of each path names the leaf, the innermost other one the case.

    ``2026-031/tiger_claw/a.jpg`` and ``tiger_claw/2026-031/a.jpg`` mean the same.
    """
    names = leaf_names(taxonomy, read_mapping(folder).leaves)
    candidates = []
    for path in expand([folder]):
        parts = path.relative_to(folder).parts[:-1]
        labels = [part for part in parts if fold(part) in names]
        others = [part for part in parts if fold(part) not in names]
        candidates.append(
            Candidate(path, labels[-1] if labels else (parts[-1] if parts else ""), others[-1] if others else "")
        )
    return candidates


def from_table(table: Path, folder: Path) -> list[Candidate]:
    """Rows of a CSV or XLSX file whose columns are mapped in :data:`MAPPING_FILE` or already have our names.

    Raises:
        ManifestError: a needed column is not there; the message shows what to write into the mapping file.
    """
    mapping = read_mapping(folder)
    records = _xlsx(table) if table.suffix.lower() == ".xlsx" else _csv(table)
    if not records:
        raise ManifestError(f"{table} has no rows")
    present = list(records[0])
    columns = {meaning: mapping.columns.get(meaning, meaning) for meaning in MEANINGS}
    for needed in ("file", "leaf"):
        if columns[needed] not in present:
            raise ManifestError(
                f"{table} has no column {columns[needed]!r}. Its columns are: {', '.join(present)}. Say once which "
                f"means what, in {folder / MAPPING_FILE}:\n\n[columns]\n"
                + "\n".join(f'{meaning} = "…"' for meaning in MEANINGS)
                + '\n\n[leaves]\n"the agency\'s word" = "tiger_claw"'
            )
    return [
        Candidate(
            path=folder / record[columns["file"]].strip(),
            **{m: record.get(columns[m], "").strip() for m in MEANINGS if m != "file"},
        )
        for record in records
    ]


def read_mapping(folder: Path) -> Words:
    """The mapping remembered in ``folder``, empty if there is none.

    Raises:
        ManifestError: the file is not TOML, or names a meaning that does not exist.
    """
    path = folder / MAPPING_FILE
    if not path.is_file():
        return Words({}, {})
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ManifestError(f"{path} is not valid TOML: {error}") from error
    unknown = set(data) - {"columns", "leaves"} | set(data.get("columns", {})) - set(MEANINGS)
    if unknown:
        raise ManifestError(
            f"{path}: unknown {', '.join(sorted(unknown))}; expected the tables [columns] (with {', '.join(MEANINGS)}) "
            "and [leaves]"
        )
    return Words(data.get("columns", {}), data.get("leaves", {}))


def _csv(table: Path) -> list[dict[str, str]]:
    try:
        # Spreadsheet programs write a byte order mark, and semicolons where the comma is the decimal sign.
        text = table.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"cannot read {table} as UTF-8 text: {error}") from error
    try:
        dialect: Any = csv.Sniffer().sniff(text[:4096], ",;\t")
    except csv.Error:
        dialect = csv.excel
    return list(_named(csv.reader(text.splitlines(), dialect)))


def _xlsx(table: Path) -> list[dict[str, str]]:
    import openpyxl  # noqa: PLC0415 - only tables from spreadsheets need it

    try:
        book = openpyxl.load_workbook(table, read_only=True, data_only=True)
    except Exception as error:
        raise ManifestError(f"cannot read {table} as a spreadsheet: {error}") from error
    rows = (
        ["" if cell is None else str(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)
    )
    found = list(_named(rows))
    book.close()
    return found


def _named(rows: Iterable[list[str]]) -> Iterable[dict[str, str]]:
    iterator = iter(rows)
    header = [name.strip() for name in next(iterator, [])]
    for row in iterator:
        if any(cell.strip() for cell in row):
            yield dict(zip(header, [*row, *[""] * len(header)], strict=False))
