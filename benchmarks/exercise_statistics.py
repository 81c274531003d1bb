"""How often the 95 % intervals of an exercise's figures hold the true value, in simulated classes.

    python benchmarks/exercise_statistics.py [POPULATION ...] [--part change] [--classes 1000] [--resamples 500]

POPULATION: typical, ceiling, different, untrained; exact for one trainee's intervals, over all possible counts instead
of simulated ones (all five by default). For 20, 40 and 80 things a form and 10 and 30
trainees. Each cell prints the share of intervals that hold the truth, in percent, or how often the test finds a change.
``docs/exercise-statistics.md`` quotes the tables.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace

from rich.console import Console
from rich.table import Table

from serve.exercise.statistics.coverage import Covered, Part, coverage, exact_coverage
from serve.exercise.statistics.simulate import Population

CELLS = tuple((things, trainees) for things in (20, 40, 80) for trainees in (10, 30))


@dataclass(frozen=True)
class Setting:
    """A population and what to look at in it."""

    population: Population
    parts: tuple[Part, ...]


TYPICAL = Population()
SETTINGS = {
    "typical": Setting(TYPICAL, (Part.DETECTION, Part.CONFIDENCE, Part.CHANGE)),
    "ceiling": Setting(replace(TYPICAL, d_prime=3.5, training=0.5), (Part.DETECTION, Part.CHANGE)),
    "different": Setting(
        replace(TYPICAL, d_prime_spread=1.0, criterion_spread=0.6, thing_spread=0.8), (Part.DETECTION, Part.CHANGE)
    ),
    "untrained": Setting(replace(TYPICAL, training=0.0), (Part.TEST,)),
}


def report(name: str, cells: list[dict[str, Covered]], classes: int) -> Table:
    table = Table(title=f"{name}: {SETTINGS[name].population}, {classes} classes a cell")
    for title in ("figure", *(f"{things} things, {trainees} trainees" for things, trainees in CELLS)):
        table.add_column(title, justify="left" if title == "figure" else "right")
    for figure in cells[0]:
        row = []
        for cell in cells:
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
    parser.add_argument("--classes", type=int, default=1000)
    parser.add_argument("--resamples", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    console = Console(width=200)
    for name in arguments.populations or (*SETTINGS, "exact"):
        if name == "exact":
            console.print(exact_report())
            continue
        setting = SETTINGS[name]
        cells = [
            coverage(
                setting.population,
                *cell,
                arguments.classes,
                arguments.seed,
                arguments.resamples,
                arguments.part or setting.parts,
            )
            for cell in CELLS
        ]
        console.print(report(name, cells, arguments.classes))


if __name__ == "__main__":
    main()
