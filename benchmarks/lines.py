"""A line of the table: what was measured, beside its floor, and what it may come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

TIMES = ("ms", "s", "/s")
"""Units that depend on the machine and on what else it does."""


@dataclass(frozen=True)
class Allowed:
    """What ours may come to: so many times the floor, at most so much, or at least so much."""

    times: float | None = None
    most: float | None = None
    least: float | None = None

    def holds(self, ours: float, ratio: float | None) -> bool:
        """Whether ours is within it."""
        return (
            (self.times is None or ratio is None or ratio <= self.times)
            and (self.most is None or ours <= self.most)
            and (self.least is None or ours >= self.least)
        )

    @property
    def is_anything(self) -> bool:
        """Whether it may come to anything: measured only to be known."""
        return self == Allowed()

    def __str__(self) -> str:
        bounds = (("{:g} ×", self.times), ("≤ {:g}", self.most), ("≥ {:g}", self.least))
        return ", ".join(text.format(bound) for text, bound in bounds if bound is not None)


@dataclass(frozen=True)
class Line:
    """One figure of a row, with every run that it is the median of."""

    row: int
    job: str
    unit: str
    ours: Sequence[float]
    allowed: Allowed
    floor: Sequence[float] = ()
    rows: int = 1
    """How many of what the job is about there were: invoices, mails, records."""
    database: str = ""

    @property
    def figure(self) -> float:
        """Ours."""
        return median(self.ours)

    @property
    def floor_figure(self) -> float | None:
        """The floor's, where there is one."""
        return median(self.floor) if self.floor else None

    @property
    def ratio(self) -> float | None:
        """How many times the floor ours is; of a rate, how many times slower."""
        if not self.floor_figure or not self.figure:
            return None
        ratio = self.figure / self.floor_figure
        return 1 / ratio if self.unit == "/s" else ratio

    @property
    def is_within(self) -> bool:
        """Whether ours is what it may be."""
        return self.allowed.holds(self.figure, self.ratio)
