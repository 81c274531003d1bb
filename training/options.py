"""Options that several commands share, so that one name means one thing everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_ROOT = Path(__file__).resolve().parent.parent
MANIFEST_DIR, RENDERS = _ROOT / "datasets" / "manifest", _ROOT / "datasets" / "renders"

PhotosOption = Annotated[
    Path,
    typer.Option(
        "--photos", envvar="TIGERCHECK_PHOTOS", help="Folder of the photo collection (photos.csv lies in it)."
    ),
]
RendersOption = Annotated[Path, typer.Option("--renders", help="Folder of the shipped renders.")]
ManifestOption = Annotated[Path, typer.Option("--manifest", help="Folder of photos.csv and renders.csv.")]
RunOption = Annotated[Path, typer.Option("--run", help="Run directory; what is in it goes on.")]
BundlesOption = Annotated[Path, typer.Option("--bundles", help="Folder that holds the released bundles.")]
