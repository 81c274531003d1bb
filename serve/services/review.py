"""Exhibits that want a second pair of eyes, and who agrees with whom once a laboratory has answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from model.frequency import wilson
from model.taxonomy import shipped_taxonomy
from serve.i18n import percent, tr
from serve.store.cases import Case, Exhibit

#: Days after which a laboratory's answer counts as missing, unless told otherwise.
LABORATORY_DAYS = 30
#: An interval wider than this says nothing of use: agreement of 70 % could as well be 50 or 90 %.
_TOO_WIDE = 0.2
_PROTECTED = frozenset("TP")
_LET_GO = frozenset("FN")

#: Says whether the checklist's answers speak against the check: given an exhibit with both.
Contradiction = Callable[[Exhibit], bool]


class Reason(StrEnum):
    """Why an exhibit is in the queue. Each has a sentence in every catalogue (``review.reason.<code>``)."""

    ABSTAINED = "abstained"
    OFFICER_DISAGREES = "officer_disagrees"
    LET_GO = "let_go"
    PHOTOS_DISAGREE = "photos_disagree"
    CHECKLIST_CONTRADICTS = "checklist_contradicts"
    LABORATORY_MISSING = "laboratory_missing"


@dataclass(frozen=True)
class ReviewItem:
    """An exhibit to look at again. ``since`` is when it was checked or decided last; UTC."""

    case: str
    exhibit: str
    place: str
    officer: str
    outcome: str | None
    reasons: tuple[Reason, ...]
    since: datetime


def queue(
    cases: Iterable[Case],
    now: datetime,
    laboratory_days: int = LABORATORY_DAYS,
    contradicts: Contradiction | None = None,
) -> list[ReviewItem]:
    """Exhibits that want a second look, the most reasons first, then the longest waiting.

    An exhibit leaves the queue when a laboratory has answered. Reviewed by someone other than who checked it, and not
    checked again since, it stays only for the laboratory's answer. Withdrawn cases are left out.

    Args:
        now: with a zone.
        laboratory_days: after how many days a laboratory's answer is missed.
        contradicts: whether the checklist speaks against the check; without it that reason is never given.
    """
    found = []
    for case in cases:
        if case.state == "withdrawn":
            continue
        for one in case.exhibits.values():
            since = max((at for at in (one.judged_at, one.decided_at) if at), default=None)
            if since is None or one.laboratory is not None:
                continue
            reasons = [] if _reviewed(case, one, since) else list(_doubts(one, contradicts))
            if _awaits_laboratory(one) and now - since > timedelta(days=laboratory_days):
                reasons.append(Reason.LABORATORY_MISSING)
            if reasons:
                found.append(
                    ReviewItem(case.number, one.name, case.place, case.officer, one.outcome, tuple(reasons), since)
                )
    return sorted(found, key=lambda item: (-len(item.reasons), item.since))


def reason_sentence(reason: Reason, language: str, laboratory_days: int = LABORATORY_DAYS) -> str:
    """Why, in words. ``laboratory_days`` as given to :func:`queue`."""
    if reason is Reason.LABORATORY_MISSING:
        return tr(f"review.reason.{reason.value}", language, days=laboratory_days)
    return tr(f"review.reason.{reason.value}", language)


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval (Wilson 1927, score interval). ``count`` of ``n``; without any n, 0 to 1."""

    count: int
    n: int
    low: float
    high: float

    @property
    def enough(self) -> bool:
        """Whether the interval is narrow enough to say something."""
        return self.n > 0 and self.high - self.low <= _TOO_WIDE


@dataclass(frozen=True)
class Matrix:
    """Who said what of the same exhibits, by identity.

    Attributes:
        name: ``model_laboratory``, ``officer_laboratory`` or ``officer_model``; rows are the second of the two.
        codes: of rows and columns, in order.
        counts: exhibits by (row, column).
        n: exhibits in it; one value an exhibit, because photos of one object are not independent.
        abstained: of these, where the first answered U.
        agreement: among those where neither answered U.
        missed: of the rows T and P, those the first called F or N: the critical error.
    """

    name: str
    codes: tuple[str, ...]
    counts: dict[tuple[str, str], int]
    n: int
    abstained: int
    agreement: Share
    missed: Share


def share_of(count: int, n: int) -> Share:
    """``count`` of ``n`` with its interval."""
    return Share(count, n, *wilson(count, n))


def confusions(cases: Iterable[Case]) -> tuple[Matrix, Matrix, Matrix]:
    """Model against laboratory, officer against laboratory, officer against model.

    Over all exhibits of cases not withdrawn with a laboratory's answer. An officer's judgement counts only if it was
    recorded before the model's answer.
    """
    pairs: tuple[list[tuple[str, str]], ...] = ([], [], [])
    identities = {leaf.id: str(leaf.identity) for leaf in shipped_taxonomy().leaves}
    for case in cases:
        for one in case.exhibits.values() if case.state != "withdrawn" else ():
            truth = identities.get(one.laboratory.leaf) if one.laboratory else None
            if truth is None:
                continue
            officer = one.judgement.payload.identity if one.judgement and one.judgement.before_model else None
            for rows, row, column in zip(
                pairs, (truth, truth, one.outcome), (one.outcome, officer, officer), strict=True
            ):
                if row is not None and column is not None:
                    rows.append((row, column))
    first, second, third = pairs
    return (
        _matrix("model_laboratory", first),
        _matrix("officer_laboratory", second),
        _matrix("officer_model", third),
    )


def matrix_sentences(matrix: Matrix, language: str) -> list[str]:
    """What a matrix says, in words, with how many it rests on; first of all when that is too few."""
    if matrix.n == 0:
        return [tr("review.matrix.none", language)]
    said = [] if matrix.agreement.enough else [tr("review.matrix.too_few", language, n=matrix.n)]
    said.append(_share_sentence("agreement", matrix.agreement, language))
    if matrix.abstained:
        said.append(tr("review.matrix.abstained", language, count=matrix.abstained, n=matrix.n))
    if matrix.missed.n:
        said.append(_share_sentence("missed", matrix.missed, language))
    return said


def _share_sentence(name: str, share: Share, language: str) -> str:
    low, high = percent(share.low, language), percent(share.high, language)
    return tr(f"review.matrix.{name}", language, count=share.count, n=share.n, low=low, high=high)


def _matrix(name: str, pairs: Sequence[tuple[str, str]]) -> Matrix:
    used = {code for pair in pairs for code in pair}
    counts: dict[tuple[str, str], int] = {}
    for pair in pairs:
        counts[pair] = counts.get(pair, 0) + 1
    answered = [(row, column) for row, column in pairs if "U" not in (row, column)]
    protected = [column for row, column in pairs if row in _PROTECTED]
    return Matrix(
        name=name,
        codes=tuple(code for code in "TPFNXU" if code in "TPFN" or code in used),
        counts=counts,
        n=len(pairs),
        abstained=sum(column == "U" for _, column in pairs),
        agreement=share_of(sum(row == column for row, column in answered), len(answered)),
        missed=share_of(sum(column in _LET_GO for column in protected), len(protected)),
    )


def _reviewed(case: Case, exhibit: Exhibit, since: datetime) -> bool:
    own = {case.officer, case.recorder, exhibit.judged_by}
    return any(review.at >= since and review.who not in own for review in exhibit.reviews)


def _doubts(exhibit: Exhibit, contradicts: Contradiction | None) -> Iterable[Reason]:
    outcome = exhibit.outcome
    if outcome == "U" or (exhibit.prediction is not None and outcome is None):
        yield Reason.ABSTAINED
    said = exhibit.judgement.payload.identity if exhibit.judgement else None
    if outcome and said and "U" not in (outcome, said) and outcome not in ("X", said):
        yield Reason.OFFICER_DISAGREES
    if outcome in _PROTECTED and exhibit.action == "normal":
        yield Reason.LET_GO
    if _photos_disagree(exhibit.prediction or {}):
        yield Reason.PHOTOS_DISAGREE
    if contradicts and exhibit.checklist and exhibit.prediction is not None and contradicts(exhibit):
        yield Reason.CHECKLIST_CONTRADICTS


def _photos_disagree(prediction: dict[str, object]) -> bool:
    """One photo speaks for a protected animal, another for none; or the joint answer says that they disagree."""
    codes = prediction.get("reason_codes")
    if isinstance(codes, list) and "reason.photos_disagree" in codes:
        return True
    photos = prediction.get("photos")
    found = {one.get("outcome") for one in photos if isinstance(one, dict)} if isinstance(photos, list) else set()
    return bool(found & _PROTECTED) and bool(found & _LET_GO)


def _awaits_laboratory(exhibit: Exhibit) -> bool:
    if exhibit.action is not None:
        return exhibit.action in ("detain", "refer")
    return exhibit.outcome in ("T", "P", "X")
