"""How checking, splitting and finding near-duplicates grow with the number of rows.

    python benchmarks/manifest_size.py [--rows 10000 30000 100000]

Makes a manifest of that many rows (no pictures: hashing files is left out), runs each step in a process of its own and
prints wall time, time a row relative to the smallest size, and peak memory.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from model.manifest import ManifestRow, read_manifest, write_manifest
from model.taxonomy import shipped_taxonomy
from training.dataset.check import check_manifest
from training.dataset.duplicates import candidate_pairs
from training.dataset.split import Item, make_split

STEPS = ("check", "split", "duplicates")


def make_manifest(path: Path, count: int) -> None:
    """Rows of all leaves, four a exhibit, from twenty sources."""
    random = np.random.default_rng(0)
    leaves = shipped_taxonomy().leaf_ids
    rows = [
        ManifestRow(
            file=f"{k // 1000}/{k}.jpg", sha256=f"{k:064x}", leaf=leaves[(k // 4) % len(leaves)], exhibit=f"e{k // 4}",
            source=f"agency:{k // 4 % 20}", source_path=f"case-{k // 40}", licence="agency: training only",
            origin="photo", split="train", labelled_by="expert A", label_basis="expert", captured="",
            width=int(random.integers(400, 4000)), height=int(random.integers(400, 4000)), notes="",
        )
        for k in range(count)
    ]  # fmt: skip
    write_manifest(path, rows)


def measure(step: str, path: Path, count: int, answer: multiprocessing.Queue) -> None:
    """Run one step and put seconds, peak megabytes and what was found."""
    taxonomy = shipped_taxonomy()
    rows = read_manifest(path, taxonomy) if step == "split" else []
    hashes = np.random.default_rng(1).integers(0, 2**63, count, dtype=np.uint64)
    hashes[1::50] = hashes[::50][: len(hashes[1::50])] ^ np.uint64(5)
    start = time.perf_counter()
    if step == "check":
        found = f"{len(check_manifest(path, taxonomy).problems)} problems"
    elif step == "split":
        items = [Item(row.exhibit, row.source, row.leaf) for row in rows]
        plan = make_split(
            items, [], shares={"train": 0.7, "validation": 0.1, "calibration": 0.2}, pinned={"agency:3": "holdout"},
            seed="benchmark",
        )  # fmt: skip
        found = f"{len(plan.exhibits)} exhibits"
    else:
        found = f"{len(candidate_pairs(hashes, hashes))} pairs"
    seconds = time.perf_counter() - start
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer.put((seconds, kilobytes / (1024 if sys.platform != "darwin" else 1024**2), found))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 30_000, 100_000])
    options = parser.parse_args()
    table = Table(title="Growth with the number of rows")
    for column in ("step", "rows", "seconds", "time a row, relative", "peak MB", "found"):
        table.add_column(column, justify="left" if column in ("step", "found") else "right")
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        base: dict[str, float] = {}
        for count in options.rows:
            path = Path(folder) / f"{count}.csv"
            make_manifest(path, count)
            for step in STEPS:
                answer = context.Queue()
                process = context.Process(target=measure, args=(step, path, count, answer))
                process.start()
                seconds, megabytes, found = answer.get()
                process.join()
                base.setdefault(step, seconds / count)
                table.add_row(
                    step, str(count), f"{seconds:.2f}", f"{seconds / count / base[step]:.2f}", f"{megabytes:.0f}", found
                )
    Console().print(table)


if __name__ == "__main__":
    main()
