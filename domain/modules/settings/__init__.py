"""Modules kept under Settings."""
