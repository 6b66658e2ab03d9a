"""What goes out in a mail is what was written, and nothing that acts."""

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import getaddresses
from types import SimpleNamespace

import pytest

from delivery import email as letters
from delivery.clean_html import body_of, body_of_html, clean, text_from
from domain.emails import Email

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" JaVaScRiPt:alert(1)">x</a>',
    '<a href="java&#10;script:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="//evil.example">x</a>',
    '<p hx-get="/books/invoices/1/delete" hx-trigger="load">x</p>',
    '<p data-hx-post="/x">x</p>',
    '<p style="background:url(https://evil.example/x)">x</p>',
    "<style>p{background:url(//evil.example)}</style>",
    '<form action="https://evil.example"><input name="password"></form>',
    '<iframe src="https://evil.example"></iframe>',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<link rel="stylesheet" href="https://evil.example/x.css">',
    '<base href="https://evil.example/">',
    "<object data='x'></object><embed src='x'>",
    "<!--[if mso]><script>alert(1)</script><![endif]-->",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_acts_or_loads_survives_cleaning(attack):
    cleaned = clean(f"<p>before {attack} after</p>").lower()
    assert not re.search(
        r"script|onerror|hx-|style|src|evil\.example|data:|<form|<input|<meta|<base|<!--", cleaned
    )


def test_ordinary_rich_text_survives_cleaning():
    text = '<p>Dear <b>Hanako</b>,<br>see <a href="https://example.com/a?b=c&amp;d">this</a></p><ul><li>one</li></ul>'
    assert clean(text) == text.replace('href="https', 'href="https').replace(
        '&amp;d">', '&amp;d" rel="noopener noreferrer">'
    )


def test_plain_text_becomes_paragraphs_lines_and_links():
    body = body_of("Dear A & B,\r\n\r\nsee https://example.com/a?b=1&c=2.\nThanks <3\n\n\n\nBye  ")
    link = "https://example.com/a?b=1&amp;c=2"
    assert body.html == (
        "<p>Dear A &amp; B,</p>"
        f'<p>see <a href="{link}" rel="noopener noreferrer">{link}</a>.<br>Thanks &lt;3</p>'
        "<p>Bye</p>"
    )
    assert body.text == "Dear A & B,\n\nsee https://example.com/a?b=1&c=2.\nThanks <3\n\n\n\nBye"


def test_a_link_ends_where_a_japanese_sentence_goes_on():
    assert "https://example.com/x</a>。" in body_of("詳細はhttps://example.com/x。以上").html


def test_what_plain_text_becomes_is_clean_already():
    for attack in ATTACKS:
        body = body_of(f"https://example.com/{attack} {attack}")
        assert clean(body.html) == body.html


def test_html_reads_as_text_with_its_paragraphs_lists_and_links():
    html = (
        "<h1>Title</h1><p>One\n  two<br>three</p><ul><li>a</li><li>b</li></ul>"
        '<p>see <a href="https://example.com">the page</a> or <a href="https://example.com">https://example.com</a>'
        ' or <a href="mailto:a@example.com">a@example.com</a></p><div>x</div><div>y</div>'
    )
    assert text_from(html) == (
        "Title\n\nOne two\nthree\n\n- a\n- b\n\n"
        "see the page (https://example.com) or https://example.com or a@example.com\n\nx\ny"
    )


def test_rich_text_is_cleaned_before_it_becomes_text():
    body = body_of_html("<p>Hello<script>alert(1)</script></p>")
    assert (body.html, body.text) == ("<p>Hello</p>", "Hello")


# --- the bytes ----------------------------------------------------------------------------------------------


def written(**values: object) -> Email:
    """A mail as it stands in the database."""
    person = {"name": "田中 花子", "address": "hanako@minato.example"}
    usual = {
        "sender_name": "架け橋商事株式会社",
        "sender_address": "books@example.com",
        "to": [person],
        "cc": [],
        "bcc": [],
        "subject": "請求書のご案内",
        "body_html": "<p>いつもお世話になっております。</p>",
        "body_text": "いつもお世話になっております。",
        "message_id": "<1@example.com>",
    }
    return Email(**(usual | values))


AOI = {"name": "Aoi Admin", "address": "aoi@example.com"}


def sent(email: Email, attachments: tuple = ()):
    """The message as a mail program reads it, and its envelope."""
    envelope = letters.build(email, attachments, AOI)
    return message_from_bytes(envelope.content, policy=policy.default), envelope


def test_a_japanese_mail_reads_as_it_was_written():
    message, envelope = sent(written())
    assert str(message["From"]) == "架け橋商事株式会社 <books@example.com>"
    assert str(message["To"]) == "田中 花子 <hanako@minato.example>"
    assert str(message["Reply-To"]) == "Aoi Admin <aoi@example.com>"
    assert message["Subject"] == "請求書のご案内"
    assert message["Message-ID"] == "<1@example.com>"
    assert message["Date"].datetime.tzinfo is not None
    assert message.get_body(("plain",)).get_content().strip() == "いつもお世話になっております。"
    assert "いつもお世話になっております。" in message.get_body(("html",)).get_content()
    assert envelope.content.isascii()
    assert max(map(len, envelope.content.split(b"\r\n"))) <= 998


def test_bcc_stands_on_the_envelope_only():
    hidden = {"name": "", "address": "boss@example.com"}
    message, envelope = sent(written(bcc=[hidden]))
    assert envelope.recipients == ["hanako@minato.example", "boss@example.com"]
    assert b"boss@example.com" not in envelope.content
    assert message["Bcc"] is None


def test_nobody_gets_the_same_mail_twice():
    person = {"name": "", "address": "hanako@minato.example"}
    _message, envelope = sent(written(cc=[person], bcc=[person]))
    assert envelope.recipients == ["hanako@minato.example"]


def test_who_sends_as_the_organization_needs_no_reply_to():
    message, _envelope = sent(written(sender_address="AOI@example.com"))
    assert message["Reply-To"] is None


@pytest.mark.parametrize(
    "injected", ["\r\nBcc: evil@example.com", "\nX-Evil: 1", "\r\n\r\n<script>", "\x00\x0b\x0c\x85\u2028X: 1"]
)
def test_no_name_and_no_subject_can_begin_a_header(injected):
    person = {"name": f"Hanako{injected}", "address": "hanako@minato.example"}
    message, _envelope = sent(written(subject=f"Hello{injected}", sender_name=f"We{injected}", to=[person]))
    assert set(message.keys()) == set(sent(written())[0].keys())
    assert message["Subject"].startswith("Hello ")
    assert [address.addr_spec for address in message["To"].addresses] == ["hanako@minato.example"]


@pytest.mark.parametrize(
    "name",
    [
        "Tanaka, Hanako (経理部) <keiri>",
        'He said "hi" \\ there; @home',
        "株式会社" + "みなと製作所東京本社営業第二部" * 6 + "　御中",
        "O'Brien & Søn",
        "a@b.example",
    ],
)
def test_any_name_comes_back_as_it_was(name):
    people = [
        {"name": name, "address": "hanako@minato.example"},
        {"name": "B", "address": "b@minato.example"},
    ]
    _message, envelope = sent(written(to=people, sender_name=name, subject=name))
    # read by the older rules, as most mail programs do: the newer parser puts spaces into long Japanese names
    message = message_from_bytes(envelope.content)
    expected = " ".join(name.split())
    assert [person[1] for person in getaddresses([message["To"]])] == [p["address"] for p in people]
    assert decoded(getaddresses([message["To"]])[0][0]) == expected
    assert decoded(getaddresses([message["From"]])[0][0]) == expected
    assert decoded(message["Subject"]) == expected
    assert envelope.content.isascii()


def decoded(text: str) -> str:
    """A header's text."""
    return str(make_header(decode_header(text)))


def test_what_looks_like_an_encoded_word_is_not_taken_for_one():
    message, _envelope = sent(written(subject="=?utf-8?q?Hello=0AX?="))
    assert message["Subject"] == "= ?utf-8?q?Hello=0AX?="


def test_an_attachment_keeps_its_japanese_name_and_its_content():
    file = SimpleNamespace(
        name="請求書 INV-2026-00007 株式会社みなと製作所御中.pdf", media_type="application/pdf"
    )
    message, _envelope = sent(written(), ((file, b"%PDF-1.4 \x00\xff"),))
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == file.name
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_content() == b"%PDF-1.4 \x00\xff"


def test_a_domain_in_any_script_is_written_as_name_servers_know_it():
    person = {"name": "", "address": "info@例え.jp"}
    message, envelope = sent(written(to=[person]))
    assert envelope.recipients == ["info@xn--r8jz45g.jp"]
    assert not envelope.needs_utf8
    assert str(message["To"]) == "info@xn--r8jz45g.jp"


def test_letters_before_the_at_sign_ask_for_a_server_that_knows_them():
    person = {"name": "田中", "address": "田中@例え.jp"}
    message, envelope = sent(written(to=[person]))
    assert envelope.needs_utf8
    assert envelope.recipients == ["田中@xn--r8jz45g.jp"]
    assert str(message["To"]) == "田中 <田中@xn--r8jz45g.jp>"
