"""Sentences of the page of results."""

from __future__ import annotations

from serve.i18n import tr


def told(key: str, language: str, **params: object) -> str:
    """A sentence of the page of results."""
    return tr(f"class_results.{key}", language, **params)
