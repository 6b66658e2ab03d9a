"""Settings ▸ Reminders: the rules by which customers are reminded by themselves, and how the mails go out."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from blueprints import forms, organization_form
from blueprints.loading import actor, require
from blueprints.records import once, version
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain import records
from domain.books.reminder_rules import (
    AFTER,
    BEFORE,
    BOTH,
    CUSTOMER,
    DUE,
    EXPECTED,
    ME,
    MOST,
    ReminderRule,
    all_rules,
)
from domain.db import db
from domain.errors import Missing, Refused
from domain.mail_kinds import ALL_REMINDERS
from domain.mail_templates import all_templates
from domain.modules.module import Choice, Field
from domain.organizations.organizations import Organization, current_organization
from domain.organizations.users import Member
from domain.words import Words, _

bp = Blueprint("reminder_settings", __name__)

SIDES = (Choice(AFTER, _("days after")), Choice(BEFORE, _("days before")))
DATES = (Choice(DUE, _("the due date")), Choice(EXPECTED, _("the expected payment date")))
RECIPIENTS = (
    Choice(CUSTOMER, _("The customer")),
    Choice(BOTH, _("The customer, and me unseen")),
    Choice(ME, _("Only me")),
)

HOW = (
    Field(
        "reminders_together",
        _("Several on one day to one customer are one mail"),
        "boolean",
        hint=_("It lists the invoices, with the PDF of each if the rule says so."),
    ),
    Field(
        "send_hour",
        _("They go out from"),
        "choice",
        choices=tuple(Choice(str(hour), f"{hour}:00") for hour in range(24)),
        hint=_("In your time zone. Scheduled statements go out from then on, too."),
    ),
)


@bp.get("/settings/reminders")
def index() -> Response:
    """The rules, each with its switch."""
    require("settings.reminders.view")
    return _list(forms.of_record(HOW, current_organization()))


@bp.post("/settings/reminders")
def update() -> Response:
    """Save how and when they go out."""
    require("settings.reminders.edit")
    if refused := organization_form.save(HOW, _change, _list):
        return refused
    toast(_("The settings were saved."))
    return go(url_for("reminder_settings.index"))


@bp.get("/settings/reminders/new")
def new() -> Response:
    """The form of a new rule."""
    require("settings.reminders.create")
    usual = {"side": AFTER, "counted_from": DUE, "goes_to": CUSTOMER, "attach_pdf": "1"}
    return _form(None, forms.Form(usual))


@bp.post("/settings/reminders/new")
def create() -> Response:
    """Make a rule; it is off until somebody switches it on."""
    require("settings.reminders.create")
    try:
        values = forms.read(_fields(), ReminderRule)
        made = once(ReminderRule, lambda key: records.create(ReminderRule, values, actor(), key))
    except Refused as refusal:
        return _form(None, forms.refused(refusal), 422)
    toast(_("“%(name)s” was saved. It is off until you switch it on.", name=made.title))
    return go(url_for("reminder_settings.index"))


@bp.get("/settings/reminders/<int:rule_id>/edit")
def edit(rule_id: int) -> Response:
    """The form of a rule."""
    require("settings.reminders.edit")
    rule = _found(rule_id)
    return _form(rule, forms.of_record(_fields(), rule))


@bp.post("/settings/reminders/<int:rule_id>/edit")
def save(rule_id: int) -> Response:
    """Save a rule."""
    require("settings.reminders.edit")
    rule = _found(rule_id)
    if version() != rule.version:
        return _form(rule, forms.conflicting(_fields(), rule), 409)
    try:
        records.update(rule, forms.read(_fields(), ReminderRule) | {"member_id": actor().id}, actor())
    except Refused as refusal:
        form = forms.refused(refusal)
        return _form(_found(rule_id), form, 422)
    toast(_("%(name)s was saved.", name=rule.title))
    return go(url_for("reminder_settings.index"))


@bp.post("/settings/reminders/<int:rule_id>/switch")
def switch(rule_id: int) -> Response:
    """Remind by it from today on, or no more."""
    require("settings.reminders.edit")
    rule = _found(rule_id)
    rule.switch(request.form.get("on") == "1", actor())
    on, off = _("“%(name)s” is on, from today."), _("“%(name)s” is off.")
    toast(Words((on if rule.is_active else off).text, {"name": rule.title}))
    return go(url_for("reminder_settings.index"))


@bp.get("/settings/reminders/<int:rule_id>/delete")
def confirm_delete(rule_id: int) -> Response:
    """Ask before deleting."""
    require("settings.reminders.delete")
    return respond("settings/reminder_delete.html", rule=_found(rule_id))


@bp.post("/settings/reminders/<int:rule_id>/delete")
def destroy(rule_id: int) -> Response:
    """Delete a rule; what it sent stays sent."""
    require("settings.reminders.delete")
    rule = _found(rule_id)
    title = rule.title
    records.delete(rule, actor())
    toast(_("%(name)s was deleted.", name=title))
    return go(url_for("reminder_settings.index"))


def _found(rule_id: int) -> ReminderRule:
    rule = db.session.scalar(select(ReminderRule).where(ReminderRule.id == rule_id))
    if rule is None:
        raise Missing()
    return rule


def _fields() -> tuple[Field, ...]:
    return (
        Field("days", _("Days"), "integer", required=True, hint=_("0 is the day itself.")),
        Field("side", _("When"), "choice", choices=SIDES),
        Field("counted_from", _("Of"), "choice", choices=DATES),
        Field("goes_to", _("To"), "choice", choices=RECIPIENTS),
        Field(
            "others",
            _("Also to"),
            longest=1000,
            hint=_("Unseen by the customer. Several are separated by commas."),
        ),
        Field("template", _("Template"), "choice", choices=_templates()),
        Field("name", _("Name"), longest=100, hint=_("Left empty, it is called by its day.")),
        Field("attach_pdf", _("Attach invoice PDF"), "boolean"),
    )


def _templates() -> tuple[Choice, ...]:
    """The usual text, and the organization's own templates of reminders, each name once for all languages."""
    names = dict.fromkeys(each.name for each in all_templates() if each.kind in ALL_REMINDERS)
    return (Choice("", _("The usual text")), *(Choice(name, name) for name in names))


def _change(organization: Organization, values: dict[str, Any], actor: Member) -> None:
    records.update(organization, values | {"send_hour": int(values["send_hour"])}, actor)


def _form(rule: ReminderRule | None, form: forms.Form, status: int = 200) -> Response:
    context = {"rule": rule, "fields": _fields(), "form": form}
    return respond("settings/reminder.html", "form", status=status, **context)


def _list(form: forms.Form, status: int = 200) -> Response:
    return respond(
        "settings/reminders.html",
        "rules",
        status=status,
        rules=all_rules(),
        most=MOST,
        form=form,
        fields=HOW,
        organization=current_organization(),
    )
