"""Trainee codes: short, easy to read out, hard to guess.

A code is eight characters of the 22 below, drawn by the system's cryptographic generator: 22^8 = 5.5 × 10^10 codes. A
guess hits one of a class of 30 with a probability of 30 / 5.5 × 10^10; somebody who tries 100 codes a second through a
three-hour lesson finds another's with a probability of 0.0006, so no lock is needed that could shut out a whole class.
"""

from __future__ import annotations

import secrets

#: Without I, L, O, 0 and 1, and without what looks or sounds like another in print or when called across a room:
#: 2 Z, 5 S, 6 G, 8 B, U V.
ALPHABET = "ACDEFHJKMNPQRTVWXY3479"
_LENGTH = 8
_CLASS_LENGTH = 6


def new_code() -> str:
    """A trainee code, as it is stored: eight characters without a dash."""
    return "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))


def new_class_id() -> str:
    """The name of a class in addresses. It gives no rights but to enter as a new trainee, if the class allows that."""
    return "".join(secrets.choice(ALPHABET) for _ in range(_CLASS_LENGTH))


def tidy(code: str) -> str:
    """A code as typed (small letters, dashes, spaces) in the form it is stored in."""
    return "".join(sign for sign in code.upper() if sign.isalnum())


def shown(code: str) -> str:
    """A code for reading: two groups of four."""
    return f"{code[: _LENGTH // 2]}-{code[_LENGTH // 2 :]}"
