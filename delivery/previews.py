"""What a sheet looks like, as pictures of its pages: shown where there is no reader of PDFs, and made only once."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pypdfium2

from delivery.documents import environment
from delivery.files import files
from delivery.killable import Overrun, killable
from delivery.pdf import PdfFailed
from delivery.sheet import Sheet, print_sheet, sheet_html
from domain.db import current_organization_id
from domain.words import _

PAGES = 2
"""So many of the first pages are shown."""

SCALE = 1.4
SECONDS, MEGABYTES = 10.0, 600

_KEY = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Preview:
    """Pictures that are kept, by the key under which they are found."""

    key: str
    pages: range


def preview_of(sheet: Sheet) -> Preview:
    """The first pages of a sheet; `PdfFailed` when it can't be printed."""
    key = _key(sheet)
    if page_of(key, 0) is None:
        for number, picture in enumerate(_drawn(print_sheet(sheet, environment).pdf)):
            files().cache(_kept_as(key, number), picture)
    return Preview(key, range(next(number for number in range(PAGES + 1) if page_of(key, number) is None)))


def page_of(key: str, number: int) -> bytes | None:
    """A page that was drawn for this organization, as PNG; None when there is none."""
    if not _KEY.fullmatch(key) or not 0 <= number < PAGES:
        return None
    return files().cached(_kept_as(key, number))


def _key(sheet: Sheet) -> str:
    printed = (sheet_html(sheet, environment), sheet.logo or b"", SCALE, sheet.style.is_edited)
    return hashlib.sha256(repr(printed).encode()).hexdigest()[:40]


def _kept_as(key: str, number: int) -> str:
    return f"preview-{current_organization_id()}-{key}-{number}"


def _drawn(pdf: bytes) -> list[bytes]:
    """The pages as PNG, drawn in a process that can be ended."""
    try:
        answer = killable(lambda: b"".join(_framed(pdf)), seconds=SECONDS, megabytes=MEGABYTES)
    except Overrun as error:
        raise PdfFailed(_("The document takes too long or too much memory to print.")) from error
    return list(_unframed(answer))


def _framed(pdf: bytes) -> Iterator[bytes]:
    document = pypdfium2.PdfDocument(pdf)
    for number in range(min(len(document), PAGES)):
        written = BytesIO()
        document[number].render(scale=SCALE).to_pil().convert("RGB").save(written, "PNG")
        yield len(written.getvalue()).to_bytes(4) + written.getvalue()


def _unframed(answer: bytes) -> Iterator[bytes]:
    while answer:
        end = 4 + int.from_bytes(answer[:4])
        yield answer[4:end]
        answer = answer[end:]
