"""A certificate: what was measured, when, by whom, the figures with their intervals, and what it does not say."""

from __future__ import annotations

from collections.abc import Sequence

from serve.exercise.codes import shown
from serve.exercise.results import Results, TraineeResult
from serve.exercise.statistics.figure import Figure
from serve.i18n import tr
from serve.reports.errors import ReportError
from serve.reports.exercise_form import ExerciseForm, finished
from serve.reports.exercise_words import checked, line_words, local, pictures_words, say, share_words
from serve.reports.form import NOTICE
from serve.reports.shapes import Stroke
from serve.reports.sheet import PAGE
from serve.reports.typeset import Style
from serve.reports.wording import Field

_TITLE = Style(size=22, bold=True, leading=1.4)
_LARGE = Style(size=12, leading=1.6)
_LINE = "." * 60


def certificates_pdf(results: Results, language: str, codes: Sequence[str] | None = None, by: str = "") -> bytes:
    """A page for each trainee who finished both tests without the model.

    Args:
        results: of the class.
        language: vi, zh or en.
        codes: whose, as stored; by default everyone who can have one.
        by: who measured, such as the agency; a line to fill in if empty.

    Raises:
        ReportError: an unknown language; a trainee of ``codes``, or everyone, has not finished both tests.
    """
    checked(language)
    able = {one.code: one for one in results.trainees if one.absence is None and one.before and one.after}
    for code in codes or ():
        if code not in able:
            raise ReportError("exercise_report.error.not_both", trainee=shown(code))
    wanted = list(able) if codes is None else list(dict.fromkeys(codes))
    if not wanted:
        raise ReportError("exercise_report.error.nobody")
    form, feet = ExerciseForm((language,)), list[tuple[str, str]]()
    for number, code in enumerate(wanted):
        if number:
            form.sheet.new_page()
        _page(form, results, able[code], by.strip())
        # Each is given to one person, so its pages are counted by themselves.
        count = len(form.sheet.pages) - len(feet)
        below = f"{results.name} · {shown(code)}"
        feet += [(below, tr("report.page", language, page=n, pages=count)) for n in range(1, count + 1)]
    return finished(form, f"{say('certificate.title', language)}: {results.name}", results.made.astimezone(), feet)


def _page(form: ExerciseForm, results: Results, one: TraineeResult, by: str) -> None:
    language, sheet = form.language, form.sheet
    for inset, width in ((7.0, 0.9), (8.6, 0.25)):
        left, top, right, bottom = inset, inset, PAGE[0] - inset, PAGE[1] - inset
        for x1, y1, x2, y2 in ((left, top, right, top), (left, bottom, right, bottom), (left, top, left, bottom),
                               (right, top, right, bottom)):  # fmt: skip
            sheet.put(Stroke(x1, y1, x2, y2, width=width))
    sheet.y += 14
    sheet.row(form.centred(say("certificate.title", language), _TITLE), ruled=False)
    sheet.y += 8
    form.table(
        lambda language: [
            (say("certificate.name", language), f"\n{_LINE}"),
            (say("certificate.code", language), shown(one.code)),
        ]
    )
    sheet.y += 4
    form.say(say("certificate.took", language, exercise=results.exercise, name=results.name), _LARGE)
    sheet.y += 4
    form.table(lambda language: _fields(results, one, language, by))
    sheet.y += 8
    sheet.row(form.centred(say("certificate.limit", language), NOTICE), ruled=True)
    sheet.y += 8
    form.signatures(
        [lambda language: say("certificate.sign.trainer", language),
         lambda language: say("certificate.sign.agency", language)],
        lambda language: say("certificate.hint", language),
    )  # fmt: skip


def _fields(results: Results, one: TraineeResult, language: str, by: str) -> list[Field]:
    if one.before is None or one.after is None or one.before_at is None or one.after_at is None:
        raise ReportError("exercise_report.error.not_both", trainee=shown(one.code))
    counts = one.after.detection.counts
    fields = [
        (
            say("certificate.what", language),
            say("certificate.what.text", language, protected=counts.signals, others=counts.noises),
        ),
        (say("pictures", language), pictures_words(results.things, results.rendered, language)),
        (
            say("certificate.when", language),
            say(
                "certificate.when.text",
                language,
                before=local(one.before_at, language),
                after=local(one.after_at, language),
            ),
        ),
        (say("certificate.by", language), by or f"\n{_LINE}"),
        (
            say("glance.hits", language),
            _pair(one.before.detection.hit_rate, one.after.detection.hit_rate, language),
        ),
        (
            say("glance.alarms", language),
            _pair(one.before.detection.false_alarm_rate, one.after.detection.false_alarm_rate, language),
        ),
        (
            say("glance.critical", language),
            _pair(one.before.conduct.critical_error, one.after.conduct.critical_error, language),
        ),
    ]
    if results.line is not None and one.reached_after is not None:
        reached = say(f"certificate.line.{'reached' if one.reached_after else 'not'}", language)
        fields.append((say("certificate.line", language), f"{line_words(results.line.line, language)}\n{reached}"))
    return fields


def _pair(before: Figure, after: Figure, language: str) -> str:
    return "\n".join(
        say(f"{phase}_value", language, value=share_words(figure, language))
        for phase, figure in (("before", before), ("after", after))
    )
