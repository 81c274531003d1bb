"""The page as an officer starts it: a process of its own, on a free port."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serving(
    command: Sequence[object] | None = None, *, log: Path, options: Sequence[object] = (), **environment: str
) -> Iterator[str]:
    """Run ``tigercheck serve`` and give its address; stop it at the end. Cases lie beside ``log``, never elsewhere."""
    with running(command, log=log, options=options, **environment) as (url, _process):
        yield url


@contextmanager
def running(
    command: Sequence[object] | None = None, *, log: Path, options: Sequence[object] = (), **environment: str
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """As :func:`serving`, with the process."""
    start = [str(part) for part in (command or [sys.executable, "-m", "serve.cli"])]
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            [*start, "serve", "--no-browser", "--port", "0", *(str(option) for option in options)],
            env={
                **os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8",
                "TIGERCHECK_DATA": str(log.parent / "cases"), **environment,
            },
            stdout=stream, stderr=subprocess.STDOUT, cwd=log.parent if command else None,
        )  # fmt: skip
        try:
            yield _address(log, process), process
        finally:
            process.terminate()
            process.wait(timeout=30)


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + 400
    while time.monotonic() < deadline:
        text = log.read_text(encoding="utf-8")
        found = re.search(r"https?://[\d.]+:\d+", text)
        if found:
            return found.group()
        assert process.poll() is None, text
        time.sleep(0.2)
    raise AssertionError("the page did not say where it listens: " + log.read_text(encoding="utf-8"))
