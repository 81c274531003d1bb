"""What no text an officer reads may say, and where to find such texts in the guide."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from serve.services.guide import Guide
from serve.services.guide_model import Text


def texts_in(value: object, where: str = "") -> Iterator[tuple[str, Text]]:
    """Every :class:`Text` within a model, a mapping or a sequence, with its path."""
    if isinstance(value, Text):
        yield where, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts_in(getattr(value, name), f"{where}.{name}")
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from texts_in(member, f"{where}.{key}")
    elif isinstance(value, tuple | list):
        for number, member in enumerate(value):
            yield from texts_in(member, f"{where}.{number}")


def guide_texts(guide: Guide) -> list[tuple[str, Text]]:
    """All texts of the guide with their paths."""
    parts = (guide.entries, guide.sheets, guide.laws, guide.contacts, guide.steps, guide.captions, guide.sources)
    return list(texts_in(parts))
