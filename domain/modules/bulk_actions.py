"""All that can be done to many records of a list at once: which right it needs, what it asks, what it does to one."""

from typing import Any

from sqlalchemy.orm import joinedload, selectinload

from domain import portal, records
from domain.access import can
from domain.books import statements
from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.invoices import Invoice
from domain.books.parties import Party
from domain.books.reminders import why_not as why_not_reminded
from domain.errors import Refused
from domain.mail_kinds import MAILED_FROM_LISTS, kind_of
from domain.modules import bulk_statements
from domain.modules.bulk_action import PAPERS, BulkAction, Values
from domain.modules.module import Choice, Field, Module
from domain.organizations.users import Member
from domain.recipients import first_address, known_addresses
from domain.status import Transition
from domain.words import Words, _

# --- what is asked ------------------------------------------------------------------------------------------


def _owner(module: Module) -> tuple[Field, ...]:
    return (module.by_name["owner"],)


def _salesperson(module: Module) -> tuple[Field, ...]:
    return (module.by_name["salesperson"],)


def changeable(module: Module) -> tuple[Field, ...]:
    """What can be set for many at once: what a form has, but the name; of documents, what issuing leaves free."""
    if module.is_document:
        free = ("salesperson", "expected_payment_on", "reference", "notes")
        fields = [module.by_name[name] for name in free if name in module.by_name]
        return (*fields, *(field for field in module.custom_fields if not field.prints))
    return tuple(field for field in module.editable if field.name != module.list_columns[0])


def _step(module: Module) -> tuple[Field, ...]:
    model = module.model
    steps = (step for step in model.STATUS.transitions if step.by_hand and step.name in model.STEPS)
    choices = tuple(Choice(step.name, step.label) for step in steps)
    step = Field("transition", _("New status"), "choice", required=True, choices=choices)
    return (step, Field("reason", _("Reason"), longest=500))


def asked_of(action: BulkAction, module: Module, values: Values) -> tuple[Field, ...]:
    """What is asked, as far as is known what will be done: for a reason only where the step keeps one."""
    step = _step_in(action, module, values)
    return tuple(each for each in action.asks(module) if each.name != "reason" or not step or step.asks_why)


def heading(action: BulkAction, module: Module, values: Values) -> Words:
    """What is done, as it is called: a change of status by the step itself."""
    step = _step_in(action, module, values)
    return step.label if step else action.label


def _step_in(action: BulkAction, module: Module, values: Values) -> Transition | None:
    name = values.get("transition") if action.asks is _step else None
    return module.model.STATUS.transition(name) if name else None


# --- who can't be affected ----------------------------------------------------------------------------------


def _undeletable(record: Any, _values: Values) -> Words | None:
    try:
        if hasattr(record, "can_be_deleted"):
            record.can_be_deleted()
    except Refused as refusal:
        return refusal.message
    return None


def _not_from_here(record: Any, values: Values) -> Words | None:
    name = values.get("transition")
    return record.STATUS.why_not(record, name) if name else None


def unmailable(record: Any, _values: Values) -> Words | None:
    """Why a document can't be mailed without anybody looking at the mail."""
    if kind_of(record) is None:
        return _("%(name)s is not mailed.", name=record.title)
    if getattr(record, "is_called_off", False):  # no payment ever is
        return _("Not mailed while its status is “%(state)s”.", state=record.STATUS.label(record.status))
    if not known_addresses(record.party):
        return _("%(name)s has no mail address.", name=record.party.display_name)
    return None


def _too_many_mails(count: int) -> Words:
    return _("At most %(most)d documents are mailed at once; you chose %(count)d.", most=PAPERS, count=count)


def _too_many_pages(count: int) -> Words:
    return _("At most %(most)d documents go into one file; you chose %(count)d.", most=PAPERS, count=count)


# --- what is done -------------------------------------------------------------------------------------------


def _delete(module: Module, record: Any, _values: Values, member: Member) -> None:
    records.delete(record, member)


def _take_step(module: Module, record: Any, values: Values, member: Member) -> None:
    step = record.STATUS.transition(values["transition"])
    if not can(member, module.permission(step.permission)):
        raise Refused(_("You may not do this."))
    record.step(step.name, member, reason=values.get("reason") or "")


def _invite(_module: Module, customer: Any, _values: Values, member: Member) -> None:
    """By mail, so whoever may not mail customers may not do it."""
    if not can(member, "books.customers.email"):
        raise Refused(_("You may not do this."))
    portal.invite(portal.whom_to_invite(customer), member)


ACTIONS: dict[str, BulkAction] = {
    action.key: action
    for action in (
        BulkAction(
            "status",
            _("Change status"),
            "edit",
            asks=_step,
            has=lambda module: module.is_document,
            why_not=_not_from_here,
            do=_take_step,
            is_undoable=False,
        ),
        BulkAction(
            "email",
            _("Email"),
            "email",
            has=lambda module: module.key in MAILED_FROM_LISTS,
            why_not=unmailable,
            along=lambda module: (joinedload(module.model.party).selectinload(Party.contact_persons),),
            do=None,
            is_undoable=False,
            most=PAPERS,
            too_many=_too_many_mails,
        ),
        *(
            BulkAction(
                key,
                label,
                "view",
                has=lambda module: module.is_document,
                do=None,
                is_undoable=False,
                most=PAPERS,
                too_many=_too_many_pages,
            )
            for key, label in (("pdf", _("PDF")), ("print", _("Print")))
        ),
        BulkAction(
            "email-statements",
            _("Email statements"),
            "email",
            also=statements.RIGHTS,
            asks=lambda module: bulk_statements.ASKED,
            has=lambda module: module.model is Customer,
            why_not=bulk_statements.why_left_out,
            along=bulk_statements.along,
            do=None,
            is_undoable=False,
            most=bulk_statements.MOST,
            too_many=bulk_statements.too_many,
            note=first_address,
            begins=bulk_statements.begins,
            offers=bulk_statements.offers,
            check=bulk_statements.check,
            shows_again=True,
        ),
        BulkAction(
            "print-statements",
            _("Print statements"),
            "view",
            also=statements.RIGHTS,
            asks=lambda module: bulk_statements.TO_PRINT,
            has=lambda module: module.model is Customer,
            do=None,
            is_undoable=False,
            most=bulk_statements.MOST,
            too_many=bulk_statements.too_many_to_print,
            begins=bulk_statements.begins,
            check=bulk_statements.check,
        ),
        BulkAction(
            "remind",
            _("Send reminders"),
            "email",
            has=lambda module: module.model is Invoice,
            why_not=lambda invoice, _values: why_not_reminded(invoice),
            along=lambda module: (joinedload(module.model.party).selectinload(Party.contact_persons),),
            do=None,
            is_undoable=False,
            most=PAPERS,
            too_many=lambda count: _(
                "At most %(most)d reminders are sent at once; you chose %(count)d invoices.",
                most=PAPERS,
                count=count,
            ),
            note=lambda invoice: first_address(invoice.party),
        ),
        BulkAction("owner", _("Assign owner"), "edit", asks=_owner, needs="owner"),
        BulkAction("salesperson", _("Assign salesperson"), "edit", asks=_salesperson, needs="salesperson"),
        BulkAction(
            "update",
            _("Bulk update"),
            "edit",
            asks=changeable,
            ticks=True,
            has=lambda module: bool(changeable(module)),
        ),
        BulkAction(
            "templates",
            _("Associate templates"),
            "edit",
            asks=lambda module: module.aside,
            ticks=True,
            has=lambda module: bool(module.aside),
            along=lambda module: (selectinload(module.model.associated),),
        ),
        BulkAction(
            "active",
            _("Mark as Active"),
            "edit",
            sets={"is_active": True},
            needs="is_active",
            why_not=lambda record, _values: _("Is active already.") if record.is_active else None,
        ),
        BulkAction(
            "inactive",
            _("Mark as Inactive"),
            "edit",
            sets={"is_active": False},
            needs="is_active",
            why_not=lambda record, _values: None if record.is_active else _("Is inactive already."),
        ),
        BulkAction(
            "portal",
            _("Enable portal"),
            "edit",
            has=lambda module: module.key == "books.customers",
            why_not=lambda customer, _values: portal.why_not_primary(customer),
            along=lambda module: (selectinload(Party.contact_persons).joinedload(ContactPerson.access),),
            do=_invite,
            is_undoable=False,
        ),
        BulkAction("delete", _("Delete"), "delete", why_not=_undeletable, do=_delete, is_undoable=False),
    )
}


def actions_of(module: Module) -> list[BulkAction]:
    """What can be done to many records of a list."""
    settable = {field.name for field in (*module.editable, *changeable(module))}
    return [
        action
        for action in ACTIONS.values()
        if (not action.needs or action.needs in settable) and action.has(module)
    ]
