"""Values that an organization adds to a record type: kept in one column, by the key of the custom field."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from domain.custom_fields import PREFIX, Definition, as_kept, as_read, definition


class Customizable:
    """A record that may have custom fields: `record.cf_colour` is read and written like any attribute."""

    custom: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict, server_default="{}")

    def __init__(self, **values: Any) -> None:
        added = {name: values.pop(name) for name in list(values) if name.startswith(PREFIX)}
        super().__init__(**{"custom": {}, **values})
        for name, value in added.items():
            setattr(self, name, value)

    # Forms, lists, exports and imports take values by the name of the field; these two let a custom field have one.
    # The type checker is not told: to it, a record has no attributes but those that are written down.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            found = _defined(self, name)
            return as_read(found.kind, (self.custom or {}).get(found.key))

        def __setattr__(self, name: str, value: Any) -> None:
            if not name.startswith(PREFIX):
                return super().__setattr__(name, value)
            found = _defined(self, name)
            others = {key: kept for key, kept in (self.custom or {}).items() if key != found.key}
            kept = as_kept(found.kind, value)
            self.custom = others if kept is None else others | {found.key: kept}


def _defined(record: Any, name: str) -> Definition:
    found = definition(record.MODULE, name) if name.startswith(PREFIX) else None
    if found is None:
        raise AttributeError(f"{type(record).__name__} has no {name}")
    return found
