"""Names, roles and passwords; and that guessing is slow and tells nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from serve.cli import app
from serve.i18n import LANGUAGES, catalogue, tr
from serve.services.access import Deed, visitor
from serve.services.access import may as allows
from serve.services.access_errors import AccessErrorCode, access_sentence
from serve.services.local_only import Receive, Scope, Send
from serve.services.login import LoginRequired
from serve.services.sessions import IDLE_S, LONGEST_S, RECHECK_S, Sessions
from serve.services.settings import change as change_setting
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
    changes_of_users,
    computer_account,
)
from serve.store.database import Database
from serve.store.events import CaseOpened
from serve.store.store import CaseStore

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


def test_an_open_page_that_asks_by_itself_does_not_keep_a_session(users: Users) -> None:
    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("page")(scope, receive, send)

    clock = Clock()
    sessions = Sessions(users, clock)
    user = users.get("Lan")
    assert user is not None
    for path, kept in (
        ("/alive", False), ("/gradio_api/heartbeat/x", False), ("/gradio_api/queue/join", False),
        ("/gradio_api/queue/data", False), ("/active", True), ("/gradio_api/upload", True), ("/cases", True),
    ):  # fmt: skip
        client = TestClient(
            LoginRequired(page, users, tls=False, sessions=sessions), cookies={"tigercheck": sessions.begin(user)}
        )
        for _ in range(2):
            clock.now += IDLE_S / 2 - 1
            assert client.get(path).status_code == 200
        clock.now += 2
        assert (client.get("/alive").status_code == 200) is kept, path


def test_every_act_on_a_user_is_in_the_chain_without_anything_of_the_password(tmp_path: Path) -> None:
    store = CaseStore(tmp_path)
    users = Users(store.database, QUICK, by="Hoa")
    users.add("Lan", SECRET)
    for role in (Role.TRAINER, Role.TRAINER):
        assert users.change_role("LAN", role).role is Role.TRAINER
    users.change_password("Lan", "a quite new one")
    users.disable("Lan")
    users.disable("Lan")
    users.disable("Lan", disabled=False)
    with pytest.raises(AccessError):
        users.add("lan", SECRET)
    made = changes_of_users(store)
    assert [(one.who, one.payload.act, one.payload.user, one.payload.role) for one in made] == [
        ("Hoa", "added", "Lan", "officer"),
        ("Hoa", "role_changed", "Lan", "trainer"),
        ("Hoa", "password_changed", "Lan", "trainer"),
        ("Hoa", "disabled", "Lan", "trainer"),
        ("Hoa", "enabled", "Lan", "trainer"),
    ]
    # Cases and settings stand in the same chain and are not disturbed.
    store.append("VN-1", "Lan", CaseOpened())
    change_setting(store, "Hoa", "own_judgement_first", True)
    assert len(store.settings()) == 1
    assert [case.number for case in store.cases()] == ["VN-1"]
    assert store.verify() == []
    with sqlite3.connect(tmp_path / "cases.sqlite") as connection:
        texts = "".join(text for (text,) in connection.execute("SELECT payload FROM event"))
        kept = connection.execute("SELECT password_hash FROM users").fetchone()[0]
    assert "argon2" not in texts
    assert not any(part in texts for part in (SECRET, "a quite new one", kept[-20:]))
    store.close()


@pytest.mark.parametrize(
    ("sql", "where"),
    [
        ("UPDATE users SET role = 'maintainer'", "user Lan"),
        ("UPDATE users SET disabled = 1", "user Lan"),
        ("DELETE FROM users", "user Lan"),
        ("UPDATE event SET payload = replace(payload, 'officer', 'maintainer')", "event 1"),
    ],
)
def test_verify_finds_users_changed_behind_the_chain(tmp_path: Path, sql: str, where: str) -> None:
    store = CaseStore(tmp_path)
    Users(store.database, QUICK).add("Lan", SECRET)
    assert store.verify() == []
    with sqlite3.connect(tmp_path / "cases.sqlite") as connection:
        connection.execute(sql)
    connection.close()
    assert any(fault.where.startswith(where) for fault in store.verify())
    store.close()


def test_a_new_role_counts_at_once_also_for_who_is_signed_in(tmp_path: Path) -> None:
    store = CaseStore(tmp_path)
    users = Users(store.database, QUICK)
    sessions = Sessions(users, Clock())
    token = sessions.begin(users.add("Lan", SECRET, Role.MAINTAINER))
    for role, allowed in ((Role.MAINTAINER, True), (Role.OFFICER, False), (Role.MAINTAINER, True)):
        users.change_role("Lan", role)
        assert allows(visitor(store.database, sessions.user(token)), Deed.CHANGE_SETTINGS) is allowed
    store.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_line_changes_a_role_and_shows_who_did_what(tmp_path: Path, language: str) -> None:
    assert tr("users.history.none", language)[:12] in run(tmp_path, "history", language=language).output
    run(tmp_path, "add", "Lan", "--officer", "Hoa", typed=SECRET + "\n")
    done = run(tmp_path, "role", "Lan", "maintainer", language=language)
    assert tr("users.role_is", language, name="Lan", role=tr("access.role.maintainer", language)) in done.output
    assert run(tmp_path, "role", "Lan", "king").exit_code == 2
    assert isinstance(run(tmp_path, "role", "Minh", "trainer").exception, AccessError)
    shown = run(tmp_path, "history", language=language).output
    for part in ("Hoa", "Lan", computer_account(), tr("users.act.role_changed", language)):
        assert part in shown


def run(tmp_path: Path, *arguments: str, typed: str = "", language: str = "en") -> Result:
    command = ["users", *arguments, "--data", str(tmp_path), "--lang", language]
    return CliRunner(env={"COLUMNS": "300"}).invoke(app, command, input=typed)


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
