"""What headings and cells of spreadsheets mean: three languages, three ways to write dates and numbers."""

from datetime import date
from decimal import Decimal

import pytest

from delivery.language import in_every_language
from domain.errors import Refused
from domain.importing import cells, columns, guessing
from domain.importing.plans import Plan, checked, fields_of
from domain.modules import ALL
from domain.modules.kinds import KINDS
from domain.modules.module import Choice, Field
from domain.words import _

# --- columns ----------------------------------------------------------------------------------------------------

HEADINGS = {
    ("books.customers", "会社名"): "display_name",
    ("books.customers", "顧客名"): "display_name",
    ("books.customers", "取引先名"): "display_name",
    ("books.customers", "Customer Name"): "display_name",
    ("books.customers", "Nom du client"): "display_name",
    ("books.customers", "Nom de l'entreprise"): "display_name",
    ("books.customers", "メール"): "email",
    ("books.customers", "メールアドレス"): "email",
    ("books.customers", "ﾒｰﾙｱﾄﾞﾚｽ"): "email",
    ("books.customers", "E-mail address"): "email",
    ("books.customers", "Courriel"): "email",
    ("books.customers", "電話番号"): "phone",
    ("books.customers", "TEL"): "phone",
    ("books.customers", "Téléphone"): "phone",
    ("books.customers", "telephone"): "phone",
    ("books.customers", "Zip"): "billing_postal_code",
    ("books.customers", "郵便番号"): "billing_postal_code",
    ("books.customers", "Code postal"): "billing_postal_code",
    ("books.customers", "請求先郵便番号"): "billing_postal_code",
    ("books.customers", "配送先 郵便番号"): "shipping_postal_code",
    ("books.customers", "Ville de livraison"): "shipping_city",
    ("books.customers", "Billing Country"): "billing_country",
    ("books.customers", "Shipping address: City"): "shipping_city",
    ("books.customers", "住所"): "billing_street",
    ("books.customers", "登録番号"): "tax_registration",
    ("books.customers", "N° TVA intracommunautaire"): "tax_registration",
    ("books.customers", "支払条件"): "payment_terms",
    ("books.customers", "Devise"): "currency",
    ("books.customers", "備考"): "notes",
    ("books.customers", "display_name"): "display_name",
    ("books.customers", "Display name (required)"): "display_name",
    ("books.customers", "Favourite colour"): "",
    ("books.customers", "Reason"): "",
    ("crm.accounts", "会社名"): "name",
    ("crm.accounts", "担当者"): "owner",
    ("crm.accounts", "業種"): "industry",
    ("crm.accounts", "Secteur d'activité"): "industry",
    ("crm.contacts", "会社名"): "account",
    ("crm.contacts", "姓"): "last_name",
    ("crm.contacts", "名"): "first_name",
    ("crm.contacts", "Prénom"): "first_name",
    ("crm.contacts", "役職"): "job_title",
    ("books.items", "商品名"): "name",
    ("books.items", "単価"): "rate",
    ("books.items", "Prix unitaire"): "rate",
    ("books.items", "品番"): "sku",
    ("books.contact-persons", "顧客名"): "party",
}


@pytest.mark.ground
@pytest.mark.parametrize(("module", "heading"), HEADINGS)
def test_a_heading_says_which_field_is_meant(module, heading):
    assert columns.guess(ALL[module], [heading], in_every_language) == (HEADINGS[module, heading],)


@pytest.mark.ground
@pytest.mark.parametrize("language", [0, 1, 2], ids=["en", "ja", "fr"])
@pytest.mark.parametrize("module", [m for m in ALL.values() if m.takes_imports], ids=lambda m: m.key)
def test_our_own_headings_lead_back_to_their_fields_in_every_language(module, language):
    fields = fields_of(module)
    headings = [in_every_language(field.label)[language] for field in fields]
    assert columns.guess(module, headings, in_every_language) == tuple(field.name for field in fields)


@pytest.mark.ground
def test_two_columns_do_not_fill_the_same_field():
    guessed = columns.guess(
        ALL["books.customers"], ["会社名", "顧客名", "メール", "Email"], in_every_language
    )
    assert guessed == ("company_name", "display_name", "", "email")


@pytest.mark.ground
def test_a_first_row_without_headings_is_noticed():
    module = ALL["books.customers"]
    assert columns.looks_like_headings(["会社名", "メール"], in_every_language, module)
    assert not columns.looks_like_headings(
        ["株式会社みなと", "keiri@minato.example"], in_every_language, module
    )
    assert not columns.looks_like_headings(["Acme", 12], in_every_language, module)


def test_a_column_of_strangers_is_not_one_of_owners(cast):
    module = ALL["crm.accounts"]
    for name, field in (("佐藤 花子", ""), (cast.staff.name, "owner"), ("STAFF@example.com", "owner")):
        plan = guessing.plan_for(module, [["会社名", "担当者"], ["Acme", name]], in_every_language, "ja")
        assert plan.columns == ("name", field)


@pytest.mark.ground
def test_a_plan_without_a_needed_column_or_with_nonsense_is_refused():
    module = ALL["books.customers"]
    for plan in (
        Plan(columns=("email",)),
        Plan(columns=("display_name", "display_name")),
        Plan(columns=("display_name", "receivable_minor")),
        Plan(columns=("display_name",), dates="xyz"),
        Plan(columns=("display_name",), duplicates="destroy"),
    ):
        with pytest.raises(Refused):
            checked(plan, module)
    assert checked(Plan(columns=("display_name",), match=("name", "nonsense")), module).match == ("name",)


# --- cells ------------------------------------------------------------------------------------------------------


def value(kind, cell, dates="ymd", decimal=".", choices=()):
    """What a cell says for a field of a kind."""
    field = Field("thing", _("Thing"), kind, choices=choices)
    typed = cells.typed(field, cell, Plan(dates=dates, decimal=decimal), in_every_language)
    return KINDS[kind].parse(typed, "en")


@pytest.mark.ground
@pytest.mark.parametrize(
    ("cell", "order"),
    [
        ("2026/11/21", "dmy"),
        ("2026-11-21", "mdy"),
        ("2026.11.21", "ymd"),
        ("2026年11月21日", "ymd"),
        ("２０２６／１１／２１", "ymd"),
        ("20261121", "ymd"),
        ("2026-11-21 09:30:00", "ymd"),
        ("令和8年11月21日", "ymd"),
        ("R8.11.21", "dmy"),
        ("21/11/2026", "dmy"),
        ("21.11.2026", "dmy"),
        ("21/11/26", "dmy"),
        ("11/21/2026", "mdy"),
        ("26/11/21", "ymd"),
    ],
)
def test_a_date_is_read_as_its_country_writes_it(cell, order):
    assert value("date", cell, dates=order) == date(2026, 11, 21)


@pytest.mark.ground
@pytest.mark.parametrize(
    "cell", ["21/11/2026", "2026-13-01", "soon", "2026-02-30", 46347, "9" * 40, "0000-00-00"]
)
def test_what_is_no_date_is_refused(cell):
    with pytest.raises(Refused, match="not a date"):
        value("date", cell, dates="mdy")


@pytest.mark.ground
@pytest.mark.parametrize(
    ("cell", "decimal", "expected"),
    [
        ("1,234.56", ".", "1234.56"),
        ("1234.56", ".", "1234.56"),
        ("¥1,234", ".", "1234"),
        ("１２３４", ".", "1234"),
        ("1234円", ".", "1234"),
        ("△500", ".", "-500"),
        ("1.234,56", ",", "1234.56"),
        ("1 234,56", ",", "1234.56"),
        ("1\u202f234,56 €", ",", "1234.56"),
        ("1'234.56", ".", "1234.56"),
        (1234, ",", "1234"),
        (Decimal("1234.5"), ",", "1234.5"),
        (Decimal("1E+3"), ".", "1000"),
    ],
)
def test_a_number_is_read_as_its_country_writes_it(cell, decimal, expected):
    assert value("number", cell, decimal=decimal) == Decimal(expected)


@pytest.mark.ground
@pytest.mark.parametrize(
    ("cell", "decimal"),
    [("1.234,56", "."), ("1,234.56", ","), ("12,34", "."), ("many", "."), ("1e9", "."), ("--1", ".")],
)
def test_a_number_written_otherwise_is_refused_and_not_guessed(cell, decimal):
    with pytest.raises(Refused, match="not a number"):
        value("number", cell, decimal=decimal)


@pytest.mark.ground
def test_a_percentage_is_what_its_cell_shows():
    assert [value("percent", cell) for cell in ("10%", "8", Decimal("0.1"), 20)] == [10, 8, 10, 20]


YES = ("はい", "Oui", "TRUE", "○", 1)
NO = ("いいえ", "non", "×", 0)


@pytest.mark.ground
@pytest.mark.parametrize(
    ("cell", "expected"), [*((each, True) for each in YES), *((each, False) for each in NO)]
)
def test_yes_and_no_are_understood_in_every_language(cell, expected):
    assert value("boolean", cell) is expected


@pytest.mark.ground
def test_a_choice_is_found_by_its_words_in_any_language_or_its_key():
    choices = (Choice("business", _("Business")), Choice("individual", _("Individual")))
    words = in_every_language(_("Individual"))
    assert {value("choice", cell, choices=choices) for cell in (*words, "individual", "INDIVIDUAL")} == {
        "individual"
    }
    with pytest.raises(Refused, match="none of these: Business, Individual"):
        value("choice", "robot", choices=choices)


@pytest.mark.ground
def test_countries_and_currencies_are_found_by_name_or_code():
    for cell in ("JP", "jp", "Japan", "日本", "Japon"):
        assert value("country", cell) == "JP"
    assert [value("country", cell) for cell in ("アメリカ", "USA", "États-Unis", "イギリス")] == [
        "US",
        "US",
        "US",
        "GB",
    ]
    assert [value("currency", cell) for cell in ("jpy", "円", "€", "Euro", "日本円", "US$")] == [
        "JPY", "JPY", "EUR", "EUR", "JPY", "USD",
    ]  # fmt: skip
    for kind in ("country", "currency"):
        with pytest.raises(Refused):
            value(kind, "Atlantis")


@pytest.mark.ground
def test_what_an_export_disarmed_is_what_it_was():
    assert value("text", "'=1+1") == "=1+1"
    assert value("text", "'quoted'") == "'quoted'"
    assert value("phone", "'+81 45") == "+81 45"


@pytest.mark.ground
def test_the_order_of_dates_and_the_decimal_mark_are_guessed_from_the_cells():
    assert guessing.guess_dates(["1/2/2026", "21/11/2026"], "ymd") == "dmy"
    assert guessing.guess_dates(["1/2/2026", "11/21/2026"], "ymd") == "mdy"
    assert guessing.guess_dates(["2026/11/21"], "ymd") == "ymd"
    assert guessing.guess_decimal(["12", "1.234,56"], ".") == ","
    assert guessing.guess_decimal(["12", "1,234.56"], ",") == "."
    assert guessing.guess_decimal([Decimal("1.5"), "12"], ",") == ","
