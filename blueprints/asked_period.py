"""Which statement an address asks for: a preset or two dates, everything or what is open."""

from collections.abc import Mapping
from dataclasses import dataclass

from blueprints import forms
from domain.books.ledger import ALL
from domain.books.statements import PRESET, SHOWS, Period, check_order, period_called
from domain.errors import Refused
from domain.modules.bulk_statements import PERIOD
from domain.words import _


@dataclass(frozen=True)
class AskedPeriod:
    """What the address says, and how it says it."""

    form: forms.Form
    period: Period | None
    """None where the dates make no sense; the form says why."""
    preset: str = ""
    show: str = ALL

    @property
    def args(self) -> dict[str, str]:
        """The same as it stands in an address."""
        dates = (
            {"preset": self.preset}
            if self.preset
            else {each.name: self.form.text(each.name) for each in PERIOD}
        )
        return {**dates, **({} if self.show == ALL else {"show": self.show})}

    def but(self, **changes: str) -> dict[str, str]:
        """An address that differs in one thing; another period takes the place of this one."""
        kept = {"show": self.show} if "preset" in changes else self.args
        return {name: value for name, value in {**kept, **changes}.items() if value != ALL}


def asked_period(args: Mapping[str, str]) -> AskedPeriod:
    """The statement that an address asks for; a date that is missing is one of this month."""
    show = args.get("show") or ALL
    if show not in SHOWS:
        raise Refused(_("Please choose from the list."))
    start = args.get("start") or args.get("from_date")
    end = args.get("end") or args.get("to_date")
    preset = "" if start or end else args.get("preset") or PRESET
    filled = _filled(period_called(preset or PRESET))
    typed = {"start": start or filled["start"], "end": end or filled["end"]}
    try:
        return AskedPeriod(forms.as_posted(typed), typed_period(typed), preset, show)
    except Refused as refusal:
        return AskedPeriod(forms.as_posted(typed, forms.at_fields(refusal)), None, show=show)


def typed_period(typed: Mapping[str, str]) -> Period:
    """The period between two typed dates; Refused, at the field, where they make none."""
    values, errors = forms.parse(PERIOD, typed)
    if errors:
        raise Refused(**errors)
    period = Period(values["start"], values["end"])
    check_order(period, "end")
    return period


def _filled(period: Period) -> dict[str, str]:
    return {"start": period.first.isoformat(), "end": period.last.isoformat()}
