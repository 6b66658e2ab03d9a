"""Logos: which print, how large, and what becomes of the others."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from delivery.pdf import render
from delivery.pictures import BadPicture, picture
from delivery.sheet import logo_size
from tests.delivery.sheets import INVOICE, printed, reader, words

pytestmark = pytest.mark.ground

XMLNS = 'xmlns="http://www.w3.org/2000/svg"'
SVG = f'<svg {XMLNS} width="60" height="30" viewBox="0 0 60 30">%s</svg>'
SQUARE = SVG % '<rect width="20" height="20" fill="#23487a"/>'
LAUGHS = '<g id="a0"><rect width="9" height="9"/></g>' + "".join(
    f'<g id="a{n}">' + f'<use href="#a{n - 1}"/>' * 20 + "</g>" for n in range(1, 9)
)


def raster(kind: str, mode: str = "RGB", size: tuple[int, int] = (300, 100)) -> bytes:
    out = BytesIO()
    Image.new(mode, size, 128 if mode in ("L", "P") else None).save(out, kind)
    return out.getvalue()


GOOD = {
    "png": raster("PNG"),
    "transparent": raster("PNG", "RGBA"),
    "grey": raster("PNG", "L"),
    "palette": raster("PNG", "P"),
    "jpeg": raster("JPEG"),
    "cmyk": raster("JPEG", "CMYK"),
    "svg": SQUARE.encode(),
    "utf-16": ('<?xml version="1.0" encoding="utf-16"?>' + SQUARE).encode("utf-16"),
}
BAD = {
    "empty": b" ",
    "text": b"This is no picture.",
    "gif": raster("GIF", "P"),
    "half a png": raster("PNG")[:60],
    "half a jpeg": raster("JPEG")[:300],
    "html": b"<html><body>x</body></html>",
    "not well-formed": b"<svg xmlns='http://www.w3.org/2000/svg'><rect",
    "empty svg": f"<svg {XMLNS}/>".encode(),
    "nothing drawn": (SVG % "").encode(),
    "only outside": (SVG % '<rect x="-50" y="90" width="9" height="9"/>').encode(),
    "without size": f'<svg {XMLNS} width="0" height="0"><rect width="2" height="2"/></svg>'.encode(),
    "a picture inside": (SVG % '<image href="http://127.0.0.1:1/a.png" width="9" height="9"/>').encode(),
    "a script": (SVG % "<script>alert(1)</script><rect width='9' height='9'/>").encode(),
    "many parts": (SVG % ("<rect width='9' height='9'/>" * 3000)).encode(),
    "entities": b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    + (SVG % "<text>&a;</text>").encode(),
    "circle": (SVG % '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>').encode(),
    "laughs": (SVG % LAUGHS).encode(),
    "too large": b"\x89PNG" + bytes(6_000_000),
}


@pytest.mark.parametrize("logo", GOOD.values(), ids=GOOD.keys())
def test_a_logo_prints(logo: bytes):
    rendered = printed(replace(INVOICE, logo=logo))
    assert rendered.notes == ()
    assert rendered.pdf != printed(INVOICE).pdf and logo_size(replace(INVOICE, logo=logo))
    assert len(rendered.pdf) < 150_000


@pytest.mark.parametrize("logo", BAD.values(), ids=BAD.keys())
def test_a_logo_that_does_not_print_is_left_out_and_the_sender_is_told(logo: bytes):
    rendered = printed(replace(INVOICE, logo=logo))
    assert "INV-000412" in words(rendered)
    assert len(rendered.notes) == 1 and "picture" in str(rendered.notes[0])


def test_a_logo_fills_its_place_and_keeps_its_shape():
    assert logo_size(replace(INVOICE, logo=raster("PNG", size=(10, 10)))) == (48, 48)
    assert logo_size(replace(INVOICE, logo=raster("PNG", size=(1000, 10)))) == pytest.approx(
        (172, 172 * 7 / 720)
    )
    assert logo_size(INVOICE) is None


def test_a_large_photograph_is_made_as_small_as_it_prints():
    noise = BytesIO()
    Image.effect_noise((3000, 900), 90).convert("RGB").save(noise, "JPEG")
    small = Image.open(BytesIO(picture(noise.getvalue()).data))
    assert small.size == (720, 216)


def test_what_is_hidden_in_a_picture_does_not_reach_the_customer():
    with_comment = BytesIO()
    Image.new("RGB", (30, 30)).save(with_comment, "JPEG", comment=b"internal remark")
    assert b"internal remark" not in picture(with_comment.getvalue()).data


def test_an_svg_is_printed_as_shapes():
    page = reader(printed(replace(INVOICE, logo=SQUARE.encode()))).pages[0]
    assert "/XObject" not in page["/Resources"]


def test_a_picture_is_known_by_its_name_only():
    rendered = render('<p>text <img src="logo"> <img src="other"></p>', images={"logo": raster("PNG")})
    assert len(reader(rendered).pages[0].images) == 1


def test_a_picture_that_breaks_the_document_is_left_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("delivery.pdf.picture", lambda data: picture(raster("PNG")).__class__(data, 1, 1))
    rendered = render('<p>text <img src="logo"></p>', images={"logo": BAD["nothing drawn"]})
    assert words(rendered) == "text"
    assert str(rendered.notes[0]) == "The pictures could not be printed."


def test_why_a_picture_is_refused_is_told_in_words():
    with pytest.raises(BadPicture, match="larger than 5 MB"):
        picture(BAD["too large"])
