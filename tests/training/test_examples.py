"""Examples are renders that were named rightly, one an exhibit, and unlike each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from model.bundle import sha256_file
from model.references import References
from tests.support.photos import save, textured
from training.examples import choose_examples, write_examples
from training.outputs import Outputs
from training.pictures import Case, Folders

LEAVES = ("tiger_claw", "imitation_claw")


def case(name: str, leaf: str, exhibit: str, origin: str = "render", sha256: str = "") -> Case:
    return Case(name, sha256, exhibit, "test", origin, "train", "claw", leaf)


def outputs(cases: list[Case], named: list[int], embedding: list[list[float]]) -> Outputs:
    logits = np.eye(2, dtype=np.float32)[named]
    return Outputs(tuple(cases), logits, np.asarray(embedding, np.float32), ((),) * len(cases))


def test_only_rightly_named_renders_one_an_exhibit() -> None:
    cases = [
        case("a.png", "tiger_claw", "1"),
        case("b.png", "tiger_claw", "1"),
        case("c.png", "tiger_claw", "2"),
        case("d.png", "tiger_claw", "3", "photo"),
        case("e.png", "imitation_claw", "4"),
    ]
    given = outputs(cases, [0, 0, 1, 0, 1], [[1, 0]] * 5)
    assert choose_examples(given, LEAVES) == [0, 4]


def test_few_examples_are_spread_over_a_leaf() -> None:
    """Three groups of near-equal pictures: three examples are one of each."""
    centres = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    noise = np.random.default_rng(0).normal(0, 0.02, (30, 3))
    embedding = [(np.asarray(centres[k % 3]) + noise[k]).tolist() for k in range(30)]
    cases = [case(f"{k}.png", "tiger_claw", str(k)) for k in range(30)]
    chosen = choose_examples(outputs(cases, [0] * 30, embedding), LEAVES, per_leaf=3)
    assert {i % 3 for i in chosen} == {0, 1, 2}


def test_written_examples_are_read_back(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "photos", tmp_path / "renders")
    folders.renders.mkdir()
    colours = [(200, 60, 20), (20, 60, 200)]
    cases = []
    for k, colour in enumerate(colours):
        path = save(textured(colour, (224, 168)), folders.renders / f"{k}.png")
        cases.append(case(path.name, LEAVES[k], str(k), sha256=sha256_file(path)))
    given = outputs(cases, [0, 1], [[3, 4], [0, 2]])
    write_examples(tmp_path, given, [0, 1], folders)
    read = References.read((tmp_path / "examples.npz").read_bytes(), (tmp_path / "examples.webp").read_bytes())
    assert read.leaves == LEAVES
    np.testing.assert_allclose(read.embedding, [[0.6, 0.8], [0, 1]], atol=1e-3)
    for k, colour in enumerate(colours):
        mean = np.asarray(read.picture(k)).reshape(-1, 3).mean(axis=0)
        assert np.abs(mean - colour).max() < 20


def test_a_network_that_names_nothing_rightly_has_no_examples(tmp_path: Path) -> None:
    given = outputs([case("a.png", "tiger_claw", "1")], [1], [[1, 0]])
    assert choose_examples(given, LEAVES) == []
    write_examples(tmp_path, given, [], Folders(tmp_path, tmp_path))
    assert list(tmp_path.iterdir()) == []
