"""An exercise for rooms without computers: questions with photos, answer sheets, and, in a file of its own, the key.

The questions tell nothing: photos are newly encoded without metadata and names, and every question offers the same
letters.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

from PIL import Image

from model.taxonomy import Identity, shipped_taxonomy
from serve.exercise.classes import Classes, ClassInfo
from serve.exercise.codes import shown
from serve.exercise.model import CONFIDENCE, Action, Thing
from serve.exercise.paper import PaperSitting, letters, paper_sittings
from serve.exercise.photos import shown_photo
from serve.exercise.store.store import ExerciseStore, Kept
from serve.i18n import tr
from serve.reports.exercise_form import CELL, ExerciseForm, finished
from serve.reports.exercise_words import checked, leaf, say
from serve.reports.form import PART, PLAIN, SMALL, TITLE
from serve.reports.sheet import BOTTOM, LEFT, PAD_X, PAGE, ROOM, TOP, Cell, Picture
from serve.reports.typeset import Style

_LONGEST = 1100
_GAP = 2.0
#: Two questions fill a page.
_PHOTOS_HIGH = (PAGE[1] - TOP - BOTTOM) / 2 - 18.0
_ROW = Style(size=9, leading=1.5)


def paper_pdf(store: ExerciseStore, class_id: str, language: str) -> bytes:
    """Questions of both forms, then an answer sheet for each code and test.

    Raises:
        ExerciseError: there is no such class, or a photo is missing or damaged.
        ReportError: an unknown language.
    """
    form = ExerciseForm((checked(language),))
    info = Classes(store).class_info(class_id)
    kept, titles = store.exercise(info.exercise_id), list[str]()
    for name in ("A", "B"):
        titles = _begin(form, titles, say("paper.title", language, form=name))
        _questions(form, kept, name)
    for sitting in paper_sittings(store, class_id):
        who = shown(sitting.code) if sitting.code else say("paper.form", language) + f" {sitting.form}"
        titles = _begin(form, titles, f"{say('paper.sheet', language)} {who}")
        _sheet(form, kept, sitting)
    return _closed(form, info, titles, say("paper.title", language, form="A, B"), store.now())


def key_pdf(store: ExerciseStore, class_id: str, language: str) -> bytes:
    """What each question shows: for the trainer alone.

    Raises:
        ExerciseError: there is no such class.
        ReportError: an unknown language.
    """
    form = ExerciseForm((checked(language),))
    info, taxonomy = Classes(store).class_info(class_id), shipped_taxonomy()
    kept, titles = store.exercise(info.exercise_id), list[str]()
    names = dict(zip(kept.exercise.leaves, letters(len(kept.exercise.leaves)), strict=True))
    for name in ("A", "B"):
        titles = _begin(form, titles, say("key.title", language))
        form.say(say("key.title", language), TITLE)
        form.say(say("key.note", language), SMALL)
        form.section(lambda one, name=name: say("key.form", one, form=name))  # type: ignore[misc]
        rows = []
        for number, thing in enumerate(kept.form(name), 1):
            protected = Identity(taxonomy.leaf(thing.leaf).identity) in (Identity.TIGER, Identity.PROTECTED)
            rows.append(
                [str(number), names.get(thing.leaf, "–"), leaf(thing.leaf, language),
                 say("yes" if protected else "no", language)]
            )  # fmt: skip
        heads = [say(one, language) for one in ("paper.number", "paper.letters", "confusion.thing", "key.protected")]
        form.grid((12, 16, 100, 30), heads, rows)
    return _closed(form, info, titles, say("key.title", language), store.now())


def _begin(form: ExerciseForm, titles: list[str], title: str) -> list[str]:
    """Begin a part on a new page; ``titles`` grows to one for each page so far."""
    if titles:
        form.sheet.new_page()
        titles = titles + titles[-1:] * (len(form.sheet.pages) - 1 - len(titles))
    return [*titles, title]


def _closed(form: ExerciseForm, info: ClassInfo, titles: list[str], title: str, made: datetime) -> bytes:
    pages = len(form.sheet.pages)
    titles = titles + titles[-1:] * (pages - len(titles))
    below = f"{info.name} · {info.exercise_title}"
    feet = [
        (below, say("paper.page", form.language, what=what, page=n, pages=pages)) for n, what in enumerate(titles, 1)
    ]
    return finished(form, f"{title}: {below}", made.astimezone(), feet)


def _questions(form: ExerciseForm, kept: Kept, name: str) -> None:
    language = form.language
    form.say(say("paper.title", language, form=name), TITLE)
    form.say(say("paper.how", language), PLAIN)
    form.sheet.space(2)
    _letters(form, kept.exercise.leaves)
    form.sheet.new_page()
    for number, thing in enumerate(kept.form(name), 1):
        pictures = [_small(thing, index) for index in range(len(thing.photos))]
        form.sheet.keep(PART.height + 2 + _PHOTOS_HIGH)
        form.say(say("paper.question", language, number=number), PART)
        _grid(form, pictures)
        form.sheet.y += 6


def _small(thing: Thing, index: int) -> tuple[bytes, tuple[int, int]]:
    with Image.open(io.BytesIO(shown_photo(thing.photos[index]))) as image:
        image.thumbnail((_LONGEST, _LONGEST))
        out = io.BytesIO()
        image.convert("RGB").save(out, "JPEG", quality=82)
        return out.getvalue(), image.size


def _grid(form: ExerciseForm, pictures: Sequence[tuple[bytes, tuple[int, int]]]) -> None:
    """All pictures of a thing in the height of half a page, as large as they can be."""
    best, columns = 0.0, 1
    for tried in range(1, len(pictures) + 1):
        rows = -(-len(pictures) // tried)
        room = (ROOM - (tried - 1) * _GAP) / tried, (_PHOTOS_HIGH - (rows - 1) * _GAP) / rows
        area = sum((wide * high) * min(room[0] / wide, room[1] / high) ** 2 for _, (wide, high) in pictures)
        if area > best:
            best, columns = area, tried
    rows = -(-len(pictures) // columns)
    wide_room = (ROOM - (columns - 1) * _GAP) / columns
    high_room = (_PHOTOS_HIGH - (rows - 1) * _GAP) / rows
    top = y = form.sheet.y
    for first in range(0, len(pictures), columns):
        # Pictures begin right below the number of their question, and a row right below the one before it.
        row = pictures[first : first + columns]
        scales = [min(wide_room / wide, high_room / high) for _, (wide, high) in row]
        for n, ((data, (wide, high)), scale) in enumerate(zip(row, scales, strict=True)):
            x = LEFT + n * (wide_room + _GAP) + (wide_room - wide * scale) / 2
            form.sheet.put(Picture(x, y, wide * scale, high * scale, data))
        y += max(high * scale for (_, (_, high)), scale in zip(row, scales, strict=True)) + _GAP
    form.sheet.y = top + _PHOTOS_HIGH


def _letters(form: ExerciseForm, leaves: Sequence[str]) -> None:
    """What each letter stands for, in two columns."""
    language = form.language
    entries = [
        f"{letter}   {leaf(one, language)}" for letter, one in zip(letters(len(leaves)), leaves, strict=True)
    ] + [f"–   {say('cannot', language)}"]
    half, room = -(-len(entries) // 2), ROOM / 2
    for left, right in zip(entries[:half], [*entries[half:], ""], strict=False):
        form.sheet.row(
            [
                Cell(LEFT + n * room, room, form.set(text, language, CELL, room - 2 * PAD_X))
                for n, text in enumerate((left, right))
            ]
        )


def _sheet(form: ExerciseForm, kept: Kept, sitting: PaperSitting) -> None:
    language = form.language
    form.say(say("paper.sheet", language), TITLE)
    code = shown(sitting.code) if sitting.code else say("paper.blank", language)
    form.table(
        lambda one: [
            (say("paper.code", one), code),
            (say("paper.test", one), tr(f"exercise.phase.{sitting.phase.value}", one) if sitting.code else ""),
            (say("paper.form", one), sitting.form),
        ]
    )
    form.sheet.space(2)
    _letters(form, kept.exercise.leaves)
    form.sheet.space(2)
    actions = "     ".join(f"□ {say(f'paper.action.{one.value}', language)}" for one in Action)
    steps = "   ".join(str(one) for one in CONFIDENCE)
    heads = [say(f"paper.{one}", language) for one in ("number", "what", "do", "sure")]
    rows = [[str(number), "", actions, steps] for number in range(1, sitting.questions + 1)]
    form.grid((12, 30, 95, 38), heads, rows, _ROW)
