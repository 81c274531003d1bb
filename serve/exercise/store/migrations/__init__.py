"""Migrations of the exercise store, in order."""
