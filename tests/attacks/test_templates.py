"""Templates written by an enemy: names and nothing else, and a wall around the process that prints them."""

import os
import socket
import subprocess
from base64 import b64encode
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from reportlab.pdfbase import pdfmetrics

from delivery import documents, sheet
from delivery.killable import killable
from delivery.pdf import FONTS, PdfFailed, render
from delivery.sheet import Sheet
from delivery.shut_off import shut_off
from delivery.style import Style
from domain.books.layouts import PARTS, unknown_in
from tests.delivery.sheets import INVOICE, printed, squeezed, words
from tests.delivery.test_pdf_attacks import LOCAL, REMOTE

PLAIN = "{{ title }}{{ lines }}{{ sums }}"


def styled(layout: str = PLAIN, css: str = "", **values: object) -> Sheet:
    """The invoice as somebody's own HTML and CSS print it."""
    return replace(INVOICE, style=Style(layout=layout, css=css), **values)


# --- names and nothing else ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "{{ 7*7 }}",
        "{{ config }}",
        "{{ title.__class__ }}",
        "{{ title | attr('x') }}",
        "{{ self }}",
        "{{ ''.join('x') }}",
        "{% for x in lines %}x{% endfor %}",
        "{% include 'pdf/sheet.html' %}",
        "{# x #}",
        "{{ lines",
        "{{lines }}}}{{ {{ title }} }}",
    ],
)
def test_an_expression_is_refused_before_it_is_saved(text):
    assert unknown_in(text, PARTS)


def test_what_is_saved_in_spite_of_it_is_never_computed():
    text = words(printed(styled("<p>{{ 7*7 }}{{ lines.__class__ }}{% if 1 %}x{% endif %}</p>" + PLAIN)))
    assert squeezed("{{ 7*7 }}{{ lines.__class__ }}{% if 1 %}x{% endif %}") in text


def test_what_a_document_says_is_not_looked_up():
    text = words(printed(styled("{{ party }}" + PLAIN, party_name="{{ notes }}{{ 7*7 }}", notes="Not here")))
    assert "{{notes}}{{7*7}}" in text and "Nothere" not in text


def test_a_stylesheet_does_not_end_its_element():
    text = words(printed(styled(css="p { color: red }</style><p>outside</p><style>")))
    assert "outside" not in text


# --- no network, no files -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def listener():
    """Somebody who waits to be visited."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


def printed_or_refused(layout: str, css: str = "") -> None:
    try:
        assert printed(styled(layout + PLAIN, css)).pdf.startswith(b"%PDF")
    except PdfFailed as error:
        assert str(error.message)


def test_a_template_opens_no_connection(listener, subtests):
    port = listener.getsockname()[1]
    for html in REMOTE:
        with subtests.test(html=html):
            printed_or_refused(html.format(port=port))
            with pytest.raises(BlockingIOError):
                listener.accept()


def test_a_stylesheet_opens_no_connection(listener):
    host = f"http://127.0.0.1:{listener.getsockname()[1]}"
    css = f"@import url({host}/a.css); p {{ background: url({host}/a.png) }}"
    css += f"@page {{ background-image: url({host}/b) }}"
    printed_or_refused("", css)
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_no_picture_of_this_machine_comes_into_a_document(tmp_path, subtests):
    path = tmp_path / "secret.png"
    Image.new("RGB", (80, 80), "red").save(path)
    for html in LOCAL:
        with subtests.test(html=html):
            try:
                rendered = printed(styled(html.format(path=path) + PLAIN))
            except PdfFailed:
                continue
            assert not any(page.images for page in PdfReader(BytesIO(rendered.pdf)).pages)


REACHING = {
    "a file": lambda: Path("/etc/passwd").read_text(),
    "a file in a roundabout way": lambda: (FONTS / "../../app.py").read_text(),
    "a folder": lambda: os.listdir("/"),
    "a connection": lambda: socket.create_connection(("127.0.0.1", 1)),
    "a name": lambda: socket.getaddrinfo("localhost", 1),
    "a program": lambda: subprocess.run(["true"], check=False),
    "a shell": lambda: os.system("true"),
    "a process": os.fork,
    "a deletion": lambda: os.remove("/tmp/nothing"),
}


@pytest.mark.parametrize("reach", REACHING.values(), ids=REACHING)
def test_behind_the_wall_there_is_nothing_to_reach(reach):
    def work() -> bytes:
        shut_off()
        try:
            reach()
        except PermissionError as error:
            return str(error).encode()
        return b"reached"

    assert b"shut off" in killable(work, seconds=5, megabytes=100)


def test_the_wall_stands_in_the_process_of_the_template_only():
    printed(styled(css="p { color: red }"))
    assert Path(__file__).read_text()


def test_a_font_of_ones_own_is_gone_with_its_process():
    before = set(pdfmetrics.getRegisteredFontNames())
    font = b64encode((FONTS / "KakehashiSans-Bold.ttf").read_bytes()[:20_000]).decode()
    printed_or_refused(
        "",
        f"@font-face {{ font-family: mine; src: url(data:font/ttf;base64,{font}) }} p {{ font-family: mine }}",
    )
    assert set(pdfmetrics.getRegisteredFontNames()) == before


# --- nothing that lasts -------------------------------------------------------------------------------------


def test_a_picture_without_end_is_no_end_of_the_program():
    huge = BytesIO()
    Image.new("1", (50_000, 50_000)).save(huge, "PNG")
    printed_or_refused(f'<img src="data:image/png;base64,{b64encode(huge.getvalue()).decode()}">')


def test_a_template_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(sheet, "SECONDS", 0.4)
    with pytest.raises(PdfFailed, match="too long"):
        printed(styled("<table>" + "<tr><td>x</td></tr>" * 3000 + "</table>" + PLAIN))


def test_a_document_is_printed_even_if_its_template_can_not_be(factories, cast, monkeypatch):
    monkeypatch.setattr(sheet, "SECONDS", 0.4)
    endless = "<table>" + "<tr><td>x</td></tr>" * 900 + "</table>{{ lines }}"
    factories.pdf_template(cast.admin, is_default=True, html=endless, look="modern")
    pages = PdfReader(BytesIO(documents.pdf(factories.invoice(issued=True)))).pages
    assert len(pages) == 1


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "\\\\host\\share"]
)
def test_a_document_leads_to_pages_and_mail_addresses_only(address):
    page = PdfReader(BytesIO(render(f'<p><a href="{address}">text</a></p>').pdf)).pages[0]
    assert not page.get("/Annots")
    page = PdfReader(BytesIO(render('<p><a href="https://example.com/">text</a></p>').pdf)).pages[0]
    assert page["/Annots"]
