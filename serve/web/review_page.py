"""What wants a second pair of eyes, and how often check, officer and laboratory agreed at this post."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from serve.i18n import tr
from serve.services.clock import local_time
from serve.services.contradiction import contradicts
from serve.services.review import confusions, matrix_sentences, queue, reason_sentence
from serve.web.frame import language_of, page
from serve.web.rooms import in_words, store_of

router = APIRouter(default_response_class=Response)


@router.get("/review")
def review(request: Request) -> Response:
    """The queue and three confusion matrices over the post's own cases."""
    language = language_of(request)
    refused: list[str] = []
    cases = []
    with in_words(request, refused):
        store = store_of(request)
        cases, now = store.cases(), store.now()
    waiting = queue(cases, now, contradicts=contradicts) if cases else []
    return page(
        request, "review.html", title=tr("review.title", language), status=503 if refused else 200, refused=refused,
        waiting=waiting, why=lambda reason: reason_sentence(reason, language),
        when=lambda at: local_time(at, language),
        matrices=[(one, matrix_sentences(one, language)) for one in confusions(cases)],
    )  # fmt: skip
