"""The built-in mail catcher: an organization reads its own mails, in a frame that may do nothing."""

from email.message import EmailMessage
from mailbox import Maildir

import pytest

from blueprints.settings import MAIL_POLICY
from domain.db import db, scoped_to
from tests.pages import Page, see, send
from tests.world import a_world

EVIL = "<script>alert(1)</script><p onclick=x>Hello</p><img src=https://evil.example/pixel>"


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


@pytest.fixture
def catch(app):
    """Fixture: `catch(message_id)`: a mail arrived at the catcher; its key."""
    folder = app.config["SETTINGS"].data_dir / "mail-catcher"

    def caught(message_id: str, subject: str = "Invoice") -> str:
        mail = EmailMessage()
        mail["Subject"], mail["To"], mail["From"] = subject, "hanako@minato.example", "books@aozora.example"
        mail["Message-ID"] = message_id
        mail.set_content("Hello\n<b>not bold</b>")
        mail.add_alternative(EVIL, subtype="html")
        mail.add_attachment(b"%PDF-1.7 x", maintype="application", subtype="pdf", filename="INV-1.pdf")
        mail.add_attachment(EVIL.encode(), maintype="text", subtype="html", filename="evil.html")
        return str(Maildir(folder, create=True).add(mail))

    return caught


@pytest.fixture
def key(catch, cast):
    """Fixture: the key of a mail of ours."""
    return catch(a_world(cast.admin).emails["books.invoices"].message_id)


def path_of(page: Page) -> str:
    """Where the caught mail is read."""
    return page.one('//*[contains(@class, "inbox")]/a').get("href")


def test_without_mails_it_says_what_it_is_for(admin):
    assert "No mail yet" in see(admin, "/settings/mail-catcher").words("//main")


def test_a_mail_is_listed_and_read(admin, key):
    address = path_of(see(admin, "/settings/mail-catcher"))
    page = see(admin, address)
    assert "hanako@minato.example" in page.words('//dl[@class="facts"]')
    assert [link.text for link in page.all('//ul[@class="files"]//a')] == ["INV-1.pdf", "evil.html"]
    assert not page.has("//main//script")
    assert "<b>not bold</b>" in page.words("//main") or page.has("//iframe")


def test_the_html_of_a_mail_is_shown_where_it_can_do_nothing(admin, key):
    page = see(admin, path_of(see(admin, "/settings/mail-catcher")))
    frame = page.one("//iframe")
    assert frame.get("sandbox") == "", "no right at all"
    body = admin.get(frame.get("src"))
    assert body.headers["Content-Security-Policy"] == MAIL_POLICY
    assert "default-src 'none'" in MAIL_POLICY
    assert "sandbox" in MAIL_POLICY
    assert "script-src" not in MAIL_POLICY
    assert body.headers["X-Content-Type-Options"] == "nosniff"


def test_what_came_along_is_saved_and_only_a_pdf_is_shown(admin, key):
    address = path_of(see(admin, "/settings/mail-catcher"))
    pdf, html = (admin.get(f"{address}/attachments/{n}") for n in (0, 1))
    assert (pdf.mimetype, pdf.data) == ("application/pdf", b"%PDF-1.7 x")
    assert pdf.headers["Content-Disposition"].startswith("inline")
    assert html.headers["Content-Disposition"].startswith("attachment")
    see(admin, f"{address}/attachments/2", 404)


def test_an_organization_reads_its_own_mails_only(admin, client_of, cast, key, catch):
    with scoped_to(cast.stranger.organization_id):
        theirs = a_world(cast.stranger).emails["books.invoices"]
    theirs_key = catch(theirs.message_id, "Their secret")
    nobodys_key = catch("<nobody@example.com>", "Nobody's")
    page = see(admin, "/settings/mail-catcher")
    assert len(page.all('//*[contains(@class, "inbox")]/a')) == 1
    assert "secret" not in page.words()
    for other in (theirs_key, nobodys_key):
        for rest in ("", "/body", "/attachments/0"):
            see(admin, f"/settings/mail-catcher/{other}{rest}", 404)
    stranger = client_of(cast.stranger)
    assert "Their secret" in see(stranger, "/settings/mail-catcher").words("//main")
    for rest in ("", "/body", "/attachments/0"):
        see(stranger, f"/settings/mail-catcher/{key}{rest}", 404)


@pytest.mark.parametrize(
    "key", ["..", "../secret_key", "%2e%2e%2fsecret_key", ".hidden", "x" * 300, "a\x00b", "nonsense"]
)
def test_no_file_from_elsewhere_is_a_caught_mail(admin, key):
    see(admin, f"/settings/mail-catcher/{key}", 404, follow_redirects=True)


def test_the_activity_shows_what_failed_and_retries_it(admin, cast):
    world = a_world(cast.admin, "Server said no")
    page = see(admin, "/settings/activity")
    assert "Server said no" in page.words("//tbody")
    form = page.one("//tbody//form")
    send(admin, form.get("action"), {})
    db.session.refresh(world.outbox_row)
    assert not world.outbox_row.has_stopped
    assert not see(admin, "/settings/activity").has("//tbody//form")
    send(admin, form.get("action"), {})


def test_the_activity_shows_nothing_of_others(client_of, cast):
    a_world(cast.admin, "Server said no")
    assert "Server said no" not in see(client_of(cast.stranger), "/settings/activity").words("//main")


def test_a_mail_whose_fate_is_unknown_is_not_retried_blindly(admin, cast):
    world = a_world(cast.admin)
    world.outbox_row.failure = "unknown"
    send(admin, f"/settings/activity/{world.outbox_row.id}/retry", {}, 422)
