"""Photos with the labels an agency gave them: a folder tree, or a table with the agency's own column names."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.errors import ManifestError
from model.image import expand
from model.taxonomy import LANGUAGES, Taxonomy
from training.dataset.check import fold

#: What a table's columns can mean. ``file`` and ``leaf`` are needed.
MEANINGS = ("file", "leaf", "case", "item", "licence", "labelled_by", "label_basis", "notes")
#: File in a delivery that says which of the agency's columns means what, and its words for our leaves. Without one,
#: what was said for the same source before counts (:func:`remembered`).
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


def from_folder(folder: Path, taxonomy: Taxonomy, words: Words | None = None) -> list[Candidate]:
    """Photos of a folder tree: one folder of each path names the leaf, the innermost other one the case.

    ``2026-031/tiger_claw/a.jpg`` and ``tiger_claw/2026-031/a.jpg`` mean the same.
    """
    names = leaf_names(taxonomy, words.leaves if words else None)
    candidates = []
    for path in expand([folder]):
        parts = path.relative_to(folder).parts[:-1]
        labels = [part for part in parts if fold(part) in names]
        others = [part for part in parts if fold(part) not in names]
        candidates.append(
            Candidate(path, labels[-1] if labels else (parts[-1] if parts else ""), others[-1] if others else "")
        )
    return candidates


def from_table(table: Path, folder: Path, words: Words | None = None) -> list[Candidate]:
    """Rows of a CSV or XLSX file whose columns ``words`` maps, or which already have our names.

    Raises:
        ManifestError: a needed column is not there; the message shows what to write into the mapping file.
    """
    mapping = words or Words({}, {})
    records = _xlsx(table) if table.suffix.lower() == ".xlsx" else _csv(table)
    if not records:
        raise ManifestError(f"{table} has no rows")
    present = list(records[0])
    columns = {meaning: mapping.columns.get(meaning, meaning) for meaning in MEANINGS}
    for needed in ("file", "leaf"):
        if columns[needed] not in present:
            raise ManifestError(
                f"{table} has no column {columns[needed]!r}. Its columns are: {', '.join(present)}. Say once which "
                f"means what, with --map file=COLUMN --map leaf=COLUMN (known: {', '.join(MEANINGS)}), and what the "
                "agency's words mean with --word 'WORD=tiger_claw'; both are remembered for this source"
            )
    return [
        Candidate(
            path=folder / record[columns["file"]].strip(),
            **{m: record.get(columns[m], "").strip() for m in MEANINGS if m != "file"},
        )
        for record in records
    ]


def read_mapping(path: Path) -> Words:
    """A mapping file, empty if there is none.

    Raises:
        ManifestError: the file is not TOML, or names a meaning that does not exist.
    """
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


def remembered(manifest_dir: Path, source: str) -> Path:
    """File that remembers the columns and words of a source."""
    return manifest_dir / "agencies" / (re.sub(r"[^\w.-]+", "_", source).strip("_") + ".toml")


def learn(folder: Path, memory: Path, columns: Sequence[str], leaves: Sequence[str], taxonomy: Taxonomy) -> Words:
    """What is known of an agency's columns and words: its file in the delivery, else the memory, plus what is new.

    Args:
        folder: the delivery.
        memory: file of :func:`remembered`; written if ``columns`` or ``leaves`` say something new.
        columns: ``MEANING=COLUMN`` pairs.
        leaves: ``WORD=LEAF`` pairs.
        taxonomy: the leaves there are.

    Raises:
        ManifestError: a pair is not of that form, or names a meaning or leaf that does not exist; then nothing is
            remembered.
    """
    own = folder / MAPPING_FILE
    known = read_mapping(own if own.is_file() else memory)
    new_columns, new_leaves = _pairs(columns, "--map MEANING=COLUMN"), _pairs(leaves, "--word WORD=LEAF")
    wrong = sorted(set(new_columns) - set(MEANINGS))
    if wrong:
        raise ManifestError(f"--map: {', '.join(wrong)} is not one of {', '.join(MEANINGS)}")
    words = Words({**known.columns, **new_columns}, {**known.leaves, **new_leaves})
    leaf_names(taxonomy, words.leaves)
    if new_columns or new_leaves:
        memory.parent.mkdir(parents=True, exist_ok=True)
        lines = [
            "[columns]",
            *(f"{json.dumps(k)} = {json.dumps(v, ensure_ascii=False)}" for k, v in words.columns.items()),
        ]
        lines += ["[leaves]"]
        lines += [f"{json.dumps(k, ensure_ascii=False)} = {json.dumps(v)}" for k, v in words.leaves.items()]
        memory.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return words


def _pairs(texts: Sequence[str], form: str) -> dict[str, str]:
    found = {}
    for text in texts:
        key, mark, value = text.partition("=")
        if not mark or not key.strip() or not value.strip():
            raise ManifestError(f"expected {form}, got {text!r}")
        found[key.strip()] = value.strip()
    return found


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
