"""How often the 95 % intervals of an exercise's figures hold the true value, in simulated classes.

    python benchmarks/exercise_statistics.py [POPULATION ...] [--part change] [--classes 1000] [--resamples 500]

POPULATION: typical, ceiling, different, untrained; more (effect size, things as questions, competency line, arms, of
the typical population), more-different, useless (arms with a model that is right as often as the trainees); exact for
one trainee's intervals, over all possible counts instead of simulated ones (all by default). For 20, 40 and 80 things a
form and 10 and 30 trainees. Each cell prints the share of intervals that hold the truth, in percent, or how often
the test finds a change, or how often a thing was flagged. Each finished cell is said on the error stream, with its
figures. ``--cell 20x30`` (things x trainees, may be repeated) leaves the other cells out.
``docs/exercise-statistics.md`` quotes the tables.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace

from rich.console import Console
from rich.table import Table

from serve.exercise.statistics.coverage import Covered, Part, coverage, exact_coverage
from serve.exercise.statistics.coverage_more import coverage_more
from serve.exercise.statistics.simulate import Population, truth
from serve.exercise.statistics.simulate_arms import Helper

CELLS = tuple((things, trainees) for things in (20, 40, 80) for trainees in (10, 30))


@dataclass(frozen=True)
class Setting:
    """A population and what to look at in it."""

    population: Population
    parts: tuple[Part, ...]
    helper: Helper | None = None


TYPICAL = Population()
DIFFERENT = replace(TYPICAL, d_prime_spread=1.0, criterion_spread=0.6, thing_spread=0.8)
#: Parts that :func:`coverage_more` looks at.
MORE = (Part.EFFECT, Part.ITEMS, Part.LINE, Part.ARMS)
SETTINGS = {
    "typical": Setting(TYPICAL, (Part.DETECTION, Part.CONFIDENCE, Part.CHANGE)),
    "ceiling": Setting(replace(TYPICAL, d_prime=3.5, training=0.5), (Part.DETECTION, Part.CHANGE)),
    "different": Setting(DIFFERENT, (Part.DETECTION, Part.CHANGE)),
    "untrained": Setting(replace(TYPICAL, training=0.0), (Part.TEST,)),
    "more": Setting(TYPICAL, MORE),
    "more-different": Setting(DIFFERENT, MORE),
    "useless": Setting(TYPICAL, (Part.ARMS,), Helper(right=truth(TYPICAL).right_side)),
}


def report(name: str, cells: list[dict[str, Covered]], sizes: list[tuple[int, int]], classes: int) -> Table:
    table = Table(title=f"{name}: {SETTINGS[name].population}, {classes} classes a cell")
    for title in ("figure", *(f"{things} things, {trainees} trainees" for things, trainees in sizes)):
        table.add_column(title, justify="left" if title == "figure" else "right")
    for figure in dict.fromkeys(name for cell in cells for name in cell):
        row = []
        for cell in cells:
            if figure not in cell:
                row.append("–")
                continue
            found = cell[figure]
            missing = f" ({found.undefined} undefined)" if found.undefined else ""
            bias = f" bias {found.bias:+.2f}" if found.estimates else ""
            row.append(f"{100 * found.share:.1f}{bias}{missing}")
        table.add_row(figure, *row)
    return table


def exact_report() -> Table:
    names = ("d_prime", "d_prime, Gourevitch-Galanter", "criterion", "d_a", "a_prime", "open")
    table = Table(title="exact, one trainee: percent at criterion 0 / 0.5")
    for title in ("things a side", "true d′", *names):
        table.add_column(title, justify="right")
    for side in (10, 20, 40):
        for d_prime in range(6):
            even, strict = (exact_coverage(side, d_prime, criterion) for criterion in (0, 0.5))
            table.add_row(
                str(side), str(d_prime), *(f"{100 * even[name]:.1f} / {100 * strict[name]:.1f}" for name in names)
            )
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("populations", nargs="*", choices=[*SETTINGS, "exact", []], metavar="POPULATION")
    parser.add_argument("--part", action="append", choices=list(Part), help="look at this alone (may be repeated)")
    parser.add_argument("--cell", action="append", default=[], help="things x trainees, such as 20x30")
    parser.add_argument("--classes", type=int, default=1000)
    parser.add_argument("--resamples", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    console, note = Console(width=200), Console(stderr=True)
    for name in arguments.populations or (*SETTINGS, "exact"):
        if name == "exact":
            console.print(exact_report())
            continue
        setting = SETTINGS[name]
        sizes = [cell for cell in CELLS if not arguments.cell or f"{cell[0]}x{cell[1]}" in arguments.cell]
        cells = []
        for things, trainees in sizes:
            cells.append(counted(setting, things, trainees, arguments))
            shares = ", ".join(f"{figure} {100 * found.share:.1f}" for figure, found in cells[-1].items())
            note.print(f"{name}: {things} things, {trainees} trainees: {shares}", markup=False, soft_wrap=True)
        console.print(report(name, cells, sizes, arguments.classes))


def counted(setting: Setting, things: int, trainees: int, arguments: argparse.Namespace) -> dict[str, Covered]:
    size = (setting.population, things, trainees, arguments.classes, arguments.seed, arguments.resamples)
    parts = arguments.part or setting.parts
    if set(setting.parts) <= set(MORE):
        return coverage_more(*size, parts, setting.helper)
    return coverage(*size, parts)


if __name__ == "__main__":
    main()
