"""What goes wrong with a report."""

from __future__ import annotations

from model.decision import Message
from model.errors import TigercheckError
from serve.i18n import tr


class ReportError(TigercheckError):
    """A report cannot be made or written. ``message`` can be worded in any language; the text is English."""

    def __init__(self, code: str, **params: str) -> None:
        self.message = Message(code, params)
        super().__init__(tr(code, "en", **params))
