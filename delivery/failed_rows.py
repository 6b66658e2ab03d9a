"""The rows of an import that failed, as a spreadsheet: the same columns and why, to be mended and imported again."""

from collections.abc import Sequence
from io import BytesIO

from delivery.spreadsheets import FORMATS, Wanted
from delivery.tables import Cell


def written(ending: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> BytesIO:
    """The file; in a workbook texts stay texts, so that no phone number loses its first zero."""
    file = BytesIO()
    FORMATS[ending].write(file, headings[-1], headings, [[tuple(row) for row in rows]], Wanted())
    file.seek(0)
    return file
