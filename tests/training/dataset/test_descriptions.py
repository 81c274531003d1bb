"""The published descriptions are valid by their own standards and name what the taxonomy names."""

from __future__ import annotations

import csv
import json
import warnings
from pathlib import Path

import jsonschema
import pytest

from model.manifest import ManifestRow
from model.taxonomy import shipped_taxonomy
from training.dataset.descriptions import json_schema, table_schema, write_descriptions

TAXONOMY = shipped_taxonomy()
SHIPPED = Path("datasets/manifest")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = (SHIPPED / "photos.csv").read_text(encoding="utf-8").splitlines(keepends=True)[:50]
    (tmp_path / "photos.csv").write_text("".join(lines), encoding="utf-8")
    write_descriptions(tmp_path, TAXONOMY, "1.2.3")
    return tmp_path


def test_rows_validate_against_the_json_schema() -> None:
    schema = json_schema(TAXONOMY)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    with (SHIPPED / "photos.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows[::50]:
        validator.validate({**row, "width": int(row["width"]), "height": int(row["height"])})
    good = {**rows[0], "width": 1, "height": 1}
    for wrong in ({"leaf": "unicorn"}, {"more": "x"}, {"split": "test"}, {"width": 0}):
        assert not validator.is_valid({**good, **wrong})


def test_table_schema_has_every_column_and_the_taxonomys_leaves() -> None:
    fields = {field["name"]: field for field in table_schema(TAXONOMY)["fields"]}
    assert list(fields) == list(ManifestRow.model_fields)
    assert fields["leaf"]["constraints"]["enum"] == list(TAXONOMY.leaf_ids)
    assert fields["width"]["constraints"]["minimum"] == 1
    assert not fields["notes"]["constraints"]["required"]


def test_croissant_is_valid_for_mlcommons_own_package(folder: Path) -> None:
    with warnings.catch_warnings():
        # The package's own imports warn on this Python; what is asked here is whether it accepts the file.
        warnings.simplefilter("ignore")
        import mlcroissant

        dataset = mlcroissant.Dataset(str(folder / "croissant.json"))
        records = list(dataset.records("photos"))
    assert dataset.metadata.issues.errors == set()
    assert len(records) == 49
    assert records[0]["photos/leaf"].decode() in TAXONOMY.leaf_ids


def test_data_package_tells_when_a_table_was_changed(folder: Path) -> None:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    (resource,) = package["resources"]
    assert resource["bytes"] == (folder / "photos.csv").stat().st_size
    assert resource["hash"].startswith("sha256:")


def test_shipped_descriptions_are_up_to_date(tmp_path: Path) -> None:
    from importlib.metadata import version

    for name in ("photos.csv", "renders.csv"):
        (tmp_path / name).write_bytes((SHIPPED / name).read_bytes())
    for path in write_descriptions(tmp_path, TAXONOMY, version("tigercheck")):
        assert (SHIPPED / path.name).read_text(encoding="utf-8") == path.read_text(encoding="utf-8"), path.name
