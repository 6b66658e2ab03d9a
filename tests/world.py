"""A small world in which every address leads somewhere: one record of each kind, and all addresses to them."""

import itertools
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from zlib import crc32

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from blueprints.converters import SORTS
from delivery import files
from domain.attachments import Attachment
from domain.books import adding, merging
from domain.books.adding import WAYS
from domain.books.allocations import Allocation, settling
from domain.books.document import Document
from domain.books.merging.merges import Merge
from domain.books.paying import Entry
from domain.books.payments import Payment, record
from domain.books.pdf_templates import PdfTemplate
from domain.books.refunds import Refund, refund
from domain.books.reminder_rules import ReminderRule
from domain.comments import Comment, Mention
from domain.custom_fields import CustomField
from domain.db import db, everywhere, now
from domain.email_drafts import EmailDraft, keep_draft
from domain.emails import Email, send_email
from domain.exports import Export
from domain.importing.imports import Import
from domain.mail_kinds import ALL_REMINDERS, MAIL_KINDS
from domain.mail_templates import MailTemplate
from domain.modules import ALL
from domain.modules.bulk_runs import BulkRun
from domain.modules.making_fields import make_field
from domain.modules.module import Module
from domain.modules.saved_views import SavedView, save_view
from domain.organizations.access_tokens import AccessToken, make_token
from domain.organizations.custom_roles import CustomRole
from domain.organizations.grants import Grant, allow
from domain.organizations.people import Rights, invite
from domain.organizations.programs import register
from domain.organizations.sign_ins import SignIn
from domain.organizations.users import Member
from domain.outbox import OutboxRow
from domain.portal.notices import PortalNotice, tell
from domain.recipients import party_of
from domain.records import create
from domain.statement_runs import StatementRun
from domain.sync.connections import SyncModule
from domain.sync.questions import Question
from domain.sync.runs import SyncRow, SyncRun
from tests import factories

OF_PEOPLE = ("member_id", "role_id", "sign_in_id")
"""What addresses call them."""

METHODS = ("GET", "POST")

FOR_TOKENS = "bigin."
"""What no sign-in opens: `tests/blueprints/test_bigin_doors.py` tries these for everybody."""

EVERY_MODULE = False
"""Whether the addresses that all modules have are tried with each of them."""

STEP = 8
"""Else with every eighth one."""


@dataclass
class World:
    """The records, by the key of their module, and what hangs on them."""

    records: dict[str, Any]
    custom_field: CustomField
    views: dict[str, SavedView]
    runs: dict[str, BulkRun]
    allocation: Allocation
    refund: Refund
    emails: dict[str, Email]
    drafts: dict[str, EmailDraft]
    outbox_row: OutboxRow
    comments: dict[str, Comment]
    attachments: dict[str, Attachment]
    mention: Mention
    notice: PortalNotice
    people: dict[str, int]
    imports: dict[str, Import]
    export: Export
    token: AccessToken
    grant: Grant
    mail_template: MailTemplate
    pdf_template: PdfTemplate
    merge: Merge
    sync_run: SyncRun
    question: Question
    rule: ReminderRule
    statement_run: StatementRun

    def __getitem__(self, key: str) -> Any:
        return self.records[key]


class Door(NamedTuple):
    """One way into the program."""

    method: str
    url: str
    rule: Rule
    module: Module | None
    values: dict[str, Any]

    def leading_to(self, app: Flask, **values: Any) -> str:
        """Its address with other ids in it."""
        return _url(app, self.rule, self.values | values)

    @property
    def ids(self) -> list[str]:
        """What its address says by number."""
        return [name for name in self.rule.arguments if name.endswith("_id")]

    @property
    def is_to_a_record(self) -> bool:
        """Whether it leads to one record."""
        ids = {
            "record_id",
            "export_id",
            "row_id",
            "field_id",
            "view_id",
            "run_id",
            "mention_id",
            "notice_id",
            "token_id",
            "program_id",
            "grant_id",
            "import_id",
            "template_id",
            "pdf_template_id",
            "merge_id",
            "sync_run_id",
            "question_id",
            "rule_id",
            "schedule_id",
            "statement_run_id",
            *OF_PEOPLE,
        }
        return bool(ids & self.rule.arguments)

    @property
    def leads_anywhere(self) -> bool:
        """Whether there is anything behind it: only some modules of the CRM are added to the books."""
        return not self.rule.endpoint.startswith("adding.") or (
            self.module is not None and self.module.key in WAYS
        )


def a_world(actor: Member, text: str = "Something") -> World:
    """Made by somebody, who owns all of it; the text stands wherever people read it."""
    account = factories.account(actor, name=text, industry=text, description=text, owner_id=actor.id)
    contact = factories.contact(actor, account_id=account.id, last_name=text, email="one@example.com")
    customer = adding.add_account(account, actor)
    customer.owner_id = actor.id
    customer.notes = customer.company_name = customer.billing_street = text
    tax = factories.tax(actor=actor, name=text[:100])
    item = factories.item(actor, name=text, tax_id=tax.id, unit=text[:30], description=text)
    vendor = factories.vendor(actor, display_name=text)
    person = factories.contact_person(vendor, actor, last_name=text[:100])
    terms = factories.payment_terms(actor, name=text[:100])
    lines = [factories.line(description=text, item_id=item.id, tax_id=tax.id)]
    values = {"reference": text[:100], "notes": text, "terms": text, "payment_terms_id": terms.id}
    invoice = factories.invoice(customer, lines, actor, issued=True, **values)
    payment = record(
        customer, Entry(150, factories.today(), "cash", text[:100], text), {invoice.id: 100}, actor
    )
    refunded = refund(payment, Entry(10, factories.today(), "cash", text[:100], text), actor)
    email = _a_mail(invoice, actor, text)
    [row] = db.session.scalars(select(OutboxRow).where(OutboxRow.key == f"email-{email.id}"))
    row.claimed_at = row.done_at = now()
    row.failure, row.error = "permanent", text
    records = {
        record.MODULE: record
        for record in (
            account,
            contact,
            customer,
            tax,
            item,
            vendor,
            person,
            terms,
            invoice,
            payment,
            *_other_documents(customer, vendor, actor, lines, values),
            *_rest(account, actor, text),
        )
    }
    records["settings.series"] = factories.series(actor, name=text[:100])
    records["settings.currencies"] = factories.currency("EUR", actor)
    comments = {key: factories.comment(record, actor, body=text) for key, record in records.items()}
    name = f"{text}.png"
    attachments = {key: factories.attachment(record, actor, name) for key, record in records.items()}
    mention = Mention(comment=comments["crm.accounts"], member=actor, title=text)
    actor.unread_mentions = 1
    db.session.add(mention)
    [notice] = tell(customer, customer, "commented", text, text)
    token = make_token(actor, text[:100], ["read"], None).token
    field = a_field(actor, text)
    views = {key: a_view(key, actor, text) for key in ALL}
    runs = {key: a_run(key, actor) for key in ALL}
    states = itertools.cycle(("mapping", "checked", "done", "running", "stopped", "undone"))
    imports = {
        module.key: factories.an_import(module.key, actor, next(states), text)
        for module in ALL.values()
        if module.takes_imports
    }
    export = Export(member_id=actor.id, module="crm.accounts", format="csv", state="failed", error=text)
    db.session.add(export)
    db.session.commit()
    people = _people(actor, text)
    template = factories.mail_template(actor, name=text[:100], subject=text[:200], body=text)
    talk = (comments, attachments, mention, notice)
    papers = factories.pdf_template(actor, name=text[:100], labels={"title": text[:100]}, footer=text[:100])
    db.session.commit()
    paid = (settling(invoice)[0], refunded)
    hangs = (
        *_mails(records, email, actor, text),
        row,
        *talk,
        people,
        imports,
        export,
        token,
        a_grant(actor, text),
        template,
        papers,
    )
    rule = factories.reminder_rule(actor, name=text[:100], template=text[:100])
    done = (_a_merge(actor, text), *_a_sync(account, text), rule, a_statement_run(actor, text))
    return World(records, field, views, runs, *paid, *hangs, *done)


def a_grant(actor: Member, text: str = "Something") -> Grant:
    """A program that somebody allowed to act for them."""
    program = register(actor, text[:100], "https://other.example/callback").program
    allow(program, actor, "ZohoBigin.modules.ALL")
    grant = db.session.scalar(select(Grant).where(Grant.program_id == program.id))
    assert isinstance(grant, Grant)
    grant.refresh_hash = f"world-{grant.id}"
    db.session.commit()
    return grant


def a_statement_run(actor: Member, text: str = "Something") -> StatementRun:
    """What a schedule of statements did on a day, to nobody."""
    schedule = factories.statement_schedule(actor, name=text[:100])
    run = StatementRun(
        schedule=schedule,
        due_on=factories.today(),
        first=factories.days_ago(30),
        last=factories.today(),
        only=schedule.only,
        with_unpaid=False,
        state="failed",
    )
    db.session.add(run)
    db.session.flush()
    return run


def _a_merge(actor: Member, text: str) -> Merge:
    """Two customers that became one."""
    values = {"owner_id": actor.id, "notes": text}
    names = f"{text[:190]} one", f"{text[:190]} two"
    one, other = (factories.customer(actor, display_name=name, **values) for name in names)
    merged = merging.merge(one, [other], {}, actor)
    db.session.commit()
    return merged


def _a_sync(account: Any, text: str) -> tuple[SyncRun, Question]:
    """A run that failed for one record, and a question about another."""
    run = SyncRun(
        module=db.session.scalars(select(SyncModule)).first(), cause="hand", state="stopped", error=text
    )
    run.counts = {"seen": 1, "failed": 1}
    db.session.add(run)
    db.session.flush()
    row = SyncRow(run_id=run.id, lane="companies", outcome="failed", title=text[:200], reason=text)
    row.crm_id = str(account.id)
    asked = Question(system="books", lane="companies", kind="match", crm_id=str(account.id), title=text[:200])
    asked.detail, asked.holds = {"candidates": []}, False
    db.session.add_all([row, asked])
    db.session.commit()
    return run, asked


def _takes_imports(module: Module) -> bool:
    return bool(module.sections) and not module.is_document


def _rest(account: Any, actor: Member, text: str) -> list[Any]:
    """What stands beside the first path: deals, what is sold and whom it comes from, prices and rates."""
    supplier = factories.crm_vendor(actor, name=text, category=text[:100], description=text)
    rates = factories.price_list(
        actor, name=text[:100], kind="rates", currency=factories.currency("JPY").code, description=text
    )
    return [
        supplier,
        factories.product(actor, name=text, code=text[:100], vendor_id=supplier.id, description=text),
        factories.deal(actor, name=text, account_id=account.id, next_step=text[:200], description=text),
        rates,
        factories.price_list_rate(rates, actor),
        factories.exchange_rate("USD", "150", actor=actor),
        factories.stage("Qualification"),
    ]


def _opened(order: Any) -> Any:
    """An order that can become others."""
    order.convert_to_open(None)
    return order


def _other_documents(customer: Any, vendor: Any, actor: Member, lines: Any, values: Any) -> list[Any]:
    return [
        factories.estimate(customer, actor, lines=lines, **values),
        _opened(factories.sales_order(customer, actor, lines=lines, **values)),
        factories.credit_note(customer, actor, lines=lines, **values),
        factories.purchase_order(vendor, actor, lines=lines, **values),
        factories.bill(vendor, actor, lines=lines, **values),
    ]


def a_field(actor: Member, text: str = "Colour") -> CustomField:
    """A field that the organization added to its accounts, and one with choices."""
    made = {"label": f"{text[:90]} 2", "kind": "choice", "choices": [text[:100]], "is_listed": True}
    make_field("crm.accounts", made, actor, secrets.token_hex(8))
    return make_field("crm.accounts", {"label": text[:100], "kind": "text"}, actor, secrets.token_hex(8))


def a_run(module: str, actor: Member) -> BulkRun:
    """A bulk action that somebody did to nobody."""
    made = files.keep(b"%PDF", "documents.pdf", "application/pdf")
    run = BulkRun(module=module, action="update", member_id=actor.id, state="done", file=made)
    db.session.add(run)
    db.session.flush()
    return run


def a_view(module: str, actor: Member, text: str = "Something") -> SavedView:
    """A view of somebody's own."""
    view = SavedView(module=module, member_id=actor.id, form_key=secrets.token_hex(8))
    return save_view(view, f"{text[:90]} of mine", False, {"sort": ALL[module].sort})


def _people(actor: Member, text: str) -> dict[str, int]:
    """Somebody invited, a role, and one more sign-in of the actor's: their ids, as addresses name them."""
    member = invite(text[:100], "invited@example.com", Rights("staff", "standard"), actor)
    values = {"kind": "role", "name": text[:100], "permissions": ["books.invoices.view"]}
    role = create(CustomRole, values, actor)
    sign_in = SignIn(token_hash=f"world-{actor.id}", member=actor, address="192.0.2.1", browser=text[:200])
    db.session.add(sign_in)
    db.session.commit()
    return dict(zip(OF_PEOPLE, (member.id, role.id, sign_in.id), strict=True))


def _a_mail(invoice: Any, actor: Member, text: str) -> Email:
    from delivery.clean_html import body_of

    key = f"world-{invoice.id}"
    email = send_email(
        invoice, to=["one@example.com"], subject=text, body=body_of(text), actor=actor, form_key=key
    )
    email.state, email.error = "failed", text
    return email


def _mails(records: dict[str, Any], sent: Email, actor: Member, text: str) -> tuple[dict[str, Email], Any]:
    """About each record that is mailed, one that failed and one that was not sent yet."""
    mails, drafts = {sent.document.MODULE: sent}, {}
    by_hand = (kind for kind in MAIL_KINDS.values() if kind.key not in ALL_REMINDERS)
    for kind in by_hand:
        about = records[kind.module]
        typed = {"subject": [text], "message": [text], "to": [text]}
        drafts[kind.module] = keep_draft(about, kind.key, secrets.token_hex(8), typed, [], actor)
        if kind.module not in mails:
            mails[kind.module] = Email(
                kind=kind.key,
                party_id=party_of(about).id,
                document_id=about.id if isinstance(about, Document) else None,
                payment_id=about.id if isinstance(about, Payment) else None,
                message_id=f"<{kind.key}-{secrets.token_hex(8)}>",
                sender_address="one@example.com",
                subject=text,
                state="failed",
                error=text,
                actor=actor,
            )
    db.session.add_all(mails.values())
    db.session.commit()
    return mails, drafts


def doors(app: Flask, world: World) -> list[Door]:
    """Every address with every method, the records of the world put in; but not those that only tokens
    open, nor those of the portal (`tests/portal`)."""
    return [
        Door(method, _url(app, rule, values), rule, values.get("module") or _module_of(rule), values)
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.startswith(FOR_TOKENS) and not rule.rule.startswith("/portal")
        for values in _values(rule, world)
        for method in METHODS
        if method in (rule.methods or ())
    ]


def _values(rule: Rule, world: World) -> Iterator[dict[str, Any]]:
    plain = {
        "allocation_id": world.allocation.id,
        "refund_id": world.refund.id,
        "field_id": world.custom_field.id,
        "row_id": world.outbox_row.id,
        **world.people,
        "kind": "role",
        "token": "nonsense",
        "export_id": world.export.id,
        "format": "csv",
        "key": "nonsense",
        "action": "delete",
        "position": 0,
        "mention_id": world.mention.id,
        "notice_id": world.notice.id,
        "token_id": world.token.id,
        "program_id": world.grant.program_id,
        "grant_id": world.grant.id,
        "template_id": world.mail_template.id,
        "pdf_template_id": world.pdf_template.id,
        "merge_id": world.merge.id,
        "system": "crm",
        "part": "customers",
        "lane": "companies",
        "remote_id": "nonsense",
        "sync_run_id": world.sync_run.id,
        "question_id": world.question.id,
        "rule_id": world.rule.id,
        "schedule_id": world.statement_run.schedule_id,
        "statement_run_id": world.statement_run.id,
        "digest": "0",
        "outcome": "failed",
        "ending": "csv",
    }
    values = {name: value for name, value in plain.items() if name in rule.arguments}
    if "module" not in rule.arguments:
        module = _module_of(rule)
        record = {"record_id": world[module.key].id} if module and "record_id" in rule.arguments else {}
        yield values | record | ({"name": "app.css"} if "name" in rule.arguments else {})
        return
    for module in _modules_at(rule):
        yield from _of_module(rule, module, world, values | {"module": module})


def _modules_at(rule: Rule) -> list[Module]:
    """The modules whose records are tried at an address: some of those that have it, others at the next address.

    What is behind such an address is the same for all of them; `--long` tries them all.
    """
    has_it = SORTS.get(rule.rule.removeprefix("/<").partition(":")[0])
    found = [module for module in ALL.values() if has_it is None or has_it(module)]
    if EVERY_MODULE:
        return found
    step = min(STEP, len(found))
    return found[crc32(rule.endpoint.encode()) % step :: step]


def _module_of(rule: Rule) -> Module | None:
    """The module whose record an address of its own is about: /crm/deals/7/stage."""
    return next((each for each in ALL.values() if rule.rule.startswith(f"/{each.path}/<int:")), None)


def _of_module(rule: Rule, module: Module, world: World, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "record_id" in rule.arguments:
        values["record_id"] = world[module.key].id
    if "email_id" in rule.arguments:
        values["email_id"] = world.emails[module.key].id
    if "draft_id" in rule.arguments:
        values["draft_id"] = world.drafts[module.key].id
    if "comment_id" in rule.arguments:
        values["comment_id"] = world.comments[module.key].id
    if "attachment_id" in rule.arguments:
        values["attachment_id"] = world.attachments[module.key].id
    if "run_id" in rule.arguments:
        values["run_id"] = world.runs[module.key].id
    if "view_id" in rule.arguments:
        values["view_id"] = world.views[module.key].id
    if "import_id" in rule.arguments:
        values["import_id"] = world.imports[module.key].id
    if "name" not in rule.arguments:
        yield values
    for related in module.related if "name" in rule.arguments else ():
        yield values | {"name": ALL[related.module].name}


def _url(app: Flask, rule: Rule, values: dict[str, Any]) -> str:
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)


def everything() -> dict[str, list[Any]]:
    """All rows of all tables but those of signing in: what a refused request must leave as it is."""
    with everywhere():
        return {
            table.name: sorted(map(repr, db.session.execute(select(table))))
            for table in db.metadata.sorted_tables
            if table.name not in ("sign_ins", "failed_sign_ins", "password_resets")
        }
