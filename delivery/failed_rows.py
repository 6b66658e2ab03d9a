"""The rows of an import that failed, as a spreadsheet: the same columns and why, to be mended and imported again."""

import csv
import re
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO

import xlsxwriter

from delivery.tables import Cell

TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What each ending is called in HTTP."""


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """For every program; with the mark by which Excel knows UTF-8, and nothing that it would take for a formula."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerows([[_defused(cell) for cell in row] for row in (headings, *rows)])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """For spreadsheet programs: texts stay texts, so that no phone number loses its first zero."""
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as workbook:
        sheet = workbook.add_worksheet()
        bold = workbook.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if cell != "":
                    sheet.write(number, column, cell)
    return file.getvalue()


def _defused(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and re.match(r"[=+\-@\t\r]", cell) else cell
