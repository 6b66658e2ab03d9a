"""Templates of PDFs: what an organization changed of a look, for one kind of document, one of them by default.

A document keeps its template from the day on which it is issued. A template that issued documents bear is never
changed under them: saving it makes another one in its place, and the old one stays with its documents.
"""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, Boolean, Index, Integer, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from domain import records
from domain.books.layouts import COLOURS, LONGEST, PARTS, unknown_in
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db, of_this_organization
from domain.defaults import Prefilled
from domain.errors import Refused
from domain.integrity import has_twin, is_used
from domain.locking import lock
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.words import Words, _, _p

LOOKS: dict[str, Words] = {
    "plain": _p("look", "Plain"),
    "modern": _p("look", "Modern"),
    "form": _p("look", "Japanese business form"),
}
"""The looks that every organization has."""

PAPERS: dict[str, Words] = {"a4": _("A4"), "letter": _("Letter")}

LABELS: dict[str, Words] = {
    "title": _("Title"),
    "greeting": _("Greeting"),
    "amount_due": _("The large amount"),
    "description": _("Description"),
    "quantity": _("Quantity"),
    "rate": _("Rate"),
    "discount": _("Discount"),
    "tax": _("Tax"),
    "amount": _("Amount"),
    "notes": _("Notes"),
    "terms": _("Terms"),
}
"""The words on paper that a template may say otherwise."""

COLUMNS = ("quantity", "rate", "discount", "tax")
"""The columns of the lines that a template may leave out."""

NARROWEST, WIDEST = 5, 60
LOWEST = 15
"""Margins in mm; the foot of the page stands in the lower one."""

LONGEST_NAME = 100
LONGEST_LABEL = 120
MOST = 50

_COLOUR = re.compile(r"#[0-9a-f]{6}")


class PdfTemplate(Prefilled, OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
    """A look with an organization's own paper, margins, colours, words, columns, and perhaps HTML and CSS."""

    MODULE = "settings.templates"
    """Under this name its history is kept."""

    __tablename__ = "pdf_templates"
    __table_args__ = (Index(None, "organization_id", "kind", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    """The kind of document it is for."""
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), nullable=False)
    look: Mapped[str] = mapped_column(String(20), nullable=False)
    is_default: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    is_replaced: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    """Of use to the documents that were issued with it only."""

    paper: Mapped[str] = mapped_column(String(10), nullable=False, default="a4")
    margin_top: Mapped[int] = mapped_column(Integer, nullable=False, default=15)
    margin_right: Mapped[int] = mapped_column(Integer, nullable=False, default=20)
    margin_bottom: Mapped[int] = mapped_column(Integer, nullable=False, default=22)
    margin_left: Mapped[int] = mapped_column(Integer, nullable=False, default=20)
    accent: Mapped[str] = mapped_column(String(7), nullable=False, default="#23487a")
    ink: Mapped[str] = mapped_column(String(7), nullable=False, default="#20242c")
    shows_logo: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    columns: Mapped[list[str]] = mapped_column(JSON, nullable=False, default=lambda: list(COLUMNS))
    labels: Mapped[dict[str, str]] = mapped_column(JSON, nullable=False, default=dict)
    footer: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    html: Mapped[str] = mapped_column(Text, nullable=False, default="")
    """A layout of one's own; empty for that of the look."""
    css: Mapped[str] = mapped_column(Text, nullable=False, default="")
    """What is added to the stylesheet of the look."""

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.name

    @property
    def is_edited(self) -> bool:
        """Whether somebody wrote HTML or CSS for it."""
        return bool(self.html or self.css)

    def check(self) -> None:
        """Refuse what can't be printed, and a name that is taken, at its field."""
        faults = self._faults()
        if not self.is_replaced and has_twin(
            self, PdfTemplate.kind, PdfTemplate.name, PdfTemplate.is_replaced
        ):
            faults["name"] = _("There is already a template called %(name)s.", name=self.name)
        if faults:
            raise Refused(**faults)

    def check_looks(self) -> None:
        """The same of one that is only looked at, and has no name."""
        if faults := self._faults():
            raise Refused(**faults)

    def _faults(self) -> dict[str, Words]:
        faults = {**_faults_of_numbers(self), **_faults_of_texts(self)}
        for name, known in (("look", LOOKS), ("paper", PAPERS)):
            if getattr(self, name) not in known:
                faults[name] = _("Please choose from the list.")
        return faults

    def can_be_deleted(self) -> None:
        """Refuse to delete the default, and what documents bear."""
        if self.is_default:
            raise Refused(_("%(name)s is the default. Make another one the default first.", name=self.name))

    @property
    def is_used(self) -> bool:
        """Whether any document bears it."""
        return is_used(self, apart_from=("associated_templates",))


def templates_of(kind: str) -> Sequence[PdfTemplate]:
    """The organization's templates for a kind of document, by name."""
    query = select(PdfTemplate).where(PdfTemplate.kind == kind, PdfTemplate.is_replaced.is_(False))
    return db.session.scalars(query.order_by(PdfTemplate.name, PdfTemplate.id)).all()


def default_template(kind: str) -> PdfTemplate | None:
    """With what documents of a kind are printed when nothing else is said; None for the plain look as it is."""
    query = select(PdfTemplate).where(PdfTemplate.kind == kind, PdfTemplate.is_default.is_(True))
    return db.session.scalar(query.order_by(PdfTemplate.id).limit(1))


def default_id(kind: str) -> Any:
    """The same by its id, to be asked for in the statement that writes it down."""
    query = select(PdfTemplate.id).where(PdfTemplate.kind == kind, PdfTemplate.is_default.is_(True))
    return query.where(of_this_organization(PdfTemplate)).limit(1).scalar_subquery()


def make_template(kind: str, values: dict[str, Any], actor: Member, form_key: str) -> PdfTemplate:
    """A new template for a kind of document."""
    lock(current_organization())
    if len(templates_of(kind)) >= MOST:
        raise Refused(_("There are %(n)d templates already. Please delete one first.", n=MOST))
    template: PdfTemplate = records.create(PdfTemplate, values | {"kind": kind}, actor, form_key)
    return template


def change_template(template: PdfTemplate, values: dict[str, Any], actor: Member) -> PdfTemplate:
    """Save a template: as it is, or in the place of the one that issued documents keep."""
    lock(current_organization())
    lock(template)
    if not template.is_used:
        records.update(template, values, actor)
        return template
    return _replaced(template, values, actor)


def make_default(template: PdfTemplate, actor: Member) -> None:
    """Print documents of its kind with it from now on; what was issued stays as it is."""
    lock(current_organization())
    for other in templates_of(template.kind):
        if other.is_default and other is not template:
            records.update(other, {"is_default": False}, actor)
    records.update(template, {"is_default": True}, actor)


def no_default(kind: str, actor: Member) -> None:
    """Print documents of a kind with the plain look as it is again."""
    lock(current_organization())
    for template in templates_of(kind):
        if template.is_default:
            records.update(template, {"is_default": False}, actor)


def delete_template(template: PdfTemplate, actor: Member) -> None:
    """Take it out of the gallery; documents that bear it keep it."""
    lock(current_organization())
    template.can_be_deleted()
    _put_in_its_place(template)
    if template.is_used:
        records.update(template, {"is_replaced": True}, actor)
    else:
        records.destroy(template, actor)


_COPIED = (
    *("look", "paper", "margin_top", "margin_right", "margin_bottom", "margin_left", "accent", "ink"),
    *("shows_logo", "columns", "labels", "footer", "html", "css"),
)


def copied(template: PdfTemplate) -> dict[str, Any]:
    """What a copy of a template begins with."""
    return {name: getattr(template, name) for name in _COPIED}


def _replaced(template: PdfTemplate, values: dict[str, Any], actor: Member) -> PdfTemplate:
    """Another one with these values; the old one is left to its documents."""
    kept = copied(template) | {
        "kind": template.kind,
        "name": template.name,
        "is_default": template.is_default,
    }
    with db.session.no_autoflush:
        template.is_replaced, template.is_default = True, False
    db.session.flush()
    successor: PdfTemplate = records.create(PdfTemplate, kept | values, actor)
    _put_in_its_place(template, successor)
    return successor


def _put_in_its_place(template: PdfTemplate, successor: PdfTemplate | None = None) -> None:
    # here and not at the top: what customers have stands on this
    from domain.books.associated_templates import put_in_its_place

    put_in_its_place(template, successor)


def _faults_of_numbers(template: PdfTemplate) -> dict[str, Words]:
    lowest = {"margin_bottom": LOWEST}
    faults = {}
    for name in ("margin_top", "margin_right", "margin_bottom", "margin_left"):
        least = lowest.get(name, NARROWEST)
        if not least <= (getattr(template, name) or 0) <= WIDEST:
            faults[name] = _("A margin is from %(least)d to %(most)d mm here.", least=least, most=WIDEST)
    for name in COLOURS:
        if not _COLOUR.fullmatch(getattr(template, name)):
            faults[name] = _("A colour is # and six digits from 0 to f, such as #23487a.")
    return faults


def _faults_of_texts(template: PdfTemplate) -> dict[str, Words]:
    faults: dict[str, Words] = {}
    for name, known in (("html", PARTS), ("css", COLOURS)):
        text = getattr(template, name)
        unknown = unknown_in(text, known)
        if len(text) > LONGEST:
            faults[name] = _("At most %(n)d characters.", n=LONGEST)
        elif unknown:
            faults[name] = _("%(what)s means nothing here.", what=", ".join(unknown[:5]))
    if template.html and "{{ lines }}" not in re.sub(r"\{\{\s*lines\s*\}\}", "{{ lines }}", template.html):
        faults.setdefault("html", _("The lines are missing: {{ lines }}."))
    return faults
