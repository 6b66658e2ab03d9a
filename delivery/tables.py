"""Spreadsheets that come in: CSV, XLS and XLSX, read into one plain form, however they were written.

That form is one line of JSON a row: its number in the sheet, then its cells, texts as texts and numbers as numbers,
dates as ISO. A job can go on reading it in the middle, and need not know what the file once was.

A file is read in a process of its own, since a small one can ask for any amount of memory: a single cell in the
last corner of a sheet is enough.
"""

import csv
import faulthandler
import json
import os
import resource
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import python_calamine

from delivery import encodings
from delivery.killable import Overrun, killable
from domain.errors import Refused
from domain.words import Words, _

Cell = str | int | Decimal

LARGEST = 20 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 200
LONGEST_CELL = 32_767
"""As long as a cell of a spreadsheet program can be."""

SECONDS = 20.0
MEGABYTES = 700
UNPACKED = 400 * 1024 * 1024

CSV, WORKBOOK = "csv", "workbook"

PROBLEMS: dict[str, Words] = {
    "large": _("This file is larger than 20 MB."),
    "empty": _("There is nothing in this file."),
    "rows": _("This file has more than 100,000 rows. Please split it."),
    "columns": _("This file has more than 200 columns."),
    "cell": _("A cell of this file is longer than 32,767 characters. Perhaps a quotation mark is missing."),
    "kind": _("This is neither a CSV file nor an Excel workbook (XLS, XLSX)."),
    "locked": _("This workbook is protected with a password. Please save it without one."),
    "damaged": _("This workbook can't be read. Please open it, save it again and try once more."),
    "heavy": _("This file takes too long to read, or too much memory. Saving the sheet as CSV may help."),
    "encoding": _("This file is not written in that encoding."),
    "sheet": _("This workbook has no such sheet."),
}
"""Why a file is not taken."""


@dataclass(frozen=True)
class Wish:
    """How to read a file; what is left empty is found out."""

    encoding: str = ""
    delimiter: str = ""
    sheet: int = 0


@dataclass(frozen=True)
class Table:
    """What was read, and how."""

    lines: bytes
    rows: int
    columns: int
    kind: str
    encoding: str
    delimiter: str
    sheet: int
    sheets: tuple[str, ...]


class Unreadable(Exception):
    """A key of PROBLEMS."""


def read(content: bytes, wish: Wish = Wish()) -> Table:
    """The rows of a file; Refused with one sentence when it is not one that can be taken."""
    if len(content) > LARGEST:
        raise Refused(PROBLEMS["large"])
    try:
        answer = killable(lambda: _answer(content, wish), seconds=SECONDS, megabytes=MEGABYTES)
    except Overrun as overrun:
        raise Refused(PROBLEMS["heavy"]) from overrun
    head, _newline, lines = answer.partition(b"\n")
    found = json.loads(head)
    if problem := found.pop("problem", None):
        raise Refused(PROBLEMS[problem])
    return Table(lines=lines, **found | {"sheets": tuple(found["sheets"])})


def rows_of(lines: Iterable[bytes]) -> Iterator[tuple[int, list[Cell]]]:
    """The rows again: each with its number in the sheet."""
    for line in lines:
        number, *cells = json.loads(line, parse_float=Decimal)
        yield number, cells


# --- in the other process -----------------------------------------------------------------------------------


def _answer(content: bytes, wish: Wish) -> bytes:
    _be_quiet()
    try:
        table = _table(content, wish)
    except Unreadable as problem:
        return json.dumps({"problem": str(problem)}).encode()
    head = {name: value for name, value in asdict(table).items() if name != "lines"}
    return json.dumps(head).encode() + b"\n" + table.lines


def _be_quiet() -> None:
    """A library that dies of the memory limit would tell the whole log about it, and leave a core."""
    faulthandler.disable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)


def _table(content: bytes, wish: Wish) -> Table:
    if not content.strip():
        raise Unreadable("empty")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _workbook(content, wish)
    return _csv(content, wish)


def _csv(content: bytes, wish: Wish) -> Table:
    encoding = wish.encoding or encodings.guess(content)
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise Unreadable("encoding" if wish.encoding else "kind") from error
    if encodings.is_no_text(text):
        raise Unreadable("encoding" if wish.encoding else "kind")
    text = text.removeprefix("\ufeff")
    delimiter = wish.delimiter or encodings.guess_delimiter(text)
    csv.field_size_limit(LONGEST_CELL)
    lines, rows, columns = _written(_numbered(_records(text, delimiter)))
    return Table(lines, rows, columns, CSV, encoding, delimiter, 0, ())


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise Unreadable("cell") from error


def _workbook(content: bytes, wish: Wish) -> Table:
    _check_zip(content)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
        names = workbook.sheet_names
        if not 0 <= wish.sheet < len(names):
            raise Unreadable("sheet")
        sheet = workbook.get_sheet_by_index(wish.sheet)
    except python_calamine.PasswordError as error:
        raise Unreadable("locked") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable("locked" if b"E\0n\0c\0r\0y\0p\0t\0e\0d" in content else "damaged") from error
    if sheet.height > MOST_ROWS + 1:
        raise Unreadable("rows")
    lines, rows, columns = _written(_numbered(sheet.iter_rows()))
    return Table(lines, rows, columns, WORKBOOK, "", "", wish.sheet, tuple(names))


def _check_zip(content: bytes) -> None:
    """What is packed says how large it is; what says so wrongly runs into the memory limit."""
    if not content.startswith(b"PK"):
        return
    try:
        packed = zipfile.ZipFile(BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable("damaged") from error
    if not any(each.filename.startswith("xl/") for each in packed):
        raise Unreadable("kind")
    if sum(each.file_size for each in packed) > UNPACKED:
        raise Unreadable("heavy")


def _numbered(rows: Iterable[list[Any]]) -> Iterator[tuple[int, list[Any]]]:
    """The rows that hold anything, without the empty cells at their ends."""
    for number, row in enumerate(rows, 1):
        last = next((n for n in range(len(row), 0, -1) if row[n - 1] not in ("", None)), 0)
        cells = [_plain(cell) for cell in row[:last]]
        if any(cell != "" for cell in cells):
            yield number, cells


def _written(rows: Iterator[tuple[int, list[Any]]]) -> tuple[bytes, int, int]:
    lines, count, columns = BytesIO(), 0, 0
    for number, cells in rows:
        count, columns = count + 1, max(columns, len(cells))
        if columns > MOST_COLUMNS:
            raise Unreadable("columns")
        if count > MOST_ROWS + 1:
            raise Unreadable("rows")
        lines.write(json.dumps([number, *cells], ensure_ascii=False).encode() + b"\n")
    if not count:
        raise Unreadable("empty")
    return lines.getvalue(), count, columns


def _plain(cell: Any) -> str | int | float:
    """A cell as text or number. The midnight of a date is not said."""
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case int():
            return cell
        case float():
            return int(cell) if cell.is_integer() and abs(cell) < 1e15 else cell
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
    text = str(cell).replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST_CELL:
        raise Unreadable("cell")
    return text.encode("utf-8", "replace").decode()
