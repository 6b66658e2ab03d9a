"""Row 6, ours: `delivery.pdf.render` in a process of its own, and beside it the library as we set it up.

    python -m benchmarks.pdf_ours DIRECTORY

It reads the names of pages (NAME.html in the directory; `CreatePDF NAME` for the bare call, `guarded NAME` for
the killable process) and answers how many milliseconds of a processor each took; of the last, by the clock.
"""

import sys
import time
from functools import partial
from io import BytesIO
from pathlib import Path

from xhtml2pdf import pisa

from benchmarks.turns import Turn, take_turns, timed
from delivery.pdf import render, render_guarded


def page(directory: Path, name: str) -> Turn:
    """Makes a PDF of that page."""
    how, _space, name = name.rpartition(" ")
    html, logo = (directory / f"{name}.html").read_text(), (directory / "logo.svg").read_bytes()
    if how == "guarded":
        return timed(lambda: render_guarded(html, images={"logo": logo}))
    if how:
        work = partial(pisa.CreatePDF, html, link_callback=lambda *_: logo)
        return timed(lambda: work(dest=BytesIO()), time.process_time)
    return timed(lambda: render(html, images={"logo": logo}), time.process_time)


if __name__ == "__main__":
    take_turns(lambda name: page(Path(sys.argv[1]), name))
