"""Where photos come in: drop, paste, choose or photograph. Drawn by ``intake.js``; its words come from here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import gradio as gr
from gradio.utils import get_upload_folder
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from model.image import SUFFIXES, ImageLimits
from model.predict import Crop, PhotoSource
from serve.i18n import catalogue, tr
from serve.services.check import MAX_PHOTOS, CheckView

_WORDS = (
    "intake.title", "intake.choose", "intake.camera", "intake.clear", "intake.remove", "intake.photo",
    "intake.reading", "intake.checking", "intake.too_many", "intake.too_large", "intake.upload_failed",
    "intake.pasted", "crop.open", "crop.title", "crop.apply", "crop.whole", "crop.close", "crop.side_left",
    "crop.side_top", "crop.side_right", "crop.side_bottom", "crop.marked", "camera.title", "camera.shoot",
    "camera.close", "camera.failed", "page.title", "page.stopped",
    "page.signed_out", "page.sign_in",
)  # fmt: skip
_MEGABYTE = 1024 * 1024


class _Given(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str
    path: Path
    crop: Crop | None = None
    object: int = 0


@dataclass(frozen=True)
class GivenPhoto:
    """A photo as the browser handed it over: its own name, where the bytes lie unaltered, and which part is meant.

    ``object`` numbers the objects that were checked one after the other on this page.
    """

    name: str
    path: Path
    crop: Crop | None = None
    object: int = 0

    @property
    def source(self) -> PhotoSource:
        """The photo as the core takes it."""
        return PhotoSource(self.path, self.name, self.crop)


class InvalidIntakeError(ValueError):
    """The browser sent something that is not a list of uploaded photos."""


def words(language: str) -> dict[str, object]:
    """All the component shows, in one language. ``{placeholders}`` are filled in the browser."""
    entries = catalogue(language)
    texts: dict[str, object] = {key: entries[key] for key in _WORDS}
    texts["intake.hint"] = tr("intake.hint", language, limit=MAX_PHOTOS)
    texts["list.separator"] = tr("list.separator", language)
    texts["language"] = language
    return texts


def component(language: str) -> gr.HTML:
    """The drop zone with its tiles. Its value is a list of ``{name, path}``; it triggers ``submit`` on every change."""
    here = files("serve.ui")
    return gr.HTML(
        value=[],
        html_template='<div class="tc-intake"></div>',
        js_on_load="\n".join(here.joinpath(name).read_text(encoding="utf-8") for name in ("crop.js", "intake.js")),
        apply_default_css=False,
        elem_id="tc-intake",
        words=words(language),
        answers=answers([], [], None, 0),
        limit=MAX_PHOTOS,
        megabytes=ImageLimits().max_bytes // _MEGABYTE,
        accept=",".join(["image/*", *sorted(SUFFIXES)]),
    )


def parse(value: object) -> list[GivenPhoto]:
    """What the browser sent, checked.

    Raises:
        InvalidIntakeError: not a list of at most :data:`MAX_PHOTOS` files in the upload folder. Paths come from the
            browser, so any other file of the computer must stay out of reach. Or a part that is not inside its photo.
    """
    try:
        given = TypeAdapter(list[_Given]).validate_python(value or [])
    except ValidationError as error:
        raise InvalidIntakeError(f"expected a list of uploaded photos, got {type(value).__name__}") from error
    if len(given) > MAX_PHOTOS:
        raise InvalidIntakeError(f"expected at most {MAX_PHOTOS} photos, got {len(given)}")
    folder = Path(get_upload_folder()).resolve()
    for one in given:
        if not one.path.resolve().is_relative_to(folder):
            raise InvalidIntakeError(f"{one.name}: not an uploaded photo")
    photos = [GivenPhoto(one.name, one.path, one.crop, one.object) for one in given]
    for photo in photos:
        try:
            photo.source  # noqa: B018 - building it checks the part
        except ValueError as error:
            raise InvalidIntakeError(f"{photo.name}: {error}") from error
    return photos


def answers(
    photos: Sequence[GivenPhoto],
    thumbnails: Sequence[str | None],
    view: CheckView | None,
    serial: int,
    silent: bool = False,
) -> dict[str, object]:
    """What each tile shows: picture, tone and sentence, by path.

    ``serial`` tells one answer from the next, because the browser only notices what differs. Without a ``view`` the
    photos are done with, but have no answer; ``silent`` shows their pictures and says nothing of them.
    """
    rows = view.photos if view else ()
    tiles = [
        {
            "path": str(photo.path),
            "crop": photo.crop,
            "thumbnail": picture,
            "tone": "normal" if silent else row.tone,
            "text": "" if silent else row.text,
        }
        for photo, picture, row in zip(photos, thumbnails, rows, strict=False)
    ]
    return {"serial": serial, "judged": [_key(photo) for photo in photos], "tiles": tiles}


def _key(photo: GivenPhoto) -> str:
    """The key of ``intake.js``: numbers as JavaScript writes them."""
    numbers = ",".join(f"{side:g}" if side == int(side) else repr(side) for side in photo.crop or ())
    return f"{photo.path}|{numbers}"
