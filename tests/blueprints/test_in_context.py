"""Documents in context: on the pages of whom and what they belong to, for those who may see them."""

import pytest

from domain.books import adding
from domain.books.adding import contacts, vendors
from tests import factories
from tests.pages import HTMX, see

SALES = {"estimates", "invoices", "sales-orders"}
PURCHASES = {"purchase-orders", "bills"}


@pytest.fixture
def admin(client_of, cast):
    return client_of(cast.admin)


@pytest.fixture
def account(cast, factories):
    """An account that is in the books, with one document of each kind of sale."""
    account = factories.account(cast.admin, name="Minato", owner_id=cast.admin.id)
    customer = adding.add_account(account, cast.admin)
    for make in (factories.estimate, factories.sales_order, factories.invoice):
        make(customer)
    return account


def panels(page) -> set[str]:
    return {panel.get("data-panel") for panel in page.all("//*[@data-panel]")}


def rows(client, address: str) -> list[str]:
    page = see(client, address, headers=HTMX)
    return [cell.text_content() for cell in page.all("//tbody//th")]


def band(page) -> dict[str, str]:
    """The figures of the band: what they are called, and where they lead."""
    return {each.text: each.getnext().find("a").get("href") for each in page.all('//*[@class="band"]//dt')}


# --- tabs ---------------------------------------------------------------------------------------------------


def test_the_tabs_of_the_books_come_first_and_apart_from_the_rest(admin):
    links = see(admin, "/").all('//*[@id="nav_books"]/*')
    assert [link.get("href") for link in links[:5]] == [
        "/books/estimates",
        "/books/invoices",
        "/books/sales-orders",
        "/books/purchase-orders",
        None,
    ]
    assert links[4].tag == "hr"
    assert "/books/customers" in {link.get("href") for link in links[5:]}


def test_an_area_leads_to_its_first_list(admin, client_of, cast):
    assert admin.get("/books").location == "/books/estimates"
    assert admin.get("/crm").location == "/crm/accounts"
    see(client_of(cast.sales), "/books", 403)


# --- related lists ------------------------------------------------------------------------------------------


def test_an_account_shows_what_was_sold_to_it_and_nothing_that_was_bought(admin, account):
    page = see(admin, f"/crm/accounts/{account.id}")
    assert panels(page) >= SALES
    assert not PURCHASES & panels(page)
    for name in SALES:
        assert len(rows(admin, f"/crm/accounts/{account.id}/related/{name}")) == 1
    see(admin, f"/crm/accounts/{account.id}/related/purchase-orders", 404)


def test_a_contact_shows_the_documents_of_its_accounts_customer(admin, account):
    contact = factories.contact(account_id=account.id)
    assert panels(see(admin, f"/crm/contacts/{contact.id}")) >= SALES
    assert len(rows(admin, f"/crm/contacts/{contact.id}/related/invoices")) == 1


def test_a_contact_without_account_shows_its_own(admin, cast):
    contact = factories.contact(last_name="Sato")
    customer = contacts.add_contact(contact, cast.admin)
    factories.estimate(customer)
    assert len(rows(admin, f"/crm/contacts/{contact.id}/related/estimates")) == 1


def test_a_deal_shows_what_is_of_it_and_no_other_documents_of_its_account(admin, account):
    deal = factories.deal(account_id=account.id)
    customer = account.customer_id
    mine = factories.estimate(factories.customer(), deal_id=deal.id)
    page = see(admin, f"/crm/deals/{deal.id}")
    assert panels(page) >= SALES
    assert not PURCHASES & panels(page)
    assert rows(admin, f"/crm/deals/{deal.id}/related/estimates") == [mine.number]
    assert rows(admin, f"/crm/deals/{deal.id}/related/invoices") == []
    new = page.one('//*[@id="related_invoices"]//a[contains(@href, "/new")]').get("href")
    assert new == f"/books/invoices/new?deal={deal.id}&party={customer}"
    listed = see(admin, f"/books/estimates?deal={deal.id}")
    assert mine.number in listed.words("//tbody")


def test_vendors_show_what_is_bought_from_them_on_both_sides(admin, cast):
    crm_vendor = factories.crm_vendor(cast.admin)
    vendor = vendors.add_vendor(crm_vendor, cast.admin)
    order = factories.purchase_order(vendor)
    for address in (f"/crm/vendors/{crm_vendor.id}", f"/books/vendors/{vendor.id}"):
        page = see(admin, address)
        assert panels(page) >= PURCHASES
        assert not SALES & panels(page)
        assert rows(admin, f"{address}/related/purchase-orders") == [order.number]
        new = page.one('//*[@id="related_bills"]//a[contains(@href, "/new")]').get("href")
        assert new == f"/books/bills/new?party={vendor.id}"


def test_a_customer_shows_credit_notes_too(admin, factories):
    customer = factories.customer()
    factories.credit_note(customer)
    assert SALES | {"credit-notes"} <= panels(see(admin, f"/books/customers/{customer.id}"))
    assert len(rows(admin, f"/books/customers/{customer.id}/related/credit-notes")) == 1


def test_a_list_has_its_count_and_sum_its_pdfs_and_the_way_to_all(admin, account, cast):
    sent = factories.invoice(factories.customer(), issued=True)
    address = f"/books/customers/{sent.party_id}"
    head = see(admin, address).words('//*[@id="related_invoices"]/header')
    assert "1 · ¥1,000 open" in head
    panel = see(admin, f"{address}/related/invoices", headers=HTMX)
    assert panel.has(f'//a[@href="/books/invoices/{sent.id}/pdf"]')
    assert panel.has(f'//footer/a[@href="/books/invoices?party={sent.party_id}"]')
    assert panel.has('//*[@data-status="sent"]')


def test_what_is_not_in_the_books_yet_says_so_in_each_list(admin):
    vendor = factories.crm_vendor()
    page = see(admin, f"/crm/vendors/{vendor.id}")
    assert "not in the books yet" in page.words('//*[@id="related_bills"]')
    assert not page.has('//*[@class="band"]')


# --- the band -----------------------------------------------------------------------------------------------


def test_each_figure_of_the_band_leads_to_its_list(admin, cast):
    vendor = factories.vendor()
    customer = factories.customer(vendor_id=vendor.id)
    factories.bill(vendor).open(cast.admin)
    found = band(see(admin, f"/books/customers/{customer.id}"))
    assert list(found) == ["Receivable", "Overdue", "Unused credits", "Payable"]
    assert found["Payable"] == f"/books/bills?party={vendor.id}&state=unpaid"
    for address in found.values():
        see(admin, address)


def test_the_band_of_a_vendor_stands_on_both_sides(admin, cast):
    crm_vendor = factories.crm_vendor(cast.admin)
    vendor = vendors.add_vendor(crm_vendor, cast.admin)
    for address in (f"/crm/vendors/{crm_vendor.id}", f"/books/vendors/{vendor.id}"):
        assert list(band(see(admin, address))) == ["Payable", "Overdue", "Unused credits"]


def test_whoever_may_not_see_bills_sees_no_payable(admin, cast):
    customer = factories.customer(vendor_id=factories.vendor().id)
    cast.admin.organization.apps = "invoice"
    assert list(band(see(admin, f"/books/customers/{customer.id}"))) == [
        "Receivable",
        "Overdue",
        "Unused credits",
    ]


def test_a_vendor_names_the_customer_that_is_the_same_company(admin, client_of, cast):
    vendor = factories.vendor()
    factories.customer(vendor_id=vendor.id, display_name="Minato")
    address = f"/books/vendors/{vendor.id}"
    assert "Also a customer: Minato" in see(admin, address).words('//*[@id="header"]')
    assert "Minato" not in see(client_of(cast.assigned), address).words("//main")


# --- rights -------------------------------------------------------------------------------------------------


def test_without_a_finance_role_there_is_neither_tab_nor_list_nor_band(client_of, cast, account):
    sales = client_of(cast.sales)
    deal, vendor = factories.deal(), factories.crm_vendor()
    contact = factories.contact(account_id=account.id)
    for record, module in (
        (account, "accounts"),
        (contact, "contacts"),
        (deal, "deals"),
        (vendor, "vendors"),
    ):
        page = see(sales, f"/crm/{module}/{record.id}")
        assert not (SALES | PURCHASES) & panels(page)
        assert not page.has('//*[@class="band"]')
        assert not page.has('//*[@id="area_books"]')
        for name in PURCHASES if module == "vendors" else SALES:
            see(sales, f"/crm/{module}/{record.id}/related/{name}", 403)


def test_whoever_sees_assigned_customers_only_sees_no_sums_of_others(client_of, cast, account):
    account.owner_id = cast.assigned.id
    assigned = client_of(cast.assigned)
    page = see(assigned, f"/crm/accounts/{account.id}")
    assert not page.has('//*[@class="band"]')
    assert not page.has('//*[@id="related_invoices"]//*[@class="sum"]')
    assert rows(assigned, f"/crm/accounts/{account.id}/related/invoices") == []


def test_a_deal_of_ones_own_tells_assigned_staff_nothing_of_documents_of_others(client_of, cast):
    deal = factories.deal(owner_id=cast.assigned.id)
    factories.invoice(factories.customer(), deal_id=deal.id, issued=True)
    mine = factories.invoice(factories.customer(owner_id=cast.assigned.id), deal_id=deal.id, issued=True)
    assigned = client_of(cast.assigned)
    assert not see(assigned, f"/crm/deals/{deal.id}").has('//*[@id="related_invoices"]//*[@class="sum"]')
    assert rows(assigned, f"/crm/deals/{deal.id}/related/invoices") == [mine.number]
    whole = see(client_of(cast.staff), f"/crm/deals/{deal.id}")
    assert "2 · ¥2,000 open" in whole.words('//*[@id="related_invoices"]/header')


# --- unused credits -----------------------------------------------------------------------------------------


def test_unused_credits_lead_to_the_payments_and_credit_notes_that_they_come_from(admin, client_of, cast):
    customer = factories.customer()
    note = factories.credit_note(customer)
    note.open(cast.admin)
    paid = factories.invoice(customer, issued=True)
    payment = factories.payment(paid)
    paid.void(cast.admin)
    figure = band(see(admin, f"/books/customers/{customer.id}"))["Unused credits"]
    page = see(admin, figure)
    named = {cell.text_content() for cell in page.all("//tbody//th")}
    assert named == {note.number, payment.number}
    assert "¥2,000" in page.words('//*[@class="head"]')
    see(client_of(cast.sales), figure, 403)
    see(client_of(cast.assigned), figure, 404)


def test_a_vendor_has_a_page_of_credits_too(admin):
    vendor = factories.vendor()
    assert "no unused credits" in see(admin, f"/books/vendors/{vendor.id}/credits").words("//main")


def test_a_customer_counts_its_payments_and_what_of_them_is_unused(admin, cast):
    sent = factories.invoice(factories.customer(), issued=True)
    factories.payment(sent)
    address = f"/books/customers/{sent.party_id}"
    assert "1 · ¥0 unused" in see(admin, address).words('//*[@id="related_payments"]/header')
    sent.void(cast.admin)
    assert "1 · ¥1,000 unused" in see(admin, address).words('//*[@id="related_payments"]/header')
    assert len(rows(admin, f"{address}/related/payments")) == 1
