"""Practice by spaced repetition: FSRS brings back what was wrong soon, and what was known later.

The scheduler is that of the package ``fsrs`` (Free Spaced Repetition Scheduler, version 6) without its random spread,
so the same answers at the same times give the same plan. Its steps of one and ten minutes suit a lesson.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from fsrs import Card, Rating, Scheduler
from sqlalchemy import select
from sqlalchemy.orm import Session

from serve.exercise.model import Answer, Thing
from serve.exercise.store.tables import CardRow

_SCHEDULER = Scheduler(enable_fuzzing=False)


def rating(answer: Answer) -> Rating:
    """How well a thing was known: wrong or "cannot tell" comes again; right and sure is easy, right and unsure hard."""
    if answer.chosen != answer.truth:
        return Rating.Again
    if answer.confidence <= 2:
        return Rating.Hard
    return Rating.Easy if answer.confidence == 5 else Rating.Good


def review(session: Session, code: str, answer: Answer) -> datetime:
    """Move a trainee's card of a thing by an answer, within the session's transaction.

    Returns:
        When the thing is due again, UTC.
    """
    row = session.get(CardRow, (code, answer.thing))
    card = Card.from_json(row.card) if row else Card(card_id=0, due=answer.at)
    card, _ = _SCHEDULER.review_card(card, rating(answer), answer.at.astimezone(UTC))
    due = card.due.isoformat(timespec="milliseconds")
    if row is None:
        session.add(CardRow(code=code, thing=answer.thing, due=due, card=card.to_json()))
    else:
        row.due, row.card = due, card.to_json()
    return card.due


def next_thing(
    session: Session, code: str, things: Sequence[Thing], wrong: Iterable[str], now: datetime
) -> Thing | None:
    """What to practise next: what is due, longest due first; then what was wrong in the test before; then the rest.

    Args:
        things: all that may be practised.
        wrong: ids of things answered wrong in a test, in the order they were asked.
        now: UTC.

    Returns:
        ``None`` if nothing is due now and nothing is new.
    """
    by_id = {thing.id: thing for thing in things}
    rows = session.scalars(select(CardRow).where(CardRow.code == code)).all()
    due = sorted((datetime.fromisoformat(row.due), row.thing) for row in rows if row.thing in by_id)
    if due and due[0][0] <= now:
        return by_id[due[0][1]]
    seen = {row.thing for row in rows}
    new = [one for one in dict.fromkeys((*wrong, *by_id)) if one in by_id and one not in seen]
    return by_id[new[0]] if new else None


def next_due(session: Session, code: str) -> datetime | None:
    """When the next thing is due, UTC; ``None`` if nothing was practised."""
    due = [datetime.fromisoformat(row) for row in session.scalars(select(CardRow.due).where(CardRow.code == code))]
    return min(due, default=None)
