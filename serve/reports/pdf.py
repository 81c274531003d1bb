"""A case as PDF, in one language or in two side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from serve.i18n import LANGUAGES, steps, tr
from serve.reports import fonts
from serve.reports.content import CaseReport, ExhibitReport
from serve.reports.errors import ReportError
from serve.reports.form import PLAIN, SMALL, Form
from serve.reports.paint import painted
from serve.reports.photos import photo_grid
from serve.reports.sheet import BOTTOM, LEFT, PAGE, ROOM, Rule, Sheet
from serve.reports.typeset import Line, Style, set_lines
from serve.reports.wording import (
    Field,
    checklist_fields,
    correction_fields,
    laboratory_fields,
    moment,
    object_fields,
    officer_fields,
    outcome_fields,
)

_FOOT = Style(size=7.5)


def report_pdf(content: CaseReport, languages: Sequence[str]) -> bytes:
    """The report as a PDF file: the same bytes for the same content, languages and version of fpdf2.

    Args:
        content: the case.
        languages: one of ``vi``, ``zh``, ``en``, or two different ones for two columns.

    Raises:
        ReportError: none, more than two, the same twice, or an unknown language.
    """
    check_languages(languages)
    form = Form(languages)
    _fill(form, content)
    for number, page in enumerate(form.sheet.pages, 1):
        form.sheet.page = page
        _foot(form.sheet, content, languages, number, len(form.sheet.pages))
    title = f"{tr('report.title', languages[0])} {content.number}"
    return painted(form.sheet.pages, languages[0], title, content.software, content.printed)


def check_languages(languages: Sequence[str]) -> None:
    """Refuse what :func:`report_pdf` cannot print.

    Raises:
        ReportError: none, more than two, the same twice, or an unknown language.
    """
    if not 1 <= len(languages) <= 2 or len(set(languages)) != len(languages) or not set(languages) <= set(LANGUAGES):
        raise ReportError("report.error.languages", given=", ".join(languages) or "-")


def _key(key: str, **params: str) -> Callable[[str], str]:
    return lambda language: tr(key, language, **params)


def _fill(form: Form, content: CaseReport) -> None:
    annex = ("report.annex", "report.annex.fields")
    form.title(_key("report.title"), lambda language: "\n".join(tr(key, language) for key in annex))
    form.section(_key("report.case.title"))
    form.table(lambda language: _case_fields(content, language))
    form.sheet.space(2.5)
    form.paragraph(_key("report.limits"), SMALL, ruled=True)
    if not content.exhibits:
        form.paragraph(_key("report.exhibit.none"))
    for exhibit in content.exhibits:
        _exhibit(form, exhibit)
    form.section(_key("report.questions.title"))
    form.paragraph(_key("report.questions.intro"), SMALL)
    form.numbered([_key(f"report.question.{n + 1}") for n in range(len(steps("report.question", "en")))])
    form.section(_key("report.integrity.title"))
    form.table(lambda language: _integrity_fields(content, language))
    if form.missing:
        form.part(_key("report.characters.title"))
        codes = ", ".join(fonts.code(char) for char in sorted(form.missing))
        form.paragraph(_key("report.characters.note", codes=codes), SMALL)
    form.section(_key("report.sign.title"), follow=50.0)
    form.signatures([_key(f"report.sign.{who}") for who in ("officer", "witness", "person")], _key("report.sign.hint"))


def _case_fields(content: CaseReport, language: str) -> list[Field]:
    nothing = tr("report.not_recorded", language)
    values = (
        ("number", content.number),
        ("agency", content.agency or nothing),
        ("place", content.place or nothing),
        ("opened", moment(content.opened, language)),
        ("officer", content.officer or nothing),
        ("exhibits", str(len(content.exhibits))),
    )
    fields = [(tr(f"report.case.{name}", language), value) for name, value in values]
    if content.former:
        fields.insert(1, (tr("renumber.former", language), tr("list.separator", language).join(content.former)))
    return fields + correction_fields(content.corrections, language)


def _exhibit(form: Form, exhibit: ExhibitReport) -> None:
    form.section(_key("report.exhibit", name=exhibit.name), follow=45.0)
    form.table(lambda language: object_fields(exhibit, language))
    form.part(_key("report.photos.title"), follow=36.0)
    if exhibit.photos:
        photo_grid(form, exhibit.photos)
    else:
        form.paragraph(_key("report.photos.none"))
    form.part(_key("report.outcome.title"))
    outcome = exhibit.outcome
    if outcome is None:
        form.paragraph(_key("report.outcome.not_checked"))
    else:
        form.table(lambda language: outcome_fields(outcome, language))
    if exhibit.checklist:
        form.part(_key("report.checklist.title"))
        form.table(lambda language: checklist_fields(exhibit, language), PLAIN, 0.6)
    form.part(_key("report.judgement.title"))
    form.table(lambda language: officer_fields(exhibit, language))
    form.part(_key("report.laboratory.title"))
    form.table(lambda language: laboratory_fields(exhibit, language))


def _integrity_fields(content: CaseReport, language: str) -> list[Field]:
    def label(name: str) -> str:
        return tr(f"report.integrity.{name}", language)

    return [
        (label("head"), tr("report.integrity.number", language, number=str(content.head.number))),
        (label("hash"), content.head.hash),
        (label("software"), f"tigercheck {content.software}"),
        (label("bundles"), "\n".join(content.bundles) or tr("report.not_recorded", language)),
        (label("check"), label("how")),
    ]


def _foot(sheet: Sheet, content: CaseReport, languages: Sequence[str], page: int, pages: int) -> None:
    """Case, time and page below a line; the number of pages shows if one is taken away."""
    y = PAGE[1] - BOTTOM + 2.0
    sheet.put(Rule(LEFT, y, LEFT + ROOM, y))
    numbers = [Line(tr("report.page", x, page=page, pages=pages), x, _FOOT) for x in languages]
    right = LEFT + ROOM
    for line in reversed(numbers):
        right -= line.width
        sheet.line(line, right, y + 1)
        right -= 4.0
    for n, language in enumerate(languages):
        printed = tr("report.printed", language, time=moment(content.printed, language))
        case = tr("report.foot", language, case=content.number, printed=printed)
        # A very long case number is cut here; it stands in full on the first page.
        line = set_lines(case, language, _FOOT, right - LEFT)[0]
        sheet.line(line, LEFT, y + 1 + n * _FOOT.height)
