"""Modules of the books side."""
