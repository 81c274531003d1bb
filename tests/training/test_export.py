"""One network, several graphs: each loads, what they differ by is written down, and the choice follows its rule."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from rich.console import Console

from model.bundle import sha256_file
from model.session import OUTPUTS
from model.taxonomy import shipped_taxonomy
from tests.support.bundles import COLOURS
from tests.support.runs import write_pictures, write_run
from training.errors import TrainingError
from training.export import export, read_export
from training.network import LeafClassifier
from training.paired_weights import PAIR_LIMIT, largest_pair
from training.pictures import Folders, read_rows
from training.quantise import CANDIDATES, calibration_rows, head_nodes
from training.quantise_choice import FP32, choose
from training.timing import Spread, cpu_flags, has_vnni, interleaved

TAXONOMY = shipped_taxonomy()
USED = CANDIDATES[:1] + CANDIDATES[4:]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("export")


@pytest.fixture(scope="module")
def folders(root: Path) -> Folders:
    return write_pictures(root)


@pytest.fixture(scope="module")
def report(root: Path, folders: Folders) -> dict:
    write_run(root / "run", root)
    return export(root / "run", root, folders, TAXONOMY, Console(quiet=True), USED, rounds=3)


def test_every_graph_gives_the_three_outputs(root: Path, report: dict) -> None:
    names = {FP32, *(f"{one.name}.onnx" for one in USED)}
    folder = root / "run" / "export"
    assert set(report["graphs"]) == names
    assert {path.name for path in folder.iterdir()} == names | {"export.json"}
    for name in names:
        session = ort.InferenceSession(str(folder / name), providers=["CPUExecutionProvider"])
        assert tuple(output.name for output in session.get_outputs()) == OUTPUTS
        logits, embedding, activation = session.run(None, {"photos": np.zeros((3, 3, 64, 64), np.float32)})
        assert logits.shape == (3, 4)
        assert embedding.shape[0] == activation.shape[0] == 3
        assert activation.shape[1] == 4
        assert report["graphs"][name]["sha256"] == sha256_file(folder / name)


def test_int8_is_smaller_and_its_weights_are_int8(root: Path, report: dict) -> None:
    graphs = report["graphs"]
    for one in USED:
        assert graphs[f"{one.name}.onnx"]["bytes"] < 0.6 * graphs[FP32]["bytes"]
        stored = onnx.load(root / "run" / "export" / f"{one.name}.onnx").graph
        weights = [onnx.numpy_helper.to_array(x) for x in stored.initializer if x.data_type == onnx.TensorProto.INT8]
        most = max(int(np.abs(w.astype(int)).max()) for w in weights if w.ndim == 4)
        assert most <= 64 if one.weights == "7-bit" else most > 64
        pairs = max(largest_pair(w) for w in weights if w.ndim == 4 and w.shape[1] > 1)
        assert pairs <= PAIR_LIMIT if one.weights != "8-bit" else pairs > PAIR_LIMIT
        assert len(head_nodes(stored)) == 2


def test_the_report_holds_what_was_measured(root: Path, report: dict) -> None:
    assert report == json.loads((root / "run" / "export" / "export.json").read_text(encoding="utf-8"))
    fp32 = report["graphs"][FP32]
    assert fp32["parity"]["largest_probability_difference"] < 1e-4
    assert fp32["time_ratio"] == {"median": 1.0, "quartiles": [1.0, 1.0]}
    assert fp32["identity_agreement_with_fp32"] == 1.0
    assert {origin: f["n"] for origin, f in fp32["by_origin"].items()} == {"photo": 4, "render": 4}
    assert set(report["calibrated_on"]) == {f"{leaf}/{k}.png" for leaf in COLOURS for k in (0, 1)}
    assert report["chosen"] in report["graphs"]
    assert read_export(root / "run")["chosen"] == report["chosen"]


def test_a_changed_graph_or_network_is_noticed(root: Path, folders: Folders, tmp_path: Path, monkeypatch) -> None:
    write_run(tmp_path / "run", root)
    with pytest.raises(TrainingError, match="holds no exported graph"):
        read_export(tmp_path / "run")
    # The graph must say what torch says: here torch is made to say something else.
    real = LeafClassifier.forward
    monkeypatch.setattr(LeafClassifier, "forward", lambda self, x: real(self, x) * torch.tensor([1.0, 1.5, 1.0, 0.2]))
    with pytest.raises(TrainingError, match="torch and fp32 ONNX differ"):
        export(tmp_path / "run", root, folders, TAXONOMY, Console(quiet=True), (), rounds=2)
    assert not (tmp_path / "run" / "export").exists()
    monkeypatch.undo()
    report = export(tmp_path / "run", root, folders, TAXONOMY, Console(quiet=True), (), rounds=2)
    assert report["chosen"] == FP32
    (tmp_path / "run" / "export" / FP32).write_bytes(b"other")
    with pytest.raises(TrainingError, match="not the graph that was measured"):
        read_export(tmp_path / "run")


def test_calibration_pictures_are_training_rows_in_balance(root: Path, folders: Folders) -> None:
    rows = read_rows(root, TAXONOMY)
    chosen = calibration_rows(rows, 8)
    assert {row.split for row in chosen} == {"train"}
    assert len({(row.leaf, row.origin) for row in chosen}) == 8
    assert calibration_rows(rows[::-1], 8) == chosen
    assert len(calibration_rows(rows)) == 16


def graphs() -> dict[str, dict]:
    def one(size: int, ratio: float, full: bool, accuracy: float = 0.95, recall: float = 0.99) -> dict:
        figures = {"identity_accuracy": accuracy, "tiger_recall": recall, "n": 1000, "tigers": 1000}
        return {"bytes": size, "time_ratio": {"median": ratio}, "weights": "8-bit" if full else "7-bit",
                "by_origin": {"photo": dict(figures), "render": dict(figures)}}  # fmt: skip

    return {
        FP32: one(13, 1.0, False), "fast": one(5, 0.5, False), "small": one(4, 0.51, False), "slow": one(3, 0.9, False),
        "full": one(4, 0.3, True),
    }  # fmt: skip


def test_choice_takes_the_smallest_of_the_fastest() -> None:
    assert choose(graphs(), vnni=True)[0] == "small"
    assert "full: its 8-bit weights may saturate" in choose(graphs(), vnni=True)[1]
    # Without VNNI, saturation shows in the figures, so 8-bit weights count.
    assert choose(graphs(), vnni=False)[0] == "full"


@pytest.mark.parametrize("figure", ["identity_accuracy", "tiger_recall"])
@pytest.mark.parametrize("origin", ["photo", "render"])
def test_a_loss_in_one_origin_rules_a_graph_out(figure: str, origin: str) -> None:
    changed = copy.deepcopy(graphs())
    changed["small"]["by_origin"][origin][figure] -= 0.005
    assert choose(changed, vnni=True)[0] == "small"
    changed["small"]["by_origin"][origin][figure] -= 0.001
    name, reason = choose(changed, vnni=True)
    assert name == "fast"
    assert f"small: {figure.replace('_', ' ')} on {origin}s falls by 0.6 points" in reason
    for bad in ("fast", "slow"):
        changed[bad]["by_origin"][origin][figure] = 0.5
    name, reason = choose(changed, vnni=True)
    assert name == FP32
    assert reason.startswith("fp32 ships, because no int8 graph may")


def test_one_picture_of_few_is_no_loss_and_two_are() -> None:
    few = graphs()
    for graph in few.values():
        graph["by_origin"]["render"].update(tigers=56, tiger_recall=50 / 56)
    few["small"]["by_origin"]["render"]["tiger_recall"] = 49 / 56
    assert choose(few, vnni=True)[0] == "small"
    few["small"]["by_origin"]["render"]["tiger_recall"] = 48 / 56
    name, reason = choose(few, vnni=True)
    assert name == "fast"
    assert "small: tiger recall on renders falls by 3.6 points (of 56)" in reason


def test_an_origin_without_tigers_is_not_compared_there() -> None:
    changed = graphs()
    for graph in changed.values():
        graph["by_origin"]["render"]["tiger_recall"] = None
    assert choose(changed, vnni=True)[0] == "small"


def test_things_are_timed_in_turn() -> None:
    calls: list[str] = []
    times = interleaved({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, rounds=3, warm_up=1)
    assert calls == ["a", "b"] * 4
    assert {name: len(values) for name, values in times.items()} == {"a": 3, "b": 3}
    assert Spread.of([1, 2, 3, 4, 5]).as_dict() == {"median": 3.0, "quartiles": [2.0, 4.0]}


def test_the_processor_is_read_where_the_system_tells(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("model name: x\nflags\t\t: fpu sse4_2 avx2 bmi1\n", encoding="utf-8")
    (tmp_path / "new").write_text("flags\t\t: avx2 avx512f avx512_vnni\n", encoding="utf-8")
    assert cpu_flags(tmp_path / "old")["avx2"]
    assert not has_vnni(cpu_flags(tmp_path / "old"))
    assert has_vnni(cpu_flags(tmp_path / "new"))
    assert cpu_flags(tmp_path / "none") == {}
