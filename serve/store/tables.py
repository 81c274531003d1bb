"""The tables: events, from which all cases are read, and users."""

from __future__ import annotations

from sqlalchemy import String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Tables of the case store."""


class EventRow(Base):
    """An event as stored. ``previous`` is unique, so two writers can never both continue from one event."""

    __tablename__ = "event"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_number: Mapped[str] = mapped_column(String(200), index=True)
    at: Mapped[str] = mapped_column(String(40))
    who: Mapped[str] = mapped_column(String(200))
    payload: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class UserRow(Base):
    """Someone who may sign in. ``name_key`` is the name without case, so that no two differ by it alone."""

    __tablename__ = "users"

    name_key: Mapped[str] = mapped_column(String(200), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(20))
    created: Mapped[str] = mapped_column(String(40))
    disabled: Mapped[bool] = mapped_column(default=False)
