"""Answers in words: the core's codes become sentences of one language."""

from __future__ import annotations

from model.decision import Message
from model.errors import ImageError
from model.taxonomy import Taxonomy, shipped_taxonomy
from serve.i18n import tr

#: Lower bound of probability and its key, highest first. The scale is that of the IPCC's guidance note on
#: uncertainty (Mastrandrea et al. 2010), so the same word means the same probability everywhere on the page.
LIKELIHOOD: tuple[tuple[float, str], ...] = (
    (0.99, "likelihood.virtually_certain"),
    (0.90, "likelihood.very_likely"),
    (0.66, "likelihood.likely"),
    (0.33, "likelihood.as_likely_as_not"),
    (0.10, "likelihood.unlikely"),
    (0.01, "likelihood.very_unlikely"),
    (0.0, "likelihood.exceptionally_unlikely"),
)


def likelihood(probability: float, language: str) -> str:
    """A calibrated probability in words."""
    key = next(key for bound, key in LIKELIHOOD if probability >= bound)
    return tr(key, language)


def leaf_name(leaf_id: str, language: str, taxonomy: Taxonomy | None = None) -> str:
    """A leaf's name from the taxonomy."""
    return (taxonomy or shipped_taxonomy()).leaf(leaf_id).names.text(language)


def sentence(message: Message, language: str, taxonomy: Taxonomy | None = None) -> str:
    """A claim or reason in words; leaf ids and declared items in its parameters become names."""
    params: dict[str, str] = {}
    for name, value in message.params.items():
        if name in ("leaf", "leaves"):
            params[name] = tr("list.separator", language).join(
                leaf_name(leaf_id, language, taxonomy) for leaf_id in value.split(",")
            )
        else:
            params[name] = tr(f"declared.{value}", language) if name == "item" else value
    return tr(message.code, language, **params)


def failure_sentence(error: ImageError, language: str) -> str:
    """Why a photo could not be used, and what to do."""
    return tr(f"image_error.{error.code.value}", language, **error.params)
