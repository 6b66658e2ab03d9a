"""Printed documents: their pages, their words, their type."""

import time
from dataclasses import replace

import pytest

from delivery.pdf import PdfFailed, Rendered, render, render_guarded
from delivery.sheet import SheetLine, Total, line_columns
from delivery.style import Style
from tests.delivery.sheets import INVOICE, LINE, SEIKYUSHO, drawn, printed, reader, squeezed, words

pytestmark = pytest.mark.ground

COMPANY = (
    "株式会社日本総合国際貿易開発機械製造販売サービス研究所"
    "東北関東中部近畿中国四国九州沖縄北海道統括本部第一営業部御中"
)
LETTERS = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
ADDRESS = "https://example.com/" + "path-to-a-page/" * 12


# --- pages --------------------------------------------------------------------------------------------------


def test_ten_lines_fit_on_one_page():
    assert len(reader(printed(INVOICE)).pages) == 1
    assert "Page1of1" in words(printed(INVOICE))


def test_the_head_of_the_table_is_on_every_page_with_lines_and_on_no_other():
    sheet = replace(INVOICE, lines=(LINE,) * 60, terms="Delivery is free.\n" * 45)
    rendered = printed(sheet)
    heads = [words(rendered, n).count("DescriptionQuantityRateTaxAmount") for n in range(4)]
    assert heads == [1, 1, 1, 0]
    assert [f"Page{n}of4" in words(rendered, n - 1) for n in (1, 2, 3, 4)] == [True] * 4


def test_later_pages_say_whose_document_they_belong_to():
    second = words(printed(replace(INVOICE, lines=(LINE,) * 40)), 1)
    assert "InvoiceINV-000412" in second
    assert "Harbour&FieldTradingLtd" in second


def test_the_columns_of_all_pages_stand_at_the_same_place():
    lines = (LINE,) * 60 + (replace(LINE, amount="€1,234,567.89"),)
    edges = [
        {round(piece.right, 1) for piece in drawn(page) if 120 < piece.bottom < 700}
        for page in reader(printed(replace(INVOICE, lines=lines, totals=(), tax_summary=()))).pages[:2]
    ]
    assert edges[1] <= edges[0]


def test_the_totals_stay_together():
    for lines in range(20, 29, 2):
        rendered = printed(replace(INVOICE, lines=(replace(LINE, detail=""),) * lines, notes="", terms=""))
        pages = [words(rendered, page) for page in range(len(reader(rendered).pages))]
        assert ["Subtotal" in page for page in pages] == ["Total€10,224.00" in page for page in pages]


def test_a_column_that_no_line_fills_is_left_out():
    assert [column.key for column in line_columns(INVOICE)] == [
        "description", "quantity", "rate", "tax", "amount"
    ]  # fmt: skip


def test_the_columns_are_as_wide_as_the_page_whatever_the_figures():
    huge = replace(LINE, rate="KWD 1,000,000,000,000.000", discount="10%", amount="KWD 9,999,999,999,999.999")
    for paper, width in (("a4", 482), ("letter", 499)):
        columns = line_columns(replace(INVOICE, style=Style(paper=paper), lines=(huge,)))
        assert sum(column.width for column in columns) == width
        assert columns[0].width > 0.37 * width


def test_a_thousand_lines_take_at_most_thirty_times_as_long_as_fifty():
    def seconds(lines: int) -> float:
        started = time.process_time()
        printed(replace(INVOICE, lines=(SheetLine("Ribbon", quantity="60", amount="€852.00"),) * lines))
        return time.process_time() - started

    seconds(10)
    assert seconds(1000) <= 30 * seconds(50)


@pytest.mark.parametrize(
    "change", [{"lines": ()}, {"facts": (), "amount_due": None}, {"totals": (), "tax_summary": ()}]
)
def test_a_sheet_may_lack_any_of_its_parts(change: dict):
    assert "Invoice" in words(printed(replace(INVOICE, **change)))


def test_the_file_says_what_it_is():
    pdf = reader(printed(INVOICE))
    assert pdf.metadata.title == "Invoice INV-000412"
    assert pdf.metadata.author == "Harbour & Field Trading Ltd"
    assert pdf.trailer["/Root"]["/Lang"] == "en"


# --- words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Crème brûlée à l’Haÿ-les-Roses, œuvre complète, 1 234,56 €",
        "Škoda, Łódź, Őrség, İstanbul, Đà Nẵng, Київ, Ελλάδα",
        "½ ⅓ № → ✓ £ ¥ ₹",
        "髙橋 﨑子 德川 佐々木 ①②㈱ 〒 ｱｲｳ",
        "𠮷野家 𠮟る 海 神",
        "が ぎ プ é",
    ],
)
@pytest.mark.parametrize("tag", ["p", "b"])
def test_every_script_can_be_read_back_from_the_page(text: str, tag: str):
    html = f"<{tag}>{text}</{tag}>"
    assert squeezed(text) in words(render(html))
    assert render(html).notes == ()


def test_a_decomposed_character_is_printed_as_one():
    assert "é" in words(render("<p>e\u0301</p>"))


def test_characters_without_a_shape_leave_no_box():
    rendered = render("<p>葛\U000e0100飾\ufeff区\u200b</p>")
    assert words(rendered) == "葛飾区"
    assert rendered.notes == ()


def test_the_sender_is_told_of_characters_that_cannot_be_printed():
    (note,) = printed(replace(INVOICE, notes="감사합니다 🙂")).notes
    assert "감" in str(note) and "🙂" in str(note)


def test_a_japanese_invoice_has_what_the_law_asks_for():
    text = words(printed(SEIKYUSHO))
    for part in (
        "登録番号T9234567890123",
        "10%対象¥100,000¥10,000",
        "8%対象※¥150,000¥12,000",
        "御中",
        "※は軽減税率",
    ):
        assert part in text


def test_the_address_stands_in_the_window_of_the_envelope():
    """長形3号 shows 12 to 57 mm of the page, the windows of ISO 269 and DIN 678 from 45 mm on."""

    def top_of_address(sheet) -> float:
        marked = replace(sheet, party_name="\u2588", logo=None)
        pages = reader(printed(marked)).pages
        height = float(pages[0].mediabox.height)
        name = [piece for piece in drawn(pages[0]) if abs(piece.right - piece.left - 10.5) < 0.1]
        return (height - name[0].bottom) / 72 * 25.4

    assert 20 < top_of_address(SEIKYUSHO) < 35
    assert 45 < top_of_address(INVOICE) < 55


# --- lines --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [COMPANY, LETTERS, ADDRESS], ids=["japanese", "letters", "address"])
@pytest.mark.parametrize(
    "place",
    [
        "party_name",
        "organization_name",
        "title",
        "greeting",
        "notes",
        "terms",
        "lines_note",
        "footer",
        "status_note",
    ],
)
def test_long_text_wraps_and_stays_whole(place: str, text: str):
    assert_whole_and_on_the_page(printed(replace(INVOICE, **{place: text})), text)


@pytest.mark.parametrize("text", [COMPANY, LETTERS, ADDRESS], ids=["japanese", "letters", "address"])
@pytest.mark.parametrize("place", ["description", "detail", "quantity", "rate", "discount", "tax", "amount"])
def test_long_text_wraps_in_every_cell(place: str, text: str):
    line = replace(LINE, **{place: text})
    assert_whole_and_on_the_page(printed(replace(INVOICE, lines=(LINE, line, LINE))), text)


@pytest.mark.parametrize("text", [COMPANY, LETTERS, ADDRESS], ids=["japanese", "letters", "address"])
def test_long_text_wraps_beside_the_lines(text: str):
    sheet = replace(
        INVOICE,
        party_lines=(text,),
        organization_lines=(text,),
        facts=(("Date", "21 Nov 2026"), ("Reference", text)),
        totals=(Total("Subtotal", "€1.00"), Total(text, "€2.00", True)),
    )
    assert_whole_and_on_the_page(printed(sheet), text, times=4)


def assert_whole_and_on_the_page(rendered: Rendered, text: str, times: int = 1) -> None:
    pages = reader(rendered).pages
    letters = "".join(words(rendered, n) for n in range(len(pages)))
    assert letters.count(squeezed(text)) >= times or _in_columns(letters, text)
    for page in pages:
        assert max(piece.right for piece in drawn(page)) <= 56.5 + 482 + 0.5


def _in_columns(letters: str, text: str) -> bool:
    """Whether all of the text is there, though cells beside it are read between its lines."""
    rest = iter(letters)
    return all(letter in rest for letter in squeezed(text))


def test_line_ends_in_a_text_are_kept():
    text = reader(printed(INVOICE)).pages[0].extract_text()
    assert "Please quote the number.\n" in text


# --- type ---------------------------------------------------------------------------------------------------


def test_both_weights_are_embedded_and_only_the_characters_used():
    fonts = reader(printed(SEIKYUSHO)).pages[0]["/Resources"]["/Font"]
    used = {str(font["/BaseFont"]): font for font in (font.get_object() for font in fonts.values())}
    ours = {name: font for name, font in used.items() if "Kakehashi" in name}
    assert {name.partition("+")[2] for name in ours} == {"KakehashiSans-Regular", "KakehashiSans-Bold"}
    assert all("/FontFile2" in font["/FontDescriptor"] and "/ToUnicode" in font for font in ours.values())


def test_a_document_is_small():
    assert len(printed(SEIKYUSHO).pdf) < 150_000
    assert len(printed(replace(INVOICE, lines=(LINE,) * 60)).pdf) < 150_000


# --- a process of its own -----------------------------------------------------------------------------------


def test_a_guarded_document_is_the_same_document():
    html = "<p>請求書</p>"
    assert words(render_guarded(html)) == words(render(html)) == "請求書"


def test_a_guarded_document_that_takes_too_long_is_given_up():
    rows = "<tr><td>one</td><td>two</td></tr>" * 3000
    started = time.monotonic()
    with pytest.raises(PdfFailed, match="too long or too much memory"):
        render_guarded(f"<table>{rows}</table>", seconds=0.5)
    assert time.monotonic() - started < 3
