"""The pages of the settings that are not modules: where they lead, who may see them, what they are for."""

from dataclasses import dataclass

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
        _("Mail"),
        "mail_settings.edit",
        "settings.mail.view",
        "mail",
        _("From whom mails come, the signature, and whether they arrive"),
    ),
    SettingsPage(
        _("API access"),
        "tokens.index",
        "settings.api-access.view",
        "key",
        _("Tokens with which programs read lists"),
        ("view", "create", "delete"),
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
