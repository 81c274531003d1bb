"""To be written."""

from __future__ import annotations

from training.render.objects.common import Generator

GENERATORS: dict[str, tuple[Generator, ...]] = {}
