"""Names, roles and passwords; and that guessing is slow and tells nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from typer.testing import CliRunner, Result

from serve.cli import app
from serve.i18n import LANGUAGES, catalogue, tr
from serve.services.access_errors import AccessErrorCode, access_sentence
from serve.services.sessions import IDLE_S, LONGEST_S, RECHECK_S, Sessions
from serve.services.users import (
    LONGEST,
    SHORTEST,
    TRIES_ADDRESS,
    TRIES_NAME,
    WINDOW_S,
    AccessError,
    Role,
    Throttle,
    Users,
)
from serve.store.database import Database

SECRET = "hoa sen nở sớm"
#: The same function with little memory, so that tests stay quick.
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def users(database: Database) -> Users:
    users = Users(database, QUICK)
    users.add("Lan", SECRET, Role.TRAINER)
    return users


def test_passwords_are_kept_as_argon2id_only(users: Users, tmp_path: Path) -> None:
    content = b"".join(path.read_bytes() for path in tmp_path.glob("cases.sqlite*"))
    assert b"$argon2id$" in content
    assert SECRET.encode() not in content


def test_only_the_right_password_of_an_enabled_user_opens(users: Users) -> None:
    user = users.verify("lan", SECRET)
    assert user is not None
    assert (user.name, user.role) == ("Lan", Role.TRAINER)
    for name, password in (("Lan", SECRET + "x"), ("Lan", ""), ("Minh", SECRET), ("", SECRET), ("Lan", "x" * 100_000)):
        assert users.verify(name, password) is None
    users.disable("Lan")
    assert users.verify("Lan", SECRET) is None
    users.disable("Lan", False)
    assert users.verify("Lan", SECRET) is not None


def test_accents_typed_in_another_way_are_the_same_password(users: Users) -> None:
    import unicodedata

    assert users.verify("Lan", unicodedata.normalize("NFD", SECRET)) is not None


def test_an_unknown_name_costs_a_hash_of_the_same_kind(database: Database) -> None:
    counted: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            counted.append(str(hash).rsplit("$", 2)[0])
            return super().verify(hash, password)

    users = Users(database, Counting(time_cost=1, memory_cost=64, parallelism=1))
    users.add("Lan", SECRET)
    users.verify("Lan", "wrong password")
    users.verify("nobody", "wrong password")
    assert len(counted) == 2
    assert counted[0] == counted[1]


def test_a_hash_of_weaker_settings_is_renewed_at_the_next_sign_in(database: Database, users: Users) -> None:
    stronger = Users(database, PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))
    before = users.get("Lan")
    user = stronger.verify("Lan", SECRET)
    assert before is not None
    assert user is not None
    assert user.stamp != before.stamp
    assert users.verify("Lan", SECRET) is not None


@pytest.mark.parametrize("password", ["short", "x" * 257, "aaaaaaaaaaaaaaaa", "Nguyễn Thị Hoa"])
def test_weak_passwords_are_refused(users: Users, password: str) -> None:
    with pytest.raises(AccessError, match="Expected a password"):
        users.add("nguyễn thị hoa", password)
    assert users.get("nguyễn thị hoa") is None


def test_names_are_taken_once_whatever_their_case(users: Users) -> None:
    with pytest.raises(AccessError, match="already"):
        users.add("LAN", SECRET)
    for name in ("", " ", "a\nb", "x" * 101):
        with pytest.raises(AccessError, match="Expected a user name"):
            users.add(name, SECRET)
    for act in (lambda: users.disable("x"), lambda: users.change_password("x", SECRET)):
        with pytest.raises(AccessError, match="no user"):
            act()


def test_roles_are_a_ladder(users: Users) -> None:
    for role, may in ((Role.OFFICER, True), (Role.TRAINER, True), (Role.MAINTAINER, False)):
        user = users.get("Lan")
        assert user is not None
        assert user.may(role) is may
    users.disable("Lan")
    disabled = users.get("Lan")
    assert disabled is not None
    assert not disabled.may(Role.OFFICER)


def test_guessing_is_slowed_by_name_and_by_address() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for _ in range(TRIES_NAME):
        assert throttle.wait_s("Lan", "10.0.0.7") == 0
        throttle.failed("LAN", "10.0.0.7")
    assert throttle.wait_s("lan", "10.0.0.7") == WINDOW_S
    assert throttle.wait_s("Lan", "10.0.0.8") == 0  # nobody can lock Lan out from elsewhere
    assert throttle.wait_s("Minh", "10.0.0.7") == 0
    for k in range(TRIES_ADDRESS - TRIES_NAME):
        throttle.failed(f"name{k}", "10.0.0.7")
    assert throttle.wait_s("Minh", "10.0.0.7") > 0
    clock.now += WINDOW_S
    assert throttle.wait_s("Lan", "10.0.0.7") == 0


def test_signing_in_often_locks_nobody_out() -> None:
    throttle = Throttle(Clock())
    for _ in range(TRIES_ADDRESS * 2):
        assert throttle.wait_s("Lan", "10.0.0.7") == 0
        throttle.failed("Lan", "10.0.0.7")
        throttle.succeeded("Lan", "10.0.0.7")


def test_sessions_end_after_idling_and_after_a_shift(users: Users) -> None:
    clock = Clock()
    sessions = Sessions(users, clock)
    user = users.verify("Lan", SECRET)
    assert user is not None
    token = sessions.begin(user)
    assert sessions.user(token) == "Lan"
    assert sessions.user(token + "x") is None
    clock.now += IDLE_S - 1
    assert sessions.user(token, active=False) == "Lan"
    clock.now += 1
    assert sessions.user(token) is None
    token = sessions.begin(user)
    for _ in range(round(LONGEST_S / 1800) - 1):
        clock.now += 1800
        assert sessions.user(token) == "Lan"
    clock.now += 1800
    assert sessions.user(token) is None


def test_sessions_end_when_the_user_is_disabled_or_has_a_new_password(users: Users) -> None:
    clock = Clock()
    sessions = Sessions(users, clock)
    for change in (lambda: users.change_password("Lan", "another long one"), lambda: users.disable("Lan")):
        user = users.get("Lan")
        assert user is not None
        token = sessions.begin(user)
        assert sessions.user(token) == "Lan"
        change()
        clock.now += RECHECK_S
        assert sessions.user(token) is None


def run(tmp_path: Path, *arguments: str, typed: str = "", language: str = "en") -> Result:
    command = ["users", *arguments, "--data", str(tmp_path), "--lang", language]
    return CliRunner().invoke(app, command, input=typed)


def test_the_command_line_manages_users_without_a_password_as_argument(tmp_path: Path) -> None:
    assert tr("users.none", "en")[:12] in run(tmp_path, "list").output
    assert run(tmp_path, "add", "Lan", "--role", "maintainer", typed=SECRET + "\n").exit_code == 0
    assert isinstance(run(tmp_path, "add", "Minh", typed="short\n").exception, AccessError)
    assert run(tmp_path, "add", "Minh", "--role", "king", typed=SECRET).exit_code == 2
    assert run(tmp_path, "add", "Minh", SECRET).exit_code == 2
    assert run(tmp_path, "password", "Lan", typed="a quite new one\n").exit_code == 0
    database = Database(tmp_path)
    users = Users(database)
    assert users.verify("Lan", "a quite new one") is not None
    assert users.verify("Lan", SECRET) is None
    assert run(tmp_path, "disable", "Lan").exit_code == 0
    assert users.verify("Lan", "a quite new one") is None
    assert run(tmp_path, "disable", "Lan", "--enable").exit_code == 0
    assert users.verify("Lan", "a quite new one") is not None
    database.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_users_are_listed_in_the_language(tmp_path: Path, language: str) -> None:
    assert run(tmp_path, "add", "Lan", typed=SECRET, language=language).exit_code == 0
    listed = run(tmp_path, "list", language=language).output
    assert tr("access.role.officer", language) in listed
    assert tr("users.enabled", language) in listed


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_refused_is_said_in_the_language(users: Users, tmp_path: Path, language: str) -> None:
    shown = run(tmp_path, "add", "Minh", typed="short\n", language=language)
    expected = tr("access_error.password_length", language, shortest=SHORTEST, longest=LONGEST, count=5)
    assert str(shown.exception) == expected
    shown = run(tmp_path, "disable", "Hoa", language=language)
    assert str(shown.exception) == tr("access_error.user_missing", language, name="Hoa")
    with pytest.raises(AccessError) as refused:
        users.add("LAN", SECRET)
    assert access_sentence(refused.value, language) == tr("access_error.name_taken", language, name="LAN")
    assert {f"access_error.{code.value}" for code in AccessErrorCode} <= set(catalogue(language))
