"""What was filled in and refused stays on the page: it can be mended and sent again, without being typed again."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

#: Fields that hold a person's own words, and the keys of their labels. All others are sent again as they were.
WORDS = {
    "decision": "case.form.words",
    "opinion": "case.form.opinion",
    "reason": "case.form.reason",
    "body": "case.form.body",
    "reference": "case.form.reference",
}


@dataclass(frozen=True)
class Typed:
    """A form that was not recorded.

    Attributes:
        action: address it was sent to.
        fixed: name and value of what is sent again as it was.
        words: name, key of the label and value of what can be mended.
    """

    action: str
    fixed: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, str, str], ...]


async def keep_typed(request: Request) -> None:
    """Dependency of routes that take forms: remember what was filled in, for :func:`typed_of`."""
    request.state.typed = (await request.form()).multi_items()


def typed_of(request: Request) -> Typed | None:
    """What this request's form held; ``None`` for a page that was merely opened. The officer has a field of their own.

    Files and other forms than those of one case are left out.
    """
    given = [(name, value) for name, value in getattr(request.state, "typed", ()) if isinstance(value, str)]
    if not given:
        return None
    return Typed(
        request.url.path,
        tuple((name, value) for name, value in given if name not in WORDS and name != "officer"),
        tuple((name, WORDS[name], value) for name, value in given if name in WORDS),
    )
