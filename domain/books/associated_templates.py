"""Templates that a customer has for its own: with which its next documents are printed, and its next mails begin.

A customer has at most one for each kind of document and of mail; where it has none, the organization's default
holds. What was issued or sent stays as it is.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, ScalarSelect, String, delete, func, select, update
from sqlalchemy.orm import Mapped, attribute_keyed_dict, declared_attr, mapped_column, relationship

from domain.books.pdf_templates import PdfTemplate, default_id
from domain.db import Id, OrganizationScoped, db, now, of_this_organization
from domain.errors import Refused
from domain.mail_kinds import MAIL_KINDS
from domain.mail_templates import MailTemplate
from domain.organizations.organizations import current_organization
from domain.words import Words, _

PDF, MAIL = "pdf", "mail"

Template = PdfTemplate | MailTemplate


@dataclass(frozen=True)
class Slot:
    """A place for a template: of PDFs for a kind of document, or of texts for a kind of mail."""

    use: str
    kind: str
    label: Words

    @property
    def name(self) -> str:
        """The attribute of the customer that holds the template's name."""
        return f"{self.use}_template_{self.kind}"


_PRINTED = ("estimate", "sales_order", "invoice", "credit_note")
_TO_VENDORS = ("purchase_order",)

SLOTS: dict[str, Slot] = {
    slot.name: slot
    for slot in (
        *(Slot(PDF, kind, MAIL_KINDS[kind].label) for kind in _PRINTED),
        *(Slot(MAIL, kind.key, kind.label) for kind in MAIL_KINDS.values() if kind.key not in _TO_VENDORS),
    )
}
"""All places that a customer has, by the attribute."""


class AssociatedTemplate(OrganizationScoped, db.Model):
    """The template that a customer has in one of its places."""

    __tablename__ = "associated_templates"
    __table_args__ = (Index(None, "pdf_template_id"), Index(None, "mail_template_id"))

    party_id: Mapped[int] = mapped_column(Id, ForeignKey("parties.id"), primary_key=True)
    slot: Mapped[str] = mapped_column(String(40), primary_key=True)
    pdf_template_id: Mapped[int | None] = mapped_column(Id, ForeignKey("pdf_templates.id"), nullable=True)
    mail_template_id: Mapped[int | None] = mapped_column(Id, ForeignKey("mail_templates.id"), nullable=True)

    pdf_template: Mapped[PdfTemplate | None] = relationship(lazy="joined")
    mail_template: Mapped[MailTemplate | None] = relationship(lazy="joined")

    @property
    def template(self) -> Template | None:
        """The one that it is."""
        return self.pdf_template or self.mail_template


class OfSlot:
    """The name of the template in a place, read and written through the customer; empty for the default."""

    def __init__(self, slot: Slot) -> None:
        self.slot = slot

    def __get__(self, party: Any, _owner: Any = None) -> Any:
        if party is None:
            return self
        row = party.associated.get(self.slot.name)
        return row.template.name if row and row.template else ""

    def __set__(self, party: Any, name: str) -> None:
        if not name:
            party.associated.pop(self.slot.name, None)
        else:
            template = _called(self.slot, name, party)
            row = party.associated.setdefault(self.slot.name, AssociatedTemplate(slot=self.slot.name))
            setattr(row, f"{self.slot.use}_template", template)
        party.updated_at = now()  # so that two people who choose at once are told


class WithTemplates:
    """A party that may have templates of its own."""

    @declared_attr
    def associated(cls) -> Mapped[dict[str, AssociatedTemplate]]:
        """Its templates by place."""
        return relationship(
            AssociatedTemplate,
            collection_class=attribute_keyed_dict("slot"),
            cascade="all, delete-orphan",
        )


for _slot in SLOTS.values():
    setattr(WithTemplates, _slot.name, OfSlot(_slot))


# --- what there is to choose from -----------------------------------------------------------------------------


def names_for(slot: Slot) -> list[str]:
    """The names of all templates that may stand in a place, each once: mails have one in several languages."""
    model = _model(slot)
    query = select(model.name).where(*_of(slot)).distinct().order_by(model.name)
    return list(db.session.scalars(query))


def name_of(slot: Slot) -> ScalarSelect[Any]:
    """The name of the template that a customer has in a place, as SQL."""
    # here and not at the top: parties stand on this
    from domain.books.parties import Party

    model = _model(slot)
    query = select(model.name).join(AssociatedTemplate, _reference(slot) == model.id)
    query = query.where(of_this_organization(model), *_at(slot.name, Party.id))
    return query.correlate(Party).scalar_subquery()


def _called(slot: Slot, name: str, party: Any) -> Template:
    """The template of that name, of mails the one in the customer's language where there is one."""
    model = _model(slot)
    with db.session.no_autoflush:
        found = db.session.scalars(
            select(model).where(*_of(slot), model.name == name).order_by(model.id)
        ).all()
    if not found:
        raise Refused(**{slot.name: _("There is no template called %(name)s.", name=name)})
    if slot.use == PDF:
        return found[0]
    language = party.language or current_organization().language
    return next((each for each in found if each.language == language), found[0])


def _model(slot: Slot) -> Any:
    return PdfTemplate if slot.use == PDF else MailTemplate


def _reference(slot: Slot) -> Any:
    return AssociatedTemplate.pdf_template_id if slot.use == PDF else AssociatedTemplate.mail_template_id


def _of(slot: Slot) -> list[ColumnElement[bool]]:
    model = _model(slot)
    return [model.kind == slot.kind, *([PdfTemplate.is_replaced.is_(False)] if slot.use == PDF else [])]


def _at(name: str, party_id: Any) -> list[ColumnElement[bool]]:
    ours = of_this_organization(AssociatedTemplate)
    return [ours, AssociatedTemplate.party_id == party_id, AssociatedTemplate.slot == name]


# --- when a template goes ---------------------------------------------------------------------------------------


def customers_with(template: Template) -> int:
    """How many customers have it."""
    query = select(func.count(AssociatedTemplate.party_id.distinct())).where(_with(template))
    return db.session.scalar(query.where(of_this_organization(AssociatedTemplate))) or 0


def put_in_its_place(template: Template, successor: PdfTemplate | None = None) -> None:
    """Whoever had it has its successor; without one, the default again."""
    if successor is None:
        db.session.execute(delete(AssociatedTemplate).where(_with(template)))
    else:
        change = update(AssociatedTemplate).where(_with(template))
        db.session.execute(change.values(pdf_template_id=successor.id))


def _with(template: Template) -> ColumnElement[bool]:
    if isinstance(template, PdfTemplate):
        return AssociatedTemplate.pdf_template_id == template.id
    return AssociatedTemplate.mail_template_id == template.id


# --- which one holds ------------------------------------------------------------------------------------------


def pdf_template_id(party_id: int, kind: str) -> ColumnElement[Any]:
    """With what the next document of a kind is printed: the party's template, else the default; as SQL."""
    slot = f"{PDF}_template_{kind}"
    own = select(AssociatedTemplate.pdf_template_id).where(*_at(slot, party_id)).scalar_subquery()
    return func.coalesce(own, default_id(kind))


def pdf_template(party_id: int, kind: str) -> PdfTemplate | None:
    """The same; None for the plain look."""
    return db.session.scalar(select(PdfTemplate).where(PdfTemplate.id == pdf_template_id(party_id, kind)))


def mail_template(party_id: int, kind: str, language: str) -> MailTemplate | None:
    """With what the next mail of a kind to this party begins, if it has a template for that.

    It was chosen by its name: in another language it is the template of that name there, if there is one.
    """
    chosen = select(MailTemplate.name).join(AssociatedTemplate)
    chosen = chosen.where(of_this_organization(MailTemplate), *_at(f"{MAIL}_template_{kind}", party_id))
    return db.session.scalar(
        select(MailTemplate).where(
            MailTemplate.kind == kind,
            MailTemplate.language == language,
            MailTemplate.name == chosen.scalar_subquery(),
        )
    )
