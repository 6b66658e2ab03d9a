"""What is uploaded: of which kind it is, told from its bytes and from nothing else, and pictures made small."""

from io import BytesIO

from PIL import Image, ImageOps

from delivery.files import files, keep
from delivery.killable import Overrun, killable
from domain.attachments import MAX_BYTES, MEGABYTES
from domain.errors import Refused
from domain.files import StoredFile, file_name
from domain.words import _

FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
UNKNOWN = "application/octet-stream"
MAX_PIXELS = 50_000_000
SMALL = (240, 240)
SECONDS, MEGABYTES_DRAWN = 5.0, 400


def kept(content: bytes, name: str) -> StoredFile:
    """The uploaded file, kept; refused when it is empty or too large."""
    name = file_name(name)
    if not content:
        raise Refused(files=_("%(name)s is empty.", name=name))
    if len(content) > MAX_BYTES:
        raise Refused(files=_("%(name)s is larger than %(most)d MB.", name=name, most=MEGABYTES))
    return keep(content, name, media_type(content))


def media_type(content: bytes) -> str:
    """A picture or a PDF by what the bytes are; everything else is just bytes, whatever its name says."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    try:
        with Image.open(BytesIO(content), formats=tuple(FORMATS)) as image:
            return FORMATS[image.format or ""] if image.width * image.height <= MAX_PIXELS else UNKNOWN
    except Exception:  # whatever a broken file leads to inside the library
        return UNKNOWN


def thumbnail(digest: str) -> bytes | None:
    """A small PNG of a kept picture, made once; None when it can't be drawn."""
    key = f"thumbnail-{digest}"
    small = files().cached(key)
    if small is None and (small := _drawn(files().read(digest))):
        files().cache(key, small)
    return small


def _drawn(content: bytes) -> bytes | None:
    """Drawn in a process of its own: a few kilobytes can stand for a gigabyte of pixels."""
    try:
        return killable(lambda: _small(content) or b"", seconds=SECONDS, megabytes=MEGABYTES_DRAWN) or None
    except Overrun:
        return None


def _small(content: bytes) -> bytes | None:
    try:
        with Image.open(BytesIO(content), formats=tuple(FORMATS)) as image:
            image.draft("RGB", SMALL)
            drawn = ImageOps.exif_transpose(image).convert("RGBA")
    except Exception:  # as above
        return None
    drawn.thumbnail(SMALL)
    drawn.info.clear()
    written = BytesIO()
    drawn.save(written, "PNG", optimize=True)
    return written.getvalue()
