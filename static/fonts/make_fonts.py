"""Draws the two fonts of our PDFs. Run it when the set of characters changes; the result is kept beside it.

    python make_fonts.py NOTO_FOLDER SOURCE_SANS

NOTO_FOLDER holds NotoSansCJK-Regular.ttc and NotoSansCJK-Bold.ttc (Debian: fonts-noto-cjk 20220127).
SOURCE_SANS is the variable SourceSans3[wght].ttf (PyPI: fontpkg-source-sans-3 3.52). The same inputs give the
same bytes.

Why not the original files: PDFs embed TrueType outlines only, Noto's are PostScript, and a file with all
scripts has 18 MB. Why a second source: Noto's Latin is Source Sans drawn larger, but without č, ł, ş or ő.
"""

import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.filterPen import DecomposingFilterPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont, newTable

HERE = Path(__file__).parent
FAMILY = "Kakehashi Sans"
KEPT_TABLES = {"GlyphOrder", "head", "hhea", "maxp", "OS/2", "hmtx", "cmap", "name", "post", "CFF "}

# A curve may stray by one thousandth of the em: not visible in print, and half the size of exact curves.
MAX_ERROR = 1.0

JAPANESE_ENCODINGS = ("euc_jis_2004", "cp932")  # JIS X 0213, and the vendors' 髙 﨑 ① ㈱
BLOCKS = [
    (0x0020, 0x024F),  # Latin
    (0x02B0, 0x02FF),  # modifier letters
    (0x0370, 0x052F),  # Greek, Cyrillic
    (0x1E00, 0x1EFF),  # Latin, additional (Vietnamese)
    (0x2000, 0x27BF),  # punctuation, currency, letter-like, arrows, operators, boxes, shapes, dingbats
    (0x2E3A, 0x2E3B),  # long dashes
    (0x3000, 0x33FF),  # kana, enclosed and squared signs
    (0xFF00, 0xFFEF),  # full and half width
]
OTHERS = "𠮷"  # in names, yet in no Japanese standard


@dataclass(frozen=True)
class Weight:
    """How Source Sans meets one weight of Noto: its place on the weight axis, and its size."""

    name: str
    axis: int
    scale: float


WEIGHTS = [Weight("Regular", 400, 1.1167), Weight("Bold", 650, 1.1345)]


def main(noto_folder: str, source_sans: str) -> None:
    """Writes both weights beside this script."""
    for weight in WEIGHTS:
        font = japanese(Path(noto_folder) / f"NotoSansCJK-{weight.name}.ttc")
        latin = TTFont(source_sans)
        missing = wanted() & set(latin.getBestCmap()) - set(font.getBestCmap())
        redraw_as_truetype(font)
        add_glyphs(font, latin, sorted(missing), weight)
        rename(font, latin, weight.name)
        font.save(HERE / f"KakehashiSans-{weight.name}.ttf")
        print(weight.name, len(font.getGlyphOrder()), "glyphs")


def wanted() -> set[int]:
    """Every character that a document of ours should be able to show."""
    characters = {ord(character) for character in OTHERS}
    characters.update(*(range(first, last + 1) for first, last in BLOCKS))
    characters.update(*(encodable(encoding) for encoding in JAPANESE_ENCODINGS))
    return {character for character in characters if unicodedata.category(chr(character))[0] != "C"}


def encodable(encoding: str) -> set[int]:
    """All characters of an encoding, found by decoding every sequence of up to three bytes."""
    found: set[int] = set()
    for first in range(0x20, 0x100):
        sequences = [bytes([first]), *(bytes([first, second]) for second in range(0x21, 0x100))]
        sequences += [bytes([0x8F, first, second]) for second in range(0xA1, 0xFF)]
        for sequence in sequences:
            try:
                found.update(map(ord, sequence.decode(encoding)))
            except UnicodeDecodeError:
                continue
    return found


def japanese(collection: Path) -> TTFont:
    """The Japanese face of a Noto collection, reduced to the wanted characters."""
    faces = TTCollection(collection).fonts
    font = next(face for face in faces if face["name"].getDebugName(1) == "Noto Sans CJK JP")
    for tag in set(font.keys()) - KEPT_TABLES:
        del font[tag]
    options = Options(
        layout_features=[], hinting=False, desubroutinize=True, notdef_outline=True, name_IDs=["*"]
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    font.recalcTimestamp = False
    return font


def redraw_as_truetype(font: TTFont) -> None:
    """Replaces the cubic outlines of a font by quadratic ones."""
    order, glyphs = font.getGlyphOrder(), font.getGlyphSet()
    drawn = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        drawn[name] = pen.glyph()
    del font["CFF "]
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, drawn
    font.sfntVersion = "\x00\x01\x00\x00"
    font["head"].glyphDataFormat = 0
    font["maxp"].tableVersion = 0x00010000
    zeros = "maxTwilightPoints maxStorage maxFunctionDefs maxInstructionDefs maxStackElements"
    for field in [*zeros.split(), "maxSizeOfInstructions", "maxComponentElements", "maxComponentDepth"]:
        setattr(font["maxp"], field, 0)
    font["maxp"].maxZones = 1
    font["post"].formatType = 3.0  # no glyph names: PDFs have no use for them


def add_glyphs(font: TTFont, source: TTFont, characters: list[int], weight: Weight) -> None:
    """Draws the characters of another font into this one, at its size and weight."""
    glyphs = source.getGlyphSet(location={"wght": weight.axis})
    names = source.getBestCmap()
    order = list(font.getGlyphOrder())
    for character in characters:
        glyph, name = glyphs[names[character]], f"latin{character:04X}"
        pen = TTGlyphPen(None)
        glyph.draw(DecomposingFilterPen(TransformPen(pen, (weight.scale, 0, 0, weight.scale, 0, 0)), glyphs))
        order.append(name)
        font["glyf"].glyphs[name] = drawn = pen.glyph()
        drawn.recalcBounds(font["glyf"])
        font["hmtx"][name] = (round(glyph.width * weight.scale), drawn.xMin if drawn.numberOfContours else 0)
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[character] = name
    font.setGlyphOrder(order)
    font["glyf"].glyphOrder = order


def rename(font: TTFont, latin: TTFont, weight: str) -> None:
    """Gives the font its own name, as its licence asks of a changed version, and keeps whose work it is."""
    old, names = font["name"], newTable("name")
    names.names = []
    rights = f"{old.getDebugName(0)} {latin['name'].getDebugName(0)}"
    version = f"Version 1.0; from {old.getDebugName(4)} {old.getDebugName(5)[8:13]} and Source Sans 3"
    texts = {
        **{number: old.getDebugName(number) for number in (8, 9, 10, 13, 14)},  # makers and licence
        0: rights,
        1: FAMILY,
        2: weight,
        3: f"KakehashiSans-{weight}",
        4: f"{FAMILY} {weight}",
        5: version,
        6: f"KakehashiSans-{weight}",
    }
    for number, text in texts.items():
        names.setName(text, number, 3, 1, 0x409)
    font["name"] = names


if __name__ == "__main__":
    main(*sys.argv[1:])
