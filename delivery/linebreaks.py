"""Where the lines of a text end, in every script: Japanese between characters, Latin between words.

xhtml2pdf knows two ways. The one for Latin breaks at spaces only, so that a Japanese sentence runs off the
page; the one for Japanese cuts anywhere, through words and amounts, and forgets about `<br>`. Our customers
mix both scripts in one line: `paragraph_lines` takes the place of the second way (`-pdf-word-wrap: CJK`).
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from reportlab.pdfbase.pdfmetrics import getAscentDescent
from xhtml2pdf.reportlab_paragraph import FragLine, ParaLines, imgVRange
from xhtml2pdf.util import stringWidth

# The Japanese rules (kinsoku): closing marks and small kana never begin a line, opening marks never end one.
NEVER_FIRST = frozenset(
    "!%),.:;?]}¢°’”‰′″℃、。々〉》」』】〕〗〙〟゛゜ゝゞ・ーヽヾ！％），．：；？］｝～〜｡｣､･ｰﾞﾟ…‥»"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
)
NEVER_LAST = frozenset("#$([{£¥§‘“«№〈《「『【〔〖〘〒〝＃＄（［｛｢￡￥€")
HYPHENS = frozenset("-‐–—/")

FIRST_WIDE = "\u2e80"  # from here on: ideographs, kana and their punctuation
OBJECT = "\ufffc"  # stands for a picture in the line
TOLERANCE = 1e-4  # of a point, for sums of widths


class Run(NamedTuple):
    """A piece of text in one style."""

    frag: Any  # where xhtml2pdf keeps the style
    text: str
    width: float


def may_break(text: str, at: int) -> bool:
    """Whether a line may end before the character at that place."""
    before, after = text[at - 1], text[at]
    if after == " " or before == " ":
        return after != " "
    if after in NEVER_FIRST or before in NEVER_LAST:
        return False
    if after >= FIRST_WIDE or before >= FIRST_WIDE:
        return True
    return before in HYPHENS and after.isalpha() and at > 1 and text[at - 2].isalnum()


def broken(text: str, widths: Sequence[float], first: float, later: float) -> Iterator[tuple[int, int]]:
    """Start and end of each line; a word that is too long for a line of its own is cut."""
    start, chance, used, room, at = 0, 0, 0.0, first, 0
    while at < len(text):
        if at > start and may_break(text, at):
            chance = at
        used += widths[at]
        if used > room + TOLERANCE and text[at] != " " and at > start:
            end = chance if chance > start else at
            yield start, end
            start = chance = at = end
            used, room = 0.0, later
        else:
            at += 1
    yield start, len(text)


def paragraph_lines(frags: list[Any], widths: list[float], bounds: int, encoding: str = "utf8") -> ParaLines:
    """The broken paragraph, as xhtml2pdf's `cjkFragSplit` would give it."""
    lines: list[FragLine] = []
    for part in _between_breaks(frags):
        runs = [_run(frag, encoding) for frag in part]
        first, later = (widths[min(len(lines) + n, len(widths) - 1)] for n in (0, 1))
        lines.extend(_lines(runs, first, later, bounds))
    return ParaLines(kind=1, lines=lines)


def _between_breaks(frags: list[Any]) -> list[list[Any]]:
    """The fragments from one `<br>` to the next."""
    parts: list[list[Any]] = [[]]
    for frag in frags:
        if hasattr(frag, "lineBreak"):
            parts.append([])
        else:
            parts[-1].append(frag)
    return parts


def _run(frag: Any, encoding: str) -> Run:
    """A fragment with its text and its width."""
    if hasattr(frag, "cbDefn"):
        return Run(frag, OBJECT, getattr(frag.cbDefn, "width", 0) or 0)
    text = frag.text.decode(encoding) if isinstance(frag.text, bytes) else str(frag.text)
    return Run(frag, text, stringWidth(text, frag.fontName, frag.fontSize))


def _lines(runs: list[Run], first: float, later: float, bounds: int) -> Iterator[FragLine]:
    """The lines of one part. Most fit into one line: only the others are looked at character by character."""
    if sum(run.width for run in runs) <= first + TOLERANCE:
        yield _line(runs, first, bounds)
        return
    characters = [character for run in runs for character in _characters(run)]
    text = "".join(character.text for character in characters)
    room = first
    for start, end in broken(text, [character.width for character in characters], first, later):
        end -= len(text[start:end]) - len(text[start:end].rstrip(" "))
        yield _line(_joined(characters[start:end]), room, bounds)
        room = later


def _characters(run: Run) -> list[Run]:
    """A run of one character after the other."""
    frag = run.frag
    if run.text == OBJECT:
        return [run]
    return [Run(frag, text, stringWidth(text, frag.fontName, frag.fontSize)) for text in run.text]


def _joined(characters: list[Run]) -> list[Run]:
    """Neighbours of the same fragment as one run again."""
    groups = [
        (frag, list(group)) for frag, group in groupby(characters, key=lambda character: character.frag)
    ]
    return [
        Run(frag, "".join(one.text for one in group), sum(one.width for one in group))
        for frag, group in groups
    ]


def _line(runs: list[Run], room: float, bounds: int) -> FragLine:
    """One line in the form that xhtml2pdf draws."""
    heights = [_height(run.frag, bounds) for run in runs] or [(0.0, 0.0)]
    return FragLine(
        kind=1,
        extraSpace=room - sum(run.width for run in runs),
        wordCount=1,
        words=[_word(run) for run in runs if run.text],
        fontSize=max((run.frag.fontSize for run in runs), default=0),
        ascent=max(ascent for ascent, _descent in heights),
        descent=min(descent for _ascent, descent in heights),
    )


def _word(run: Run) -> Any:
    """The fragment with just that part of its text. (A copy of one with a picture would lose the picture.)"""
    return run.frag if run.text == OBJECT else run.frag.clone(text=run.text)


def _height(frag: Any, bounds: int) -> tuple[float, float]:
    """How far a fragment reaches above and below the line."""
    picture: Any = getattr(frag, "cbDefn", None)
    if bounds and getattr(picture, "width", 0):
        descent, ascent = imgVRange(picture.height, picture.valign, frag.fontSize)
    else:
        ascent, descent = getAscentDescent(frag.fontName, frag.fontSize)
    return ascent, descent
