"""Find cases, and write them as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from model.taxonomy import shipped_taxonomy
from serve.i18n import LANGUAGES
from serve.services.folding import fold
from serve.services.wording import leaf_name
from serve.store.cases import Case, Exhibit, State
from serve.store.store import CaseStore

#: Outcome asked for when exhibits without any are looked for.
NO_OUTCOME = "none"
#: Columns of the table, in order. Their names and order stay as they are; new ones come last.
COLUMNS = (
    "case", "state", "opened_utc", "officer", "place", "agency", "exhibit", "photos", "photo_sha256", "declared_as",
    "labelled_as", "officer_identity", "officer_leaf", "officer_confidence", "officer_before_model", "outcome", "leaf",
    "tiger_probability", "bundle", "checked_utc", "checklist_version", "checklist_yes", "checklist_no",
    "checklist_unsure", "action", "decision", "laboratory_leaf", "laboratory_body", "laboratory_reference",
    "laboratory_utc", "reports", "corrections", "last_event", "rule", "program", "former_numbers",
)  # fmt: skip
# What a spreadsheet takes for the beginning of a formula, also in full width (OWASP, CSV Injection).
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


@dataclass(frozen=True)
class CaseFilter:
    """Which cases are wanted; what is left empty does not narrow.

    Attributes:
        text: words that must all occur somewhere in the case, in any case, accents optional.
        outcome: an outcome code that at least one exhibit has; :data:`NO_OUTCOME` for an exhibit without one.
        place: part of the place, accents optional.
        since: first day on which it was opened, by the computer's zone; ``until`` the last.
        state: ``None`` for all but the withdrawn.
    """

    text: str = ""
    outcome: str | None = None
    place: str = ""
    since: date | None = None
    until: date | None = None
    state: State | None = None


def find(store: CaseStore, wanted: CaseFilter | None = None) -> list[Case]:
    """The cases wanted, the one with the latest event first."""
    wanted = wanted or CaseFilter()
    found = [case for case in store.cases() if _fits(case, wanted)]
    return sorted(found, key=lambda case: -case.last_number)


def places(store: CaseStore) -> list[str]:
    """All places of cases, for a choice, by frequency."""
    counted: dict[str, int] = {}
    for case in store.cases():
        if case.place and case.state != "withdrawn":
            counted[case.place] = counted.get(case.place, 0) + 1
    return sorted(counted, key=lambda place: (-counted[place], place))


def cases_csv(cases: Sequence[Case]) -> bytes:
    """One line an exhibit (or a case without any), UTF-8 with a mark by which Excel knows it, times in UTC.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for case in cases:
        for record in _records(case):
            writer.writerow({column: _cell(value) for column, value in record.items()})
    return text.getvalue().encode("utf-8-sig")


def _fits(case: Case, wanted: CaseFilter) -> bool:
    if case.state != wanted.state if wanted.state else case.state == "withdrawn":
        return False
    day = case.opened.astimezone().date()
    if (wanted.since and day < wanted.since) or (wanted.until and day > wanted.until):
        return False
    if wanted.outcome and not any((one.outcome or NO_OUTCOME) == wanted.outcome for one in case.exhibits.values()):
        return False
    if fold(wanted.place.strip()) not in fold(case.place):
        return False
    words = fold(wanted.text).split()
    if not words:
        return True
    text = fold("\n".join(_texts(case)))
    return all(word in text for word in words)


def _texts(case: Case) -> Iterator[str]:
    yield from (case.number, *case.former, case.place, case.agency, case.officer, case.recorder)
    for exhibit in case.exhibits.values():
        yield exhibit.name
        yield exhibit.decision or ""
        yield from (photo.name for photo in exhibit.photos)
        yield exhibit.declared.labelled_as if exhibit.declared else ""
        if exhibit.laboratory:
            yield from (exhibit.laboratory.body, exhibit.laboratory.reference)
        known = shipped_taxonomy().leaf_ids
        for leaf in (_leaf(exhibit), exhibit.laboratory.leaf if exhibit.laboratory else ""):
            if leaf in known:
                yield from (leaf_name(leaf, language) for language in LANGUAGES)


def _leaf(exhibit: Exhibit) -> str:
    leaf = (exhibit.prediction or {}).get("leaf")
    return leaf if isinstance(leaf, str) else ""


def _records(case: Case) -> Iterator[dict[str, object]]:
    about = {
        "case": case.number, "state": case.state, "opened_utc": _utc(case.opened), "officer": case.officer,
        "place": case.place, "agency": case.agency, "reports": len(case.reports), "corrections": case.corrections,
        "last_event": case.last_number, "former_numbers": "; ".join(case.former),
    }  # fmt: skip
    if not case.exhibits:
        yield about
    for one in case.exhibits.values():
        judged = one.judgement
        counted: dict[str, object] = {}
        if one.checklist:
            answers = list(one.checklist.answers.values())
            counted = {f"checklist_{answer}": answers.count(answer) for answer in ("yes", "no", "unsure")}
        identity = (one.prediction or {}).get("identity")
        yield (
            about
            | counted
            | {
                "exhibit": one.name,
                "photos": len(one.photos),
                "photo_sha256": " ".join(photo.sha256 for photo in one.photos),
                "declared_as": one.declared.declared_as if one.declared else "",
                "labelled_as": one.declared.labelled_as if one.declared else "",
                "officer_identity": judged.payload.identity if judged else "",
                "officer_leaf": (judged.payload.leaf or "") if judged else "",
                "officer_confidence": (judged.payload.confidence or "") if judged else "",
                "officer_before_model": ("yes" if judged.before_model else "no") if judged else "",
                "outcome": one.outcome or "",
                "leaf": _leaf(one),
                "tiger_probability": identity.get("T", "") if isinstance(identity, dict) else "",
                "bundle": one.bundle,
                "checked_utc": _utc(one.judged_at),
                "checklist_version": one.checklist.version if one.checklist else "",
                "action": one.action or "",
                "decision": one.decision or "",
                "laboratory_leaf": one.laboratory.leaf if one.laboratory else "",
                "laboratory_body": one.laboratory.body if one.laboratory else "",
                "laboratory_reference": one.laboratory.reference if one.laboratory else "",
                "laboratory_utc": _utc(one.answered_at),
                "rule": one.rule,
                "program": one.program,
            }
        )


def _utc(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def _cell(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
