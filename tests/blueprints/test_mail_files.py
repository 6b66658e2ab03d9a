"""What went with a mail can be read again as it went, by whoever may see the document."""

from delivery.clean_html import body_of
from delivery.files import keep
from domain.db import db
from domain.emails import EmailAttachment, send_email


def _mailed(cast, factories):
    buyer = factories.customer(email="keiri@minato.example")
    invoice = factories.invoice(party=buyer)
    email = send_email(
        invoice,
        to=["keiri@minato.example"],
        subject="Invoice",
        body=body_of("Hello"),
        actor=cast.admin,
        form_key=None,
    )
    email.attachments = [
        EmailAttachment(file=keep(b"%PDF as it went", "請求書.pdf", "application/pdf"), position=0)
    ]
    db.session.commit()
    return f"/books/invoices/{invoice.id}/emails/{email.id}/files/0", invoice


def test_the_pdf_that_went_out_is_kept_as_it_was(cast, client_of, factories):
    address, invoice = _mailed(cast, factories)
    client = client_of(cast.admin)
    answer = client.get(address)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"%PDF as it went", "application/pdf")
    page = client.get(f"/books/invoices/{invoice.id}").get_data(as_text=True)
    assert address in page


def test_a_file_that_did_not_go_is_not_there(cast, client_of, factories):
    address, _invoice = _mailed(cast, factories)
    assert client_of(cast.admin).get(address.replace("/files/0", "/files/1")).status_code == 404


def test_a_stranger_gets_no_file(cast, client_of, factories):
    address, _invoice = _mailed(cast, factories)
    assert client_of(cast.stranger).get(address).status_code == 404
