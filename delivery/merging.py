"""Several PDFs as one file, with an outline that leads to each of them."""

from collections.abc import Iterable
from io import BytesIO

from pypdf import PdfWriter


def merged(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """One PDF of these, one after the other, each under its title."""
    writer = PdfWriter()
    for title, pdf in parts:
        writer.append(BytesIO(pdf), outline_item=title)
    writer.page_mode = "/UseOutlines"
    made = BytesIO()
    writer.write(made)
    return made.getvalue()
