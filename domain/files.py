"""Files that are kept: here who has one under which name; the bytes lie elsewhere, found by their digest."""

import unicodedata

from sqlalchemy import BigInteger, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Id, OrganizationScoped, Timestamped, db

MAX_NAME = 200


class StoredFile(OrganizationScoped, Timestamped, db.Model):
    """A file as it was kept: what is under this digest never changes."""

    __tablename__ = "files"
    __table_args__ = (Index(None, "organization_id", "digest"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), nullable=False)
    """SHA-256 of the content, in hexadecimal."""
    name: Mapped[str] = mapped_column(String(MAX_NAME), nullable=False)
    media_type: Mapped[str] = mapped_column(String(100), nullable=False)
    size: Mapped[int] = mapped_column(BigInteger, nullable=False)


def stored_file(digest: str, name: str, media_type: str, size: int) -> StoredFile:
    """The organization's file of that digest and name: the one it has, or a new one, not yet written."""
    name = file_name(name)
    found = db.session.scalar(
        select(StoredFile)
        .where(StoredFile.digest == digest, StoredFile.name == name, StoredFile.media_type == media_type)
        .order_by(StoredFile.id)
        .limit(1)
    )
    if found is None:
        found = StoredFile(digest=digest, name=name, media_type=media_type, size=size)
        db.session.add(found)
    return found


def file_name(text: str) -> str:
    """A name that any system and any mail header can bear: no path, no control character, its ending kept."""
    text = unicodedata.normalize("NFC", text).replace("\\", "/").rpartition("/")[2]
    text = "".join(
        " " if not character.isprintable() or character in '<>:"|?*' else character for character in text
    )
    text = " ".join(text.split())
    stem, dot, ending = text.strip(" .").rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = text.strip(" ."), "", ""
    return f"{stem[: MAX_NAME - len(dot + ending)].strip()}{dot}{ending}" or "file"
