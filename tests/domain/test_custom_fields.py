"""Custom fields: values are read, written, asked for and kept like those of any other field."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from delivery import documents
from domain import records
from domain.custom_fields import CustomField, fields_changed
from domain.db import db, scoped_to
from domain.modules import ALL
from domain.modules.custom_fields import customized
from domain.modules.listing import Listing
from domain.timeline import entries_for
from tests import factories

ACCOUNTS = ALL["crm.accounts"]

VALUES = {
    "text": "Gold",
    "number": Decimal("12345678901.25"),
    "date": date(2026, 3, 31),
    "choice": "Blue",
    "checkbox": True,
    "link": "https://example.com/",
}


@pytest.fixture
def accounts(session):
    """Fixture: the accounts module with one field of each kind."""
    for position, kind in enumerate(VALUES):
        choices = [{"label": "Blue"}, {"label": "Red"}] if kind == "choice" else []
        db.session.add(
            CustomField(
                module="crm.accounts",
                key=kind,
                label=f"My {kind}",
                kind=kind,
                position=position,
                choices=choices,
            )
        )
    fields_changed()
    return customized(ACCOUNTS)


def given(values=VALUES):
    return {f"cf_{name}": value for name, value in values.items()}


def test_without_custom_fields_a_module_is_itself(session):
    assert customized(ACCOUNTS) is ACCOUNTS


def test_a_module_gets_its_fields_form_and_page(accounts):
    assert [field.label for field in accounts.custom_fields] == [f"My {kind}" for kind in VALUES]
    assert set(given()) <= {field.name for field in accounts.editable} & set(accounts.summary)


def test_values_are_read_as_they_were_written(accounts):
    record = records.create(ACCOUNTS.model, {"name": "A"} | given(), None)
    db.session.expire(record)
    assert {name: getattr(record, name) for name in given()} == given()
    records.update(record, {"cf_text": "", "cf_number": None, "cf_checkbox": False}, None)
    db.session.expire(record)
    assert (record.cf_text, record.cf_number, record.cf_checkbox) == ("", None, False)
    assert record.custom.keys() == {"date", "choice", "link"}


def test_a_record_from_before_the_field_has_it_empty(accounts):
    record = factories.account()
    assert [getattr(record, name) for name in given()] == ["", None, None, "", False, ""]


def test_a_record_has_no_field_that_nobody_made(accounts):
    record = factories.account()
    with pytest.raises(AttributeError):
        record.cf_nothing  # noqa: B018
    with pytest.raises(AttributeError):
        record.cf_nothing = 1
    with pytest.raises(AttributeError):
        factories.contact().cf_text  # noqa: B018


def test_a_change_stands_in_the_timeline(accounts, cast):
    record = factories.account(**given())
    records.update(record, {"cf_number": Decimal("2.5")}, cast.admin)
    assert entries_for("crm.accounts", record.id)[0].detail["changes"] == [
        ["cf_number", "12345678901.25", "2.5"]
    ]


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("cf_text", "Gold", True),
        ("cf_text__contains", "OL", True),
        ("cf_text__empty", "", False),
        ("cf_number", "12345678901.25", True),
        ("cf_number__gt", "9", True),
        ("cf_number__lt", "9", False),
        ("cf_date", "2026-03-31", True),
        ("cf_date__from", "2026-04-01", False),
        ("cf_date__to", "2026-04-01", True),
        ("cf_choice", "Blue", True),
        ("cf_choice__not", "Blue", False),
        ("cf_checkbox", "1", True),
        ("cf_link__contains", "example", True),
    ],
)
def test_a_list_is_filtered_by_a_custom_field(accounts, cast, name, value, found):
    record = factories.account(**given())
    other = factories.account()
    rows = Listing.from_args(accounts, {name: value}).page(cast.admin).rows
    assert (record in rows) is found
    assert (other in rows) is (name in ("cf_text__empty", "cf_choice__not"))


def test_unticked_finds_records_from_before_the_field(accounts, cast):
    factories.account(**given())
    other = factories.account()
    assert Listing.from_args(accounts, {"cf_checkbox": "0"}).page(cast.admin).rows == [other]


def test_the_fields_of_one_organization_are_not_those_of_another(accounts, cast):
    with scoped_to(cast.stranger.organization_id):
        assert customized(ACCOUNTS) is ACCOUNTS


def test_knowing_the_fields_costs_a_page_no_query(accounts, client_of, cast, count_queries):
    admin = client_of(cast.admin)
    factories.account(**given())
    admin.get("/crm/accounts")
    with count_queries() as queries:
        assert "My text" in admin.get("/crm/accounts/new").text
    assert not [sql for sql in queries if "custom_fields" in sql]


def test_what_is_marked_is_printed_in_the_words_of_the_party(session):
    kinds = {"site": "text", "share": "number", "since": "date", "vip": "checkbox", "inside": "text"}
    for key, kind in kinds.items():
        db.session.add(
            CustomField(
                module="books.invoices", key=key, label=f"My {key}", kind=kind, prints=key != "inside"
            )
        )
    fields_changed()
    values = {"cf_site": "横浜", "cf_share": Decimal("12.5"), "cf_since": date(2026, 3, 31), "cf_vip": True}
    invoice = factories.invoice(cf_inside="Hidden", **values)
    pages = PdfReader(BytesIO(documents.pdf(invoice))).pages
    text = "".join(page.extract_text() for page in pages)
    for words in ("My site", "横浜", "12.5", "Yes", "2026"):
        assert words in text
    assert "Hidden" not in text


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("cf_text", ["", "", "a", "a", "b", "z", "日本"]),
        (
            "cf_number",
            [None, None, Decimal("-2.5"), Decimal(0), Decimal(0), Decimal("0.000001"), Decimal(10)],
        ),
        (
            "cf_date",
            [None, None, None, date(1999, 12, 31), date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 2)],
        ),
        ("cf_checkbox", [False, False, False, False, True, True, True]),
        ("cf_choice", ["", "Blue", "Blue", "Blue", "Red", "Red", "Red"]),
    ],
)
def test_a_list_is_sorted_by_a_custom_field_and_pages_show_every_row_once(accounts, cast, name, values):
    made = [factories.account(**{name: value}) for value in reversed(values)]
    for sort in (name, f"-{name}"):
        listing = Listing.from_args(accounts, {"sort": sort}, size=2)
        found, page = [], listing.page(cast.admin)
        while True:
            found += page.rows
            if not page.after:
                break
            page = listing.at(after=page.after).page(cast.admin)
        assert len(found) == len(made) == len(set(found))
        shown = [getattr(row, name) for row in found]
        assert shown == (values if sort == name else values[::-1])
        back = listing.at(before=page.before).page(cast.admin)
        assert [row.id for row in back.rows] == [row.id for row in found[-4:-2]] or len(page.rows) < 2
