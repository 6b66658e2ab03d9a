"""Rows about PDFs: rendering one, and handing out one that is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from pypdf import PdfWriter
from sqlalchemy.orm import joinedload

from benchmarks.bench import Bench, served
from benchmarks.browser import Browser
from benchmarks.installation import Installation, installation
from benchmarks.lines import Allowed, Line
from benchmarks.turns import in_turn, player, timed
from delivery import documents
from delivery.merging import merged
from delivery.sheet import Sheet
from demo.cast import LOGO
from domain.books.document import Document
from domain.books.invoices import Invoice
from domain.db import db
from domain.modules import ALL
from domain.modules.bulk import chosen
from domain.modules.bulk_action import PAPERS
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


def _write_pages(directory: Path, pages: Mapping[str, Sheet] = PAGES) -> None:
    from delivery.sheet import sheet_html  # noqa: PLC0415

    (directory / "logo.svg").write_bytes(LOGO.read_bytes())
    for name, sheet in pages.items():
        (directory / f"{name}.html").write_text(sheet_html(sheet, ENVIRONMENT))


def killable(bench: Bench) -> Iterator[Line]:
    """Row 7, its first half: the same in a process of its own, which can be ended, by the clock."""
    directory = bench.folder("pages")
    _write_pages(directory)
    with (
        player("benchmarks.pdf_floor", str(directory), "--wall") as floor,
        player("benchmarks.pdf_ours", str(directory)) as ours,
    ):
        for name in PAGES:
            bare, guarded = in_turn(
                bench.of(25, 1),
                lambda name=name: floor(name),
                lambda name=name: ours(f"guarded {name}"),
            )
            job = f"one-page PDF, {name}, in a killable process"
            yield Line(7, job, "ms", guarded, Allowed(times=1.3), bare, LINES)
    yield from _through_http(bench)


def _through_http(bench: Bench) -> Iterator[Line]:
    """Its second half: a PDF that was not rendered before, through HTTP, beside the library with the same HTML."""
    runs = bench.of(25, 1)
    with installation(bench) as ours:
        ids = ours.invoices(runs + 1, lines=LINES, issued=True)
        directory = bench.folder("pages")
        _write_page_of(ours, ids[0], directory)
        waiting = iter(ids)
        with (
            served("app:create_app()", ours.environment, "/healthz") as port,
            player("benchmarks.pdf_floor", str(directory), "--wall") as floor,
        ):
            browser = ours.sign_in(port)
            bare, figures = in_turn(
                runs,
                lambda: floor("Invoice"),
                timed(lambda: _is_pdf(browser, f"/books/invoices/{next(waiting)}/pdf")),
            )
    yield Line(
        7,
        "one-page PDF, not kept yet, through HTTP",
        "ms",
        figures,
        Allowed(times=1.4),
        bare,
        LINES,
        bench.database,
    )


def _write_page_of(ours: Installation, invoice_id: int, directory: Path) -> None:
    from delivery import documents  # noqa: PLC0415
    from delivery.sheet import sheet_html  # noqa: PLC0415

    (directory / "logo.svg").write_bytes(LOGO.read_bytes())
    with ours.working():
        sheet = documents.sheet_of(db.session.get_one(Invoice, invoice_id))
        (directory / "Invoice.html").write_text(sheet_html(sheet, documents.environment))


def long(bench: Bench) -> Iterator[Line]:
    """Row 9: a thousand lines beside fifty."""
    directory = bench.folder("pages")
    many = bench.of(1000, 200)
    sheets = {f"lines{count}": replace(INVOICE, lines=INVOICE.lines[:1] * count) for count in (50, many)}
    _write_pages(directory, sheets)
    with player("benchmarks.pdf_ours", str(directory)) as ours:
        few, figures = in_turn(bench.of(9, 1), lambda: ours("lines50"), lambda: ours(f"lines{many}"))
    allowed = Allowed(times=30, most=6000)
    yield Line(9, f"PDF of {many} lines, beside 50", "ms", figures, allowed, few, many)


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


def in_one_file(bench: Bench) -> Iterator[Line]:
    """Row 10: 25 documents in one file, as the job makes it, when none of them was rendered before, and all."""
    runs = bench.of(9, 1)
    many = bench.of(PAPERS, 3)
    with installation(bench) as ours:
        ids = ours.invoices((runs + 1) * many, lines=LINES, issued=True)
        directory = bench.folder("pages")
        _write_page_of(ours, ids[0], directory)
        batches = iter([ids[at : at + many] for at in range(0, len(ids), many)])
        with player("benchmarks.pdf_floor", str(directory), "--wall") as floor:
            bare, figures = in_turn(
                runs,
                lambda: sum(floor("Invoice") for _ in range(many)),
                timed(lambda: _one_file(ours, next(batches))),
            )
        job = f"{many} document PDFs in one file"
        yield Line(10, f"{job}, none kept", "ms", figures, Allowed(times=1.2), bare, many, bench.database)
        with ours.working():
            kept = [documents.pdf(db.session.get_one(Invoice, each)) for each in ids[:many]]
        bare, figures = in_turn(
            bench.of(25, 1), timed(lambda: _bare_merge(kept)), timed(lambda: _one_file(ours, ids[:many]))
        )
        yield Line(10, f"{job}, all kept", "ms", figures, Allowed(times=1.3), bare, many, bench.database)


def _one_file(ours: Installation, ids: list[int]) -> None:
    with ours.working() as admin:
        rows = chosen(
            ALL["books.invoices"], ids, admin, joinedload(Document.party), joinedload(Document.pdf_template)
        )
        made = merged((f"{row.number} {row.party_name}", documents.pdf(row)) for row in rows)
    assert made.startswith(b"%PDF")


def _bare_merge(pdfs: list[bytes]) -> None:
    writer = PdfWriter()
    for each in pdfs:
        writer.append(BytesIO(each))
    writer.write(BytesIO())


def _is_pdf(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status == 200 and answer.body.startswith(b"%PDF"), answer.status
