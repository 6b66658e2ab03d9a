"""A company's first day, in Japanese: people are invited, customers come in from a spreadsheet and are shared out."""

import csv
import io
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from python_calamine import CalamineWorkbook

from tests.browser.test_first_path import ADMIN, sign_in
from tests.ground.running import Run, running

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize(("window", "script"), [("wide", True), ("phone", False)], indirect=True),
]

PASSWORD = "demo-password"  # what sign_in() types
PLACES = {
    ("wide", True): ("晴海", 300),
    ("phone", True): ("有明", 60),
    ("wide", False): ("豊洲", 60),
    ("phone", False): ("月島", 60),
}
"""In which quarter the customers of each variant are, and how many come in."""

HEADINGS = ["得意先名　", "Ｅメール", "ＴＥＬ", "通貨ｺｰﾄﾞ", " 〒", "国", "社内ｺｰﾄﾞ"]
WRONG = {4: (1, "mail-without-at"), 9: (5, "火星国")}
"""Cells that no import can take: row -> (column, text)."""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Run]:
    """An installation in which a Japanese company was founded by its first page."""
    with running(tmp_path_factory.mktemp("day") / "data", "--empty") as run:
        _found(chromium, f"http://127.0.0.1:{run.port}")
        yield run


def _found(chromium: Browser, address: str) -> None:
    page = chromium.new_page(base_url=address, locale="ja-JP")
    page.goto("/")
    expect(page.locator("[name=country]")).to_have_value("JP")
    expect(page.locator("[name=currency]")).to_have_value("JPY")
    page.locator("[name=organization]").fill("株式会社みなと商会")
    page.locator("[name=name]").fill("港 花子")
    page.locator("[name=email]").fill(ADMIN)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    page.wait_for_url("**/login")
    page.close()


def test_customers_come_from_a_spreadsheet_and_each_sees_only_their_own(
    page: Page, chromium: Browser, window: str, script: bool
):
    place, count = PLACES[window, script]
    salesperson = f"sales-{window}-{script}@example.com".lower()
    sign_in(page)
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    _invite(page, salesperson, f"{place} 担当")
    _accept(page, chromium, salesperson)

    assert _import(page, _spreadsheet(place, count), count - len(WRONG)) == len(WRONG)
    assert _import(page, _mended(page), len(WRONG)) == 0
    assert _counted(page, place) == count
    _share_out(page, f"{place}青葉", count // 3, f"{place} 担当")

    theirs = _other_window(page, chromium)
    sign_in(theirs, salesperson)
    assert _counted(theirs, "") == count // 3
    assert _counted(theirs, f"{place}若松") == 0
    _exported_are(theirs, {f"株式会社{place}青葉商店{n}" for n in range(0, count, 3)})
    theirs.context.close()


def test_an_import_is_undone(page: Page, window: str, script: bool):
    place = f"旧{PLACES[window, script][0]}"
    sign_in(page)
    _import(page, _spreadsheet(place, 12), 10)
    assert _counted(page, place) == 10
    page.goto(_latest_import(page))
    page.locator("a[href$='/undo']").click()
    page.locator("form[action$='/undo'] button, main form button").last.click()
    _see(page, lambda: page.locator("dl.band a[href$='/rows/undone']"))
    assert _counted(page, place) == 0


# --- people -----------------------------------------------------------------------------------------------------


def _invite(page: Page, email: str, name: str) -> None:
    page.goto("/settings/users/new")
    page.locator("main [name=name]").fill(name)
    page.locator("main [name=email]").fill(email)
    page.locator("main [name=role]").select_option("assigned")
    page.locator("main .first").click()
    page.wait_for_url("**/settings/users")


def _accept(page: Page, chromium: Browser, email: str) -> None:
    """Open the link of the mail in another browser and choose a password there."""
    page.goto("/settings/mail-catcher")
    _see(page, lambda: page.locator(".inbox a", has_text=email)).first.click()
    page.wait_for_url("**/settings/mail-catcher/*")
    body = page.request.get(f"{page.url}/body").text()
    link = re.search(r"/invitations/[\w-]+", body)
    assert link, body
    other = _other_window(page, chromium)
    other.goto(link[0])
    other.locator("main [name=password]").fill(PASSWORD)
    other.locator("main button").click()
    other.wait_for_url("**/login")
    other.context.close()


def _other_window(page: Page, chromium: Browser) -> Page:
    """A window like this one in which nobody is signed in."""
    here = page.url.split("/", 3)
    context = chromium.new_context(base_url="/".join(here[:3]), viewport=page.viewport_size, locale="en-US")
    return context.new_page()


# --- the spreadsheet ----------------------------------------------------------------------------------------------


def _spreadsheet(place: str, count: int) -> bytes:
    """Customers as an old program wrote them: Shift-JIS, headings in all widths, two wrong cells."""
    rows = [HEADINGS, *(_row(place, n) for n in range(count))]
    for number, (column, text) in WRONG.items():
        rows[number + 1][column] = text
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("cp932")


def _row(place: str, n: int) -> list[str]:
    name = f"株式会社{place}{'若松' if n % 3 else '青葉'}商店{n}"
    mail = f"keiri@{place.encode('cp932').hex()}{n}.example"
    return [name, mail, f"０３-{1000 + n}-{2000 + n}", "JPY", f"105-{n:04}", "日本", f"C{n:04}"]


def _mended(page: Page) -> bytes:
    """The file of failed rows as the page gives it, with right cells."""
    address = page.locator("a[href$='/failed.csv']").get_attribute("href")
    text = page.request.get(address or "").body().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == len(WRONG) + 1
    wrong = {text: "" for _column, text in WRONG.values()}
    mended = io.StringIO(newline="")
    csv.writer(mended).writerows([[wrong.get(cell, cell) for cell in row] for row in rows])
    return mended.getvalue().encode("utf-8-sig")


def _import(page: Page, spreadsheet: bytes, takes: int) -> int:
    """Take a file through all steps; gives how many rows failed."""
    page.goto("/books/customers/import")
    page.locator("[type=file]").set_input_files(
        {"name": "得意先.csv", "mimeType": "text/csv", "buffer": spreadsheet}
    )
    page.locator("#form .first").click()
    page.wait_for_url(re.compile(r"/import/\d+$"))
    expect(page.locator("[name=column_0]")).to_have_value("display_name")
    expect(page.locator("[name=column_1]")).to_have_value("email")
    expect(page.locator("[name=column_6]")).to_have_value("")
    page.locator("form[action$='/mapping'] .first").click()
    _see(page, lambda: page.locator("form[action$='/run'] .first")).click()
    _see(page, lambda: page.locator("a[href$='/undo']"))
    assert _figure(page, "new") == takes
    return _figure(page, "failed")


def _figure(page: Page, outcome: str) -> int:
    figure = page.locator(f"dl.band a[href$='/rows/{outcome}']")
    return int(figure.inner_text()) if figure.count() else 0


def _latest_import(page: Page) -> str:
    page.goto("/books/customers/import")
    return page.locator("tbody th a").first.get_attribute("href") or ""


# --- lists --------------------------------------------------------------------------------------------------------


def _counted(page: Page, words: str) -> int:
    """How many customers the list counts that the words find."""
    page.goto(f"/books/customers?q={words}")
    return int(re.sub(r"\D", "", page.locator(".pager span").first.inner_text()))


def _share_out(page: Page, words: str, count: int, owner: str) -> None:
    """Give all customers that the words find to somebody, by the bar of the list."""
    page.goto(f"/books/customers?q={words}")
    everything = page.locator(".bulk [name=all]")
    rows = page.locator("tbody .pick input")
    rows.first.check()
    if everything.count():
        everything.check()
    else:
        for n in range(rows.count()):
            rows.nth(n).check()
    page.locator("[formaction*='/bulk/owner']").click()
    page.wait_for_url("**/bulk/owner")
    page.locator("main [name=owner_id]").select_option(label=owner)
    page.locator("#form .save button:not([name=trial])").click()
    page.wait_for_url("**/bulk/runs/*")
    expect(_see(page, lambda: page.locator("#run [data-tone=good]"))).to_contain_text(str(count))


def _exported_are(page: Page, names: set[str]) -> None:
    """The list as a spreadsheet holds exactly these."""
    answer = page.request.get("/books/customers/export.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.body())).get_sheet_by_index(0).to_python()
    assert {row[0] for row in rows[1:]} == names


def _see(page: Page, what: Callable[[], Locator]) -> Locator:
    """What a job brings onto the page, as soon as it is there: the page is asked again until then."""
    for _try in range(120):
        if what().count():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(what().first).to_be_visible()
    return what()
