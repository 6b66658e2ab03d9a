"""Reading spreadsheets: whatever they were written in comes out the same, and what is none is refused in a sentence."""

import os
import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
import xlsxwriter

from config import ROOT
from delivery.tables import PROBLEMS, Wish, read, rows_of
from domain.errors import Refused
from tests.blueprints.spreadsheets import HEADINGS, as_csv, as_xls, as_xlsx, customers

pytestmark = pytest.mark.ground

ROWS = [list(HEADINGS), *customers(30)]


def cells(content, **wish):
    """The rows of a file, without their numbers."""
    return [row for _number, row in rows_of(read(content, Wish(**wish)).lines.splitlines())]


def trimmed(rows):
    return [row[: max(n for n, cell in enumerate(row, 1) if cell)] for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp932"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_csv_file_is_read_in_every_encoding_and_with_every_delimiter(encoding, delimiter):
    assert cells(as_csv(ROWS, encoding, delimiter)) == trimmed(ROWS)


@pytest.mark.parametrize("write", [as_xls, as_xlsx])
def test_a_workbook_is_read(write):
    assert cells(write(ROWS)) == trimmed(ROWS)


def test_french_in_windows_1252_is_not_taken_for_japanese():
    rows = [
        ["Société", "Téléphone", "Ville"],
        ["Café André", "01 23", "Orléans"],
        ["L’été à Sète", "02", "Besançon"],
    ]
    content = as_csv(rows, "cp1252", ";")
    assert read(content).encoding == "cp1252"
    assert cells(content) == rows


def test_japanese_in_shift_jis_is_found_even_in_one_short_row():
    assert cells("名前\n髙橋\n".encode("cp932")) == [["名前"], ["髙橋"]]


def test_an_encoding_can_be_chosen():
    assert cells("é;à".encode("cp1252"), encoding="cp1252", delimiter=";") == [["é", "à"]]
    with pytest.raises(Refused, match="not written in that encoding"):
        read("会社".encode("cp932"), Wish(encoding="utf-8"))


def test_cells_keep_their_numbers_dates_and_answers():
    row = [1.5, 1000000, 0.1, True, date(2026, 11, 21), datetime(2026, 11, 21, 9, 30), "007", "=1+1"]
    file = BytesIO()
    with xlsxwriter.Workbook(
        file, {"strings_to_formulas": False, "default_date_format": "yyyy/mm/dd"}
    ) as workbook:
        workbook.add_worksheet().write_row(0, 0, row)
    assert cells(file.getvalue()) == [
        [Decimal("1.5"), 1000000, Decimal("0.1"), "yes", "2026-11-21", "2026-11-21 09:30:00", "007", "=1+1"]
    ]


def test_rows_are_numbered_as_the_sheet_does_and_empty_ones_left_out():
    table = read(b"Name,Phone\n\n,,\nA,1\n")
    assert [number for number, _row in rows_of(table.lines.splitlines())] == [1, 4]
    file = BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        workbook.add_worksheet().write(4, 0, "A")
    assert [number for number, _row in rows_of(read(file.getvalue()).lines.splitlines())] == [5]


def test_another_sheet_can_be_chosen():
    file = BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        for name in ("notes", "customers"):
            workbook.add_worksheet(name).write(0, 0, name)
    assert read(file.getvalue()).sheets == ("notes", "customers")
    assert cells(file.getvalue(), sheet=1) == [["customers"]]


def test_quotes_line_breaks_and_delimiters_stay_in_their_cell():
    rows = [["Name", "Notes"], ['He said "no"', "one\ntwo, three"]]
    assert cells(as_csv(rows)) == rows


# --- what is refused ------------------------------------------------------------------------------------------


def packed(**files):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def sheet_with(row, column):
    file = BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write(0, 0, "first")
        sheet.write(row, column, "last")
    return file.getvalue()


BAD = {
    "nothing": ("empty", lambda: b""),
    "only commas": ("empty", lambda: b",,,\n,,,\n"),
    "more than 20 MB": ("large", lambda: b"a" * (20 * 1024 * 1024 + 1)),
    "a million columns": ("columns", lambda: b",".join([b"x"] * 1_000_000)),
    "100,001 rows and a heading": ("rows", lambda: b"a,b\n" * 100_002),
    "a quotation mark that never ends": ("cell", lambda: b'a,"' + b"x" * 200_000),
    "a PDF": ("kind", lambda: b"%PDF-1.4\n\x80 and more"),
    "a picture": ("kind", lambda: (ROOT / "docs/images/account.png").read_bytes()),
    "noise": ("kind", lambda: os.urandom(20_000)),
    "another archive": ("kind", lambda: packed(a="b")),
    "half an archive": ("damaged", lambda: b"PK\x03\x04 and then nothing"),
    "an archive that is no workbook": ("damaged", lambda: packed(xl__a="b")),
    "half an old workbook": ("damaged", lambda: b"\xd0\xcf\x11\xe0" + bytes(600)),
    "a locked workbook": (
        "locked",
        lambda: b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
    ),
    "a zip bomb": ("heavy", lambda: packed(xl__worksheets__sheet1_xml=bytes(500_000_000))),
    "a cell in the last corner": ("heavy", lambda: sheet_with(1_048_575, 16_383)),
    "a cell at the far end": ("rows", lambda: sheet_with(1_048_575, 2)),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_spreadsheet_to_take_is_refused_in_one_sentence(name):
    problem, made = BAD[name]
    with pytest.raises(Refused) as refusal:
        read(made())
    assert refusal.value.message == PROBLEMS[problem]


def test_no_part_of_a_workbook_breaks_the_reading_when_it_is_cut_off():
    whole = as_xlsx(ROWS)
    for length in range(4, len(whole), len(whole) // 12):
        with pytest.raises(Refused):
            read(whole[:length])
