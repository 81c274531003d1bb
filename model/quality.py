"""Is there enough in the photo to judge at all?

Only faults that leave nothing to judge are named here, each by a plain physical definition; they answer ``U`` with
the view to retake. Finer grading (blur, exposure) needs thresholds fitted on data and is not guessed here.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from PIL import Image


class QualityIssue(StrEnum):
    """Why a photo shows nothing to judge. Each has a sentence in every catalogue (``quality.<code>``)."""

    TOO_SMALL = "too_small"
    BLANK = "blank"
    DARK = "dark"
    OVEREXPOSED = "overexposed"


#: Short side, pixels, under which the network's input would be mostly invented by enlargement (a third of 224).
MIN_SIDE = 75
#: Standard deviation of 8-bit luminance under which the picture is one tone: less than JPEG and sensor noise.
BLANK_STD = 2.0
#: 99th percentile of 8-bit luminance under which everything is nearly black; 1st percentile above which nearly white.
DARK_P99 = 32.0
BRIGHT_P01 = 246.0


def assess(image: Image.Image, size: tuple[int, int] | None = None) -> tuple[QualityIssue, ...]:
    """Faults of an RGB picture, worst first, empty if none.

    Args:
        image: RGB picture.
        size: width and height in the file, if ``image`` was decoded at reduced scale.
    """
    if min(size or image.size) < MIN_SIDE:
        return (QualityIssue.TOO_SMALL,)
    grey = np.asarray(image.convert("L").resize((64, 64), Image.Resampling.BOX), dtype=np.float32)
    if grey.std() < BLANK_STD:
        return (QualityIssue.BLANK,)
    if np.percentile(grey, 99) < DARK_P99:
        return (QualityIssue.DARK,)
    if np.percentile(grey, 1) > BRIGHT_P01:
        return (QualityIssue.OVEREXPOSED,)
    return ()
