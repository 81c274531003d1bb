"""What goes wrong with the case store."""

from model.errors import TigercheckError


class StoreError(TigercheckError):
    """The store cannot be used, or refuses what was asked; the text says what to do."""
