"""What a program may do, in the words that programs use for it: scopes, and what each of them opens.

`ZohoBigin.modules.accounts.READ` is how clients of the Bigin API ask. Personal tokens have short names for the same.
"""

import re
from collections.abc import Iterable

from domain.words import Words, _

MODULES = ("accounts", "contacts", "products", "pipelines")
VERBS = ("READ", "CREATE", "UPDATE", "DELETE")

LONGEST = 500
"""Characters that the scopes of a program may have together."""

OF_A_PERSON: dict[str, Words] = {
    "read": _("Read lists"),
    "export": _("Export lists as files"),
    "crm.read": _("Read accounts, contacts, products and deals (Bigin API)"),
    "crm.write": _("Make, change and delete accounts, contacts, products and deals (Bigin API)"),
}
"""What a personal token may be made for."""

_SHORT = {
    "crm.read": ("ZohoBigin.modules.READ", "ZohoBigin.settings.READ", "ZohoBigin.org.READ"),
    "crm.write": tuple(f"ZohoBigin.modules.{verb}" for verb in VERBS[1:]),
}

_SCOPE = re.compile(
    rf"ZohoBigin\.(modules|settings|users|org)(?:\.({'|'.join(MODULES)}|fields|custom_views|modules))?"
    r"\.(ALL|READ|CREATE|UPDATE|DELETE)",
    re.IGNORECASE,
)

_LABELS: dict[str, Words] = {
    "accounts": _("Accounts"),
    "contacts": _("Contacts"),
    "products": _("Products"),
    "pipelines": _("Deals"),
}

_DEEDS: dict[str, tuple[Words, Words]] = {
    "READ": (_("Read accounts, contacts, products and deals"), _("Read: %(what)s")),
    "CREATE": (_("Make accounts, contacts, products and deals"), _("Make: %(what)s")),
    "UPDATE": (_("Change accounts, contacts, products and deals"), _("Change: %(what)s")),
    "DELETE": (_("Delete accounts, contacts, products and deals"), _("Delete: %(what)s")),
}
"""What each verb is called where it is meant for all modules, and for one of them."""


def scopes_in(text: str) -> list[str]:
    """The scopes that a program asks for; they stand between commas or spaces."""
    return list(dict.fromkeys(each for each in re.split(r"[\s,]+", text) if each))


def are_known(scopes: Iterable[str]) -> bool:
    """Whether all of them are scopes of the Bigin API, and not too many."""
    asked = list(scopes)
    return bool(asked) and len(" ".join(asked)) <= LONGEST and all(map(_SCOPE.fullmatch, asked))


def opens(scopes: str, area: str, verb: str, module: str = "") -> bool:
    """Whether one of the scopes allows this: to READ the accounts of the modules."""
    return any(
        _opens(each, area, verb, module) for scope in scopes.split() for each in _SHORT.get(scope, (scope,))
    )


def _opens(scope: str, area: str, verb: str, module: str) -> bool:
    found = _SCOPE.fullmatch(scope)
    if found is None:
        return False
    its_area, its_module, its_verb = (
        found.group(1).lower(),
        (found.group(2) or "").lower(),
        found.group(3).upper(),
    )
    return its_area == area and its_module in ("", module) and its_verb in ("ALL", verb)


def in_words(scopes: str) -> list[Words]:
    """What a program with these scopes may do, for the person who is asked."""
    said = [OF_A_PERSON[scope] for scope in scopes.split() if scope in OF_A_PERSON]
    granted = " ".join(scope for scope in scopes.split() if scope not in OF_A_PERSON)
    for verb, (for_all, for_one) in _DEEDS.items():
        labels = [label for module, label in _LABELS.items() if opens(granted, "modules", verb, module)]
        is_all = len(labels) == len(MODULES)
        said += [for_all] if is_all else [Words(for_one.text, {"what": label}) for label in labels]
    if any(opens(granted, area, "READ") for area in ("settings", "org", "users")):
        said.append(
            _(
                "Read: your organization's name, country and currency, your own name, and which fields there are"
            )
        )
    return said
