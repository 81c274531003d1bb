"""Which graph a bundle gets, decided on validation pictures alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from model.calibration import softmax
from model.taxonomy import Taxonomy

FP32 = "fp32.onnx"
#: How much an int8 graph may lose against fp32, as a share: identity accuracy and tiger recall, in every origin.
LOSS_LIMIT = 0.005
_CODES = ("T", "P", "F", "N")


def identity_argmax(logits: npt.NDArray[np.float32], leaves: Sequence[str], taxonomy: Taxonomy) -> npt.NDArray[np.str_]:
    """Most probable identity (N,) by (N, leaves) logits, at temperature 1: the temperature is fitted after export."""
    of_leaf = np.asarray([taxonomy.leaf(leaf).identity for leaf in leaves])
    p = softmax(logits)
    sums = np.stack([p[:, of_leaf == code].sum(axis=1) for code in _CODES], axis=1)
    best: npt.NDArray[np.str_] = np.asarray(_CODES)[sums.argmax(axis=1)]
    return best


def figures_by_origin(
    answered: npt.NDArray[np.str_], truth: npt.NDArray[np.str_], origins: npt.NDArray[np.str_]
) -> dict[str, dict[str, float | int | None]]:
    """Identity accuracy and tiger recall with their counts; origins are never pooled."""
    result: dict[str, dict[str, float | int | None]] = {}
    for origin in sorted(set(origins.tolist())):
        here = origins == origin
        tigers = here & (truth == "T")
        result[origin] = {
            "n": int(here.sum()),
            "identity_accuracy": round(float((answered == truth)[here].mean()), 4),
            "tigers": int(tigers.sum()),
            "tiger_recall": round(float((answered[tigers] == "T").mean()), 4) if tigers.any() else None,
        }
    return result


def losses(graph: Mapping[str, Any], fp32: Mapping[str, Any]) -> list[str]:
    """In words, each figure by which ``graph`` falls short of ``fp32`` by more than ``LOSS_LIMIT`` and by two pictures.

    One picture more or less says nothing, and among fewer than 200 it is more than the limit.
    """
    found = []
    for origin, before in fp32["by_origin"].items():
        after = graph["by_origin"][origin]
        for name, count in (("identity_accuracy", "n"), ("tiger_recall", "tigers")):
            if before[name] is None:
                continue
            lost = before[name] - after[name]
            if lost > LOSS_LIMIT + 1e-9 and round(lost * before[count]) > 1:
                words = f"{name.replace('_', ' ')} on {origin}s falls by {100 * lost:.1f} points"
                found.append(f"{words} (of {before[count]})")
    return found


def choose(graphs: Mapping[str, Mapping[str, Any]], vnni: bool) -> tuple[str, str]:
    """Name of the graph to ship, and a sentence that says why.

    An int8 graph may ship if it loses no more than ``LOSS_LIMIT``, or one picture, in any origin. Weights of 8 bits may
    saturate on a laptop without VNNI; where this machine has VNNI, that cannot be seen here, so only weights that
    cannot saturate count: those of 7 bits and those paired.
    Of those left the fastest is taken, and of equally fast ones (within 5 %, which is what repeated runs differ by)
    the smallest.

    Args:
        graphs: a report a graph, ``fp32.onnx`` among them: ``by_origin``, ``bytes``, ``time_ratio``, ``weights``.
        vnni: whether the machine that judged them has VNNI.
    """
    fp32 = graphs[FP32]
    fits: list[str] = []
    unfit: list[str] = []
    for name, graph in graphs.items():
        if name == FP32:
            continue
        problems = losses(graph, fp32)
        if vnni and graph["weights"] == "8-bit":
            problems.append("its 8-bit weights may saturate without VNNI, which this machine cannot show")
        if problems:
            unfit.append(f"{name}: {'; '.join(problems)}")
        else:
            fits.append(name)
    if not fits:
        return FP32, "fp32 ships, because no int8 graph may: " + (". ".join(unfit) or "none was made") + "."
    fastest = min(graphs[name]["time_ratio"]["median"] for name in fits)
    near = [name for name in fits if graphs[name]["time_ratio"]["median"] <= 1.05 * fastest]
    best = min(near, key=lambda name: (graphs[name]["bytes"], graphs[name]["time_ratio"]["median"]))
    if graphs[best]["bytes"] >= fp32["bytes"]:
        return FP32, f"fp32 ships, because {best}, the best int8 graph, is no smaller."
    ratio, share = graphs[best]["time_ratio"]["median"], graphs[best]["bytes"] / fp32["bytes"]
    sentence = (
        f"{best} ships: on validation it loses at most {100 * LOSS_LIMIT:.1f} points, or one picture, of identity "
        f"accuracy and of tiger recall against fp32 in every origin, takes {ratio:.2f} of its time on one thread of "
        f"this machine and {share:.0%} of its bytes"
    )
    others = len(graphs) - 1 - len(fits)
    return best, sentence + (f"; {others} other int8 graph(s) were ruled out: {'. '.join(unfit)}." if others else ".")
