"""A list becomes a file: its rows in the language of whoever asked, in the format they chose."""

from collections.abc import Callable, Iterator
from typing import IO, Any

from delivery.language import translator
from delivery.spreadsheets import FORMATS, Wanted
from domain.exports import Export
from domain.files import file_name
from domain.modules.rows import batches, columns_of
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member

Progress = Callable[[int], None]


def write(export: Export, member: Member, file: IO[bytes], progress: Progress = lambda _rows: None) -> int:
    """Write what was asked for, as this person sees it; gives the number of rows."""
    t = translator(export.language)
    listing = export.listing()
    columns = columns_of(listing.module, export.fields(listing), t)
    headings = [t(column.label) for column in columns]
    wanted = Wanted(encoding="cp932" if export.encoding == "cp932" else "utf-8", exact=export.is_exact)
    counter = _Counter(batches(listing, member, columns, export.ids), progress)
    FORMATS[export.format].write(file, t(listing.module.label), headings, counter, wanted)
    return counter.rows


def name_of(export: Export) -> str:
    """What the file is called: the list's name and the day."""
    t = translator(export.language)
    label = t(export.listing().module.label).replace("/", "-")
    return file_name(f"{label} {current_organization().today.isoformat()}.{export.format}")


class _Counter:
    """Batches that are counted as they pass."""

    def __init__(self, batches: Iterator[list[Any]], progress: Progress) -> None:
        self.rows = 0
        self._batches = batches
        self._progress = progress

    def __iter__(self) -> Iterator[list[Any]]:
        for batch in self._batches:
            yield batch
            self.rows += len(batch)
            self._progress(self.rows)
