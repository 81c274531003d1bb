"""Machine-readable descriptions published beside the data: JSON Schema, Table Schema data package, Croissant.

Sources: JSON Schema 2020-12; Frictionless *Data Package* and *Table Schema* (specs.frictionlessdata.io); MLCommons
*Croissant* 1.0. Enumerations come from the row model and the taxonomy, so no description can name a class of its own.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from model.manifest import ManifestRow
from model.taxonomy import Taxonomy

SCHEMA_FILE = "manifest.schema.json"
PACKAGE_FILE = "datapackage.json"
CROISSANT_FILE = "croissant.json"

_TITLES = {
    "file": "Path inside the photo folder; a crop carries a W3C media fragment (#xywh=percent:left,top,width,height)",
    "sha256": "SHA-256 of the whole file",
    "leaf": "Class of the taxonomy",
    "exhibit": "Physical object or animal: the unit of splitting",
    "source": "Where the photo comes from: repository with commit, or agency",
    "source_path": "Path or case number at the source",
    "licence": "Licence as the source states it",
    "origin": "Photo, render, or otherwise generated",
    "split": "Side of the split",
    "labelled_by": "Who gave the label",
    "label_basis": "What the label rests on",
    "captured": "When it was taken (ISO 8601), empty if unknown",
    "width": "Width in pixels, of the crop if it is one",
    "height": "Height in pixels, of the crop if it is one",
    "notes": "Anything else",
}


def json_schema(taxonomy: Taxonomy) -> dict[str, Any]:
    """JSON Schema of one row."""
    schema = ManifestRow.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "tigercheck manifest row"
    schema["properties"]["leaf"]["enum"] = list(taxonomy.leaf_ids)
    for name, title in _TITLES.items():
        schema["properties"][name]["description"] = title
    return schema


def table_schema(taxonomy: Taxonomy) -> dict[str, Any]:
    """Table Schema of a manifest."""
    properties = json_schema(taxonomy)["properties"]
    fields = []
    for name, rule in properties.items():
        constraints: dict[str, Any] = {"required": "minLength" in rule or "enum" in rule or rule["type"] == "integer"}
        constraints |= {key: rule[key] for key in ("enum", "pattern", "minLength") if key in rule}
        if "exclusiveMinimum" in rule:
            constraints["minimum"] = rule["exclusiveMinimum"] + 1
        fields.append({"name": name, "type": rule["type"], "title": _TITLES[name], "constraints": constraints})
    return {"fields": fields, "primaryKey": ["file"], "missingValues": [""]}


def data_package(manifests: list[Path], taxonomy: Taxonomy, version: str) -> dict[str, Any]:
    """Data package over the manifests given."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "tigercheck-manifest",
        "title": "tigercheck: labelled photos of tiger parts, look-alikes and other things",
        "version": version,
        "licenses": [{"name": "CC0-1.0", "title": "The tables themselves; photos keep the licence of their row"}],
        "resources": [
            {
                "name": path.stem.replace("_", "-"),
                "path": path.name,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": path.stat().st_size,
                "hash": f"sha256:{_sha256(path)}",
                "schema": table_schema(taxonomy),
            }
            for path in manifests
        ],
    }


def croissant(manifests: list[Path], taxonomy: Taxonomy, version: str) -> dict[str, Any]:
    """Croissant 1.0 description over the manifests given."""
    kinds = {"integer": "sc:Integer", "string": "sc:Text"}
    fields = table_schema(taxonomy)["fields"]
    files = [
        {
            "@type": "cr:FileObject",
            "@id": path.name,
            "name": path.name,
            "contentUrl": path.name,
            "encodingFormat": "text/csv",
            "sha256": _sha256(path),
        }
        for path in manifests
    ]
    records = [
        {
            "@type": "cr:RecordSet",
            "@id": path.stem,
            "name": path.stem,
            "field": [
                {
                    "@type": "cr:Field",
                    "@id": f"{path.stem}/{field['name']}",
                    "name": field["name"],
                    "description": field["title"],
                    "dataType": kinds[field["type"]],
                    "source": {"fileObject": {"@id": path.name}, "extract": {"column": field["name"]}},
                }
                for field in fields
            ],
        }
        for path in manifests
    ]
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "tigercheck-manifest",
        "description": "Labels, sources, licences and splits of the photos tigercheck is trained and tested on.",
        "license": "https://creativecommons.org/publicdomain/zero/1.0/",
        "version": version,
        "datePublished": "2026-11-24",
        "citeAs": "tigercheck maintainers (2026): tigercheck manifest",
        "distribution": files,
        "recordSet": records,
    }


def write_descriptions(folder: Path, taxonomy: Taxonomy, version: str) -> list[Path]:
    """Write the three files beside the manifests in ``folder``; returns their paths."""
    manifests = [folder / name for name in ("photos.csv", "renders.csv") if (folder / name).is_file()]
    content = {
        SCHEMA_FILE: json_schema(taxonomy),
        PACKAGE_FILE: data_package(manifests, taxonomy, version),
        CROISSANT_FILE: croissant(manifests, taxonomy, version),
    }
    for name, value in content.items():
        (folder / name).write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return [folder / name for name in content]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# The context that Croissant 1.0 asks every description to carry.
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
