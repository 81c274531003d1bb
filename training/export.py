"""A trained network as ONNX files, fp32 and int8, and the checks that they still say the same."""

from __future__ import annotations

import json
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import torch
from rich.console import Console
from rich.table import Table
from torch import Tensor

from model.bundle import sha256_file
from model.manifest import ManifestRow
from model.preprocess import FloatArray, Preprocessing
from model.session import OUTPUTS
from model.taxonomy import Taxonomy
from training.errors import TrainingError
from training.network import ExportForm, LeafClassifier
from training.pictures import Folders, load_case, read_rows
from training.quantise import CANDIDATES, Candidate, calibration_rows, make_candidates
from training.quantise_choice import FP32, LOSS_LIMIT, choose, figures_by_origin, identity_argmax
from training.runs import EXPORT, TrainedRun, load_network, read_run
from training.timing import Spread, cpu_flags, has_vnni, inference, interleaved

EXPORT_FILE = "export.json"
#: Pictures of the parity check, and the largest difference of a probability between torch and fp32 that is let pass.
PARITY_PICTURES, PARITY_LIMIT = 200, 1e-4


def export_onnx(network: LeafClassifier, size: int, path: Path) -> None:
    """Write logits, embedding and map as one graph with a free batch size. Weights stay inside the file."""
    form = ExportForm(network).eval()
    example = torch.zeros(2, 3, size, size)
    with warnings.catch_warnings():
        # The exporter warns about its own internals; whether the graph is right is measured below, not guessed.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            form,
            (example,),
            str(path),
            input_names=["photos"],
            output_names=list(OUTPUTS),
            dynamic_shapes=({0: torch.export.Dim("photos", min=1, max=4096)},),
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    graph = onnx.load(path)
    # The exporter records the maker's file paths beside every node.
    for node in graph.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for value in (*graph.graph.value_info, *graph.graph.input, *graph.graph.output):
        del value.metadata_props[:]
    onnx.checker.check_model(graph)
    onnx.save(graph, path)


def onnx_outputs(path: Path, inputs: Tensor, batch: int = 32) -> dict[str, npt.NDArray[np.float32]]:
    """All outputs for (photos, 3, size, size) inputs."""
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    parts = [session.run(list(OUTPUTS), {name: inputs[i : i + batch].numpy()}) for i in range(0, len(inputs), batch)]
    return {output: np.concatenate([part[k] for part in parts]).astype(np.float32) for k, output in enumerate(OUTPUTS)}


@torch.inference_mode()
def parity(network: LeafClassifier, path: Path, inputs: Tensor, temperature: float) -> dict[str, float | int]:
    """Largest and mean difference of probability between torch and ONNX over the given photos."""
    network.eval()
    reference = torch.cat([network(inputs[i : i + 32]) for i in range(0, len(inputs), 32)])
    exported = torch.from_numpy(onnx_outputs(path, inputs)["logits"])
    difference = (torch.softmax(reference / temperature, 1) - torch.softmax(exported / temperature, 1)).abs()
    return {
        "photos": len(inputs), "largest_probability_difference": float(difference.max()),
        "mean_probability_difference": float(difference.mean()),
    }  # fmt: skip


def export(
    run: Path,
    manifest_dir: Path,
    folders: Folders,
    taxonomy: Taxonomy,
    console: Console,
    candidates: Sequence[Candidate] = CANDIDATES,
    rounds: int = 40,
) -> dict[str, Any]:
    """Write ``RUN/export``: ``fp32.onnx``, the int8 candidates and ``export.json``, and return what the last says.

    int8 is calibrated on training pictures, and the choice between graphs sees validation pictures only. The folder
    is made beside and replaces an earlier one when whole.

    Raises:
        TrainingError: the run is unfinished or of another manifest, there are no validation rows, or fp32 and torch
            differ by ``PARITY_LIMIT`` or more.
        ImageError: a picture cannot be opened.
    """
    trained = read_run(run, manifest_dir)
    rows = read_rows(manifest_dir, taxonomy, trained.recipe.leaves)
    if not trained.recipe.data.renders:
        rows = [row for row in rows if row.origin != "render"]
    validation = [row for row in rows if row.split == "validation"]
    if not validation:
        raise TrainingError(
            f"{manifest_dir} has no validation rows to judge graphs on; run tigercheck-train data split"
        )
    with tempfile.TemporaryDirectory(dir=run, prefix=".export-") as work:
        folder = Path(work) / EXPORT
        folder.mkdir()
        report = _write_graphs(folder, trained, rows, validation, folders, taxonomy, console, candidates, rounds)
        text = json.dumps(report, indent=1, ensure_ascii=False) + "\n"
        (folder / EXPORT_FILE).write_text(text, encoding="utf-8")
        target = run / EXPORT
        if target.exists():
            shutil.rmtree(target)
        folder.rename(target)
    console.print(_table(report), report["reason"])
    return report


def read_export(run: Path) -> dict[str, Any]:
    """``RUN/export/export.json``, with the chosen graph checked against its hash.

    Raises:
        TrainingError: the run was not exported, or a graph was changed since.
    """
    file = run / EXPORT / EXPORT_FILE
    if not file.is_file():
        raise TrainingError(f"{run} holds no exported graph; run tigercheck-train export --run {run} first")
    report: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    graph = run / EXPORT / report["chosen"]
    if not graph.is_file() or sha256_file(graph) != report["graphs"][report["chosen"]]["sha256"]:
        raise TrainingError(
            f"{graph} is not the graph that was measured; run tigercheck-train export --run {run} again"
        )
    return report


def _write_graphs(
    folder: Path,
    trained: TrainedRun,
    rows: Sequence[ManifestRow],
    validation: Sequence[ManifestRow],
    folders: Folders,
    taxonomy: Taxonomy,
    console: Console,
    candidates: Sequence[Candidate],
    rounds: int,
) -> dict[str, Any]:
    recipe, network = trained.recipe, load_network(trained)
    preprocessing = recipe.preprocessing
    console.print(f"Writing {FP32}; opening {len(validation)} validation pictures")
    export_onnx(network, preprocessing.size, folder / FP32)
    squares = _squares(validation, folders, preprocessing)
    some = np.random.default_rng(0).permutation(len(validation))[:PARITY_PICTURES]
    check = torch.from_numpy(_inputs(squares[some], preprocessing))
    if parity(network, folder / FP32, check, 1.0)["largest_probability_difference"] >= PARITY_LIMIT:
        raise TrainingError(
            f"torch and fp32 ONNX differ by {parity(network, folder / FP32, check, 1.0)}; expected less than "
            f"{PARITY_LIMIT}. The graph does not say what was trained: update torch and onnxruntime, or report it"
        )
    sample = calibration_rows(rows)
    inputs = _inputs(_squares(sample, folders, preprocessing), preprocessing)
    console.print(f"Quantising {len(candidates)} ways on {len(sample)} training pictures")
    settings = dict(_settings(folder, inputs, candidates))
    truth = np.asarray([taxonomy.leaf(row.leaf).identity for row in validation])
    origins = np.asarray([row.origin for row in validation])
    answered, graphs = {}, {}
    for name in (FP32, *settings):
        logits = _logits(folder / name, squares, preprocessing)
        answered[name] = identity_argmax(logits, recipe.leaves, taxonomy)
        graphs[name] = {
            **settings.get(name, {"weights": "float"}),
            "bytes": (folder / name).stat().st_size, "sha256": sha256_file(folder / name),
            "parity": parity(network, folder / name, check, 1.0),
            "by_origin": figures_by_origin(answered[name], truth, origins),
            "identity_agreement_with_fp32": round(float((answered[name] == answered[FP32]).mean()), 4),
        }  # fmt: skip
    works = {name: inference(folder / name, check[:1].numpy()) for name in graphs}
    times = interleaved(works, rounds)
    for name, graph in graphs.items():
        graph["milliseconds"] = Spread.of(times[name]).as_dict()
        graph["time_ratio"] = Spread.of(times[name] / times[FP32]).as_dict()
    flags = cpu_flags()
    chosen, reason = choose(graphs, has_vnni(flags))
    return {
        "chosen": chosen, "reason": reason, "judged_on": f"{len(validation)} validation pictures",
        "loss_limit": LOSS_LIMIT, "calibrated_on": [row.file for row in sample], "threads": 1, "rounds": rounds,
        "onnxruntime": ort.__version__, "cpu": flags, "graphs": graphs,
        "recipe": recipe.name, "manifest_sha256": trained.manifest_sha256, "git_commit": trained.git_commit,
    }  # fmt: skip


def _settings(folder: Path, inputs: FloatArray, candidates: Sequence[Candidate]) -> list[tuple[str, dict[str, Any]]]:
    made = make_candidates(folder / FP32, inputs, folder, candidates)
    return [(path.name, {k: v for k, v in vars(one).items() if k != "name"}) for one, path in made]


def _squares(rows: Sequence[ManifestRow], folders: Folders, preprocessing: Preprocessing) -> npt.NDArray[np.uint8]:
    """(N, size, size, 3) pixels: a quarter of what normalised pictures would take."""
    with ThreadPoolExecutor(2) as pool:
        return np.stack(list(pool.map(lambda row: np.asarray(preprocessing.to_square(load_case(row, folders))), rows)))


def _inputs(squares: npt.NDArray[np.uint8], preprocessing: Preprocessing) -> FloatArray:
    return np.stack([preprocessing.normalise(square) for square in squares])


def _logits(graph: Path, squares: npt.NDArray[np.uint8], preprocessing: Preprocessing) -> npt.NDArray[np.float32]:
    session = ort.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    parts = [
        session.run(["logits"], {name: _inputs(squares[i : i + 32], preprocessing)})[0]
        for i in range(0, len(squares), 32)
    ]
    return np.concatenate(parts)


def _table(report: dict[str, Any]) -> Table:
    table = Table(title=f"Graphs on {report['judged_on']}; one thread")
    for column in ("graph", "MB", "time / fp32", "largest p diff.", "identity accuracy", "tiger recall"):
        table.add_column(column)
    for name, graph in report["graphs"].items():
        shown = {
            key: ", ".join(
                f"{origin} {'–' if f[key] is None else format(f[key], '.1%')}"
                for origin, f in graph["by_origin"].items()
            )
            for key in ("identity_accuracy", "tiger_recall")
        }
        table.add_row(
            f"{name} ←" if name == report["chosen"] else name, f"{graph['bytes'] / 1e6:.1f}",
            f"{graph['time_ratio']['median']:.2f}", f"{graph['parity']['largest_probability_difference']:.1e}",
            shown["identity_accuracy"], shown["tiger_recall"],
        )  # fmt: skip
    return table
