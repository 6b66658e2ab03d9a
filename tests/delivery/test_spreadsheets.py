"""What is taken out can be read back as it was, and no program takes any of it for a formula."""

import csv
import io
import string
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from delivery import spreadsheets
from delivery.spreadsheets import FORMATS, Wanted, defused
from domain.files import file_name

pytestmark = pytest.mark.ground

# What XML can hold; carriage returns it turns into line feeds.
TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=30
)
CELLS = st.one_of(
    TEXTS,
    st.none(),
    st.integers(-(10**12), 10**12),
    st.decimals(-(10**9), 10**9, places=2),
    st.dates(date(1900, 3, 1), date(2999, 12, 31)),
)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8)
HEADINGS = ["名前", "Amount", "Date"]

ATTACKS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "=cmd|' /C calc'!A0",
    " =1+1",
    "＝1+1",
    "\n=1",
    "\u3000=1",
]


def written(key, rows, wanted=Wanted(), name="Customers"):  # noqa: B008  a frozen value
    file = io.BytesIO()
    FORMATS[key].write(file, name, HEADINGS, [rows] if rows else [], wanted)
    return file.getvalue()


def read_book(content):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [row for sheet in book.sheet_names for row in book.get_sheet_by_name(sheet).to_python()[1:]]


def plain(value):
    if value is None:
        return ""
    return float(value) if isinstance(value, int | Decimal) else value


@pytest.mark.parametrize("key", ["xlsx", "xls"])
@settings(max_examples=40, deadline=None)
@given(rows=ROWS)
def test_a_book_read_back_holds_the_same_values(key, rows):
    rows = [row for row in rows if any(value not in (None, "") for value in row)]
    found = read_book(written(key, rows))
    assert [[plain(v) for v in row] + [""] * (3 - len(row)) for row in found] == [
        [plain(v) for v in row] for row in rows
    ]


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_a_csv_that_is_kept_exactly_reads_back_as_it_was(rows):
    text = written("csv", rows, Wanted(exact=True)).decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(text, newline="")))
    assert found[0] == HEADINGS
    expected = [
        ["" if v is None else format(v, "f") if isinstance(v, Decimal) else str(v) for v in row]
        for row in rows
    ]
    assert found[1:] == expected


@settings(max_examples=100, deadline=None)
@given(text=st.one_of(TEXTS, st.builds(str.__add__, st.sampled_from(ATTACKS), TEXTS)))
def test_no_text_of_a_csv_begins_as_a_formula_does(text):
    rows = list(csv.reader(io.StringIO(written("csv", [(text, 1, None)]).decode("utf-8-sig"), newline="")))
    cell = rows[1][0]
    assert not cell.strip(" \u3000").startswith(spreadsheets.FORMULA)
    assert cell in (text, f"'{text}")


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("key", ["xlsx", "xls"])
def test_in_a_book_a_formula_is_a_text(key, attack):
    content = written(key, [(attack, 1, None)])
    assert read_book(content)[0][0].strip() == attack.strip()
    if key == "xlsx":
        import zipfile

        sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet


def test_texts_stand_in_quotation_marks_and_numbers_do_not():
    row = ("a;=1", Decimal("-1234.50"), date(2026, 11, 21))
    assert written("csv", [row]).decode("utf-8-sig").splitlines()[1] == '"a;=1",-1234.50,"2026-11-21"'


def test_a_negative_number_stays_a_number():
    assert read_book(written("xlsx", [("x", Decimal("-5.25"), None)]))[0][1] == -5.25
    assert b"-5.25" in written("csv", [("x", Decimal("-5.25"), None)])
    assert b"'-5" not in written("csv", [("x", -5, None)])


def test_shift_jis_holds_japanese_and_marks_what_it_lacks():
    content = written("csv", [("髙橋〜①", 1, None), ("Œuvre 😀", 2, None)], Wanted(encoding="cp932"))
    text = content.decode("cp932")
    assert "髙橋～①" in text
    assert "?uvre ?" in text
    assert not content.startswith(b"\xef\xbb\xbf")


def test_utf_8_begins_with_its_mark():
    assert written("csv", []).startswith(b"\xef\xbb\xbf")


def test_an_old_book_goes_on_in_the_next_sheet(monkeypatch):
    rows = [(f"row {n}", n, None) for n in range(7)]
    parts = [(name, list(part)) for name, part in spreadsheets._sheets("A/B: 顧客", [rows], 3)]
    assert [name for name, _part in parts] == ["A B  顧客", "A B  顧客 2", "A B  顧客 3"]
    assert [len(part) for _name, part in parts] == [3, 3, 1]
    assert [list(part) for _name, part in spreadsheets._sheets("x", [rows[:3]], 3)] == [rows[:3]]


def test_an_empty_list_is_a_file_with_headings():
    for key in ("xls", "xlsx"):
        book = CalamineWorkbook.from_filelike(io.BytesIO(written(key, [])))
        assert book.get_sheet_by_index(0).to_python() == [HEADINGS]


@given(st.text(string.printable + "京\r\n\x00\u202e\"';/\\", max_size=80))
def test_no_file_name_breaks_out_of_its_header(name):
    kept = file_name(f"{name}.csv")
    assert not set(kept) & set('\r\n\x00"/\\')
    assert kept.endswith(".csv") or kept == "csv"


@pytest.mark.parametrize("text", ["plain", "a=b", "1-2", "", "'quoted", "京都"])
def test_what_is_no_formula_stays_as_it_is(text):
    assert defused(text) == text
