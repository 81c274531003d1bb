"""A PostgreSQL server for tests: one that is named, or one that lives as long as the tests and answers nobody else."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: URL of a server whose user may create databases; each test makes one of its own and drops it.
VARIABLE = "TIGERCHECK_TEST_POSTGRES"
NEEDED = (
    f"needs PostgreSQL: set {VARIABLE} to postgresql+pg8000://USER@HOST/NAME, "
    "or install the Debian package postgresql (apt-get install postgresql)"
)


def binaries() -> Path | None:
    """Folder of ``initdb`` and ``postgres``, the newest version first; ``None`` if there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4].split(".")[0]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path and shutil.which("postgres") else None


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Start a server in ``folder`` that listens to a socket in it only, and give its URL."""
    commands = binaries()
    assert commands is not None, NEEDED
    user = _user(folder)
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    data = folder / "data"

    def run(*command: object) -> None:
        done = subprocess.run(
            [str(part) for part in command], user=user, env=environment, cwd=folder, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"

    run(commands / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync")
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    log = folder / "log.txt"
    try:
        run(commands / "pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "-t", "120", "start")
        yield f"postgresql+pg8000://postgres@/postgres?unix_sock={folder}/.s.PGSQL.5432"
    finally:
        run(commands / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


@contextmanager
def folder_for_server() -> Iterator[Path]:
    """An empty folder that the server's user may enter. A socket's path must be short, so it is not pytest's."""
    folder = Path(tempfile.mkdtemp(prefix="tcpg"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user(folder: Path) -> str | None:
    """Who runs the server: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    names = [name for name in ("postgres", "nobody") if _known(name)]
    assert names, "PostgreSQL refuses to run as root; expected a user postgres or nobody on this machine"
    shutil.chown(folder, names[0])
    return names[0]


def _known(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
