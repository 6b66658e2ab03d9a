"""What is written down is one line, in the form that was asked for."""

import json
import logging

from logs import JsonLines


def test_a_log_line_is_one_json_object():
    record = logging.LogRecord("jobs", logging.WARNING, __file__, 1, "%s went\nout", ("会社",), None)
    line = JsonLines().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == "会社 went\nout"


def test_a_log_line_brings_its_traceback():
    try:
        raise ValueError("broken")
    except ValueError as error:
        record = logging.LogRecord(
            "web", logging.ERROR, __file__, 1, "no", (), (ValueError, error, error.__traceback__)
        )
    assert "ValueError: broken" in json.loads(JsonLines().format(record))["traceback"]
