"""A document as it is printed: every word translated and every figure formatted, nothing left to look up.

Whoever has an invoice (or an estimate, an order, a bill) makes a `Sheet` of it; `print_sheet` gives the PDF.
All texts are plain text: what looks like HTML, CSS or a template in them is printed as it was typed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from math import ceil
from typing import Any, NamedTuple

from jinja2 import Environment
from markupsafe import Markup

from delivery.pdf import BOLD, REGULAR, Rendered, render, render_guarded, text_width
from delivery.pictures import BadPicture, picture
from delivery.style import PLAIN, Style, css_of
from domain.books.layouts import COLOURS, PARTS, filled

SECONDS = 12.0  # for what somebody wrote themselves
ROWS_IN_PIECE = 50  # the time for one table grows faster than its rows, the time for many tables doesn't

# In points (1/72 inch); the template has the same sizes. Every width and padding is a multiple of a quarter:
# those add up exactly, and for a millionth of a point too much xhtml2pdf lays a cell out three times.
LOGO_BOX = (172.0, 48.0)
TEXT_SIZE, HEADING_SIZE, TAX_SIZE, GRAND_SIZE = 8.5, 7.5, 8.0, 13.0
GAP, SUMS_GAP = 10.0, 26.0  # between two columns


class Headings(NamedTuple):
    """What stands above the columns of the lines."""

    description: str
    quantity: str
    rate: str
    discount: str
    tax: str
    amount: str


@dataclass(frozen=True)
class SheetLine:
    """One line; `detail` is printed small. A column that is empty in every line is left out."""

    description: str
    detail: str = ""
    quantity: str = ""
    rate: str = ""
    discount: str = ""
    tax: str = ""
    amount: str = ""


class Total(NamedTuple):
    """One row below the lines; the grand one is printed large."""

    label: str
    value: str
    is_grand: bool = False


class TaxRow(NamedTuple):
    """One rate of the tax summary: "10% 対象", what it is taken of, and what it comes to."""

    label: str
    net: str
    tax: str


@dataclass(frozen=True)
class Sheet:
    """Everything on a printed document, from the top to the bottom of the page."""

    language: str  # "ja"
    title: str  # "Invoice"
    organization_name: str
    party_name: str
    columns: Headings
    lines: tuple[SheetLine, ...]
    number: str = ""
    status_note: str = ""  # "Draft", "Void"
    logo: bytes | None = None
    organization_lines: tuple[str, ...] = ()  # address, telephone, registration number
    party_lines: tuple[str, ...] = ()
    greeting: str = ""  # "下記のとおりご請求申し上げます。"
    facts: tuple[tuple[str, str], ...] = ()  # Date, Due date, Reference, Terms ...
    amount_due: tuple[str, str] | None = None  # label and value, printed large above the lines
    lines_note: str = ""  # "※ 軽減税率対象"
    tax_headings: tuple[str, str, str] = ("", "", "")
    tax_summary: tuple[TaxRow, ...] = ()
    totals: tuple[Total, ...] = ()
    notes_heading: str = ""
    notes: str = ""
    terms_heading: str = ""
    terms: str = ""
    footer: str = ""  # left of the page number
    page_words: str = "%(page)s / %(pages)s"  # "Page %(page)s of %(pages)s"
    mentions: tuple[str, ...] = ()  # what the law wants to be said
    seal: str = ""  # in the box for it: "印"
    style: Style = PLAIN


class Column(NamedTuple):
    """One column of a table: which text it shows, its heading, its width in points."""

    key: str
    heading: str
    width: float


class SumRow(NamedTuple):
    """One row below the lines, with its two halves; `kind` is the style of the left one."""

    kind: str
    taxes: tuple[str, str, str]
    total: Total


def print_sheet(sheet: Sheet, environment: Environment) -> Rendered:
    """The PDF of a sheet. A logo that doesn't print is left out, and a note says so.

    What somebody wrote themselves is printed in a process that can be ended.
    """
    images = {"logo": sheet.logo} if sheet.logo and sheet.style.shows_logo else {}
    html = sheet_html(sheet, environment)
    if sheet.style.is_edited:
        return render_guarded(html, images=images, seconds=SECONDS)
    return render(html, images=images)


def sheet_html(sheet: Sheet, environment: Environment) -> str:
    """The HTML of a sheet, for `delivery.pdf.render` with its logo as the image "logo"."""
    jinja, style = _escaping(environment), sheet.style
    columns = line_columns(sheet)
    context = {
        "sheet": sheet,
        "style": style,
        "columns": columns,
        "pieces": [sheet.lines[n : n + ROWS_IN_PIECE] for n in range(0, len(sheet.lines), ROWS_IN_PIECE)],
        "logo_size": logo_size(sheet) if style.shows_logo else None,
        "tall_heads": any(text_width(each.heading, BOLD, HEADING_SIZE) > each.width for each in columns),
        "sum_rows": sum_rows(sheet),
        "sum_widths": sum_widths(sheet),
        "page_words": page_parts(sheet.page_words),
    }
    parts = jinja.get_template("pdf/_parts.html").make_module(context)
    body = filled(style.layout_in(sheet.language), lambda name: _part(parts, name))
    return jinja.get_template("pdf/sheet.html").render(**context, body=Markup(body), css=Markup(_css(style)))


def _part(parts: Any, name: str) -> str:
    """A part of the sheet by the name that a layout calls it; nothing for what is none."""
    return str(getattr(parts, name)()) if name in PARTS else ""


def _css(style: Style) -> str:
    """The stylesheet of the look and what somebody added; it can't end the element that it stands in."""
    css = filled(css_of(style.look) + style.css, lambda name: getattr(style, name) if name in COLOURS else "")
    return css.replace("<", " ")


def page_parts(words: str) -> list[str]:
    """The words around the page number and the number of pages, with spaces that xhtml2pdf doesn't drop."""
    return [part for part in re.split(r"(%\(pages?\)s)", words.replace(" ", "\u00a0")) if part]


@lru_cache(8)
def _escaping(environment: Environment) -> Environment:
    """The same templates with all texts escaped, whatever the environment is set to."""
    return environment.overlay(autoescape=True)


def logo_size(sheet: Sheet) -> tuple[float, float] | None:
    """Width and height of the printed logo; None when there is none that prints."""
    try:
        return picture(sheet.logo).fitted(*LOGO_BOX) if sheet.logo else None
    except BadPicture:
        return None


def line_columns(sheet: Sheet) -> list[Column]:
    """The columns that have something to show: figures as wide as they are, the description with the rest."""
    headings = Headings(*sheet.columns)._asdict()
    shown = [key for key in headings if key in ("description", "amount") or _has(sheet, key)]
    figures = [
        max(
            _widest((getattr(line, key) for line in sheet.lines), REGULAR, TEXT_SIZE),
            _widest([headings[key]], BOLD, HEADING_SIZE),
        )
        for key in shown[1:]
    ]
    widths = _with_gaps(figures, 0.62 * sheet.style.width)
    widths.insert(0, sheet.style.width - sum(widths))
    return [Column(key, headings[key], width) for key, width in zip(shown, widths, strict=True)]


def sum_rows(sheet: Sheet) -> list[SumRow]:
    """What stands side by side below the lines: the tax summary with its headings, and the totals."""
    taxes = [("tax_head", sheet.tax_headings), *(("tax", row) for row in sheet.tax_summary)]
    rows = zip_longest(taxes if sheet.tax_summary else (), sheet.totals, fillvalue=None)
    return [SumRow(*(tax or ("blank", ("", "", ""))), Total(*(total or ("", "")))) for tax, total in rows]


def sum_widths(sheet: Sheet) -> list[float]:
    """The widths of those rows: tax label, net and tax, a gap, total's label and value."""
    taxes = [sheet.tax_headings, *sheet.tax_summary]
    half = (sheet.style.width - SUMS_GAP) / 2
    net, tax = _with_gaps([_widest((row[n] for row in taxes), BOLD, TAX_SIZE) for n in (1, 2)], 0.7 * half)
    (value,) = _with_gaps([_widest((total[1] for total in sheet.totals), BOLD, GRAND_SIZE)], 0.7 * half)
    return [half - net - tax, net, tax, SUMS_GAP, half - value, value]


def _has(sheet: Sheet, key: str) -> bool:
    """Whether any line has something in that column, which the style shows."""
    return key in sheet.style.columns and any(getattr(line, key) for line in sheet.lines)


def _widest(texts: Iterable[str], font: str, size: float) -> float:
    """The width of the longest line among these texts."""
    lines = {line for text in texts for line in text.splitlines()}
    return max((text_width(line, font, size) for line in lines), default=0.0)


def _with_gaps(widths: list[float], room: float) -> list[float]:
    """Columns for these widths, in quarters. When the room is too small, the widest share what is left."""
    given, left = {}, room
    for place, (width, n) in enumerate(sorted((width, n) for n, width in enumerate(widths))):
        given[n] = ceil(4 * min(width + GAP, left / (len(widths) - place))) / 4
        left -= given[n]
    return [given[n] for n in range(len(widths))]
