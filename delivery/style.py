"""How a sheet looks: its look, paper and margins, its colours. Lengths are points (1/72 inch) unless they say mm."""

from dataclasses import dataclass
from math import floor
from pathlib import Path
from typing import NamedTuple

PAPERS = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}
MM = 72 / 25.4

LOOKS = Path(__file__).resolve().parent.parent / "templates" / "pdf" / "looks"

COLUMNS = ("quantity", "rate", "discount", "tax")
"""What a table of lines may leave out."""

HIGH_WINDOWS = {"ja"}
"""長形3号 shows the address from 12 mm below the top, the envelopes of others from 45 mm."""


class Margins(NamedTuple):
    """The white around the text, in mm; the foot of the page stands in the lower one."""

    top: int = 15
    right: int = 20
    bottom: int = 22
    left: int = 20


USUAL = Margins()


@dataclass(frozen=True)
class Style:
    """The look of a sheet and what was changed of it. `layout` and `css` are what somebody wrote themselves."""

    look: str = "plain"
    layout: str = ""
    css: str = ""
    paper: str = "a4"
    margins: Margins = USUAL
    accent: str = "#23487a"
    ink: str = "#20242c"
    columns: tuple[str, ...] = COLUMNS
    shows_logo: bool = True

    def __post_init__(self) -> None:
        if self.paper not in PAPERS:
            raise ValueError(f"There is no paper {self.paper!r}.")

    @property
    def is_edited(self) -> bool:
        """Whether somebody wrote HTML or CSS for it: then it is printed in a process that can be ended."""
        return bool(self.layout or self.css)

    @property
    def left(self) -> float:
        """Where the text begins."""
        return floor(2 * self.margins.left * MM) / 2

    @property
    def width(self) -> float:
        """How wide the text is, in whole points."""
        right = floor(2 * self.margins.right * MM) / 2
        return float(floor(PAPERS[self.paper][0] - self.left - right))

    @property
    def half(self) -> float:
        """Where the right half of the head begins, in quarters of a point."""
        return round(4 * 0.58 * self.width) / 4

    def below_top(self, points: float) -> float:
        """A place that far below the upper margin."""
        return round(self.margins.top * MM + points, 1)

    def layout_in(self, language: str) -> str:
        """The layout: one's own, or that of the look."""
        return self.layout or layout_of(self.look, language)


PLAIN = Style()
"""With what is printed when nothing else is said."""


def layout_of(look: str, language: str) -> str:
    """The layout of a look; some have another one where envelopes have their window higher up."""
    high = LOOKS / f"{look}.high.html"
    path = high if language in HIGH_WINDOWS and high.exists() else LOOKS / f"{look}.html"
    return path.read_text()


def css_of(look: str) -> str:
    """The stylesheet of a look."""
    return (LOOKS / f"{look}.css").read_text()
