"""Choosing whom a document is for: somebody in the books, somebody in the CRM who is brought over, or somebody new.

A choice in the CRM is `crm.accounts:12`; one in Bigin takes longer (`in_bigin`). Whoever is in the books already is
simply used; whoever looks like somebody there is asked about, never guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import request

from blueprints import forms, in_bigin
from blueprints.language import t
from blueprints.loading import actor, load, may, require
from blueprints.references import find, matching, one_called, picked, resolve
from domain import records
from domain.books.adding import WAYS
from domain.books.parties import Party
from domain.errors import Missing, Refused
from domain.modules import ALL
from domain.modules.kinds import as_id
from domain.modules.module import Field, Module
from domain.words import Words, _

CRM, NEW = "crm", "new"
NEW_PARTY = "new_party"
"""What the names of the fields of a new customer or vendor begin with."""


@dataclass(frozen=True)
class Question:
    """Which of those in the books somebody of the CRM is."""

    words: Words
    another: Words
    candidates: Sequence[Any]


class Unclear(Refused):
    """Somebody of the CRM looks like somebody in the books."""

    def __init__(self, question: Question) -> None:
        super().__init__(party=question.words)
        self.question = question


def sources_of(field: Field) -> list[Module]:
    """The modules of the CRM from which somebody may be brought over, for whom this person may do so."""
    if not may(f"{field.to}.create"):
        return []
    keys = (key for key, way in WAYS.items() if way.target == field.to)
    return [ALL[key] for key in keys if may(f"{key}.view")]


def offered_in_crm(field: Field, typed: str) -> list[tuple[Module, Any]]:
    """Those in the CRM whose names hold the text, each with its module."""
    return [(module, record) for module in sources_of(field) for record in matching(module, typed)]


def chosen_party(field: Field, may_bring: bool) -> Party | None:
    """Whom the posted form names; whoever is in the CRM only is brought over, where that is allowed now."""
    chosen, typed = request.form.get("party_id", ""), request.form.get("party", "").strip()
    name = request.form.get(in_bigin.NAMED, "")
    if there := in_bigin.chosen_there(chosen, typed, name):
        arrived: Party | None = in_bigin.arrived(field, there, name)
        return arrived
    if request.form.get("party_in") == in_bigin.BIGIN:
        return _known_by(field, chosen, typed)
    in_crm = _in_crm(field, chosen, typed)
    if in_crm is not None:
        return _brought(field, *in_crm) if may_bring else None
    typed_over = ":" in chosen
    party_id = resolve(field, "", typed) if typed_over else picked(field, request.form)
    party: Party | None = find(field, party_id) if party_id else None
    return party


def _known_by(field: Field, chosen: str, typed: str) -> Party | None:
    """Whom the picker still names while somebody looks in Bigin: what is typed there is no name in the books."""
    party: Party | None = find(field, as_id(chosen) or 0)
    if party is not None and typed in ("", party.display_name):
        return party
    raise Refused(party=_("Please search for them, and choose who it is."))


def made(field: Field) -> Party:
    """The customer or vendor that was typed beside the picker."""
    module = ALL[field.to]
    require(module.permission("create"))
    values, errors = forms.parse(new_party_fields(field), request.form)
    if errors:
        raise Refused(**errors)
    try:
        party: Party = records.create(
            module.model, {_bare(name): each for name, each in values.items()}, actor()
        )
    except Refused as refusal:
        said = {f"{NEW_PARTY}-{name}": words for name, words in refusal.fields.items()}
        raise Refused(refusal.message, **said) from refusal
    return party


def new_party_fields(field: Field) -> tuple[Field, ...]:
    """What is asked of somebody new, under names that set them apart from the document's own."""
    by_name = ALL[field.to].by_name
    asked = (by_name[name] for name in ("display_name", "email", "currency"))
    return tuple(replace(each, name=f"{NEW_PARTY}-{each.name}", longest=200) for each in asked)


def _bare(name: str) -> str:
    return name.removeprefix(f"{NEW_PARTY}-")


def _in_crm(field: Field, chosen: str, typed: str) -> tuple[Module, Any] | None:
    key, _colon, number = chosen.partition(":")
    sources = {module.key: module for module in sources_of(field)}
    if key in sources and (record_id := as_id(number)):
        record = load(sources[key], record_id, "view")
        if not typed or t(record.title) == typed:
            return sources[key], record
    if request.form.get("party_in") != CRM or chosen.isdigit() or not typed:
        return None
    record = one_called(list(sources.values()), typed)
    return sources[record.MODULE], record


def _brought(field: Field, module: Module, record: Any) -> Party:
    if getattr(record, "account_id", None):  # a contact stands for its account
        module = ALL["crm.accounts"]
        record = load(module, record.account_id, "view")
    books_id = record.books_id
    if books_id is None:
        return _brought_over(field, module, load(module, record.id, "edit"))
    party: Party | None = find(field, books_id)
    if party is None:
        raise Missing()
    return party


def _brought_over(field: Field, module: Module, record: Any) -> Party:
    way, said = WAYS[module.key], request.form.get("counterpart", "")
    candidates = way.candidates(record, actor())
    if candidates and not said:
        raise Unclear(Question(way.question, way.another, candidates))
    is_new = said == NEW or not candidates
    party: Party = way.add(record, actor(), None if is_new else _counterpart(field, said))
    return party


def _counterpart(field: Field, said: str) -> Any:
    record_id = as_id(said)
    if record_id is None:
        raise Refused(party=_("Please say which one it is."))
    return load(ALL[field.to], record_id, "edit")
