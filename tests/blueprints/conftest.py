"""What the tests of all addresses share."""

from tests.pages import compiled_once

__all__ = ["compiled_once"]
