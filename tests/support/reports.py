"""A case as printed: three exhibits of eight photos, with everything a report can hold."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta, timezone
from functools import cache

import pypdfium2

from model.decision import Message
from serve.reports.content import (
    CaseReport,
    ChainHead,
    ChecklistLine,
    DecisionEntry,
    ExhibitReport,
    Judgement,
    LaboratoryEntry,
    Outcome,
    PhotoEntry,
    Stamp,
)
from tests.support.photos import jpeg_bytes, textured

ZONE = timezone(timedelta(hours=7))
OPENED = datetime(2026, 11, 25, 14, 5, tzinfo=ZONE)
STAMP = Stamp("Nguyễn Thị Hương Lan", OPENED, 12)


@cache
def picture(seed: int) -> bytes:
    return jpeg_bytes(textured((180, 120, 40), (120, 90), seed))


def photo(exhibit: str, n: int) -> PhotoEntry:
    data = f"{exhibit}{n}".encode()
    return PhotoEntry(
        f"mặt {n} 照片.jpg", hashlib.sha256(data).hexdigest(), 2_345_678 + n, picture(n), outcome="T" if n % 2 else None
    )


def exhibit(name: str, **changes: object) -> ExhibitReport:
    content: dict[str, object] = {
        "name": name,
        "photos": tuple(photo(name, n) for n in range(1, 9)),
        "item": {"vi": "da", "zh": "皮", "en": "skin"},
        "declared": "Da bò nhuộm",
        "labelled": "工艺品",
        "outcome": Outcome(
            outcome="T",
            claim=Message("claim.T.species", {"leaf": "tiger_skin"}),
            reasons=(Message("reason.resembles", {"leaf": "tiger_skin"}), Message("reason.unfamiliar_but_flagged")),
            identity=(("T", 0.78), ("P", 0.2), ("F", 0.015), ("N", 0.005)),
            possible=({"vi": "da hổ", "zh": "虎皮", "en": "tiger skin"},),
            evidence="proxy",
            untaught=({"vi": "móng gấu", "zh": "熊爪", "en": "bear claw"},),
            unusable=(("hỏng.jpg", Message("image_error.truncated")),),
            bundle="tigercheck-9.9.9",
            stamp=STAMP,
        ),
        "judgement": Judgement(Message("identity.T"), before=True, note="Sọc không đối xứng", stamp=STAMP),
        "decision": DecisionEntry("Tạm giữ, niêm phong số 0231", stamp=STAMP),
        "checklist": (
            ChecklistLine(
                {"vi": "Có đốm trắng sau tai không?", "zh": "耳背是否有白斑？", "en": "Is there a white ear spot?"},
                {"vi": "Không thấy rõ", "zh": "看不清", "en": "Not visible"},
            ),
        ),
        "laboratory": LaboratoryEntry(
            {"vi": "da hổ", "zh": "虎皮", "en": "tiger skin"}, "Viện Sinh thái và Tài nguyên sinh vật", "12/KLGĐ", STAMP
        ),
    }
    return ExhibitReport(**(content | changes))  # type: ignore[arg-type]


def case(**changes: object) -> CaseReport:
    content: dict[str, object] = {
        "number": "VN-2026-031",
        "opened": OPENED,
        "officer": "Nguyễn Thị Hương Lan",
        "agency": "Đội Kiểm soát Hải quan số 1",
        "place": "Cửa khẩu quốc tế Móng Cái",
        "exhibits": tuple(exhibit(f"E{n}") for n in (1, 2, 3)),
        "head": ChainHead(57, "ab" * 32),
        "software": "0.1.0",
        "printed": OPENED + timedelta(hours=1),
    }
    return CaseReport(**(content | changes))  # type: ignore[arg-type]


def page_texts(data: bytes) -> list[str]:
    """Text of each page as another program reads it."""
    with pypdfium2.PdfDocument(data) as document:
        texts = []
        for page in document:
            text = page.get_textpage()
            texts.append(text.get_text_range())
            text.close()
            page.close()
        return texts


def squeezed(text: str) -> str:
    """Without white space, so that a line break does not hide what is there."""
    return re.sub(r"\s", "", text)
