"""Bringing in a spreadsheet, page by page, as a person does it without JavaScript."""

import pytest
from sqlalchemy import func, select

from delivery import tables
from domain import records
from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.items import Item
from domain.books.payment_terms import PaymentTerms
from domain.books.taxes import Tax
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.crm.deals import Deal
from domain.custom_fields import CustomField
from domain.db import db
from domain.organizations.roles import PROFILES, Profile
from tests.blueprints.importing import bring, figures, look_through, upload, work
from tests.blueprints.spreadsheets import HEADINGS, as_csv, as_xls, as_xlsx, customers
from tests.pages import HTMX, Page, see, send


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


def all_of(model, *order):
    return list(db.session.scalars(select(model).order_by(*(order or (model.id,)))))


def count(model):
    return db.session.scalar(select(func.count(model.id)))


# --- taking in ------------------------------------------------------------------------------------------------

FILES = {
    "Shift-JIS": ("顧客.csv", lambda rows: as_csv(rows, "cp932")),
    "UTF-8 with its mark": ("顧客.csv", lambda rows: as_csv(rows, "utf-8-sig")),
    "UTF-16 with tabs": ("顧客.txt", lambda rows: as_csv(rows, "utf-16", "\t")),
    "semicolons": ("顧客.csv", lambda rows: as_csv(rows, "utf-8", ";")),
    "XLSX": ("顧客.xlsx", as_xlsx),
    "XLS": ("顧客.xls", as_xls),
}


@pytest.mark.parametrize("kind", FILES)
def test_customers_of_a_japanese_spreadsheet_come_in_as_they_are(kind, admin):
    name, made = FILES[kind]
    number = 300 if kind in ("Shift-JIS", "XLSX") else 20
    address = bring(admin, "books/customers", made([HEADINGS, *customers(number)]), name)
    assert figures(see(admin, address)) == {"Made": number}
    assert count(Customer) == number
    one = db.session.scalar(select(Customer).where(Customer.email == "keiri14@aoi.example"))
    assert (one.display_name, one.phone) == ("合同会社山﨑商店", "045-114-2014")
    assert (one.billing_postal_code, one.billing_state, one.billing_city) == (
        "231-0014",
        "大阪府",
        "大阪市北区",
    )
    assert (one.billing_street, one.tax_registration) == ("6丁目15-5", "T1000000000014")
    assert (one.currency, one.customer_type, one.is_active) == ("JPY", "business", True)


def test_nothing_is_written_before_somebody_says_so(admin):
    address = look_through(admin, "books/customers", as_csv([HEADINGS, *customers(5)]))
    page = see(admin, address)
    assert figures(page) == {"New": 5}
    assert "5 rows would be imported" in page.words()
    assert count(Customer) == 0


def test_a_row_that_a_form_would_refuse_fails_and_the_others_come_in(admin):
    rows = [
        ["Name", "Email", "Currency", "Website", "Country", "Type"],
        ["Good", "good@example.com", "", "example.com", "Japon", "個人"],
        ["Bad mail", "not a mail", "", "", "", ""],
        ["Bad money", "", "GBP", "", "", ""],
        ["", "nameless@example.com", "", "", "", ""],
        ["Bad site", "", "", "javascript:alert(1)", "", ""],
        ["Far", "", "", "", "Atlantis", ""],
        ["N" * 201, "", "", "", "", ""],
        ["Robot", "", "", "", "", "robot"],
    ]
    address = bring(admin, "books/customers", as_csv(rows), column_5="customer_type")
    assert figures(see(admin, address)) == {"Made": 1, "Failed": 7}
    [good] = all_of(Customer)
    assert (good.website, good.billing_country, good.customer_type) == (
        "https://example.com",
        "JP",
        "individual",
    )
    page = see(admin, f"{address}/rows/failed")
    words = page.words("//tbody")
    for reason in (
        "“not a mail” is not a mail address",
        "Please choose from the list",
        "Please fill this in",
    ):
        assert reason in words
    assert [row.split()[0] for row in map(str.strip, (e.text_content() for e in page.all("//tbody//td[1]")))] == [
        "3", "4", "5", "6", "7", "8", "9",
    ]  # fmt: skip


def test_html_and_formulas_in_cells_are_just_text(admin):
    evil = "<script>alert(1)</script>"
    address = bring(admin, "books/customers", as_csv([["Name", "Notes"], [evil, "=HYPERLINK(1)"]]))
    [customer] = all_of(Customer)
    assert (customer.display_name, customer.notes) == (evil, "=HYPERLINK(1)")
    page = see(admin, f"{address}/rows/new")
    assert evil in page.words("//tbody")
    assert not page.has("//tbody//script")


def test_numbers_come_in_as_the_file_writes_them(admin, factories):
    factories.tax(20, name="TVA 20 %")
    rows = [["Désignation", "Prix unitaire", "TVA"], ["Vis", "1.234,56", "tva 20 %"], ["Clou", "1 234,5", ""]]
    bring(admin, "books/items", as_csv(rows, "cp1252", ";"))
    items = {item.name: item for item in all_of(Item)}
    assert [str(items[name].rate) for name in ("Vis", "Clou")] == ["1234.56", "1234.5"]
    assert items["Vis"].tax.name == "TVA 20 %"


def test_dates_and_amounts_of_deals_come_in(admin, factories):
    account = factories.account(name="Acme")
    rows = [
        ["Deal name", "Account", "Amount", "Closing date"],
        ["Big", "ACME", "1,200", "11/21/2026"],
        ["Odd", "", "1.5", "11/22/2026"],
    ]
    address = bring(admin, "crm/deals", as_csv(rows))
    [deal] = all_of(Deal)
    assert (deal.account_id, deal.amount_minor, deal.closing_on.isoformat()) == (
        account.id,
        1200,
        "2026-11-21",
    )
    assert "no such small parts" in see(admin, f"{address}/rows/failed").words("//tbody")


def test_people_find_their_customer_by_name(admin, factories):
    customer = factories.customer(display_name="株式会社みなと")
    rows = [
        ["顧客名", "姓", "名", "メール", "主担当"],
        ["株式会社みなと", "佐藤", "花子", "h@minato.example", "はい"],
        ["誰か", "鈴木", "", "", ""],
    ]
    address = bring(admin, "books/contact-persons", as_csv(rows))
    [person] = all_of(ContactPerson)
    assert (person.party_id, person.name, person.is_primary) == (customer.id, "佐藤 花子", True)
    assert "Nothing here is called “誰か”" in see(admin, f"{address}/rows/failed").words("//tbody")


def test_fields_that_the_organization_added_are_columns_too(admin, session):
    form = {"module": "books.customers", "key": "rank", "label": "ランク", "kind": "number"}
    session.add(CustomField(**form))
    from domain.custom_fields import fields_changed

    fields_changed()
    bring(admin, "books/customers", as_csv([["会社名", "ランク"], ["みなと", "3"]]))
    [customer] = all_of(Customer)
    assert customer.cf_rank == 3


# --- names that are not found -----------------------------------------------------------------------------------

PEOPLE = as_csv([["姓", "会社名"], ["佐藤", "新しい会社"], ["鈴木", "新しい会社"], ["田中", ""]])


@pytest.mark.parametrize(
    ("missing", "people", "accounts"), [("fail", 1, 0), ("empty", 3, 0), ("create", 3, 1)]
)
def test_an_account_that_is_not_there_fails_stays_empty_or_is_made(admin, missing, people, accounts):
    address = bring(admin, "crm/contacts", PEOPLE, missing=missing)
    assert figures(see(admin, address))["Made"] == people
    assert (count(Contact), count(Account)) == (people, accounts)


def test_terms_and_taxes_are_made_when_their_names_say_enough(admin):
    address = bring(
        admin,
        "books/customers",
        as_csv([["Name", "Terms"], ["A", "Net 47"], ["B", "soon"]]),
        missing="create",
    )
    assert figures(see(admin, address)) == {"Made": 1, "Failed": 1}
    assert db.session.scalar(select(PaymentTerms.days).where(PaymentTerms.name == "Net 47")) == 47
    bring(admin, "books/items", as_csv([["Name", "Rate", "Tax"], ["A", "1", "TVA 5,5 %"]]), missing="create")
    assert str(db.session.scalar(select(Tax.percent).where(Tax.name == "TVA 5,5 %"))) == "5.5"


def test_who_may_not_make_terms_does_not_make_them_by_an_import(client_of, cast):
    staff = client_of(cast.staff)
    before = count(PaymentTerms)
    address = bring(staff, "books/customers", as_csv([["Name", "Terms"], ["A", "Net 47"]]), missing="create")
    assert figures(see(staff, address)) == {"Failed": 1}
    assert count(PaymentTerms) == before


# --- what is there already --------------------------------------------------------------------------------------

TWICE = {
    "name": [["Name", "Phone", "Email"], ["ＭＩＮＡＴＯ", "03-9999-9999", ""]],
    "mail": [["Name", "Phone", "Email"], ["Someone else", "03-9999-9999", "INFO@minato.example"]],
    "phone": [["Name", "Phone", "Email"], ["Someone else", "(045) 555 0142", ""]],
    "tax number": [["Name", "Phone", "Tax registration"], ["Someone else", "", "t 1234-5678-90123"]],
}


@pytest.mark.parametrize("by", TWICE)
@pytest.mark.parametrize("what", ["skip", "overwrite", "new"])
def test_a_record_that_is_there_is_left_overwritten_or_made_again(admin, factories, by, what):
    values = {"email": "info@minato.example", "phone": "045-555-0142", "tax_registration": "T1234567890123"}
    old = factories.customer(display_name="Minato", notes="Kept", **values)
    db.session.commit()
    match = ["name", "email", "phone", "tax_registration"]
    address = look_through(admin, "books/customers", as_csv(TWICE[by]), duplicates=what, match=match)
    forecast = figures(see(admin, address))
    send(admin, f"{address}/run", {})
    work()
    made = list(figures(see(admin, address)))
    assert (list(forecast), made) == {
        "skip": (["Left as they are"], ["Left as they are"]),
        "overwrite": (["Overwritten"], ["Overwritten"]),
        "new": (["New"], ["Made"]),
    }[what]
    assert count(Customer) == (2 if what == "new" else 1)
    db.session.refresh(old)
    assert old.notes == "Kept"
    assert (old.display_name == "Minato") is (what != "overwrite")


def test_what_would_be_overwritten_is_shown_and_empty_cells_empty_nothing(admin, factories):
    old = factories.customer(display_name="Minato", phone="1", email="old@example.com")
    rows = [["Name", "Phone", "Email"], ["Minato", "2", ""]]
    address = look_through(admin, "books/customers", as_csv(rows), duplicates="overwrite")
    assert "Phone: 1 → 2" in see(admin, f"{address}/rows/changed").words("//tbody")
    send(admin, f"{address}/run", {})
    work()
    db.session.refresh(old)
    assert (old.phone, old.email) == ("2", "old@example.com")
    again = look_through(admin, "books/customers", as_csv(rows), duplicates="overwrite")
    assert figures(see(admin, again)) == {"Already the same": 1}


def test_two_rows_of_one_file_that_speak_of_the_same_are_told_beforehand(admin):
    rows = [["Name", "Email"], ["A", "a@example.com"], ["A", ""], ["B", "A@example.com"], ["C", ""]]
    address = look_through(admin, "books/customers", as_csv(rows))
    assert figures(see(admin, address)) == {"New": 2, "Left as they are": 2}
    assert "The same as row 2 of the file." in see(admin, f"{address}/rows/skipped").words("//tbody")
    send(admin, f"{address}/run", {})
    work()
    assert figures(see(admin, address)) == {"Made": 2, "Left as they are": 2}


def test_a_row_that_could_mean_several_records_overwrites_none(admin, factories):
    factories.customer(display_name="One", email="same@example.com")
    factories.customer(display_name="Two", email="same@example.com")
    address = bring(
        admin,
        "books/customers",
        as_csv([["Name", "Email"], ["Three", "same@example.com"]]),
        duplicates="overwrite",
    )
    assert "Several records match: One, Two." in see(admin, f"{address}/rows/failed").words("//tbody")


def test_people_of_one_name_at_two_companies_are_two_people(admin, factories):
    one, two = factories.account(name="One"), factories.account(name="Two")
    factories.contact(last_name="佐藤", first_name="花子", account_id=one.id)
    address = bring(
        admin,
        "crm/contacts",
        as_csv([["姓", "名", "会社名"], ["佐藤", "花子", "One"], ["佐藤", "花子", "Two"]]),
    )
    assert figures(see(admin, address)) == {"Made": 1, "Left as they are": 1}
    assert db.session.scalar(select(Contact.last_name).where(Contact.account_id == two.id)) == "佐藤"


# --- failed rows ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_failed_rows_are_mended_and_imported_again(admin, ending):
    rows = [
        ["Name", "Email", "Phone", "Favourite"],
        ["A", "wrong", "0312345678", "=1+1"],
        ["B", "b@example.com", "", ""],
    ]
    address = bring(admin, "books/customers", as_csv(rows))
    answer = admin.get(f"{address}/failed.{ending}")
    assert f"file, failed rows.{ending}" in answer.headers["Content-Disposition"].replace("%20", " ").replace(
        "%2C", ","
    )
    found = [cells for _number, cells in tables.rows_of(tables.read(answer.data).lines.splitlines())]
    assert found[0] == ["Name", "Email", "Phone", "Favourite", "Reason"]
    assert found[1][:3] == ["A", "wrong", "0312345678"]
    assert found[1][4] == "Email: “wrong” is not a mail address."
    mended = [found[0], ["A", "right@example.com", *found[1][2:]]]
    again = bring(admin, "books/customers", as_csv(mended))
    assert figures(see(admin, again)) == {"Made": 1}
    assert {customer.email for customer in all_of(Customer)} == {"right@example.com", "b@example.com"}


# --- undoing ----------------------------------------------------------------------------------------------------


def undo(client, address):
    assert see(client, f"{address}/undo").has("//form")
    send(client, f"{address}/undo", {})
    work()
    return figures(see(client, address))


def test_an_import_can_be_undone(admin, factories):
    old = factories.customer(display_name="Old", phone="1", email="o@example.com")
    rows = [["Name", "Phone", "Terms"], ["Old", "2", ""], ["New", "3", "Net 47"], ["Newer", "4", "Net 47"]]
    before = count(PaymentTerms)
    address = bring(admin, "books/customers", as_csv(rows), duplicates="overwrite", missing="create")
    assert (count(Customer), count(PaymentTerms)) == (3, before + 1)
    assert undo(admin, address) == {"Undone": 3}
    assert (count(Customer), count(PaymentTerms)) == (1, before)
    db.session.refresh(old)
    assert (old.display_name, old.phone, old.payment_terms_id) == ("Old", "1", None)


def test_what_somebody_worked_with_since_is_not_undone_but_named(admin, factories, cast):
    old = factories.customer(display_name="Old", phone="1")
    names = ["Edited", "Invoiced", "Person", "Untouched"]
    rows = [["Name", "Phone"], ["Old", "2"], *([name, "3"] for name in names)]
    address = bring(admin, "books/customers", as_csv(rows), duplicates="overwrite")
    made = {customer.display_name: customer for customer in all_of(Customer)}
    records.update(made["Edited"], {"phone": "4"}, cast.staff)
    records.update(made["Old"], {"phone": "5"}, cast.staff)
    factories.invoice(made["Invoiced"])
    factories.contact_person(made["Person"])
    assert undo(admin, address) == {"Undone": 1, "Could not be undone": 4}
    assert {customer.display_name for customer in all_of(Customer)} == {"Old", "Edited", "Invoiced", "Person"}
    db.session.refresh(old)
    assert old.phone == "5"
    words = see(admin, f"{address}/rows/kept").words("//tbody")
    assert "It was changed since it was imported." in words
    assert "Somebody has worked with it since it was imported." in words


def test_accounts_with_contacts_stay_when_their_import_is_undone(admin, factories):
    address = bring(admin, "crm/accounts", as_csv([["Account name"], ["Acme"]]))
    [account] = all_of(Account)
    contact = factories.contact(account_id=account.id)
    assert undo(admin, address) == {"Could not be undone": 1}
    db.session.refresh(contact)
    assert contact.account_id == account.id


# --- who may what -----------------------------------------------------------------------------------------------


def test_assigned_staff_neither_finds_nor_overwrites_what_is_assigned_to_others(client_of, cast, factories):
    theirs = factories.customer(
        display_name="Theirs", email="same@example.com", owner_id=cast.admin.id, phone="1"
    )
    own = factories.customer(
        display_name="Own", email="own@example.com", owner_id=cast.assigned.id, phone="1"
    )
    assigned = client_of(cast.assigned)
    rows = [["Name", "Email", "Phone"], ["Another", "same@example.com", "2"], ["Own", "", "2"]]
    address = look_through(assigned, "books/customers", as_csv(rows), duplicates="overwrite")
    assert figures(see(assigned, address)) == {"New": 1, "Overwritten": 1}
    assert "Theirs" not in see(assigned, f"{address}/rows/new").text
    send(assigned, f"{address}/run", {})
    work()
    db.session.refresh(theirs)
    db.session.refresh(own)
    assert (theirs.phone, own.phone) == ("1", "2")


def test_assigned_staff_sees_only_their_own_imports(client_of, cast, admin):
    address = bring(admin, "books/customers", as_csv([["Name"], ["Secret"]]), "secret.csv")
    assigned = client_of(cast.assigned)
    see(assigned, address, 404)
    assert "secret.csv" not in see(assigned, "/books/customers/import").text
    assert "secret.csv" in see(client_of(cast.staff), "/books/customers/import").text


def test_who_lost_the_right_meanwhile_imports_no_further(admin, cast, monkeypatch):
    address = look_through(admin, "books/customers", as_csv([["Name"], ["A"]]))
    send(admin, f"{address}/run", {})
    db.session.commit()
    only_view = Profile("viewer", PROFILES["crm_only"].label, frozenset({"books.*.view"}))
    monkeypatch.setitem(PROFILES, "viewer", only_view)
    cast.admin.profile_key = "viewer"
    work()
    assert count(Customer) == 0
    cast.admin.profile_key = "administrator"
    page = see(admin, address)
    assert "may not do this any more" in page.words()
    send(admin, f"{address}/run", {})
    work()
    assert count(Customer) == 1


def test_who_may_add_but_not_change_can_not_overwrite(admin, cast, monkeypatch):
    adds = frozenset({"books.*.view", "books.*.create"})
    monkeypatch.setitem(PROFILES, "adds", Profile("adds", PROFILES["crm_only"].label, adds))
    cast.admin.profile_key = "adds"
    address = upload(admin, "books/customers", as_csv([["Name"], ["A"]]))
    form = see(admin, address).form("form")
    assert not see(admin, address).has('//option[@value="overwrite"]')
    form["duplicates"] = "overwrite"
    answer = send(admin, f"{address}/mapping", form, 422)
    assert "not change them" in Page(answer).words()


def test_an_import_is_undone_by_nobody_who_may_not_delete(admin, cast, monkeypatch):
    address = bring(admin, "books/customers", as_csv([["Name"], ["A"]]))
    adds = frozenset({"books.*.view", "books.*.create"})
    monkeypatch.setitem(PROFILES, "adds", Profile("adds", PROFILES["crm_only"].label, adds))
    cast.admin.profile_key = "adds"
    send(admin, f"{address}/undo", {}, 422)
    assert count(Customer) == 1


# --- the pages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "There is nothing in this file."),
        (b"%PDF-1.4 \x80", "This is neither a CSV file nor an Excel workbook"),
    ],
)
def test_a_file_that_can_not_be_taken_is_refused_at_its_field(admin, content, sentence):
    page = upload(admin, "books/customers", content, status=422)
    assert page.error("file").startswith(sentence)


def test_without_a_file_nothing_begins(admin):
    answer = send(admin, "/books/customers/import", see(admin, "/books/customers/import").form(), 422)
    assert Page(answer).error("file") == "Please choose a file."


def test_the_same_upload_sent_twice_is_one_import(admin):
    form = see(admin, "/books/customers/import").form()
    addresses = set()
    for _time in range(2):
        from io import BytesIO

        form["file"] = (BytesIO(b"Name\nA\n"), "a.csv")
        answer = send(admin, "/books/customers/import", form, content_type="multipart/form-data")
        addresses.add(answer.location)
    assert len(addresses) == 1


def test_a_column_chosen_twice_or_a_needed_one_missing_is_said_at_its_place(admin):
    address = upload(admin, "books/customers", as_csv([["会社名", "メール"], ["A", "a@example.com"]]))
    form = see(admin, address).form("form", column_1="display_name")
    assert "fills this field already" in Page(send(admin, f"{address}/mapping", form, 422)).error("column_1")
    form = see(admin, address).form("form", column_0="")
    assert "“Display name” is needed" in Page(send(admin, f"{address}/mapping", form, 422)).words(
        '//*[@id="stage"]'
    )


def test_a_file_can_be_read_another_way(admin):
    address = upload(admin, "books/customers", "名;b\n前;d\n".encode("cp932"))
    form = see(admin, address).form("reading", heading=None, encoding="cp932", delimiter=",")
    send(admin, f"{address}/reading", form)
    page = see(admin, address)
    assert page.words("//tbody//th") == "Column 1"
    wrong = page.form("reading", encoding="utf-8")
    assert "not written in that encoding" in Page(send(admin, f"{address}/reading", wrong, 422)).words()


def test_the_progress_asks_for_itself_until_it_is_done(admin):
    address = upload(admin, "books/customers", as_csv([["Name"], ["A"]]))
    send(admin, f"{address}/mapping", see(admin, address).form("form"))
    fragment = see(admin, address, headers=HTMX)
    assert not fragment.is_whole
    assert fragment.one("//*[@hx-trigger]").get("hx-get") == address
    assert fragment.has("//progress")
    assert see(admin, address).has(f'//a[@href="{address}"]')
    work()
    assert not see(admin, address, headers=HTMX).has("//*[@hx-trigger]")


def test_what_is_carried_out_can_be_neither_changed_nor_started_again(admin):
    address = bring(admin, "books/customers", as_csv([["Name"], ["A"]]))
    send(admin, f"{address}/run", {}, 422)
    send(admin, f"{address}/mapping", {"column_0": "display_name"}, 422)
    send(admin, f"{address}/reading", {}, 422)
    assert count(Customer) == 1


@pytest.mark.parametrize("after", ["-1", "x", "9" * 30, ""])
def test_a_page_of_rows_that_is_not_there_is_no_error(admin, after):
    address = bring(admin, "books/customers", as_csv([["Name"], ["A"]]))
    see(admin, f"{address}/rows/new?after={after}")
    see(admin, f"{address}/rows/nonsense", 404)


def test_an_empty_list_offers_to_import(client_of, cast):
    page = see(client_of(cast.admin), "/crm/products")
    assert page.has('//*[@id="results"]//a[@href="/crm/products/import"]')
