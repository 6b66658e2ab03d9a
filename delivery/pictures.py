"""Logos, made fit to print: what is uploaded is looked at, and drawn again, before a document uses it."""

from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO

from lxml import etree  # type: ignore[import-untyped]
from PIL import Image, ImageOps
from svglib.svglib import svg2rlg

from delivery.killable import Overrun, killable
from domain.words import Words, _

MAX_BYTES = 5_000_000
MAX_PIXELS = 25_000_000
MAX_SVG_BYTES = 1_000_000
MAX_SVG_ELEMENTS = 2_000
PRINTED_PIXELS = (720, 216)  # 61 x 18 mm at 300 dots an inch: more would only make every document larger
PICTURES_KEPT = 32
SECONDS, MEGABYTES = 2.0, 400

# These come with limits of their own to be got around, and a logo needs none of them.
UNWANTED_SVG_ELEMENTS = frozenset({"image", "foreignObject", "script"})
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"

NOT_READABLE = _("The picture can't be read. A PNG, JPEG or SVG file is needed.")
TOO_MANY_PIXELS = _("The picture has too many pixels to print.")
TOO_DETAILED = _("The picture is too detailed to print.")


class BadPicture(ValueError):
    """A picture that can't be printed, and why, in words for the person who chose it."""

    def __init__(self, message: Words) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True)
class Picture:
    """A picture that prints: PNG, JPEG or SVG, and its size in any unit (only the ratio counts)."""

    data: bytes
    width: float
    height: float

    def fitted(self, width: float, height: float) -> tuple[float, float]:
        """The largest size within a box that keeps the picture's shape."""
        factor = min(width / self.width, height / self.height)
        return self.width * factor, self.height * factor


def new_picture(data: bytes) -> Picture:
    """A file that was just uploaded, as `picture`, after a look in a process that can be ended.

    A small SVG can ask for minutes: thousands of rules of style on each of its shapes.
    """
    try:
        killable(lambda: _looked_at(data), seconds=SECONDS, megabytes=MEGABYTES)
    except Overrun as error:
        raise BadPicture(TOO_DETAILED) from error
    return picture(data)


def _looked_at(data: bytes) -> bytes:
    """Nothing, once it is known what becomes of the picture."""
    with suppress(BadPicture):
        picture.__wrapped__(data)
    return b""


@lru_cache(PICTURES_KEPT)
def picture(data: bytes) -> Picture:
    """The uploaded file as a picture that prints; `BadPicture` when it can't be one."""
    if len(data) > MAX_BYTES:
        raise BadPicture(_("The picture is larger than %(megabytes)s MB.", megabytes=MAX_BYTES // 1_000_000))
    try:
        return _vector(data) if looks_like_svg(data) else _raster(data)
    except BadPicture:
        raise
    except Exception as error:  # whatever a broken file leads to inside three libraries
        raise BadPicture(NOT_READABLE) from error


def looks_like_svg(data: bytes) -> bool:
    """Whether the file is text with tags, in one of the encodings that XML has."""
    return data.lstrip()[:1] == b"<" or data.startswith((b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\0<"))


def _raster(data: bytes) -> Picture:
    """The pixels of a PNG or JPEG and nothing else of it, as many as print."""
    image = _opened(data)
    kind = image.format
    image.draft("RGB", PRINTED_PIXELS)
    image = ImageOps.exif_transpose(image)
    image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail(PRINTED_PIXELS)
    image.info.clear()  # comments, and whatever else the file said
    printed = BytesIO()
    image.save(printed, kind, **({"quality": 90} if kind == "JPEG" else {"optimize": True}))
    return Picture(printed.getvalue(), image.width, image.height)


def _opened(data: bytes) -> Image.Image:
    """The picture, of which only the size was read so far."""
    try:
        image = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
    except Image.DecompressionBombError as error:
        raise BadPicture(TOO_MANY_PIXELS) from error
    if image.width * image.height > MAX_PIXELS:
        raise BadPicture(TOO_MANY_PIXELS)
    return image


def _vector(data: bytes) -> Picture:
    """An SVG in which something is drawn, and that refers to nothing outside itself."""
    _check_svg(data)
    drawn = svg2rlg(BytesIO(data), resolve_entities=False)  # from memory: it has no folder to name files in
    bounds = drawn.getBounds() if drawn else None
    if not drawn or not bounds or min(drawn.width, drawn.height, bounds[2], bounds[3]) <= 0:
        raise BadPicture(_("There is nothing to be seen in the picture."))
    return Picture(data, drawn.width, drawn.height)


def _check_svg(data: bytes) -> None:
    """Refuse what would take too long to draw, or could reach for other files."""
    if len(data) > MAX_SVG_BYTES:
        raise BadPicture(TOO_DETAILED)
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    names = [etree.QName(element).localname for element in root.iter(etree.Element)]
    if names[0] != "svg":
        raise BadPicture(NOT_READABLE)
    if UNWANTED_SVG_ELEMENTS.intersection(names):
        raise BadPicture(_("The picture holds other pictures or scripts. Please save it as PNG."))
    if _drawn(root) > MAX_SVG_ELEMENTS:
        raise BadPicture(TOO_DETAILED)


def _drawn(root: etree._Element) -> int:
    """How many elements are drawn, with all that `<use>` repeats; going round in a circle overflows."""
    named = {element.get("id"): element for element in root.iter(etree.Element)}

    @cache
    def within(element: etree._Element) -> int:
        used = named.get((element.get("href") or element.get(XLINK_HREF) or "")[1:])
        repeated = within(used) if used is not None else 0
        return 1 + repeated + sum(within(child) for child in element.iterchildren(etree.Element))

    return within(root)
