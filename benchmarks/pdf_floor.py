"""The floor of row 6: xhtml2pdf as it comes, with the same font registered once, and the same HTML.

    python -m benchmarks.pdf_floor DIRECTORY

It reads the names of pages (NAME.html in the directory) and answers how many milliseconds
of a processor each took; with `--wall`, by the clock.
"""

import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics, ttfonts
from xhtml2pdf import default, pisa

from benchmarks.turns import Turn, take_turns, timed

FONTS = Path(__file__).parent.parent / "static" / "fonts"
FAMILY = "kakehashi sans"
WEIGHTS = ("KakehashiSans-Regular", "KakehashiSans-Bold")


def register_font() -> None:
    """The family of the HTML is known, in both weights."""
    for bold, name in enumerate(WEIGHTS):
        pdfmetrics.registerFont(ttfonts.TTFont(name, FONTS / f"{name}.ttf"))
        for italic in (0, 1):
            addMapping(FAMILY, bold, italic, name)
    default.DEFAULT_FONT[FAMILY] = FAMILY


def page(directory: Path, name: str, clock: Callable[[], float]) -> Turn:
    """Makes a PDF of that page."""
    html, logo = (directory / f"{name}.html").read_text(), (directory / "logo.svg").read_bytes()
    return timed(lambda: pisa.CreatePDF(html, dest=BytesIO(), link_callback=lambda *_: logo), clock)


if __name__ == "__main__":
    register_font()
    clock = time.perf_counter if "--wall" in sys.argv else time.process_time
    take_turns(lambda name: page(Path(sys.argv[1]), name, clock))
