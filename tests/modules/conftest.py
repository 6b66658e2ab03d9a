"""What the tests of all modules share."""

from tests.pages import compiled_once

__all__ = ["compiled_once"]
