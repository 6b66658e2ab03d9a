"""A sentence in the database, so that whoever reads it later reads it in their own language."""

import json
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.types import TypeDecorator

from domain.words import Words

_MARK = '{"words": '


class Sentence(TypeDecorator[Words | str]):
    """Words with their parameters, kept as text; a plain string (what somebody else said) stays one."""

    impl: type[String] = Text
    cache_ok = True

    def process_bind_param(self, value: Words | str | None, dialect: Any) -> str | None:
        """The text to store."""
        if not isinstance(value, Words):
            # what somebody typed is never read as words, whatever it looks like
            return f" {value}" if value and value.startswith(_MARK) else value
        parts = {"params": value.params, "many": value.many, "context": value.context}
        return json.dumps({"words": value.text} | parts, ensure_ascii=False, default=str)

    def process_result_value(self, value: str | None, dialect: Any) -> Words | str | None:
        """The words again."""
        if value is None or not value.startswith(_MARK):
            return value
        stored = json.loads(value)
        return Words(stored.pop("words"), **stored)


class ShortSentence(Sentence):
    """The same where the text is short: what a record is called."""

    impl = String
    cache_ok = True
