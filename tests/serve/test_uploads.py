"""Photos handed over but not saved go with the run, or at the next start if it was killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from model.errors import TigercheckError
from serve.services.uploads import remove_left_over, upload_folder

#: A program that makes the folder, puts a photo there and waits.
_RUN = """
import sys, time
from pathlib import Path
from serve.services.uploads import upload_folder
with upload_folder(Path(sys.argv[1])) as folder:
    (folder / "photo.jpg").write_bytes(b"photo")
    print(folder, flush=True)
    time.sleep(600)
"""


def _started(place: Path) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen([sys.executable, "-c", _RUN, str(place)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def _killed(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=30)


def test_the_folder_is_empty_private_and_goes_with_the_run(tmp_path: Path) -> None:
    with upload_folder(tmp_path) as folder:
        assert list(folder.iterdir()) == []
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "photo.jpg").write_bytes(b"photo")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_goes_at_the_next_and_what_a_running_one_uses_stays(tmp_path: Path) -> None:
    killed, left = _started(tmp_path)
    other, used = _started(tmp_path)
    try:
        _killed(killed)
        assert killed.returncode == -signal.SIGKILL
        assert (left / "photo.jpg").exists()
        with upload_folder(tmp_path):
            assert not left.exists()
            assert (used / "photo.jpg").read_bytes() == b"photo"
    finally:
        _killed(other)
    assert remove_left_over(tmp_path) == [used]
    assert list(tmp_path.iterdir()) == []


def test_links_and_other_folders_are_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("x")
    place = tmp_path / "temporary"
    place.mkdir()
    (place / "tigercheck-uploads-0123").symlink_to(precious)
    (place / "tigercheck-other").mkdir()
    assert remove_left_over(place) == []
    assert (precious / "thesis.txt").exists()
    assert (place / "tigercheck-other").exists()


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(TigercheckError, match="Free some space"), upload_folder(tmp_path / "file"):
        pass
