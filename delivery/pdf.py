"""HTML in, PDF out: the one door to xhtml2pdf, with our fonts, without the network and without other files.

Importing this module takes half a second (fonts, xhtml2pdf): a process that forks workers does it first.

What a document may use is the two weights of "Kakehashi Sans" and the pictures given to `render`, by name.
Nothing it says makes the renderer read a file or open a connection.
"""

import logging
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics, ttfonts
from reportlab.pdfgen.canvas import Canvas
from xhtml2pdf import default, document, pisa, reportlab_paragraph
from xhtml2pdf.config.resources import RenderLimitError, ResourceAccessPolicy
from xhtml2pdf.xhtml2pdf_reportlab import PmlPageCount, PmlTable

from delivery.killable import Overrun, killable
from delivery.linebreaks import paragraph_lines
from delivery.pictures import BadPicture, picture
from delivery.shut_off import shut_off
from domain.words import Words, _

log = logging.getLogger(__name__)

FAMILY = "kakehashi sans"
FONTS = Path(__file__).parent.parent / "static" / "fonts"
REGULAR, BOLD = "KakehashiSans-Regular", "KakehashiSans-Bold"
SYMBOLS = {"symbol", "zapfdingbats", "zapf-dingbats"}

SECONDS = 30
MEGABYTES = 400

# No folder to read from and no network: what a document may use, `render` hands over from memory.
POLICY = ResourceAccessPolicy.server(
    None,
    allow_remote=False,
    max_render_seconds=SECONDS,
    max_document_bytes=10_000_000,
    max_depth=100,
    max_image_pixels=25_000_000,
)
REFUSED = "refused"  # as a file name it is outside of every folder that may be read

# Without a shape: control characters, joiners, direction marks, variation selectors (as in 葛󠄀).
INVISIBLE = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
# Only at this one space does xhtml2pdf not break: the narrow one in French amounts becomes it.
UNBREAKABLE = str.maketrans("\u2007\u202f", "\u00a0\u00a0")
ODD_SPACES = re.compile("[\u1680\u2000\u2001\u2004-\u2006\u2008\u2028\u2029\u205f]")
DECOMPOSED = re.compile("[^\u0300-\u036f\u3099\u309a][\u0300-\u036f\u3099\u309a]+")

LINKED = {"http", "https", "mailto", "tel"}

Pdf = Callable[[str, Mapping[str, bytes]], bytes]
NO_IMAGES: Mapping[str, bytes] = MappingProxyType({})


class PdfFailed(Exception):
    """A document that can't be rendered, and why, as far as it can be told to people."""

    def __init__(self, message: Words) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True)
class Rendered:
    """A PDF, and what its sender should know about it: a logo left out, characters that can't be shown."""

    pdf: bytes
    notes: tuple[Words, ...] = ()


def render(html: str, *, images: Mapping[str, bytes] = NO_IMAGES) -> Rendered:
    """The PDF of an HTML document, in which `<img src="logo">` shows `images["logo"]`; or `PdfFailed`."""
    return _rendered(html, images, _pdf)


def render_guarded(
    html: str,
    *,
    images: Mapping[str, bytes] = NO_IMAGES,
    seconds: float = SECONDS,
    megabytes: int = MEGABYTES,
) -> Rendered:
    """As `render`, in a process that is ended when it needs more: for templates that a user has edited."""

    def guarded(html: str, pictures: Mapping[str, bytes]) -> bytes:
        return _pdf_in_child(html, pictures, seconds, megabytes)

    return _rendered(html, images, guarded)


def _rendered(html: str, images: Mapping[str, bytes], pdf: Pdf) -> Rendered:
    """The document with its pictures; if they turn out to be what breaks it, without them and with a note."""
    html, complaints = printable(html)
    pictures, more = _usable(images)
    notes = (*complaints, *more)
    try:
        return Rendered(pdf(html, pictures), notes)
    except PdfFailed:
        if not pictures:
            raise
    log.warning("A document failed with its pictures and is rendered without them.")
    return Rendered(pdf(html, NO_IMAGES), (*notes, _("The pictures could not be printed.")))


def printable(html: str) -> tuple[str, tuple[Words, ...]]:
    """The text as our font can show it, and which characters it can't."""
    html = ODD_SPACES.sub(" ", INVISIBLE.sub("", html)).translate(UNBREAKABLE)
    # Composed piece by piece: of a whole text it would replace 﨔 and 海 by other forms of the name.
    html = DECOMPOSED.sub(lambda found: unicodedata.normalize("NFC", found[0]), html)
    missing = sorted(set(html) - _SHOWN)
    if not missing:
        return html, ()
    return html, (_("These characters can't be printed: %(characters)s", characters=" ".join(missing)),)


def text_width(text: str, font: str, size: float) -> float:
    """How wide a text is when printed, in points."""
    return float(pdfmetrics.stringWidth(text.translate(UNBREAKABLE), font, size))


def _usable(images: Mapping[str, bytes]) -> tuple[dict[str, bytes], tuple[Words, ...]]:
    """The pictures that print, made ready for it, and what is wrong with the others."""
    pictures, complaints = {}, []
    for name, data in images.items():
        try:
            pictures[name] = picture(data).data
        except BadPicture as error:
            complaints.append(error.message)
    return pictures, tuple(complaints)


def _pdf(html: str, pictures: Mapping[str, bytes]) -> bytes:
    """What xhtml2pdf makes of it; `PdfFailed` in place of the many errors that it meets odd input with."""
    out = BytesIO()
    try:
        pisa.CreatePDF(
            html,
            dest=out,
            encoding="utf-8",
            link_callback=lambda name, _base: pictures.get(name, REFUSED),
            resource_policy=POLICY,
        )
    except RenderLimitError as error:
        raise PdfFailed(_("The document is too large to print.")) from error
    except Exception as error:
        raise PdfFailed(_("The document can't be printed.")) from error
    return out.getvalue()


def _pdf_in_child(html: str, pictures: Mapping[str, bytes], seconds: float, megabytes: int) -> bytes:
    """The same from a child process. (The lock: it must not be a copy of a process in mid-render.)"""

    def work() -> bytes:
        shut_off()
        try:
            return _pdf(html, pictures)
        except PdfFailed:
            log.warning("A guarded document failed", exc_info=True)
            return b""

    try:
        pdf = killable(work, seconds=seconds, megabytes=megabytes, while_forking=document._RENDER_LOCK)
    except Overrun as error:
        raise PdfFailed(_("The document takes too long or too much memory to print.")) from error
    if not pdf:
        raise PdfFailed(_("The document can't be printed."))
    return pdf


# --- what xhtml2pdf is taught, once a process ---------------------------------------------------------------


def _register_fonts() -> frozenset[str]:
    """Makes our family known, here and not by @font-face: that would read 9 MB for every document."""
    for bold, name in enumerate((REGULAR, BOLD)):
        pdfmetrics.registerFont(ttfonts.TTFont(name, FONTS / f"{name}.ttf"))
        for italic in (0, 1):
            addMapping(FAMILY, bold, italic, name)
    for family in (FAMILY, *(name for name in default.DEFAULT_FONT if name not in SYMBOLS)):
        default.DEFAULT_FONT[family] = FAMILY  # whatever a template asks for, its Japanese is there
    return frozenset(map(chr, pdfmetrics.getFont(REGULAR).face.charToGlyph)) | frozenset("\t\n\r")


def _searchable_beyond_16_bits() -> None:
    """Lets 𠮷 be found in the text of a PDF: ReportLab writes such numbers as they are, PDF wants UTF-16."""
    original = ttfonts.makeToUnicodeCMap

    def in_utf16(found: re.Match[str]) -> str:
        return f"<{chr(int(found[1], 16)).encode('utf-16-be').hex().upper()}>"

    ttfonts.makeToUnicodeCMap = lambda name, subset: re.sub(
        "<([0-9A-F]{5,6})>", in_utf16, original(name, subset)
    )


def _draw_once() -> None:
    """Keeps `<pdf:pagecount>` from doubling the work: it lays out all, draws it, counts, and does both again.

    One page is right the first time. More are only counted then: what tables draw beyond the first page is
    left to the second time. (Where pages break is settled before anything is drawn.)
    """
    draw_table = PmlTable.drawOn

    def count(self: PmlPageCount, canvas: Canvas, _x: float, _y: float, _sW: float = 0) -> None:
        self.second_round = self.second_round or canvas.getPageNumber() == 1  # it ends the document

    def draw(self: PmlTable, canvas: Canvas, x: float, y: float, _sW: float = 0) -> None:
        if canvas.getPageNumber() == 1 or not _is_counting(canvas):
            draw_table(self, canvas, x, y, _sW)

    PmlPageCount.drawOn = count
    PmlTable.drawOn = draw


def _link_to_the_web_only() -> None:
    """Lets a document lead to pages and mail addresses, and not to files of whoever opens it."""
    original = Canvas.linkURL

    def link(self: Canvas, url: str, *arguments: Any, **options: Any) -> None:
        if str(url).partition(":")[0].strip().lower() in LINKED:
            original(self, url, *arguments, **options)

    Canvas.linkURL = link


def _is_counting(canvas: Canvas) -> bool:
    """Whether the document will be drawn again, knowing how many pages it has."""
    indexes = getattr(canvas._doctemplate, "_indexingFlowables", ())
    return any(isinstance(index, PmlPageCount) and not index.second_round for index in indexes)


_SHOWN = _register_fonts()
_draw_once()
_link_to_the_web_only()
_searchable_beyond_16_bits()
reportlab_paragraph.cjkFragSplit = paragraph_lines
