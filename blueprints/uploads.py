"""Spreadsheets that are uploaded to be imported: taken from the request, read, and kept in their plain form."""

from collections.abc import Sequence
from itertools import islice

from flask import request

from blueprints.language import language
from blueprints.loading import actor
from delivery import encodings, files, tables
from delivery.language import in_every_language
from domain.db import db
from domain.errors import Refused
from domain.importing import starting
from domain.importing.imports import Import
from domain.modules.kinds import as_id
from domain.modules.module import Module
from domain.words import _

SAMPLE = 200
"""Rows that are looked at to guess what the columns hold."""


def uploaded() -> tuple[bytes, str]:
    """The content and the name of the file that was sent."""
    given = request.files.get("file")
    if given is None or not given.filename:
        raise Refused(_("Please choose a file."))
    return given.stream.read(tables.LARGEST + 1), given.filename


def read_file(content: bytes, wish: tables.Wish) -> tables.Table:
    """What stands in a file. It may take seconds, in which nobody shall wait for a lock of ours."""
    db.session.rollback()
    return tables.read(content, wish)


def taken_in(module: Module, content: bytes, name: str, read: tables.Table, key: str) -> Import:
    """A new import of that file."""
    media_type = "text/csv" if read.kind == tables.CSV else "application/octet-stream"
    imported = starting.begin(module, files.keep(content, name, media_type), actor(), key)
    with db.session.no_autoflush:
        fill(imported, module, read, None)
    return imported


def fill(imported: Import, module: Module, read: tables.Table, heading: bool | None) -> None:
    """Let an import go on with what was read; `heading` where somebody has said whether there is one."""
    digest = files.files().save(read.lines)
    how = {
        "kind": read.kind,
        "encoding": read.encoding.removesuffix("-le").removesuffix("-be"),
        "delimiter": read.delimiter,
        "sheet": read.sheet,
        "sheets": list(read.sheets),
    }
    found = {"digest": digest, "rows": read.rows, "reading": how}
    starting.take_table(imported, module, found, sample_of(digest), in_every_language, language(), heading)


def sample_of(digest: str) -> list[list[tables.Cell]]:
    """The first rows in their plain form."""
    with files.files().open(digest) as file:
        return [cells for _number, cells in tables.rows_of(islice(file, SAMPLE))]


def wished() -> tables.Wish:
    """How the form says that the file shall be read."""
    return tables.Wish(
        encoding=_one_of(encodings.ENCODINGS, "encoding"),
        delimiter=_one_of(encodings.DELIMITERS, "delimiter"),
        sheet=as_id(request.form.get("sheet", "")) or 0,
    )


def _one_of(allowed: Sequence[str], name: str) -> str:
    given = request.form.get(name, "")
    return given if given in allowed else ""
