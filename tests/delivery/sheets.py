"""Sheets to print in tests, and what a reader finds in the PDF: words, and where on the page they stand."""

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader
from pypdf import PageObject, PdfReader

from delivery.pdf import Rendered
from delivery.sheet import Headings, Sheet, SheetLine, TaxRow, Total, print_sheet

# Without escaping, on purpose: a sheet must not depend on how its environment is set.
ENVIRONMENT = Environment(loader=FileSystemLoader(Path(__file__).parents[2] / "templates"), autoescape=False)

LINE = SheetLine("Thermal ribbon, black", "110 mm × 300 m", "60", "€14.20", "", "20%", "€852.00")
INVOICE = Sheet(
    language="en",
    title="Invoice",
    number="INV-000412",
    organization_name="Harbour & Field Trading Ltd",
    organization_lines=("14 Quayside Road", "Bristol BS1 4RW", "VAT GB 123 4567 89"),
    party_name="Northwind Components GmbH",
    party_lines=("Hafenstraße 22", "20457 Hamburg"),
    facts=(("Date", "21 Nov 2026"), ("Due date", "21 Dec 2026"), ("Reference", "PO-88213")),
    amount_due=("Amount due", "€10,224.00"),
    columns=Headings("Description", "Quantity", "Rate", "Discount", "Tax", "Amount"),
    lines=(LINE,) * 10,
    tax_headings=("Rate", "Net", "Tax amount"),
    tax_summary=(TaxRow("VAT 20%", "€8,520.00", "€1,704.00"),),
    totals=(
        Total("Subtotal", "€8,520.00"),
        Total("VAT 20%", "€1,704.00"),
        Total("Total", "€10,224.00", True),
    ),
    notes_heading="Notes",
    notes="Please quote the number.\nBank: Example Bank plc",
    terms_heading="Terms",
    terms="Goods remain ours until paid.",
    footer="Registered in England 01234567",
    page_words="Page %(page)s of %(pages)s",
)
SEIKYUSHO = replace(
    INVOICE,
    language="ja",
    title="請求書",
    organization_name="青空商事株式会社",
    organization_lines=("〒100-0005 東京都千代田区丸の内1-2-3", "登録番号 T9234567890123", "担当 髙橋 﨑子"),
    party_name="株式会社みなと製作所 御中",
    party_lines=("〒231-0023", "神奈川県横浜市中区山下町2-14", "経理部 德川 様"),
    greeting="下記のとおりご請求申し上げます。",
    lines=(SheetLine("お弁当(幕の内)※", "①佐々木様分", "120 個", "¥1,250", "", "8%", "¥150,000"),),
    lines_note="※ は軽減税率対象品目です。",
    tax_headings=("税率区分", "税抜金額", "消費税額"),
    tax_summary=(TaxRow("10%対象", "¥100,000", "¥10,000"), TaxRow("8%対象 ※", "¥150,000", "¥12,000")),
    page_words="%(page)s / %(pages)s ページ",
)


def printed(sheet: Sheet) -> Rendered:
    """The sheet as PDF."""
    return print_sheet(sheet, ENVIRONMENT)


def reader(rendered: Rendered) -> PdfReader:
    """The PDF, opened."""
    return PdfReader(BytesIO(rendered.pdf))


def words(rendered: Rendered, page: int | None = None) -> str:
    """The text of the PDF or of one of its pages, without the spaces and ends of lines."""
    pages = reader(rendered).pages
    return squeezed("".join(one.extract_text() for one in (pages if page is None else [pages[page]])))


def squeezed(text: str) -> str:
    """A text without spaces, to be compared however its lines are broken."""
    return re.sub(r"\s", "", text)


class Drawn(NamedTuple):
    """One piece of text on a page: its left and right edge and its baseline, in points."""

    left: float
    right: float
    bottom: float


def drawn(page: PageObject) -> list[Drawn]:
    """Every piece of text of a page, measured with the widths in its embedded fonts."""
    found: list[Drawn] = []
    fonts = {name: font.get_object() for name, font in page["/Resources"]["/Font"].items()}
    state: dict[str, Any] = {}

    def see(operator: bytes, operands: list[Any], moved: list[float], text: list[float]) -> None:
        if operator == b"Tf":
            state["font"], state["size"] = fonts[operands[0]], float(operands[1])
        elif operator == b"Tj":
            left, bottom = moved[0] * text[4] + moved[4], moved[3] * text[5] + moved[5]
            found.append(Drawn(left, left + moved[0] * _width(operands[0], **state), bottom))

    page.extract_text(visitor_operand_before=see)
    return found


def _width(text: Any, font: Any, size: float) -> float:
    codes = text.original_bytes
    return sum(float(font["/Widths"][code - font["/FirstChar"]]) for code in codes) * size / 1000
