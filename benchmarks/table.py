"""The lines as a table for people and as JSON for programs."""

import os
import platform
from collections.abc import Iterable
from typing import Any

from benchmarks.lines import TIMES, Line

WIDTHS = (3, 66, 10, 10, 7, 14)
HEADINGS = ("row", "job", "floor", "ours", "ratio", "allowed")


def heading() -> str:
    """What stands above the columns."""
    return _columns(HEADINGS, "")


def as_text(line: Line, small: bool) -> str:
    """A line of the table."""
    job = f"{line.job} [{line.database}]" if line.database else line.job
    ratio = "–" if line.ratio is None else f"{line.ratio:.2f} ×"
    allowed = f"{line.allowed} {'' if line.allowed.times or line.allowed.is_anything else line.unit}"
    floor, ours = _figure(line.floor_figure, line.unit), _figure(line.figure, line.unit)
    return _columns((line.row, job, floor, ours, ratio, allowed), verdict(line, small))


def verdict(line: Line, small: bool) -> str:
    """`ok` or `over`; a small run doesn't judge times."""
    if line.allowed.is_anything or (small and line.unit in TIMES):
        return "not judged"
    return "ok" if line.is_within else "OVER"


def as_json(lines: Iterable[Line], small: bool) -> dict[str, Any]:
    """Everything that was measured, and on what."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "small": small,
        "lines": [_line(line, small) for line in lines],
    }


def processor() -> str:
    """The processor's name, as far as the system tells it."""
    try:
        with open("/proc/cpuinfo") as file:
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def _line(line: Line, small: bool) -> dict[str, Any]:
    return {
        "row": line.row,
        "job": line.job,
        "database": line.database,
        "rows": line.rows,
        "unit": line.unit,
        "floor": line.floor_figure,
        "ours": line.figure,
        "ratio": line.ratio,
        "allowed": str(line.allowed),
        "verdict": verdict(line, small),
        "runs": len(line.ours),
        "floor_runs": list(line.floor),
        "our_runs": list(line.ours),
    }


def _figure(figure: float | None, unit: str) -> str:
    if figure is None:
        return "–"
    return f"{figure:.0f}" if not unit else f"{figure:.{1 if figure >= 10 else 2}f} {unit}"


def _columns(cells: Iterable[Any], last: str) -> str:
    texts = [str(cell).strip() for cell in cells]
    sides = ("rjust", "ljust", "rjust", "rjust", "rjust", "rjust")
    padded = [getattr(text, side)(width) for text, side, width in zip(texts, sides, WIDTHS, strict=True)]
    return "  ".join((*padded, last))
