"""Fixtures for all tests. Nothing here needs a network, a GPU or the photo collection."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from model.bundle import load_bundle
from model.predict import Predictor
from tests.support.bundles import make_bundle

# No test is timed: a busy machine is no fault.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a small bundle that tells photos apart by colour."""
    return make_bundle(tmp_path_factory.mktemp("bundles"))


@pytest.fixture(scope="session")
def predictor(tiny_bundle: Path) -> Predictor:
    """A predictor over the tiny bundle."""
    return Predictor(load_bundle(tiny_bundle), threads=1)


@pytest.fixture(autouse=True)
def _no_bundle_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIGERCHECK_BUNDLE", raising=False)
