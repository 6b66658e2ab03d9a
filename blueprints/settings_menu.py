"""The settings' menu: its pages that are not modules, and the groups in which all of it is shown."""

from dataclasses import dataclass

from flask import url_for

from blueprints.addresses import list_url
from blueprints.loading import may
from domain.modules import ALL
from domain.words import Words, _


@dataclass(frozen=True)
class SettingsPage:
    """A page of the settings, as the menu and the overview show it."""

    label: Words
    endpoint: str
    permission: str
    icon: str
    about: Words
    verbs: tuple[str, ...] = ("view", "edit")
    """What a role can be allowed to do there."""


PAGES: tuple[SettingsPage, ...] = (
    SettingsPage(
        _("Organization"),
        "organization_settings.edit",
        "settings.organization.view",
        "building-2",
        _("Name, logo, address, tax registration, currency, language and time"),
    ),
    SettingsPage(
        _("Apps"),
        "apps_settings.edit",
        "settings.apps.view",
        "package",
        _("Which parts of the finance side you use"),
    ),
    SettingsPage(
        _("Mail"),
        "mail_settings.edit",
        "settings.mail.view",
        "mail",
        _("From whom mails come, the signature, and whether they arrive"),
    ),
    SettingsPage(
        _("Portal"),
        "portal_settings.edit",
        "settings.portal.view",
        "users",
        _("Whether customers may sign in, what greets them and what they may do"),
    ),
    SettingsPage(
        _("Mail templates"),
        "mail_templates.index",
        "settings.mail-templates.view",
        "pencil",
        _("What mails begin with, for each kind of document and language"),
        ("view", "create", "edit", "delete"),
    ),
    SettingsPage(
        _("Reminders"),
        "reminder_settings.index",
        "settings.reminders.view",
        "bell",
        _("When customers are reminded of invoices by themselves"),
        ("view", "create", "edit", "delete"),
    ),
    SettingsPage(
        _("Scheduled statements"),
        "statement_schedules.index",
        "settings.statement-schedules.view",
        "calendar",
        _("Statements that go out every month by themselves"),
        ("view", "create", "edit", "delete"),
    ),
    SettingsPage(
        _("Document templates"),
        "pdf_templates.index",
        "settings.templates.view",
        "file-text",
        _("How documents look on paper"),
    ),
    SettingsPage(
        _("API access"),
        "tokens.index",
        "settings.api-access.view",
        "key",
        _("Programs that may call, with the rights of a person"),
        ("view", "create", "delete"),
    ),
    SettingsPage(
        _("Integrations"),
        "integrations.index",
        "settings.integrations.view",
        "refresh-cw",
        _("What the books are kept in step with: the CRM, and other systems"),
    ),
    SettingsPage(
        _("Custom fields"),
        "custom_fields.index",
        "settings.fields.view",
        "tag",
        _("What you want to know beyond what the forms ask for"),
        ("view", "create", "edit", "delete"),
    ),
    SettingsPage(
        _("Users"),
        "users.index",
        "settings.users.view",
        "users",
        _("Who may sign in, and with which rights"),
    ),
    SettingsPage(
        _("Roles"),
        "roles.index",
        "settings.roles.view",
        "lock",
        _("What the roles and profiles allow, and roles of your own"),
    ),
    SettingsPage(
        _("Audit trail"),
        "audit.index",
        "settings.audit.view",
        "history",
        _("Who did what, when and from where"),
        ("view",),
    ),
    SettingsPage(
        _("Mail catcher"),
        "settings.mail_catcher",
        "settings.mail-catcher.view",
        "inbox",
        _("Mails that were sent while no mail server is set"),
        ("view",),
    ),
    SettingsPage(
        _("Activity"),
        "activity.index",
        "settings.activity.view",
        "activity",
        _("What leaves the building: what waits, what failed and why"),
    ),
)

GROUPS: tuple[tuple[Words, tuple[str, ...]], ...] = (
    (
        _("Organization"),
        (
            "settings.organization",
            "settings.apps",
            "settings.series",
            "settings.taxes",
            "settings.currencies",
            "settings.exchange-rates",
            "settings.payment-terms",
            "settings.templates",
        ),
    ),
    (_("People"), ("settings.users", "settings.roles", "settings.audit")),
    (_("CRM"), ("settings.deal-stages", "settings.fields")),
    (
        _("Mail and programs"),
        (
            "settings.mail",
            "settings.mail-templates",
            "settings.reminders",
            "settings.statement-schedules",
            "settings.portal",
            "settings.mail-catcher",
            "settings.api-access",
            "settings.integrations",
            "settings.activity",
        ),
    ),
)
"""The pages and modules of the settings as people look for them, by the part of a permission before its verb."""


@dataclass(frozen=True)
class Entry:
    """A line of the settings' menu."""

    label: Words
    href: str
    icon: str
    about: Words | None


def settings_menu() -> list[tuple[Words, list[Entry]]]:
    """What this person may see of the settings, group by group."""
    groups = [(label, [_entry(key) for key in keys if may(f"{key}.view")]) for label, keys in GROUPS]
    return [(label, entries) for label, entries in groups if entries]


def _entry(key: str) -> Entry:
    if key in ALL:
        module = ALL[key]
        return Entry(module.label, list_url(module), module.icon, module.empty)
    page = next(page for page in PAGES if page.permission == f"{key}.view")
    return Entry(page.label, url_for(page.endpoint), page.icon, page.about)
