"""The wheel alone is enough: installed far from the checkout, it answers and serves."""

from __future__ import annotations

import json
import os
import site
import subprocess
import sys
import sysconfig
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

from tests.support.photos import save, textured
from tests.support.server import serving

pytestmark = pytest.mark.packaging
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of commands of a fresh environment: the wheel, plus this environment's dependencies by path.

    A path line in a .pth file does not run the .pth files behind it, so the editable checkout stays out of reach.
    """
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=True)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / Path(sys.executable).name
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    target = Path(
        subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True, capture_output=True, text=True,
        ).stdout.strip()
    )  # fmt: skip
    shared = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()}
    (target / "dependencies.pth").write_text("\n".join(sorted(shared)), encoding="utf-8")
    return scripts


def run(command: list[object], folder: Path) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "TIGERCHECK"))}
    return subprocess.run(
        [str(part) for part in command], cwd=folder, env=clean, capture_output=True, text=True, timeout=120, check=False
    )


def test_wheel_holds_what_it_needs(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "model/data/taxonomy.yaml" in names
    for language in ("vi", "zh", "en"):
        assert f"serve/i18n/{language}/common.json" in names
    fonts = ("fonts/noto-sans.woff2", "fonts/noto-sans-sc.woff2")
    for file in ("page.css", "intake.js", "templates/answer.html", *fonts):
        assert f"serve/ui/{file}" in names
    assert "serve/ui/guide.css" in names
    guide = {path.relative_to(ROOT).as_posix() for path in (ROOT / "serve" / "guide").rglob("*") if path.is_file()}
    assert len(guide) > 60
    assert guide <= set(names)
    for file in ("bundle.json", "model.onnx", "MODEL_CARD.md", "metrics.json"):
        assert any(name.startswith("model/bundles/") and name.endswith(file) for name in names), file
    assert not [name for name in names if name.startswith(("tests/", "datasets/", "benchmarks/"))]


def test_predict_and_doctor_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    where = run([installed / "python", "-c", "import model; print(model.__file__)"], tmp_path)
    assert str(ROOT) not in where.stdout
    photo = save(textured((230, 120, 20)), tmp_path / "a.jpg")
    result = run([installed / "tigercheck", "predict", "--json", photo], tmp_path)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["schema"] == "tigercheck.prediction/1"
    doctor = run([installed / "tigercheck", "doctor", "--json"], tmp_path)
    assert doctor.returncode == 0, doctor.stdout
    assert str(ROOT) not in doctor.stdout
    for command in (["open", "VN-1", "--officer", "A"], ["add", "VN-1", "E1", photo, "--officer", "A"], ["verify"]):
        done = run([installed / "tigercheck", "cases", *command, "--data", tmp_path / "cases"], tmp_path)
        assert done.returncode == 0, done.stderr


def test_serve_from_an_empty_folder(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [k for k in os.environ if k.startswith(("PYTHON", "TIGERCHECK"))]:
        monkeypatch.delenv(name)
    with (
        serving([installed / "tigercheck"], log=tmp_path / "log.txt") as address,
        urllib.request.urlopen(address, timeout=60) as answer,
    ):
        assert answer.status == 200
        assert "tigercheck" in answer.read().decode()
