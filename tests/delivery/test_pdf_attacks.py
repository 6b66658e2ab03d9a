"""Documents written by an enemy: nothing is fetched, read or run, and the sender gets an answer."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from io import BytesIO
from pathlib import Path
from zlib import crc32

import pytest
from PIL import Image

from delivery import pdf
from delivery.pdf import PdfFailed, render
from delivery.sheet import Sheet, SheetLine, TaxRow, Total
from tests.delivery.sheets import INVOICE, LINE, printed, squeezed, words

pytestmark = pytest.mark.ground

HARMLESS_FOLDERS = (sys.prefix, sys.base_prefix, "/usr/lib", "/usr/share/zoneinfo")


class Watch:
    """What a render did that it should not have done."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener, self.connections, self.files, self.is_on = listener, [], [], False
        self.port = listener.getsockname()[1]

    def __call__(self, event: str, arguments: tuple) -> None:
        """The interpreter's audit hook."""
        if not self.is_on:
            return
        if event in (
            "socket.connect",
            "socket.getaddrinfo",
            "socket.gethostbyname",
            "os.system",
            "subprocess.Popen",
        ):
            self.connections.append((event, *arguments))
        elif event == "open" and not str(arguments[0]).startswith(HARMLESS_FOLDERS):
            self.files.append(str(arguments[0]))

    @contextmanager
    def on(self) -> Iterator[None]:
        self.is_on = True
        try:
            yield
        finally:
            self.is_on = False

    def was_visited(self) -> bool:
        """Whether anybody is at the listener's door."""
        try:
            self.listener.accept()[0].close()
        except BlockingIOError:
            return False
        return True


@pytest.fixture(scope="module")
def watch() -> Iterator[Watch]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        watch = Watch(listener)
        sys.addaudithook(watch)
        yield watch
        watch.is_on = False


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that every reader of pictures would gladly read."""
    path = tmp_path / "secret.png"
    Image.new("RGB", (8, 8), "red").save(path)
    return path


REMOTE = [
    '<img src="http://127.0.0.1:{port}/a.png">',
    '<p>text <img src="http://localhost:{port}/a.png"> text</p>',
    '<img src="http://2130706433:{port}/a.png">',
    '<img src="http://[::ffff:127.0.0.1]:{port}/a.png">',
    '<img src="//127.0.0.1:{port}/a.png">',
    '<style>@import url("http://127.0.0.1:{port}/a.css");</style>',
    '<link rel="stylesheet" href="http://127.0.0.1:{port}/a.css" type="text/css">',
    '<p style="background-image: url(http://127.0.0.1:{port}/a.png)">text</p>',
    '<style>@page {{ background-image: url("http://127.0.0.1:{port}/a.pdf"); }}</style>',
    "<style>@font-face {{ font-family: x; "
    'src: url("http://127.0.0.1:{port}/a.ttf"); }} p {{ font-family: x }}</style>',
    '<pdf:font name="x" src="http://127.0.0.1:{port}/a.ttf"></pdf:font>',
    '<pdf:insertpdf src="http://127.0.0.1:{port}/a.pdf"></pdf:insertpdf>',
    "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'"
    " width='9' height='9'><image width='9' height='9' xlink:href='http://127.0.0.1:{port}/a.png'/></svg>\">",
    '<object data="http://127.0.0.1:{port}/a"></object><iframe src="http://127.0.0.1:{port}/a"></iframe>',
    '<input type="image" src="http://127.0.0.1:{port}/a.png"><video poster="http://127.0.0.1:{port}/a.png"></video>',
]
LOCAL = [
    '<img src="{path}">',
    '<img src="file://{path}">',
    '<img src="file:{path}">',
    '<img src="../../../../../../../../..{path}">',
    '<p style="background-image: url({path})">text</p>',
    '<style>@import url("file://{path}");</style>',
    '<link rel="stylesheet" href="{path}" type="text/css">',
    '<style>@font-face {{ font-family: x; src: url("{path}"); }} p {{ font-family: x }}</style>',
    '<style>@page {{ background-image: url("{path}"); }}</style>',
    '<pdf:insertpdf src="{path}"></pdf:insertpdf>',
    "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'"
    " width='9' height='9'><image width='9' height='9' xlink:href='{path}'/></svg>\">",
    '<pdf:font name="x" src="/etc/passwd"></pdf:font><img src="/etc/passwd"><img src="file:///etc/passwd">',
]


def rendered_or_refused(html: str) -> None:
    try:
        assert render(html).pdf.startswith(b"%PDF")
    except PdfFailed as error:
        assert str(error.message)


def test_the_watch_would_see_it(watch: Watch, secret: Path):
    with watch.on():
        secret.read_bytes()
        socket.create_connection(("127.0.0.1", watch.port)).close()
    assert watch.files == [str(secret)]
    assert watch.connections and watch.was_visited()
    watch.files.clear()
    watch.connections.clear()


@pytest.mark.parametrize("html", REMOTE)
def test_a_document_opens_no_connection(html: str, watch: Watch):
    with watch.on():
        rendered_or_refused(html.format(port=watch.port) + "<p>text</p>")
    assert watch.connections == []
    assert not watch.was_visited()


@pytest.mark.parametrize("html", LOCAL)
def test_a_document_reads_no_file(html: str, watch: Watch, secret: Path):
    watch.files.clear()
    with watch.on():
        rendered_or_refused(html.format(path=secret) + "<p>text</p>")
    assert [name for name in watch.files if not name.startswith("/tmp/xhtml2pdf-")] == []


def test_code_in_a_colour_does_not_run(watch: Watch, tmp_path: Path):
    touch = f"['os'].system('touch {tmp_path}/ran')"
    code = f"[[getattr(pow,Word('__globals__')){touch} for Word in [str]] and 'red']"
    with watch.on():
        for html in (f'<font color="{code}">text</font>', f'<p style="color: {code}">text</p>'):
            rendered_or_refused(html)
    assert watch.connections == []
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "html",
    [
        "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>\">",
        '<img src="data:image/png;base64,AAAA">',
        '<img src="nowhere"><img src=""><img>',
        "<table></table><table><tr></tr></table>",
        '<table><tr><td colspan="1000">x</td></tr></table>',
        "<div>" * 300,
        "<p>" + "x" * 200_000,
        '<p style="font-size: 1e9pt; margin: -99999pt; line-height: nan">x</p>',
        "<style>p { color: " + "(" * 500 + "</style><p>x</p>",
        "\0\x01<p>x\x0b</p>\ud800",
        "",
    ],
)
def test_odd_input_gives_a_document_or_an_answer(html: str):
    rendered_or_refused(html)


def test_a_picture_that_claims_to_be_huge_is_left_out():
    rendered = printed(replace(INVOICE, logo=_png_that_claims(50_000, 50_000)))
    assert "Invoice" in words(rendered)
    assert "pixels" in str(rendered.notes[0])


def test_a_document_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pdf, "POLICY", replace(pdf.POLICY, max_render_seconds=0.05))
    with pytest.raises(PdfFailed, match="too large"):
        printed(replace(INVOICE, lines=(LINE,) * 200))


HOSTILE = (
    "<b>x</b></td></table></style></p>{{ 7*7 }}{%% include 'x' %%}<script>alert(1)</script>"
    "<img src=\"http://127.0.0.1:%(port)d/a.png\" onerror=x><a href='javascript:x' hx-get='http://127.0.0.1:%(port)d/'>"
    "<style>@import url(http://127.0.0.1:%(port)d/);</style><pdf:nextpage/>&amp;&#65;<!--<![CDATA["
)


def test_hostile_words_are_printed_as_they_were_typed(watch: Watch):
    text = HOSTILE % {"port": watch.port}
    with watch.on():
        rendered = printed(_everywhere(text))
    assert watch.connections == [] and not watch.was_visited()
    assert words(rendered).count(squeezed("{{ 7*7 }}{% include 'x' %}<script>alert(1)</script>")) >= 8
    assert "&amp;&#65;<!--<![CDATA[" in words(rendered)


def _everywhere(text: str) -> Sheet:
    """The invoice with that text in each of its places."""
    parts = {
        "lines": (LINE, SheetLine(*[text] * 7)),
        "facts": ((text, text),),
        "amount_due": (text, text),
        "totals": (Total(text, text, True),),
        "tax_summary": (TaxRow(text, text, text),),
        "tax_headings": (text,) * 3,
        "columns": (text,) * 6,
        "organization_lines": (text,),
        "party_lines": (text,),
        "mentions": (text,),
        "page_words": text + "%(page)s",
    }
    fixed = {"logo", "style", "language"}
    plain = {field.name: text for field in fields(Sheet) if field.name not in parts.keys() | fixed}
    return replace(INVOICE, language='"><img src="x">', **plain, **parts)


def _png_that_claims(width: int, height: int) -> bytes:
    """A small PNG with a false size."""
    out = BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "PNG")
    png = bytearray(out.getvalue())
    png[16:24] = width.to_bytes(4) + height.to_bytes(4)
    png[29:33] = crc32(png[12:29]).to_bytes(4)
    return bytes(png)
