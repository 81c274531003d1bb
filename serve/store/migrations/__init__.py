"""Migrations of the case store, in order."""
