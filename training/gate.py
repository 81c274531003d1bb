"""May a candidate replace the bundle in use? Both answer the same frozen pictures, and no guarded figure may be worse.

"Worse" is decided by the paired bootstrap over exhibits (Efron and Tibshirani, An Introduction to the Bootstrap, 1993,
ch. 13, with exhibits as the unit): exhibits are drawn with replacement, both bundles are measured on the same draw,
and the candidate is refused where the 95 % interval of the difference lies wholly on the worse side. Pairing takes out
what both find hard, so a difference shows that two separate intervals would hide.

Figures of photos and of renders are never pooled. Pictures of a leaf that the bundle in use never knew are left out:
what it answered there cannot be defended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from rich.table import Table

from model.taxonomy import Taxonomy
from training.errors import TrainingError
from training.gate_figures import Figure, Floats, guarded_figures
from training.outcomes import Judgement, PictureOutcome

DRAWS = 2000
#: A tenth slower is below what an officer notices and above what repeated runs of one graph differ by.
SPEED_MARGIN = 0.10

Verdict = Literal["worse", "missing", "better", "no worse"]
_REFUSED: tuple[Verdict, ...] = ("worse", "missing")


@dataclass(frozen=True)
class Row:
    """One figure of both bundles. ``difference`` is candidate less current, with its 95 % ``interval``."""

    figure: str
    current: float | None
    candidate: float | None
    difference: float | None
    interval: tuple[float, float] | None
    pictures: int
    exhibits: int
    verdict: Verdict


@dataclass(frozen=True)
class GateResult:
    """What the comparison found."""

    current: str
    candidate: str
    rows: tuple[Row, ...]
    new_leaves: tuple[str, ...]

    @property
    def refusals(self) -> tuple[Row, ...]:
        """The figures that stand against a release."""
        return tuple(row for row in self.rows if row.verdict in _REFUSED)

    @property
    def passed(self) -> bool:
        """Whether nothing stands against a release."""
        return not self.refusals

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``metrics.json``."""
        return {
            "current": self.current, "candidate": self.candidate, "passed": self.passed,
            "new_leaves": list(self.new_leaves), "rows": [asdict(row) for row in self.rows],
        }  # fmt: skip

    def table(self) -> Table:
        """For a terminal; what stands against a release is red."""
        table = Table(title=f"{self.candidate} against {self.current}, on the same frozen pictures")
        for number, column in enumerate(_HEADER):
            table.add_column(column, justify="left" if number in (0, 5) else "right")
        for row in self.rows:
            table.add_row(*_cells(row), style="red" if row.verdict in _REFUSED else None)
        return table

    def markdown(self) -> str:
        """For the model card."""
        return gate_markdown(self.as_dict())


_HEADER = ("figure", "in use", "candidate", "difference (95 %)", "pictures (exhibits)", "verdict")


def gate_markdown(gate: dict[str, Any]) -> str:
    """A Markdown table of :meth:`GateResult.as_dict`."""
    rows = [Row(**row) for row in gate["rows"]]
    lines = ["| " + " | ".join(_HEADER) + " |", "|" + "---|" * len(_HEADER)]
    return "\n".join(lines + ["| " + " | ".join(_cells(row)) + " |" for row in rows])


def _cells(row: Row) -> tuple[str, ...]:
    def number(value: float | None) -> str:
        return "–" if value is None else f"{value:.3f}"

    change = number(row.difference)
    if row.interval:
        change += f" ({row.interval[0]:+.3f} to {row.interval[1]:+.3f})"
    count = f"{row.pictures} ({row.exhibits})" if row.pictures else "–"
    return row.figure, number(row.current), number(row.candidate), change, count, row.verdict


def compare(
    candidate: Judgement, current: Judgement, taxonomy: Taxonomy, speed_ratios: Floats | None = None
) -> GateResult:
    """Compare two bundles figure by figure.

    Args:
        candidate: answers of the bundle to be released.
        current: answers of the bundle in use, to the same pictures.
        taxonomy: items and identities.
        speed_ratios: (rounds,) time of the candidate's graph over that of the one in use, timed in turn.

    Raises:
        TrainingError: the candidate was not asked the same pictures.
    """
    known = set(current.leaves)
    before = {(o.set, o.origin, o.file): o for o in current.outcomes if o.leaf is None or o.leaf in known}
    after = {(o.set, o.origin, o.file): o for o in candidate.outcomes}
    absent = [key[-1] for key in before if key not in after]
    if absent:
        raise TrainingError(
            f"{candidate.bundle} was not asked {len(absent)} of the pictures that {current.bundle} was (first: "
            f"{absent[0]}); judge both on the same manifests"
        )
    pairs = [(before[key], after[key]) for key in sorted(before)]
    rows = [
        Row(f"knows {leaf}", 1.0, 0.0, -1.0, None, 0, 0, "missing")
        for leaf in current.leaves
        if leaf not in candidate.leaves
    ]
    rows += [row for figure in guarded_figures(current.outcomes, taxonomy) if (row := _row(figure, pairs, taxonomy))]
    if speed_ratios is not None:
        rows.append(_speed_row(speed_ratios))
    new = tuple(leaf for leaf in candidate.leaves if leaf not in known)
    return GateResult(current.bundle, candidate.bundle, tuple(rows), new)


def _row(figure: Figure, pairs: Sequence[tuple[PictureOutcome, PictureOutcome]], taxonomy: Taxonomy) -> Row | None:
    kept = [pair for pair in pairs if figure.keep(pair[0])]
    if not kept:
        return None
    old, new = [one for one, _ in kept], [one for _, one in kept]
    truth = [taxonomy.leaf(o.leaf).identity if o.leaf else "" for o in old]
    of_old, of_new = figure.prepare(old, truth), figure.prepare(new, truth)
    even = np.ones((1, len(kept)))
    current, candidate = float(of_old(even)[0]), float(of_new(even)[0])
    exhibits = len({o.exhibit for o in old})
    if np.isnan(current):
        return None
    if np.isnan(candidate):
        return Row(figure.name, current, None, None, None, len(kept), exhibits, "missing")
    weights = _draws(old)
    draws = of_new(weights) - of_old(weights)
    low, high = np.nanpercentile(draws, [2.5, 97.5]).tolist()
    worse, better = (high < 0, low > 0) if figure.higher_is_better else (low > 0, high < 0)
    verdict: Verdict = "worse" if worse else "better" if better else "no worse"
    return Row(figure.name, current, candidate, candidate - current, (low, high), len(kept), exhibits, verdict)


def _draws(outcomes: Sequence[PictureOutcome], seed: int = 0) -> Floats:
    """Weights (draws, pictures): how often the picture's exhibit was drawn. Known and unknown things are drawn apart,
    so that every draw holds both.
    """
    random = np.random.default_rng(seed)
    weights = np.zeros((DRAWS, len(outcomes)))
    for kind in ("holdout", "unknown"):
        here = np.flatnonzero([o.set == kind for o in outcomes])
        if len(here):
            exhibits, member = np.unique([outcomes[k].exhibit for k in here], return_inverse=True)
            drawn = random.integers(0, len(exhibits), (DRAWS, len(exhibits))) + np.arange(DRAWS)[:, None] * len(
                exhibits
            )
            counts = np.bincount(drawn.ravel(), minlength=DRAWS * len(exhibits)).reshape(DRAWS, len(exhibits))
            weights[:, here] = counts[:, member]
    return weights


def _speed_row(ratios: Floats) -> Row:
    random = np.random.default_rng(0)
    medians = np.median(ratios[random.integers(0, len(ratios), (DRAWS, len(ratios)))], axis=1)
    low, high = np.percentile(medians, [2.5, 97.5]).tolist()
    ratio = float(np.median(ratios))
    verdict: Verdict = "worse" if low > 1 + SPEED_MARGIN else "better" if high < 1 else "no worse"
    return Row("time of one photo, as a ratio", 1.0, ratio, ratio - 1, (low - 1, high - 1), 0, 0, verdict)
