"""Spreadsheets as people send them, made by the tests: customers of a Japanese company, as an office keeps them."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
import xlwt

HEADINGS = (
    "会社名",
    "担当者名",
    "メール",
    "電話番号",
    "郵便番号",
    "都道府県",
    "市区町村",
    "住所",
    "登録番号",
    "備考",
)

_KINDS = ("株式会社", "有限会社", "合同会社")
_NAMES = (
    "みなと",
    "髙橋",
    "山﨑",
    "青空",
    "さくら",
    "北斗",
    "白川",
    "富士見",
    "緑ヶ丘",
    "海老名",
    "梅田",
    "天神",
)
_TRADES = ("製作所", "商店", "物産", "印刷", "建設", "運輸", "食品", "電機")
_PLACES = (
    ("神奈川県", "横浜市中区"),
    ("東京都", "千代田区"),
    ("大阪府", "大阪市北区"),
    ("福岡県", "福岡市博多区"),
)
_PEOPLE = ("佐藤 花子", "鈴木 一郎", "田中 美咲", "渡邉 健")


def customers(count: int = 300) -> list[list[str]]:
    """Customers as an office keeps them: no two of the same name, mail or phone."""
    return [_customer(number) for number in range(count)]


def _customer(number: int) -> list[str]:
    trade = _TRADES[number // len(_NAMES) % len(_TRADES)]
    name = f"{_KINDS[number % 3]}{_NAMES[number % len(_NAMES)]}{trade}{number // 96 or ''}"
    prefecture, city = _PLACES[number % len(_PLACES)]
    return [
        name,
        _PEOPLE[number % len(_PEOPLE)],
        f"keiri{number}@{'minato' if number % 2 else 'aoi'}.example",
        f"０４５－{100 + number}－{2000 + number}"
        if number % 7 == 0
        else f"045-{100 + number}-{2000 + number}",
        f"231-{number:04d}",
        prefecture,
        city,
        f"{number % 9 + 1}丁目{number % 20 + 1}-{number % 5 + 1}",
        f"T{1000000000000 + number}",
        "毎月末締め" if number % 5 == 0 else "",
    ]


def as_csv(rows: Sequence[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """The rows as a CSV file."""
    text = StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[Any]], sheet_name: str = "Sheet1") -> bytes:
    """The rows as a workbook."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "yyyy/mm/dd"}) as workbook:
        sheet = workbook.add_worksheet(sheet_name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def as_xls(rows: Sequence[Sequence[Any]]) -> bytes:
    """The rows as an old workbook."""
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Sheet1")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()
