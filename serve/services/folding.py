"""Text without case and accents, so that a search finds what was typed without them."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """``text`` in lower case without accents; đ becomes d, full-width letters become plain (Unicode NFKD)."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    return "".join(char for char in plain if not unicodedata.combining(char))
