"""A case store with users that could not be opened at the start is not used without a sign-in."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import pytest

from serve.i18n import LANGUAGES, tr
from serve.services.users import Users
from serve.store.store import CaseStore
from tests.support.server import serving


def test_with_users_it_asks_for_a_new_start(tiny_bundle: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cases"
    store = CaseStore(folder)
    Users(store.database).add("lan", "a long password 123")
    store.close()
    database = folder / "cases.sqlite"
    whole = database.read_bytes()
    database.write_bytes(b"\x5a" * 200)
    with serving(log=tmp_path / "log.txt", TIGERCHECK_BUNDLE=str(tiny_bundle)) as url:
        database.write_bytes(whole)
        for language in LANGUAGES:
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"{url}/cases?lang={language}", timeout=60)
            assert tr("store_error.start_again", language) in refused.value.read().decode()
            refused.value.close()
        form = urllib.request.Request(f"{url}/cases", data=b"number=VN-1&officer=Lan")
        with pytest.raises(urllib.error.HTTPError, match="400") as refused:
            urllib.request.urlopen(form, timeout=60)
        refused.value.close()
    store = CaseStore(folder)
    assert store.cases() == []
    store.close()
