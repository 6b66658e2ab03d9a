"""Rows about PDFs: rendering one, and handing out one that is kept."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.bench import Bench, served
from benchmarks.browser import Browser
from benchmarks.installation import installation
from benchmarks.lines import Allowed, Line
from benchmarks.turns import in_turn, player, timed
from demo.cast import LOGO
from tests.delivery.sheets import ENVIRONMENT, INVOICE, SEIKYUSHO

LINES = 10
PAGES = {
    "Latin": replace(INVOICE, lines=INVOICE.lines[:1] * LINES, logo=LOGO.read_bytes()),
    "Japanese": replace(SEIKYUSHO, lines=SEIKYUSHO.lines[:1] * LINES, logo=LOGO.read_bytes()),
}


def one_page(bench: Bench) -> Iterator[Line]:
    """Row 6: one page, rendered."""
    directory = bench.folder("pages")
    _write_pages(directory)
    runs = bench.of(25, 1)
    allowed = Allowed(times=1.15)
    with (
        player("benchmarks.pdf_floor", str(directory)) as floor,
        player("benchmarks.pdf_ours", str(directory)) as ours,
    ):
        for name in PAGES:
            bare, set_up, rendered = in_turn(
                runs,
                lambda name=name: floor(name),
                lambda name=name: ours(f"CreatePDF {name}"),
                lambda name=name: ours(name),
            )
            job = f"one-page PDF, {name}, {LINES} lines and logo"
            yield Line(6, f"{job}: library as it comes", "ms", rendered, allowed, bare, LINES)
            yield Line(6, f"{job}: library as we set it up", "ms", rendered, allowed, set_up, LINES)


def _write_pages(directory: Path) -> None:
    from delivery.sheet import sheet_html  # noqa: PLC0415

    (directory / "logo.svg").write_bytes(LOGO.read_bytes())
    for name, sheet in PAGES.items():
        (directory / f"{name}.html").write_text(sheet_html(sheet, ENVIRONMENT))


def kept(bench: Bench) -> Iterator[Line]:
    """Row 8: a PDF that was rendered before, and a file of the same bytes from a bare Flask application."""
    with installation(bench) as ours:
        (invoice_id,) = ours.invoices(1, lines=LINES, issued=True)
        path = f"/books/invoices/{invoice_id}/pdf"
        static = bench.folder("static")
        with served("app:create_app()", ours.environment, "/healthz") as port:
            browser = ours.sign_in(port)
            (static / "invoice.pdf").write_bytes(browser.get(path).body)
            with served("benchmarks.kept_floor:app", {"STATIC": str(static)}, "/static/invoice.pdf") as bare:
                stranger = Browser(bare)
                floor, figures = in_turn(
                    bench.of(101, 3),
                    timed(lambda: _is_pdf(stranger, "/static/invoice.pdf")),
                    timed(lambda: _is_pdf(browser, path)),
                )
    yield Line(8, "kept PDF through HTTP", "ms", figures, Allowed(times=3), floor, 1, bench.database)


def _is_pdf(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status == 200 and answer.body.startswith(b"%PDF"), answer.status
