"""Make the report's fonts again from Debian's ``fonts-noto-core`` and ``fonts-noto-cjk``; see ``fonts/README.md``.

The Chinese faces have cubic outlines (CFF). They are turned into TrueType, which every PDF reader draws the same way
and from which text can be copied everywhere.
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable

from model.taxonomy import shipped_taxonomy
from serve.i18n import catalogue

#: Latin with all Vietnamese letters, combining marks, punctuation, currency, arrows, comparison signs.
LATIN: tuple[tuple[int, int], ...] = (
    (0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x20AB, 0x20AC),
    (0x2116, 0x2122), (0x2190, 0x2193), (0x2212, 0x2212), (0x2264, 0x2265),
)  # fmt: skip
#: Below this, Chinese text takes its Latin letters and digits from Noto Sans.
FIRST_CHINESE = 0x2000
#: Largest distance between a cubic outline and its quadratic copy, in units of the font (1,000 to the em).
MAX_ERROR = 1.0


def gb2312(first_row: int, last_row: int) -> set[str]:
    """Characters of rows of GB 2312; 16-55 are level 1, 56-87 level 2, 1-9 signs."""
    cells = (bytes([row + 0xA0, cell]) for row in range(first_row, last_row + 1) for cell in range(0xA1, 0xFF))
    return set("".join(cell.decode("gb2312", errors="ignore") for cell in cells))


def words() -> set[str]:
    """Every character of the Chinese catalogue, the taxonomy's Chinese names and, if there is one, the guide."""
    text = "".join(catalogue("zh").values())
    text += "".join(leaf.names.text("zh") for leaf in shipped_taxonomy().leaves)
    guide = files("serve").joinpath("guide")
    if guide.is_dir():
        text += "".join(part.read_text("utf-8") for part in guide.iterdir() if part.name.endswith((".yaml", ".json")))
    return set(text)


def subset(source: Path, characters: set[int], target: Path, number: int = -1) -> None:
    """Cut a face down to ``characters`` and write it as TrueType."""
    font = TTFont(source, fontNumber=number, recalcTimestamp=False)
    options = Options()
    options.hinting = False
    options.layout_features = []
    options.desubroutinize = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG"]
    cutter = Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    if "CFF " in font:
        _to_truetype(font)
    font.save(target)
    print(f"{target.name}: {len(font.getBestCmap())} characters, {target.stat().st_size} bytes")


def _to_truetype(font: TTFont) -> None:
    """Replace cubic outlines by quadratic ones (fontTools' cu2qu)."""
    order, drawn = font.getGlyphOrder(), font.getGlyphSet()
    outlines = {}
    for name in order:
        pen = TTGlyphPen(None)
        drawn[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        outlines[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = glyf = newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = order, outlines
    for name, glyph in outlines.items():
        glyph.recalcBounds(glyf)
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyph, "xMin", 0))
    maxp = newTable("maxp")
    maxp.tableVersion, maxp.numGlyphs, maxp.maxZones = 0x00010000, len(order), 1
    for field in ("TwilightPoints", "Storage", "FunctionDefs", "InstructionDefs", "StackElements",
                  "SizeOfInstructions", "ComponentElements"):  # fmt: skip
        setattr(maxp, f"max{field}", 0)
    font["maxp"] = maxp
    post = newTable("post")
    post.formatType = 3.0
    for field in ("italicAngle", "underlinePosition", "underlineThickness", "isFixedPitch", "minMemType42",
                  "maxMemType42", "minMemType1", "maxMemType1"):  # fmt: skip
        setattr(post, field, getattr(font["post"], field))
    font["post"] = post
    del font["CFF "]
    font.sfntVersion = "\x00\x01\x00\x00"


def main(latin: Path, chinese: Path, target: Path) -> None:
    """Write the four faces into ``target``."""
    plain = {code for first, last in LATIN for code in range(first, last + 1)}
    own = {ord(c) for c in words() if ord(c) >= FIRST_CHINESE}
    common = {ord(c) for c in gb2312(1, 3) | gb2312(16, 87) if ord(c) >= FIRST_CHINESE}
    subset(latin / "NotoSans-Regular.ttf", plain, target / "NotoSans-Regular.ttf")
    subset(latin / "NotoSans-Bold.ttf", plain, target / "NotoSans-Bold.ttf")
    subset(chinese / "NotoSansCJK-Regular.ttc", own | common, target / "NotoSansSC-Regular.ttf", number=2)
    # Bold is for headings, whose words are all in the catalogue; other characters are drawn in the regular face.
    subset(chinese / "NotoSansCJK-Bold.ttc", own, target / "NotoSansSC-Bold.ttf", number=2)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
