"""Carry out a plan: one process a core, each picture on its own, so that a stop loses at most the ones in work."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.errors import TrainingError
from training.render.plan import Picture

PLAN_FILE = "pictures.jsonl"


@dataclass(frozen=True)
class Failed:
    """A picture that could not be rendered, and what the process said last."""

    name: str
    reason: str


def picture_path(out: Path, picture: Picture) -> Path:
    """Where a picture is kept."""
    return out / f"{picture.name}.webp"


def mask_path(out: Path, picture: Picture) -> Path:
    """Where the mask that cuts its exhibit out is kept."""
    return out / f"{picture.name}.mask.webp"


def carry_out(
    plan: Sequence[Picture],
    out: Path,
    processes: int | None = None,
    progress: Callable[[int], None] | None = None,
    command: Sequence[str] | None = None,
    lossless: bool = False,
) -> list[Failed]:
    """Render what is not there yet; returns what failed.

    Args:
        plan: all pictures.
        out: folder of the pictures, and of one JSON line a picture with all its parameters.
        processes: default one a core.
        progress: told how many pictures are there.
        command: what renders; default Blender's.
        lossless: keep a PNG of each picture too, to see what storing costs.

    Raises:
        TrainingError: ``out`` holds pictures of another plan.
    """
    out.mkdir(parents=True, exist_ok=True)
    _keep_plan(plan, out / PLAN_FILE)
    waiting: queue.Queue[Picture] = queue.Queue()
    # The first exhibit of every leaf, then the second: a run that is stopped early has some of all.
    for picture in sorted(plan, key=lambda one: one.exhibit.rpartition("-")[2]):
        if not picture_path(out, picture).is_file():
            waiting.put(picture)
    lock, failed = threading.Lock(), list[Failed]()
    done = len(plan) - waiting.qsize()

    def finish(failure: Failed | None) -> None:
        nonlocal done
        with lock:
            done += 1
            if failure:
                failed.append(failure)
            if progress:
                progress(done)

    start = [
        *(command or (sys.executable, "-m", "training.render.worker")),
        str(out),
        *(["--lossless"] if lossless else []),
    ]
    threads = [
        threading.Thread(target=_worker, args=(start, waiting, finish)) for _ in range(processes or os.cpu_count() or 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(failed, key=lambda one: one.name)


def _worker(start: Sequence[str], waiting: queue.Queue[Picture], finish: Callable[[Failed | None], None]) -> None:
    with tempfile.TemporaryFile() as said:
        process: subprocess.Popen[str] | None = None
        while True:
            try:
                picture = waiting.get_nowait()
            except queue.Empty:
                break
            if process is None:
                said.truncate(0)
                # What the process says goes to a file: a full pipe would stop it.
                process = subprocess.Popen(  # noqa: S603 - our own module, or what a test gives
                    start, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True
                )
            if _ask(process, picture):
                finish(None)
                continue
            process.kill()
            process.communicate()
            process = None
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines()
            finish(Failed(picture.name, lines[-1] if lines else "the render process ended without a word"))
        if process is not None:
            process.communicate()


def _ask(process: subprocess.Popen[str], picture: Picture) -> bool:
    """Hand a picture over; ``True`` once the process says that it is done."""
    if process.stdin is None or process.stdout is None:
        return False
    try:
        process.stdin.write(picture.model_dump_json() + "\n")
        process.stdin.flush()
        return process.stdout.readline().strip() == picture.name
    except OSError:
        return False


def _keep_plan(plan: Sequence[Picture], path: Path) -> None:
    lines = "".join(json.dumps(picture.model_dump(mode="json"), sort_keys=True) + "\n" for picture in plan)
    if path.is_file() and path.read_text(encoding="utf-8") != lines:
        raise TrainingError(f"{path.parent} holds pictures of another recipe; give another --out or delete it")
    path.write_text(lines, encoding="utf-8")
