"""What `bin/check` finds in templates that would do nothing in the browser, and what it leaves alone."""

import pytest

from bin.checks import INLINE

pytestmark = pytest.mark.ground


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<script type="module">',
        "<style>p { color: red }</style>",
        '<p style="color: red">',
        '<button onclick="save()">',
        '<form hx-on::after-request="reset()">',
        """<div hx-vals='js:{now: Date.now()}'>""",
        '<a href="javascript:void(0)">',
    ],
)
def test_inline_code_and_style_are_found(text):
    assert INLINE.search(text)


@pytest.mark.parametrize(
    "text",
    [
        '<script src="{{ asset("app.js") }}" defer></script>',
        '<script type="application/json" id="rates">',
        '<button class="button" name="transition" value="void">',
        '<p class="style=none">only on="Monday"</p>',
        '<link rel="stylesheet" href="{{ asset("app.css") }}">',
        "<input hx-vals='{\"n\": 1}'>",
    ],
)
def test_files_data_and_attributes_are_left_alone(text):
    assert not INLINE.search(text)
