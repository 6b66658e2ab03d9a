"""The form in which the Bigin API answers: rows with what is behind them, and what is wrong in one word."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Response

EMPTY = 204
"""No rows are no body at all."""


def answer(body: Mapping[str, Any] | None, status: int = 200) -> Response:
    """A JSON answer; without anything in it, none."""
    text = "" if body is None else json.dumps(body, ensure_ascii=False)
    status = EMPTY if body is None else status
    return Response(text, status, content_type="application/json;charset=UTF-8")


def problem(status: int, code: str, message: str, details: Mapping[str, Any] | None = None) -> Response:
    """What is wrong with the whole request."""
    return answer(trouble(code, message, details), status)


def trouble(code: str, message: str, details: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What is wrong, as it also stands for one row of several."""
    return {"code": code, "details": dict(details or {}), "message": message, "status": "error"}


class Problem(Exception):
    """The request, or one of its rows, can't be served; raised wherever that is noticed."""

    def __init__(self, status: int, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.http, self.code, self.message, self.details = status, code, message, details

    def as_row(self) -> dict[str, Any]:
        """What stands in the answer for one row."""
        return trouble(self.code, self.message, self.details)
