"""What was taken out comes in again as it was: export and import are each other's opposite."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from domain.books.associated_templates import SLOTS, names_for
from domain.books.customers import Customer
from domain.books.payment_terms import PaymentTerms
from domain.db import db
from domain.errors import Refused
from domain.modules import ALL
from domain.modules.kinds import KINDS
from domain.search_text import fold
from tests import factories
from tests.blueprints.importing import bring, figures
from tests.pages import see

MODULE = ALL["books.customers"]

LETTERS = st.sampled_from("aB é,;\t\"'=+-@<>&%|/\\{}株式会社髙﨑ﾊﾝｶｸ①〜😀０１")
LINES = st.one_of(LETTERS, st.just("\n"))


def _typed(kind: str, letters: Any, longest: int) -> Any:
    """Texts as a form leaves them; but none that an export's apostrophe was taken from already."""
    texts = st.text(letters, max_size=longest).filter(lambda text: not text.lstrip().startswith("'"))
    return texts.map(lambda text: _parsed(kind, text)).filter(lambda text: text is not None)


def _parsed(kind: str, text: str) -> str | None:
    try:
        return str(KINDS[kind].parse(text, "en"))
    except Refused:
        return None


CUSTOMERS = st.lists(
    st.fixed_dictionaries(
        {
            "display_name": _typed("text", LETTERS, 20).filter(bool),
            "company_name": _typed("text", LETTERS, 20),
            "customer_type": st.sampled_from(["business", "individual"]),
            "email": st.sampled_from(["", "a+b@example.com", "x@minato.example"]),
            "phone": st.sampled_from(["", "+81 45-555-0142", "0045", "1"]),
            "website": st.sampled_from(["", "https://example.com/?a=1,2"]),
            "language": st.sampled_from(["", "ja", "fr"]),
            "tax_registration": st.sampled_from(["", "T1234567890123", "FR 12"]),
            "billing_street": _typed("long_text", LINES, 30),
            "billing_city": _typed("text", LETTERS, 10),
            "billing_country": st.sampled_from(["", "JP", "FR", "US"]),
            "shipping_city": _typed("text", LETTERS, 10),
            "shipping_postal_code": st.sampled_from(["", "007", "1e5", "231-0023"]),
            "notes": _typed("long_text", LINES, 60),
            "is_active": st.booleans(),
            "pdf_template_invoice": st.sampled_from(["", "=Own"]),
            "mail_template_estimate": st.sampled_from(["", "丁寧"]),
        }
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda values: fold(values["display_name"]),
)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "xls"])
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(customers=CUSTOMERS)
def test_what_was_exported_comes_in_again_as_it_was(client_of, cast, ending, customers):
    admin = client_of(cast.admin)
    _empty()
    name = "月末締め, 翌月末払い"
    terms = db.session.scalar(
        select(PaymentTerms).where(PaymentTerms.name == name)
    ) or factories.payment_terms(name=name)
    _have_templates(cast.admin)
    for values in customers:
        factories.customer(cast.admin, **values, owner_id=cast.staff.id, payment_terms_id=terms.id)
    before = _all()
    exported = admin.get(f"/books/customers/export.{ending}?fields=all")
    assert exported.status_code == 200
    _empty()
    address = bring(admin, "books/customers", exported.data, f"customers.{ending}", duplicates="new")
    assert figures(see(admin, address)) == {"Made": len(customers)}
    assert _all() == before


def _have_templates(actor: Any) -> None:
    if not names_for(SLOTS["pdf_template_invoice"]):
        factories.pdf_template(actor, name="=Own")
        factories.mail_template(actor, kind="estimate", name="丁寧")


def _all() -> list[dict[str, Any]]:
    db.session.expire_all()
    records = db.session.scalars(select(Customer).order_by(Customer.display_name, Customer.id))
    return [
        {field.column: getattr(record, field.column) for field in (*MODULE.editable, *MODULE.aside)}
        for record in records
    ]


def _empty() -> None:
    for record in db.session.scalars(select(Customer)):
        db.session.delete(record)
    db.session.flush()
    db.session.commit()
