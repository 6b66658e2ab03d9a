"""From a document to its PDF: with which template, and where the finished file is kept.

A PDF is kept under the digest of what it was rendered from, so that a second download costs a file read.
"""

import hashlib
import json
import logging
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from delivery.files import files
from delivery.pdf import PdfFailed, Rendered
from delivery.sheet import Sheet, print_sheet
from delivery.wording import language_of, sheet_of
from domain.books.associated_templates import pdf_template
from domain.books.document import Document
from domain.books.pdf_templates import PdfTemplate
from domain.organizations.organizations import current_organization

__all__ = ("file_name", "kept_pdf", "language_of", "pdf", "sheet_of", "template_of")

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"

environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)


def file_name(document: Document) -> str:
    """What the PDF is called: by the number, which may hold what a file name can't."""
    name = document.number or f"draft-{document.id}"
    return "".join("-" if c in '/\\:*?"<>|' or ord(c) < 32 else c for c in name) + ".pdf"


def template_of(document: Document) -> PdfTemplate | None:
    """With what it is printed: its own template, until it is issued its party's or the default; None: plain."""
    if document.pdf_template_id or document.is_frozen:
        return document.pdf_template
    return pdf_template(document.party_id, document.kind)


def kept_pdf(document: Document) -> bytes | None:
    """The document's PDF if it was rendered before, as it is now."""
    return files().cached(_key(document, template_of(document)))


def pdf(document: Document) -> bytes:
    """The document's PDF, from the store when it was rendered before, else rendered and kept."""
    template = template_of(document)
    key = _key(document, template)
    kept = files().cached(key)
    if kept is None:
        rendered = _printed(sheet_of(document, template))
        for note in rendered.notes:
            log.warning("%s: %s", file_name(document), note)
        kept = rendered.pdf
        files().cache(key, kept)
    return kept


def _printed(sheet: Sheet) -> Rendered:
    """The sheet; when what somebody wrote themselves can't be printed, in the look that it was made from."""
    try:
        return print_sheet(sheet, environment)
    except PdfFailed:
        if not sheet.style.is_edited:
            raise
    log.warning("A template of one's own failed; %s is printed without its HTML and CSS.", sheet.number)
    return print_sheet(replace(sheet, style=replace(sheet.style, layout="", css="")), environment)


def _key(document: Document, template: PdfTemplate | None) -> str:
    """Changes when anything does that is printed; to know that costs less than to put the sheet together."""
    printed: list[Any] = [document, document.party, current_organization(), *([template] if template else [])]
    states = [[each.id, each.version, each.updated_at.timestamp()] for each in printed]
    digest = hashlib.sha256(json.dumps([states, _engine()]).encode()).hexdigest()
    return f"pdf-{digest}"


@cache
def _engine() -> str:
    """Changes when a template of PDFs does, a translation, or the code that prints them."""
    sources = (
        *(each for each in (TEMPLATES / "pdf").rglob("*") if each.is_file()),
        *(ROOT / "delivery").glob("*.py"),
        *(ROOT / "domain").rglob("*.py"),
        *(ROOT / "translations").glob("*/LC_MESSAGES/*.po"),
    )
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(sources))).hexdigest()
