"""Rows as a file that spreadsheets open: CSV, XLS and XLSX. Nothing in them is ever taken for a formula."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import TextIOWrapper
from typing import IO, Any, Literal

import xlsxwriter
import xlwt

from domain.modules.rows import Cell

Encoding = Literal["utf-8", "cp932"]
Rows = Iterable[Sequence[tuple[Cell, ...]]]

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""With one of these a spreadsheet program begins to compute."""

LONGEST_CELL = 32_767
DATE = "yyyy-mm-dd"
MOMENT = "yyyy-mm-dd hh:mm"


@dataclass(frozen=True)
class Wanted:
    """How a file shall be written."""

    encoding: Encoding = "utf-8"
    exact: bool = False
    """Whether texts stay as they are, also those that a spreadsheet program would take for a formula."""


def defused(text: str) -> str:
    """A text that no program takes for a formula: an apostrophe stands before what would be one."""
    return (
        f"'{text}" if text.lstrip(" \u00a0\u3000").startswith(FORMULA) or text.startswith(FORMULA) else text
    )


# --- CSV ----------------------------------------------------------------------------------------------------------

_CP932 = str.maketrans("〜−—‖¢£¬¥", "～－―∥￠￡￢￥")
"""Characters that Shift-JIS on Windows has only in their other form."""


class _Plain(Decimal):
    """A number that is written without an exponent."""

    def __str__(self) -> str:
        return format(self, "f")


def csv_file(file: IO[bytes], _name: str, headings: Sequence[str], rows: Rows, wanted: Wanted) -> None:
    """Texts and dates in quotation marks, numbers plain; with the mark by which Excel knows UTF-8."""
    encoding = "utf-8-sig" if wanted.encoding == "utf-8" else "cp932"
    text = TextIOWrapper(file, encoding, errors="replace", newline="", write_through=False)
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    cell = _csv_cell(wanted)
    writer.writerow([cell(heading) for heading in headings])
    for batch in rows:
        writer.writerows([[cell(value) for value in row] for row in batch])
    text.flush()
    text.detach()


def _csv_cell(wanted: Wanted) -> Callable[[Cell], Any]:
    is_safe = wanted.exact
    in_japan = wanted.encoding == "cp932"

    def cell(value: Cell) -> Any:
        if isinstance(value, str):
            value = value.translate(_CP932) if in_japan else value
            return value if is_safe else defused(value)
        if isinstance(value, Decimal):
            return _Plain(value)
        if isinstance(value, date):
            return value.isoformat()
        return "" if value is None else value

    return cell


# --- XLSX and XLS ---------------------------------------------------------------------------------------------------


def xlsx_file(file: IO[bytes], name: str, headings: Sequence[str], rows: Rows, _wanted: Wanted) -> None:
    """Texts are typed as texts, so nothing needs to be changed in them; rows leave the memory as they come."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "remove_timezone": True})
    bold, day, moment = (
        book.add_format(style) for style in ({"bold": True}, {"num_format": DATE}, {"num_format": MOMENT})
    )
    for sheet_name, part in _sheets(name, rows, 1_048_575):
        sheet = book.add_worksheet(sheet_name)
        sheet.freeze_panes(1, 0)
        for at, heading in enumerate(headings):
            sheet.write_string(0, at, heading[:LONGEST_CELL], bold)
        _fill_xlsx(sheet, part, day, moment)
    book.close()


def _fill_xlsx(sheet: Any, rows: Iterator[tuple[Cell, ...]], day: Any, moment: Any) -> None:
    number, text = sheet.write_number, sheet.write_string
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                text(at, column, value[:LONGEST_CELL])
            elif isinstance(value, date):
                sheet.write_datetime(at, column, value, moment if isinstance(value, datetime) else day)
            else:
                number(at, column, value)


def xls_file(file: IO[bytes], name: str, headings: Sequence[str], rows: Rows, _wanted: Wanted) -> None:
    """The same for programs of long ago: 65,535 rows a sheet, then the next one."""
    book = xlwt.Workbook(encoding="utf-8")
    bold, day, moment = (xlwt.easyxf(style) for style in ("font: bold on", "", ""))
    day.num_format_str, moment.num_format_str = DATE, MOMENT
    styles: dict[type, Any] = {date: day, datetime: moment}
    usual = xlwt.Style.default_style
    for sheet_name, part in _sheets(name, rows, 65_535):
        sheet = book.add_sheet(sheet_name)
        for at, heading in enumerate(headings):
            sheet.write(0, at, heading[:LONGEST_CELL], bold)
        for number, row in enumerate(part, 1):
            for at, value in enumerate(row):
                if value is not None and value != "":
                    sheet.write(number, at, _for_xls(value), styles.get(type(value), usual))
            if number % 1000 == 0:
                sheet.flush_row_data()
        sheet.flush_row_data()
    book.save(file)


def _for_xls(value: Cell) -> Any:
    if isinstance(value, str):
        return value[:LONGEST_CELL]
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _sheets(name: str, rows: Rows, most: int) -> Iterator[tuple[str, Iterator[tuple[Cell, ...]]]]:
    """The rows in as many sheets as they need; at least one, though it be empty."""
    stem = re.sub(r"[\[\]:*?/\\'\x00-\x1f]", " ", name).strip()[:25] or "1"
    flat = (row for batch in rows for row in batch)
    first = next(flat, None)
    number = 1
    while True:
        ahead: list[tuple[Cell, ...] | None] = []
        yield (stem if number == 1 else f"{stem} {number}"), _part(first, flat, most, ahead)
        if not ahead:
            return
        first, number = ahead[0], number + 1


def _part(
    first: tuple[Cell, ...] | None, rest: Iterator[tuple[Cell, ...]], most: int, ahead: list[Any]
) -> Iterator[tuple[Cell, ...]]:
    """At most so many rows; the one after them goes ahead to the next sheet."""
    if first is None:
        return
    yield first
    for number, row in enumerate(rest, 2):
        if number > most:
            ahead.append(row)
            return
        yield row


@dataclass(frozen=True)
class Format:
    """A kind of file."""

    key: str
    label: str
    media_type: str
    write: Callable[[IO[bytes], str, Sequence[str], Rows, Wanted], None]


FORMATS: dict[str, Format] = {
    each.key: each
    for each in (
        Format("csv", "CSV", "text/csv", csv_file),
        Format("xls", "XLS", "application/vnd.ms-excel", xls_file),
        Format(
            "xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_file
        ),
    )
}
