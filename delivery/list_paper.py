"""A list on paper: who to whom, the sums, then row after row under headings that every page repeats."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from delivery.drawing import (
    ACCENT,
    INK,
    LEFT,
    QUIET,
    RIGHT,
    SIZE,
    TOP,
    Logo,
    Page,
    Text,
    fitting,
    pdf_of,
    wrapped,
)

LOGO_BOX = (172.0, 48.0)
GUTTER = 6.0
PARTY_WIDTH, OURS_LEFT, SUMS_LEFT = 260.0, LEFT + 280.0, RIGHT - 230.0
LINE, ROW_PADDING = 11.5, 6.5

Block = Callable[[Page], None]
"""Something that stays together on a page."""


class Column(NamedTuple):
    """A column of the list; all widths together are `RIGHT - LEFT`."""

    heading: str
    width: float
    is_number: bool = False


@dataclass(frozen=True)
class Letterhead:
    """From whom, to whom."""

    organization_name: str
    organization_lines: Sequence[str]
    party_name: str
    party_lines: Sequence[str]
    logo: bytes | None = None


@dataclass(frozen=True)
class ListPaper:
    """All that is printed: every word translated, every figure written out. What looks like HTML is text."""

    head: Letterhead
    title: str
    subtitle: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    """Cell by cell; a cell may have several lines."""
    nothing: str = ""
    """What is said where there are no rows."""
    sums: Sequence[tuple[str, str]] = ()
    """Above the list; the last of them is the one that counts."""
    total: tuple[str, str] | None = None
    """Below the list."""
    boxes_title: str = ""
    boxes: Sequence[tuple[str, str]] = ()
    """Figures side by side, below it."""
    notes_title: str = ""
    notes: str = ""


def printed(paper: ListPaper) -> bytes:
    """The PDF."""
    return pdf_of(list(_pages(paper)), paper.title, paper.head.organization_name)


def _pages(paper: ListPaper) -> Iterator[Page]:
    """The head on the first page, the foot on the last, and the headings wherever rows are."""
    page = _first_page(paper)
    for row in paper.rows:
        cells = [
            wrapped(text, column.width - GUTTER) for column, text in zip(paper.columns, row, strict=True)
        ]
        height = LINE * max(map(len, cells)) + ROW_PADDING
        if not page.has_room(height):
            yield page
            page = Page()
            _headings(page, paper.columns)
        _row(page, paper.columns, cells, height)
    for block in _foot(paper):
        if not page.has_room(_height(block)):
            yield page
            page = Page()
        block(page)
    yield page


# --- the head -----------------------------------------------------------------------------------------------


def _first_page(paper: ListPaper) -> Page:
    page = Page()
    page.write([paper.title], LEFT, 20, size=21, is_bold=True, colour=ACCENT)
    page.write([paper.subtitle], LEFT, 17)
    page.y -= 24
    if paper.head.logo:
        page.marks.append(Logo(paper.head.logo, *LOGO_BOX))
    _names(page, paper.head)
    _sums(page, paper.sums)
    page.y -= 8
    _headings(page, paper.columns)
    return page


def _names(page: Page, head: Letterhead) -> None:
    """To whom on the left, from whom on the right."""
    theirs, ours = Page(page.y, page.marks), Page(page.y, page.marks)
    _name(theirs, head.party_name, LEFT, PARTY_WIDTH)
    theirs.write(_all(head.party_lines, PARTY_WIDTH, 8.5), LEFT, 12)
    _name(ours, head.organization_name, OURS_LEFT, RIGHT - OURS_LEFT)
    ours.write(_all(head.organization_lines, RIGHT - OURS_LEFT, 7.5), OURS_LEFT, 11, size=7.5, colour=QUIET)
    page.y = min(theirs.y, ours.y) - 18


def _name(page: Page, name: str, x: float, width: float) -> None:
    page.write(wrapped(name, width, 10.5, True), x, 15, size=10.5, is_bold=True)


def _all(lines: Sequence[str], width: float, size: float) -> list[str]:
    return [part for line in lines for part in wrapped(line, width, size)]


def _sums(page: Page, sums: Sequence[tuple[str, str]]) -> None:
    for number, (label, value) in enumerate(sums, 1):
        _sum(page, label, value, is_last=number == len(sums))


def _sum(page: Page, label: str, value: str, is_last: bool) -> None:
    size, step = (12.0, 19) if is_last else (8.5, 13)
    page.y -= step
    page.marks.append(Text(SUMS_LEFT, page.y, label, size, is_last))
    page.marks.append(Text(RIGHT, page.y, value, size, is_last, is_right=True))
    page.y -= 5
    page.rule(SUMS_LEFT)


# --- the list -----------------------------------------------------------------------------------------------


def _headings(page: Page, columns: Sequence[Column]) -> None:
    page.y -= 12
    for column, x in zip(columns, _places(columns), strict=True):
        page.marks.append(Text(x, page.y, column.heading, 7.5, True, column.is_number, QUIET))
    page.y -= 5
    page.rule(colour=INK, weight=0.7)


def _lines(column: Column, text: str) -> tuple[str, ...]:
    """A cell line by line; a figure is never broken."""
    return (text,) if column.is_number else wrapped(text, column.width - GUTTER)


def _row(page: Page, columns: Sequence[Column], cells: Sequence[Sequence[str]], height: float) -> None:
    for column, x, lines in zip(columns, _places(columns), cells, strict=True):
        for number, line in enumerate(lines, 1):
            place, colour = page.y - LINE * number - 1, INK if number == 1 else QUIET
            size = fitting(line, column.width - GUTTER) if column.is_number else SIZE
            page.marks.append(Text(x, place, line, size, is_right=column.is_number, colour=colour))
    page.y -= height
    page.rule()


def _places(columns: Sequence[Column]) -> Iterator[float]:
    """Where each column's text begins; that of figures ends there."""
    x = LEFT
    for column in columns:
        yield x + column.width if column.is_number else x
        x += column.width


# --- the foot -----------------------------------------------------------------------------------------------


def _foot(paper: ListPaper) -> Iterator[Block]:
    if not paper.rows:
        yield lambda page: page.write(wrapped(paper.nothing, RIGHT - LEFT), LEFT, 16, colour=QUIET)
    if paper.total:
        yield partial(_total, *paper.total)
    if paper.boxes:
        yield partial(_boxes, paper.boxes_title, paper.boxes)
    if paper.notes:
        first, *others = wrapped(paper.notes, RIGHT - LEFT)
        yield partial(_first_note, paper.notes_title, first)
        for line in others:
            yield partial(_note, line)


def _height(block: Block) -> float:
    """How much room a block takes."""
    trial = Page()
    block(trial)
    return TOP - trial.y


def _total(label: str, value: str, page: Page) -> None:
    page.y -= 4
    _sum(page, label, value, is_last=True)


def _boxes(title: str, boxes: Sequence[tuple[str, str]], page: Page) -> None:
    _small_heading(title, page)
    width = (RIGHT - LEFT) / len(boxes)
    for number, (label, value) in enumerate(boxes, 1):
        right = LEFT + width * number
        page.marks.append(Text(right, page.y - 14, label, 7.5, is_right=True, colour=QUIET))
        page.marks.append(Text(right, page.y - 28, value, is_right=True, is_bold=number == len(boxes)))
    page.y -= 35
    page.rule()


def _small_heading(text: str, page: Page) -> None:
    page.y -= 10
    page.write([text], LEFT, 14, is_bold=True)
    page.y -= 4


def _first_note(title: str, line: str, page: Page) -> None:
    _small_heading(title, page)
    _note(line, page)


def _note(line: str, page: Page) -> None:
    page.write([line], LEFT, 12)
