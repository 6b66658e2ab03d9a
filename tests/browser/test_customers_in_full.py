"""What one does with customers beyond the form: letters and looks, mails, merging, owners, and many at once.

Each test is a sentence of the help page that this product takes its measure from, said in our own words.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import count

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from tests.browser.conftest import WINDOWS
from tests.browser.test_finance_in_the_crm import a_desk
from tests.browser.test_first_path import sign_in
from tests.browser.test_sale_and_purchase import press, save, step
from tests.ground.running import Run

pytestmark = pytest.mark.browser

CUSTOMERS = "/books/customers"

_numbers = count(1)


@pytest.fixture(scope="module")
def desk(chromium: Browser, product: Run) -> Iterator[Page]:
    """The window of the administrator, for the whole morning."""
    yield from a_desk(chromium, product, "admin@example.com")


@pytest.fixture(scope="module")
def assigned_desk(chromium: Browser, product: Run) -> Iterator[Page]:
    """The window of somebody who sees the customers that are theirs."""
    yield from a_desk(chromium, product, "assigned@example.com")


@pytest.fixture
def plain_phone(chromium: Browser, product: Run) -> Iterator[Page]:
    """A phone that runs no scripts, in the administrator's hand."""
    width, height = WINDOWS["phone"]
    context = chromium.new_context(
        base_url=f"http://127.0.0.1:{product.port}",
        viewport={"width": width, "height": height},
        java_script_enabled=False,
        locale="en-US",
    )
    page = context.new_page()
    sign_in(page)
    yield page
    context.close()


# --- making -------------------------------------------------------------------------------------------------


def customer(page: Page, name: str, **typed: str) -> str:
    """Make a customer who can be written to; gives its address."""
    page.goto(f"{CUSTOMERS}/new")
    page.locator("[name=display_name]").fill(name)
    for field, value in {"email": f"{next(_numbers)}@customers.example", **typed}.items():
        box = page.locator(f"#form [name={field}]")
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)
    save(page)
    return path(page)


def path(page: Page) -> str:
    """Where the page is, without the host."""
    return "/" + page.url.split("/", 3)[3].partition("?")[0]


def number_of(address: str) -> str:
    """The id at the end of an address."""
    return address.rpartition("/")[2]


def draft_for(page: Page, address: str, rate: str = "1000") -> None:
    """Write an invoice for a customer, as a draft; the page is the invoice's."""
    page.goto(f"/books/invoices/new?party={number_of(address)}")
    page.get_by_label("Description, line 1").fill("Something")
    page.get_by_label("Rate, line 1").fill(rate)
    save(page)


def owe(page: Page, address: str, rate: str = "1000") -> str:
    """The customer owes an invoice; gives its number."""
    draft_for(page, address, rate)
    step(page, "Mark as Sent", "sent")
    return page.locator("#header h1").inner_text()


def invoices_of(page: Page, address: str) -> list[str]:
    """The numbers of a customer's invoices."""
    page.goto(f"/books/invoices?party={number_of(address)}&view=0")
    return page.locator("#results tbody th").all_inner_texts()


# --- doing --------------------------------------------------------------------------------------------------


def more(page: Page, address: str, label: str) -> None:
    """Choose something of the menu of a customer's page."""
    page.goto(address)
    press(page, page.locator("#header .pop").get_by_text(label, exact=True))


def tick(page: Page, words: str, count: int = 0) -> None:
    """Choose customers that the words find in the list: so many, or all."""
    page.goto(f"{CUSTOMERS}?view=0&q={words}")
    boxes = page.locator("#results tbody .pick input")
    boxes.evaluate_all("(boxes, count) => boxes.slice(0, count || 99).forEach(box => box.click())", count)
    expect(page.locator(".bulk [data-selected]")).to_have_text(str(count or boxes.count()))


def together(page: Page, label: str) -> None:
    """Press a button of the bar for what is ticked."""
    page.locator(".bulk").get_by_role("button", name=label, exact=True).click()
    page.wait_for_url("**/bulk/*")


def confirm(page: Page) -> None:
    """Do what the preview shows, and see it done."""
    page.locator(".save").get_by_role("button").last.click()
    page.wait_for_url("**/bulk/runs/*")
    expect(page.locator("#run .save")).to_be_visible(timeout=60_000)


def mails_to(page: Page, address: str) -> Locator:
    """The rows of a customer's mails that are sent."""
    page.goto(f"{address}/emails")
    expect(page.locator("#emails :is([data-status=waiting], [data-status=sending])")).to_have_count(0)
    return page.locator("#emails tbody tr", has=page.locator("[data-status=sent]"))


def caught(page: Page) -> int:
    """How many mails have gone out."""
    page.goto("/settings/mail-catcher")
    return page.locator(".inbox a").count()


def text_of(page: Page, link: Locator) -> str:
    """What stands in the PDF behind a link."""
    answer = page.request.get(link.get_attribute("href") or "")
    assert answer.headers["content-type"] == "application/pdf"
    return "\n".join(each.extract_text() for each in PdfReader(BytesIO(answer.body())).pages)


# --- templates of its own -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def particular(desk: Page) -> tuple[str, str]:
    """A customer who was given templates of its own, made on the way, and an invoice that it had before."""
    address = customer(desk, "Wants it its own way")
    owe(desk, address)
    before = path(desk)
    more(desk, address, "Associate templates")
    desk.get_by_role("link", name="New template for PDF template: Invoice").click()
    desk.get_by_label("Name").fill("The look of one")
    desk.locator(".save").get_by_role("button", name="Save", exact=True).click()
    desk.get_by_role("link", name="New template for Mail template: Invoice", exact=True).click()
    desk.get_by_label("Name").fill("The letter of one")
    desk.get_by_label("Subject").fill("As you like it")
    desk.locator(".save").get_by_role("button", name="Save", exact=True).click()
    desk.wait_for_url(f"**{address}/templates")
    return address, before


def test_a_customer_is_given_looks_and_letters_of_its_own_made_on_the_way(
    desk: Page, particular: tuple[str, str]
):
    more(desk, particular[0], "Associate templates")
    expect(desk.locator("[name=pdf_template_invoice] option:checked")).to_have_text("The look of one")
    expect(desk.locator("[name=mail_template_invoice] option:checked")).to_have_text("The letter of one")


def test_only_the_next_papers_and_mails_of_the_customer_take_them(desk: Page, particular: tuple[str, str]):
    address, before = particular
    owe(desk, address)
    chosen = desk.locator("[name=template] option:checked")
    desk.goto(f"{path(desk)}/template")
    expect(chosen).to_have_text("The look of one")
    desk.goto(f"{before}/template")
    expect(chosen).not_to_have_text("The look of one")
    desk.goto(f"{before}/emails/new")
    expect(desk.get_by_label("Subject")).to_have_value("As you like it")


# --- reminders ----------------------------------------------------------------------------------------------


def test_all_reminders_to_a_customer_are_stopped_and_resumed(desk: Page):
    address = customer(desk, "Pays when it pays")
    owe(desk, address)
    invoice = path(desk)
    more(desk, address, "Stop all reminders")
    expect(desk.get_by_text("Reminders to this customer are stopped.")).to_be_visible()
    desk.goto(invoice)
    expect(desk.locator("#reminders")).to_contain_text("stopped")
    more(desk, address, "Resume reminders")
    expect(desk.get_by_text("Reminders to this customer are stopped.")).to_have_count(0)


# --- mail ---------------------------------------------------------------------------------------------------


def test_a_mail_offers_only_addresses_of_the_customer_and_a_new_one_is_added_there(plain_phone: Page):
    page = plain_phone
    address = customer(page, "Reads on a phone", email="office@phone.example")
    page.goto(address)
    page.get_by_role("link", name="Email", exact=True).click()
    offered = page.locator("input[type=checkbox][name=to]")
    expect(offered).to_have_count(1)
    expect(offered).to_have_value("office@phone.example")
    page.get_by_text("Add contact person").click()
    page.get_by_label("Last name").fill("Kato")
    page.locator("[name=person_email]").fill("kato@phone.example")
    page.get_by_role("button", name="Add and choose").click()
    expect(page.locator("input[name=to][value='kato@phone.example']")).to_be_checked()
    assert page.locator("input[type=checkbox][name=cc]").count() == 2


def test_a_mail_is_drafted_and_sent_with_the_list_of_unpaid_invoices(desk: Page):
    address = customer(desk, "Hears from us")
    number = owe(desk, address)
    desk.goto(address)
    desk.locator("#header").get_by_role("link", name="Email", exact=True).click()
    desk.get_by_label("Subject").fill("What is open")
    desk.get_by_label("Attach list of unpaid invoices").check()
    desk.get_by_role("button", name="Save draft").click()
    desk.locator("#drafts").get_by_role("link", name="What is open", exact=True).click()
    expect(desk.get_by_label("Attach list of unpaid invoices")).to_be_checked()
    desk.get_by_role("button", name="Send", exact=True).click()
    mail = mails_to(desk, address)
    expect(mail).to_contain_text("What is open")
    assert number in text_of(desk, mail.get_by_role("link", name="unpaid-invoices"))


def test_a_statement_is_sent_with_the_list_of_unpaid_invoices(desk: Page):
    address = customer(desk, "Pays late")
    number = owe(desk, address)
    desk.goto(f"{address}/statement")
    desk.get_by_role("link", name="Send email").click()
    desk.get_by_label("Attach list of unpaid invoices").check()
    desk.get_by_role("button", name="Send", exact=True).click()
    mail = mails_to(desk, address)
    for file in ("statement-", "unpaid-invoices"):
        assert number in text_of(desk, mail.get_by_role("link", name=file))


# --- cloning ------------------------------------------------------------------------------------------------


def test_a_clone_has_another_currency_and_no_papers(desk: Page):
    address = customer(desk, "Pays in two ways", phone="03-1234-5678")
    owe(desk, address)
    more(desk, address, "Clone")
    desk.get_by_label("Display name").fill("Pays in two ways (EUR)")
    desk.locator("[name=currency]").select_option("EUR")
    save(desk)
    expect(desk.locator("#summary")).to_contain_text("EUR")
    expect(desk.locator("#summary")).to_contain_text("03-1234-5678")
    assert not invoices_of(desk, path(desk))


def test_a_clone_comes_to_the_portal_only_where_the_original_does_not(desk: Page):
    address = customer(desk, "Has no portal", primary_last_name="Door")
    more(desk, address, "Clone")
    desk.get_by_label("Display name").fill("Has the portal")
    desk.get_by_label("Enable portal").check()
    save(desk)
    clone = path(desk)
    desk.goto(f"{clone}/portal")
    expect(desk.locator("#people tbody [data-status=invited]")).to_have_count(1)
    more(desk, clone, "Clone")
    expect(desk.get_by_label("Enable portal")).to_have_count(0)


# --- merging ------------------------------------------------------------------------------------------------


def merge_into(page: Page, name: str) -> None:
    """Make that one the main customer, and go ahead."""
    page.get_by_role("radio", name=re.compile(f"^{re.escape(name)} ")).check()
    page.get_by_role("button", name=f"Merge into {name}", exact=True).click()
    page.wait_for_url("**/merges/*")
    expect(page.locator("#merge")).to_contain_text(f"merged into {name}", timeout=60_000)


def test_several_customers_become_one_that_has_all_their_papers(desk: Page):
    addresses = [customer(desk, f"Thrice entered {n}") for n in (1, 2, 3)]
    numbers = [owe(desk, each) for each in addresses[1:]]
    tick(desk, "Thrice entered")
    together(desk, "Merge")
    merge_into(desk, "Thrice entered 1")
    assert set(invoices_of(desk, addresses[0])) == set(numbers)
    desk.goto(f"{addresses[1]}?itself=1")
    expect(desk.locator("#header [data-status=inactive]")).to_be_visible()
    expect(desk.locator(".notice")).to_contain_text("Merged into Thrice entered 1")


def test_two_customers_are_merged_from_the_page_of_one_and_the_other_is_then_empty(desk: Page):
    main, other = customer(desk, "Entered first"), customer(desk, "Entered again")
    number = owe(desk, other)
    more(desk, main, "Merge")
    desk.locator("#form input[role=combobox]").press_sequentially("Entered again")
    desk.locator("[role=option]", has_text="Entered again").first.click()
    desk.get_by_role("button", name="Continue").click()
    merge_into(desk, "Entered first")
    assert invoices_of(desk, main) == [number]
    desk.goto(other)
    desk.wait_for_url(f"**{main}*")
    more(desk, f"{other}?itself=1", "Mark as Active")
    assert not invoices_of(desk, other)


def test_customers_of_different_currencies_are_not_merged(desk: Page):
    customer(desk, "Unlike 1")
    customer(desk, "Unlike 2", currency="EUR")
    tick(desk, "Unlike")
    together(desk, "Merge")
    expect(desk.locator("main")).to_contain_text("currenc")
    expect(desk.get_by_role("button", name=re.compile("^Merge into"))).to_have_count(0)


# --- inactive, delete ---------------------------------------------------------------------------------------


def offered(page: Page, name: str) -> Locator:
    """What the picker of an invoice offers for a name."""
    page.goto("/books/invoices/new")
    page.locator("input[name=party]").click()
    page.locator("input[name=party]").press_sequentially(name)
    expect(page.locator("#party_list")).to_be_visible()
    return page.locator("#party_list [role=option]", has_text=name)


def test_an_inactive_customer_is_offered_no_more_and_keeps_its_papers(desk: Page):
    address = customer(desk, "Moved abroad")
    number = owe(desk, address)
    more(desk, address, "Mark as Inactive")
    expect(desk.locator("#header [data-status=inactive]")).to_be_visible()
    expect(offered(desk, "Moved abroad")).to_have_count(0)
    assert invoices_of(desk, address) == [number]
    more(desk, address, "Mark as Active")
    expect(offered(desk, "Moved abroad")).to_have_count(1)


def test_a_customer_with_papers_is_not_deleted_and_the_page_says_what_to_do_instead(desk: Page):
    address = customer(desk, "Has papers")
    owe(desk, address)
    more(desk, address, "Delete")
    desk.locator(".confirm").get_by_role("button", name="Delete").click()
    expect(desk.locator("main")).to_contain_text("inactive instead")


def test_many_are_deleted_at_once_and_who_has_papers_is_named(desk: Page):
    kept = customer(desk, "Not wanted 1")
    owe(desk, kept)
    customer(desk, "Not wanted 2")
    tick(desk, "Not wanted")
    together(desk, "Delete")
    expect(desk.locator("#form .notice")).to_contain_text("Not wanted 1")
    confirm(desk)
    desk.goto(f"{CUSTOMERS}?view=0&q=Not wanted")
    assert desk.locator("#results tbody th").all_inner_texts() == ["Not wanted 1"]


def test_one_without_papers_is_deleted_from_its_page(desk: Page):
    address = customer(desk, "By mistake")
    more(desk, address, "Delete")
    desk.locator(".confirm").get_by_role("button", name="Delete").click()
    desk.wait_for_url(f"**{CUSTOMERS}")
    assert desk.request.get(address).status == 404


# --- owners -------------------------------------------------------------------------------------------------


def assigned_name(page: Page) -> str:
    """Who sees only their own customers, as the lists of people say."""
    page.goto("/settings/users")
    row = page.locator("tbody tr", has_text="assigned@example.com")
    return row.locator("th").inner_text().splitlines()[0].strip()


def test_an_owner_is_chosen_when_a_customer_is_made_and_works_for_it(desk: Page, assigned_desk: Page):
    name = assigned_name(desk)
    desk.goto(f"{CUSTOMERS}/new")
    desk.locator("[name=display_name]").fill("Theirs from the start")
    desk.locator("[name=owner_id]").select_option(label=name)
    save(desk)
    address = path(desk)
    number = owe(assigned_desk, address)
    assert invoices_of(desk, address) == [number]
    others = customer(desk, "Of somebody else")
    assert assigned_desk.request.get(others).status == 404


def test_an_owner_is_assigned_from_the_menu_of_a_customer(desk: Page, assigned_desk: Page):
    name = assigned_name(desk)
    address = customer(desk, "Theirs later")
    more(desk, address, "Assign owner")
    desk.locator("[name=owner_id]").select_option(label=name)
    confirm(desk)
    desk.get_by_role("link", name="Back to the record").click()
    expect(desk.locator("#summary")).to_contain_text(name)
    assert assigned_desk.request.get(address).status == 200


def test_an_owner_is_assigned_to_several_at_once(desk: Page, assigned_desk: Page):
    name = assigned_name(desk)
    for n in (1, 2):
        customer(desk, f"Theirs together {n}")
    tick(desk, "Theirs together")
    together(desk, "Assign owner")
    desk.locator("[name=owner_id]").select_option(label=name)
    confirm(desk)
    assigned_desk.goto(f"{CUSTOMERS}?view=0&q=Theirs together")
    expect(assigned_desk.locator("#results tbody tr")).to_have_count(2)


# --- export -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["CSV", "XLS", "XLSX"])
def test_customers_are_exported_as(desk: Page, kind: str):
    desk.goto(f"{CUSTOMERS}?view=0&currency=EUR")
    rows = desk.locator("#results tbody tr").count()
    desk.get_by_text("Import, export").click()
    with desk.expect_download() as download:
        desk.get_by_role("link", name=f"Export as {kind}", exact=True).click()
    file = download.value.path().read_bytes()
    if kind == "CSV":
        assert len(file.decode("utf-8-sig").splitlines()) == rows + 1
    else:
        sheet = CalamineWorkbook.from_filelike(BytesIO(file)).get_sheet_by_index(0)
        assert len(sheet.to_python()) == rows + 1


# --- many at once -------------------------------------------------------------------------------------------


def test_statements_go_to_several_customers_each_to_its_own_address_for_one_period(desk: Page):
    addresses = [customer(desk, f"Statement to {n}", email=f"to{n}@month.example") for n in (1, 2)]
    numbers = [owe(desk, each) for each in addresses]
    tick(desk, "Statement to")
    together(desk, "Email statements")
    desk.get_by_role("button", name="This year").click()
    for n in (1, 2):
        expect(desk.locator("#affected tr", has_text=f"Statement to {n}")).to_contain_text(
            f"to{n}@month.example"
        )
    confirm(desk)
    expect(desk.locator("#run [data-status=sent]")).to_have_count(2, timeout=60_000)
    for address, own, other in zip(addresses, numbers, reversed(numbers), strict=True):
        text = text_of(desk, mails_to(desk, address).get_by_role("link", name="statement-"))
        assert own in text
        assert other not in text


def test_statements_to_26_customers_are_refused_and_none_goes_out(desk: Page):
    before = caught(desk)
    tick(desk, "", 26)
    together(desk, "Email statements")
    expect(desk.locator("main")).to_contain_text(
        "At most 25 statements are sent at once; you chose 26 customers."
    )
    assert caught(desk) == before


def test_statements_of_several_customers_are_printed_into_one_file(desk: Page):
    for n in (1, 2):
        customer(desk, f"On paper {n}")
    tick(desk, "On paper")
    together(desk, "Print statements")
    confirm(desk)
    text = text_of(desk, desk.locator("#run").get_by_role("link", name="Open to print"))
    assert text.index("On paper 1") < text.index("On paper 2")


def test_statements_of_26_customers_are_not_printed(desk: Page):
    tick(desk, "", 26)
    together(desk, "Print statements")
    expect(desk.locator("main")).to_contain_text(
        "At most 25 statements go into one file; you chose 26 customers."
    )


def test_currency_terms_and_a_field_of_ones_own_are_updated_at_once_shown_first_and_taken_back(desk: Page):
    with_papers = customer(desk, "Updated 1")
    owe(desk, with_papers)
    customer(desk, "Updated 2")
    tick(desk, "Updated")
    together(desk, "Bulk update")
    for field, value in (("currency", "EUR"), ("cf_field_3", "42")):
        desk.locator(f"[name=set][value={field}]").check()
        box = desk.locator(f"#form [name={field}]")
        box.select_option(value) if field == "currency" else box.fill(value)
    desk.get_by_role("button", name="Preview changes").click()
    expect(desk.locator("#changes tbody tr")).to_have_count(1)
    expect(desk.locator("#changes")).to_contain_text("EUR")
    expect(desk.locator("#form .notice")).to_contain_text("Updated 1")
    confirm(desk)
    desk.locator("#run").get_by_role("button", name="Undo").click()
    expect(desk.locator("#run")).to_contain_text("changed")
    desk.goto(f"{CUSTOMERS}?view=0&q=Updated&currency=JPY")
    expect(desk.locator("#results tbody tr")).to_have_count(2)


def test_the_portal_is_enabled_for_several_at_once(desk: Page):
    addresses = [customer(desk, f"At the portal {n}", primary_last_name="Door") for n in (1, 2)]
    tick(desk, "At the portal")
    together(desk, "Enable portal")
    confirm(desk)
    for address in addresses:
        desk.goto(f"{address}/portal")
        expect(desk.locator("#people tbody [data-status=invited]")).to_have_count(1)


def test_several_are_marked_as_inactive_and_as_active_at_once(desk: Page):
    for n in (1, 2):
        customer(desk, f"Season {n}")
    for label, is_active in (("Mark as Inactive", 0), ("Mark as Active", 1)):
        tick(desk, "Season")
        together(desk, label)
        confirm(desk)
        desk.goto(f"{CUSTOMERS}?view=0&q=Season&is_active={is_active}")
        expect(desk.locator("#results tbody tr")).to_have_count(2)
