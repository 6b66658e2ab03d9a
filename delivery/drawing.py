"""Pages drawn mark by mark, without HTML: a page takes milliseconds, and two hundred take two hundred times that."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import Any

from reportlab.graphics import renderPDF
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from svglib.svglib import svg2rlg

from delivery.linebreaks import broken
from delivery.pdf import BOLD, REGULAR, printable, text_width
from delivery.pictures import looks_like_svg, picture

log = logging.getLogger(__name__)

# In points (1/72 inch); y grows upwards.
LEFT, RIGHT = 56.5, A4[0] - 56.5
TOP, BOTTOM, FOOT = A4[1] - 42.5, 62.0, 34.0

SIZE = 8.5

INK, QUIET, ACCENT, HAIR = map(HexColor, ("#20242c", "#5b6270", "#23487a", "#e3e0d8"))


@dataclass(frozen=True)
class Text:
    """A line of text; `x` is its left end, or its right one."""

    x: float
    y: float
    text: str
    size: float = SIZE
    is_bold: bool = False
    is_right: bool = False
    colour: Any = INK

    def onto(self, canvas: Canvas) -> None:
        """Draw it."""
        canvas.setFont(BOLD if self.is_bold else REGULAR, self.size)
        canvas.setFillColor(self.colour)
        (canvas.drawRightString if self.is_right else canvas.drawString)(self.x, self.y, clean(self.text))


@dataclass(frozen=True)
class Rule:
    """A line across."""

    x: float
    y: float
    until: float
    colour: Any = HAIR
    weight: float = 0.4

    def onto(self, canvas: Canvas) -> None:
        """Draw it."""
        canvas.setStrokeColor(self.colour)
        canvas.setLineWidth(self.weight)
        canvas.line(self.x, self.y, self.until, self.y)


@dataclass(frozen=True)
class Logo:
    """A picture in the upper right corner, as large as it fits; one that can't be drawn is left out."""

    data: bytes
    width: float
    height: float

    def onto(self, canvas: Canvas) -> None:
        """Draw it."""
        try:
            self._draw(canvas)
        except Exception:  # whatever a broken file leads to inside three libraries
            log.warning("A logo can't be drawn and is left out.", exc_info=True)

    def _draw(self, canvas: Canvas) -> None:
        found = picture(self.data)
        width, height = found.fitted(self.width, self.height)
        x, y = RIGHT - width, TOP - height
        if not looks_like_svg(found.data):
            canvas.drawImage(ImageReader(BytesIO(found.data)), x, y, width, height, mask="auto")
            return
        drawing = svg2rlg(BytesIO(found.data), resolve_entities=False)
        assert drawing is not None, "it was looked at when it became the logo"
        drawing.scale(width / drawing.width, height / drawing.height)
        renderPDF.draw(drawing, canvas, x, y)


@dataclass
class Page:
    """What stands on a page, and how far down it is filled."""

    y: float = TOP
    marks: list[Text | Rule | Logo] = field(default_factory=list)

    def has_room(self, height: float) -> bool:
        """Whether that much more fits."""
        return self.y - height >= BOTTOM

    def write(self, lines: Iterable[str], x: float, step: float, **style: Any) -> None:
        """Lines one below the other, from where the page is filled to."""
        for line in lines:
            self.y -= step
            self.marks.append(Text(x, self.y, line, **style))

    def rule(self, x: float = LEFT, until: float = RIGHT, **style: Any) -> None:
        """A line across, there."""
        self.marks.append(Rule(x, self.y, until, **style))


def pdf_of(pages: Sequence[Page], title: str, author: str) -> bytes:
    """The pages as a PDF, with the author's name and their numbers at the foot."""
    made = BytesIO()
    canvas = Canvas(made, pagesize=A4)
    canvas.setTitle(clean(title))
    canvas.setAuthor(clean(author))
    for number, page in enumerate(pages, 1):
        foot = (
            Text(LEFT, FOOT, author, 7.5, colour=QUIET),
            Text(RIGHT, FOOT, f"{number} / {len(pages)}", 7.5, is_right=True, colour=QUIET),
        )
        for mark in (*page.marks, *foot):
            mark.onto(canvas)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


@lru_cache(4096)
def clean(text: str) -> str:
    """The text as our font can show it."""
    return printable(text)[0]


@lru_cache(4096)
def wrapped(text: str, width: float, size: float = SIZE, is_bold: bool = False) -> tuple[str, ...]:
    """A text in lines that are no wider than this."""
    return tuple(line for part in text.split("\n") for line in _lines(clean(part), width, size, is_bold))


@lru_cache(4096)
def fitting(text: str, width: float, size: float = SIZE) -> float:
    """The size at which a figure is no wider than this: a very long one is printed smaller."""
    return min(size, size * width / max(text_width(text, REGULAR, size), 1))


def _lines(text: str, width: float, size: float, is_bold: bool) -> list[str]:
    font = BOLD if is_bold else REGULAR
    if text_width(text, font, size) <= width:
        return [text]
    widths = [text_width(character, font, size) for character in text]
    return [text[start:end].strip() for start, end in broken(text, widths, width, width)]
