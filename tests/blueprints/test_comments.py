"""Comments and files on a record's page, with and without HTMX; who may do what with them."""

from io import BytesIO

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from domain.attachments import Attachment
from domain.comments import Comment
from domain.db import db
from domain.emails import Email
from tests.factories import picture
from tests.pages import HTMX, Page, compiled_once, see, send

__all__ = ["compiled_once"]


@pytest.fixture
def account(factories, cast):
    return factories.account(cast.admin, name="Minato")


@pytest.fixture
def url(account):
    return f"/crm/accounts/{account.id}"


def upload(client, url, *files, status=303, **options):
    """Send files as a browser does."""
    data = MultiDict([("files", (BytesIO(content), name)) for name, content in files])
    return client.post(f"{url}/attachments/new", data=data, content_type="multipart/form-data", **options)


# --- comments -------------------------------------------------------------------------------------------------


def test_a_comment_is_written_on_the_records_page_and_shown_there(client_of, cast, url):
    staff = client_of(cast.staff)
    form = see(staff, url).form("composer", body="Look at https://example.com/a?b=1\n\nand *this* <b>")
    send(staff, f"{url}/comments/new", form)
    page = see(staff, url)
    assert "Sora Staff" in page.words('//*[@class="comment"]')
    assert page.one('//*[@class="said"]//a').get("href") == "https://example.com/a?b=1"
    assert len(page.all('//*[@class="said"]/p')) == 2
    assert "<b>" in page.words('//*[@class="said"]')


def test_under_htmx_the_stream_comes_back_and_an_empty_field(client_of, cast, url):
    staff = client_of(cast.staff)
    answer = send(staff, f"{url}/comments/new", {"body": "Quick", "form_key": "k"}, 200, headers=HTMX)
    page = Page(answer)
    assert not page.by_id("comment_body").text_content().strip()
    assert "Quick" in page.words('//*[@id="timeline"]')
    assert not page.is_whole


def test_a_double_click_writes_one_comment(client_of, cast, url):
    staff = client_of(cast.staff)
    for _ in range(2):
        send(staff, f"{url}/comments/new", {"body": "Once", "form_key": "k"})
    assert len(db.session.scalars(select(Comment)).all()) == 1


def test_an_empty_comment_is_refused_at_its_field(client_of, cast, url):
    for headers in ({}, HTMX):
        form = {"body": "  ", "form_key": "k", "in_portal": "1"}
        page = Page(send(client_of(cast.staff), f"{url}/comments/new", form, 422, headers=headers))
        assert page.error("body") == "Please write something."


@pytest.mark.parametrize("body", ["a\x00b", "x" * 30_000])
def test_what_can_not_be_kept_is_refused_with_what_was_typed(client_of, cast, url, body):
    page = Page(send(client_of(cast.staff), f"{url}/comments/new", {"body": body, "form_key": "k"}, 422))
    assert page.error("body")


def test_tabs_show_comments_alone_and_history_alone(client_of, cast, url, account, factories):
    factories.comment(account, cast.staff, "Hello there")
    staff = client_of(cast.staff)
    assert "Created" not in see(staff, f"{url}/comments").words('//*[@id="timeline"]')
    assert "Hello there" in see(staff, f"{url}/comments").words('//*[@id="timeline"]')
    assert "Hello there" not in see(staff, f"{url}/timeline?show=history").words('//*[@id="timeline"]')
    everything = see(staff, f"{url}/timeline").words('//*[@id="timeline"]')
    assert "Hello there" in everything
    assert "Created" in everything


def test_older_comments_are_on_the_next_page(client_of, cast, url, account, factories):
    for n in range(25):
        factories.comment(account, cast.staff, f"Comment {n}.")
    staff = client_of(cast.staff)
    first = see(staff, f"{url}/comments")
    [earlier] = [
        link.get("href") for link in first.all('//*[@id="timeline"]//a[normalize-space()="Earlier"]')
    ]
    assert "Comment 24." in first.words('//*[@id="timeline"]')
    assert "Comment 4." in see(staff, earlier).words('//*[@id="timeline"]')


def test_ones_own_comment_can_be_changed_and_deleted(client_of, cast, url, account, factories):
    comment = factories.comment(account, cast.staff, "First")
    staff = client_of(cast.staff)
    form = see(staff, f"{url}/comments/{comment.id}/edit").form("composer", body="Second")
    send(staff, f"{url}/comments/{comment.id}/edit", form)
    assert "Second" in see(staff, url).words('//*[@class="said"]')
    send(staff, f"{url}/comments/{comment.id}/edit", form, 409)
    see(staff, f"{url}/comments/{comment.id}/delete")
    send(staff, f"{url}/comments/{comment.id}/delete", {})
    assert "deleted since" in see(staff, url).words('//*[@id="timeline"]')


def test_anothers_comment_is_changed_by_nobody_and_deleted_by_an_administrator(
    client_of, cast, url, account, factories
):
    comment = factories.comment(account, cast.staff, "Mine")
    sales, admin = client_of(cast.sales), client_of(cast.admin)
    for client in (sales, admin):
        see(client, f"{url}/comments/{comment.id}/edit", 403)
        send(client, f"{url}/comments/{comment.id}/edit", {"version": "1", "body": "Forged"}, 403)
    send(sales, f"{url}/comments/{comment.id}/delete", {}, 403)
    send(admin, f"{url}/comments/{comment.id}/delete", {})


def test_a_comment_is_not_found_at_another_record(client_of, cast, account, factories):
    comment = factories.comment(account, cast.staff, "Mine")
    other = factories.account(cast.admin)
    see(client_of(cast.staff), f"/crm/accounts/{other.id}/comments/{comment.id}/edit", 404)


# --- mentions -------------------------------------------------------------------------------------------------


def test_who_is_mentioned_finds_it_on_the_home_page_and_gets_a_mail(client_of, cast, url):
    admin, staff = client_of(cast.admin), client_of(cast.staff)
    send(admin, f"{url}/comments/new", {"body": "@Sora Staff please look", "form_key": "k"})
    [mail] = db.session.scalars(select(Email)).all()
    assert mail.to == [{"name": "Sora Staff", "address": "staff@example.com"}]
    assert url in mail.body_text
    home = see(staff, "/")
    assert "please look" in home.words('//*[@class="said"]')
    assert home.one('//*[@class="bell"]').get("aria-label") == "1 unread mention"
    assert home.has('//*[@class="said"]//b[text()="@Sora Staff"]')
    [form] = home.all('//form[starts-with(@action, "/mentions/")]')
    answer = send(staff, form.get("action"), {})
    assert answer.location.startswith(url)
    assert not see(staff, "/").has('//*[@class="said"]')
    assert see(staff, "/").one('//*[@class="bell"]').get("aria-label") == "Mentions"


def test_all_mentions_are_read_at_once(client_of, cast, url):
    admin, staff = client_of(cast.admin), client_of(cast.staff)
    for n in range(3):
        send(admin, f"{url}/comments/new", {"body": "@Sora Staff", "form_key": f"k{n}"})
    assert len(see(staff, "/mentions").all('//*[@class="said"]')) == 3
    send(staff, "/mentions", {})
    assert not see(staff, "/mentions").has('//*[@class="said"]')


def test_the_author_reads_who_could_not_be_told(client_of, cast, factories):
    invoice = factories.invoice()
    admin = client_of(cast.admin)
    send(
        admin,
        f"/books/invoices/{invoice.id}/comments/new",
        {"body": "@Saki Sales?", "form_key": "k"},
    )
    assert "Saki Sales may not see this" in see(admin, f"/books/invoices/{invoice.id}").toast()


def test_names_are_offered_while_one_types(client_of, cast, factories):
    invoice = factories.invoice()
    address = f"/books/invoices/{invoice.id}/comments/people"
    answer = send(client_of(cast.admin), address, {"body": "Please, @s"}, 200, headers=HTMX)
    options = Page(answer).all('//*[@role="option"]')
    assert [option.get("data-text") for option in options] == ["Please, @Sora Staff "], "sales may not see it"
    assert not send(client_of(cast.admin), address, {"body": "Please"}, 200, headers=HTMX).text.strip()


# --- attachments ----------------------------------------------------------------------------------------------


def test_several_files_are_attached_at_once(client_of, cast, url):
    staff = client_of(cast.staff)
    answer = upload(staff, url, ("写真.png", picture()), ("../../etc/passwd", b"root"))
    assert answer.status_code == 303
    page = see(staff, url)
    names = page.words('//*[@id="attachments"]//*[@class="what"]//a')
    assert names == "写真.png passwd"
    assert page.has('//*[@id="attachments"]//img')


@pytest.mark.parametrize(
    ("name", "content", "media_type", "inline"),
    [
        ("a.png", picture(), "image/png", True),
        ("a.txt", picture(kind="GIF"), "image/gif", True),
        ("a.pdf", b"%PDF-1.7 ...", "application/pdf", True),
        ("a.html", b"<script>alert(1)</script>", "application/octet-stream", False),
        ("a.svg", b"<svg onload='alert(1)'/>", "application/octet-stream", False),
        ("a.png", b"<html>not a picture</html>", "application/octet-stream", False),
        ("a.pdf", b"<html>%PDF-1.7", "application/octet-stream", False),
    ],
)
def test_a_file_is_what_its_bytes_are_and_only_pictures_and_pdfs_open(
    client_of, cast, url, name, content, media_type, inline
):
    staff = client_of(cast.staff)
    upload(staff, url, (name, content))
    [attachment] = db.session.scalars(select(Attachment)).all()
    answer = staff.get(f"{url}/attachments/{attachment.id}")
    assert (answer.mimetype, answer.data) == (media_type, content)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Content-Disposition"].startswith("inline" if inline else "attachment")
    assert ("sandbox" in answer.headers["Content-Security-Policy"]) or media_type == "application/pdf"


def test_a_picture_has_a_thumbnail_and_nothing_else_has(client_of, cast, url):
    staff = client_of(cast.staff)
    upload(staff, url, ("large.png", picture(size=(2000, 1000))), ("a.txt", b"text"))
    one, other = db.session.scalars(select(Attachment).order_by(Attachment.id)).all()
    answer = staff.get(f"{url}/attachments/{one.id}/thumbnail")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert staff.get(f"{url}/attachments/{other.id}/thumbnail").status_code == 404


def test_a_broken_picture_is_a_file_without_a_thumbnail(client_of, cast, url):
    staff = client_of(cast.staff)
    upload(staff, url, ("broken.png", picture(size=(300, 300))[:60]))
    [attachment] = db.session.scalars(select(Attachment)).all()
    assert staff.get(f"{url}/attachments/{attachment.id}/thumbnail").status_code == 404


@pytest.mark.parametrize("files", [[], [("empty.txt", b"")], [("large.bin", b"x" * (5 * 1024 * 1024 + 1))]])
def test_no_file_an_empty_one_and_too_large_a_one_are_refused_at_the_field(client_of, cast, url, files):
    for headers in ({}, HTMX):
        answer = upload(client_of(cast.staff), url, *files, headers=headers)
        assert answer.status_code == 422
        assert Page(answer).error("files")
    assert not db.session.scalars(select(Attachment)).all()


def test_more_than_ten_files_are_refused_all_together(client_of, cast, url):
    answer = upload(client_of(cast.staff), url, *[(f"{n}.txt", b"text") for n in range(11)])
    assert answer.status_code == 422
    assert not db.session.scalars(select(Attachment)).all()


def test_a_file_is_shown_in_the_portal_and_hidden_again(client_of, cast, factories):
    invoice = factories.invoice()
    attachment = factories.attachment(invoice, cast.staff)
    staff, url = client_of(cast.staff), f"/books/invoices/{invoice.id}"
    send(staff, f"{url}/attachments/{attachment.id}/portal", {"in_portal": "1"})
    assert "Shown in the portal" in see(staff, url).words('//*[@id="attachments"]')
    send(staff, f"{url}/attachments/{attachment.id}/portal", {"in_portal": ""}, 200, headers=HTMX)
    db.session.refresh(attachment)
    assert not attachment.in_portal


def test_a_file_is_deleted_after_being_asked(client_of, cast, url, account, factories):
    attachment = factories.attachment(account, cast.staff, "a.txt", b"text")
    staff = client_of(cast.staff)
    address = f"{url}/attachments/{attachment.id}"
    assert "a.txt" in see(staff, f"{address}/delete").words("//h1")
    send(staff, f"{address}/delete", {})
    see(staff, address, 404)


def test_a_ticked_attachment_goes_along_with_the_mail(client_of, cast, factories):
    customer = factories.customer(email="office@minato.example")
    invoice = factories.invoice(customer, issued=True)
    one = factories.attachment(invoice, cast.staff, "one.txt", b"one")
    factories.attachment(invoice, cast.staff, "two.txt", b"two")
    elsewhere = factories.attachment(factories.invoice(), cast.staff, "three.txt", b"three")
    staff = client_of(cast.staff)
    url = f"/books/invoices/{invoice.id}/emails/new"
    form = see(staff, url).form(attach=[str(one.id), str(elsewhere.id)])
    send(staff, url, form)
    [mail] = db.session.scalars(select(Email)).all()
    assert [each.file.name for each in mail.attachments] == ["one.txt"]
