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


PAGES: tuple[SettingsPage, ...] = (
    SettingsPage(
        _("Custom fields"),
        "custom_fields.index",
        "settings.fields.view",
        "tag",
        _("What you want to know beyond what the forms ask for"),
    ),
    SettingsPage(
        _("Mail catcher"),
        "settings.mail_catcher",
        "settings.mail-catcher.view",
        "inbox",
        _("Mails that were sent while no mail server is set"),
    ),
    SettingsPage(
        _("Activity"),
        "settings.activity",
        "settings.activity.view",
        "activity",
        _("What leaves the building: what waits, what failed and why"),
    ),
)
