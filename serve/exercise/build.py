"""Draw two parallel forms from a pool: equal counts by leaf and difficulty, no thing and no group in common.

Everything is ordered by SHA-256 of the seed and the thing's id, so the same plan, seed and pool give the same forms on
every machine and version of Python.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, PositiveInt, field_validator

from model.taxonomy import Taxonomy, shipped_taxonomy
from serve.exercise.codes import ALPHABET
from serve.exercise.errors import ExerciseError, ExerciseErrorCode
from serve.exercise.model import Difficulty, Exercise, Form, Thing
from serve.exercise.pool import Pool

PROTECTED = ("T", "P")
#: Fewer things of a kind in a form leave an interval too wide to say anything.
ENOUGH = 10
#: The share of right answers for which the width is stated.
_EXPECTED = 0.8


class Plan(BaseModel):
    """What is to be drawn.

    Attributes:
        leaves: how many things of each leaf one form holds.
        mix: weights of difficulties within each leaf; empty takes what the pool has, equally for both forms.
        seed: another one gives other forms.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    leaves: dict[str, PositiveInt] = Field(min_length=1)
    mix: dict[Difficulty, NonNegativeFloat] = {}
    seed: int = Field(default=1, ge=0, lt=2**31)

    @field_validator("leaves")
    @classmethod
    def _known(cls, value: dict[str, int]) -> dict[str, int]:
        if unknown := value.keys() - set(shipped_taxonomy().leaf_ids):
            raise ValueError(f"the taxonomy has no leaf {', '.join(sorted(unknown))}")
        return value

    @field_validator("mix")
    @classmethod
    def _weighs(cls, value: dict[Difficulty, float]) -> dict[Difficulty, float]:
        if value and not sum(value.values()) > 0:
            raise ValueError("expected at least one difficulty with a weight above 0")
        return value


class WarningCode(StrEnum):
    """What weakens an exercise. Each code has a sentence in every catalogue (``build_warning.<code>``)."""

    FEW_PROTECTED = "few_protected"
    FEW_OTHERS = "few_others"


@dataclass(frozen=True)
class BuildWarning:
    """A form has few things of a kind: its rate cannot be measured well.

    Attributes:
        count: things of the kind in one form.
        low, high: 95 % Wilson interval of one trainee's rate if 80 % (rounded to whole things) are answered right.
    """

    code: WarningCode
    count: int
    low: float
    high: float


@dataclass(frozen=True)
class Built:
    """What was drawn: the exercise, things for practice alone, and what weakens it."""

    exercise: Exercise
    practice: tuple[Thing, ...]
    warnings: tuple[BuildWarning, ...]


def even(leaves: Sequence[str], number: int, taxonomy: Taxonomy | None = None) -> dict[str, int]:
    """Share a form's ``number`` of things out over leaves: half protected, half not, if both kinds are chosen.

    Raises:
        ExerciseError: ``number`` leaves a leaf without a thing.
    """
    labels = taxonomy or shipped_taxonomy()
    kinds = [[one for one in leaves if (labels.leaf(one).identity in PROTECTED) is kind] for kind in (True, False)]
    kinds = [kind for kind in kinds if kind]
    counts: dict[str, int] = {}
    for index, kind in enumerate(kinds):
        share = number // len(kinds) + (index < number % len(kinds))
        counts |= {one: share // len(kind) + (place < share % len(kind)) for place, one in enumerate(kind)}
    if empty := [one for one, count in counts.items() if not count]:
        raise ExerciseError(
            f"{number} things a form leave none for {', '.join(empty)}: ask for more things or fewer leaves",
            ExerciseErrorCode.EXERCISE_INVALID,
        )
    return counts


def build(pool: Pool, plan: Plan, title: str, practice: Pool | None = None) -> Built:
    """Draw an exercise.

    Args:
        title: in the trainer's words, 1 to 200 characters.
        practice: gives as many things for practice as one form has, as far as there are, none of a form's groups.

    Raises:
        ExerciseError: the pool has too few things of a leaf (``too_few``), or the title is empty or too long.
    """
    if not 0 < len(title.strip()) <= 200:
        raise ExerciseError("expected a title of 1 to 200 characters", ExerciseErrorCode.EXERCISE_INVALID)
    groups: set[str] = set()
    a: list[Thing] = []
    b: list[Thing] = []
    for leaf in sorted(plan.leaves):
        for one, other in _pairs(pool, plan, leaf, groups):
            a.append(one)
            b.append(other)
    forms = tuple(
        Form(name, tuple(sorted(things, key=lambda one: _order(plan.seed, f"order {name}", one.id))))
        for name, things in (("A", a), ("B", b))
    )
    spare = _spare(practice, plan, groups) if practice else ()
    leaves = tuple(one for one in shipped_taxonomy().leaf_ids if one in plan.leaves)
    digest = hashlib.sha256("\x1f".join((title, pool.digest, plan.model_dump_json(), *(t.id for t in spare))).encode())
    number = int.from_bytes(digest.digest(), "big")
    identity = "".join(ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(8))
    exercise = Exercise(identity, title.strip(), leaves, plan.seed, pool.digest, (forms[0], forms[1]))
    return Built(exercise, spare, tuple(_warnings(plan)))


def wilson(right: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927), without continuity correction."""
    z = 1.959964
    centre, square = (right + z * z / 2) / (n + z * z), z * z / n
    half = z / (1 + square) * math.sqrt(right / n * (1 - right / n) / n + square / (4 * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def _order(seed: int, purpose: str, name: str) -> str:
    return hashlib.sha256(f"{seed}\x1f{purpose}\x1f{name}".encode()).hexdigest()


def _candidates(pool: Pool, plan: Plan, leaf: str, groups: set[str], purpose: str) -> Iterator[Thing]:
    """Things of a leaf in the seed's order, one of each group."""
    there = [one for one in pool.things if one.leaf == leaf and one.group not in groups]
    taken: set[str] = set()
    for one in sorted(there, key=lambda one: _order(plan.seed, purpose, one.id)):
        if one.group not in taken:
            taken.add(one.group)
            yield one


def _pairs(pool: Pool, plan: Plan, leaf: str, groups: set[str]) -> list[tuple[Thing, Thing]]:
    """Pairs of one leaf and difficulty, one thing for each form; their groups are added to ``groups``."""
    candidates = list(_candidates(pool, plan, leaf, groups, "draw"))
    wanted = plan.leaves[leaf]
    quotas = _quotas(wanted, plan.mix) if plan.mix else dict.fromkeys(Difficulty, wanted)
    pairs: list[tuple[Thing, Thing]] = []
    waiting: dict[Difficulty, Thing] = {}
    for one in candidates:
        if len(pairs) == wanted or not quotas[one.difficulty]:
            continue
        if (first := waiting.pop(one.difficulty, None)) is None:
            waiting[one.difficulty] = one
            continue
        quotas[one.difficulty] -= 1
        pairs.append((first, one))
    if len(pairs) < wanted:
        raise _too_few(leaf, candidates, wanted, _quotas(wanted, plan.mix) if plan.mix else None)
    groups |= {one.group for pair in pairs for one in pair}
    return pairs


def _quotas(number: int, mix: Mapping[Difficulty, float]) -> dict[Difficulty, int]:
    """Largest remainder; of equal remainders the easier one goes first."""
    whole = sum(mix.values())
    exact = {level: number * mix.get(level, 0.0) / whole for level in Difficulty}
    counts = {level: math.floor(share) for level, share in exact.items()}
    by_rest = sorted(Difficulty, key=lambda level: round(counts[level] - exact[level], 9))
    for level in by_rest[: number - sum(counts.values())]:
        counts[level] += 1
    return counts


def _too_few(leaf: str, there: list[Thing], wanted: int, quotas: Mapping[Difficulty, int] | None) -> ExerciseError:
    have = {level: sum(one.difficulty is level for one in there) for level in Difficulty}
    need = {level: 2 * count for level, count in (quotas or {}).items() if count}
    detail = "; ".join(f"{level.value}: {have[level]} of {need.get(level, 'any')}" for level in Difficulty)
    return ExerciseError(
        f"too few things of {leaf}: {len(there)} of different groups are there, {2 * wanted} are needed for two forms "
        f"({detail}; both forms get equally many of each difficulty). Ask for fewer, another mix, or more sources",
        ExerciseErrorCode.TOO_FEW,
        leaf=leaf,
        there=len(there),
        needed=2 * wanted,
    )


def _spare(practice: Pool, plan: Plan, groups: set[str]) -> tuple[Thing, ...]:
    things: list[Thing] = []
    for leaf in sorted(plan.leaves):
        things += list(_candidates(practice, plan, leaf, groups, "practice"))[: plan.leaves[leaf]]
    return tuple(sorted(things, key=lambda one: _order(plan.seed, "order P", one.id)))


def _warnings(plan: Plan) -> Iterator[BuildWarning]:
    labels = shipped_taxonomy()
    for code, protected in ((WarningCode.FEW_PROTECTED, True), (WarningCode.FEW_OTHERS, False)):
        count = sum(n for leaf, n in plan.leaves.items() if (labels.leaf(leaf).identity in PROTECTED) is protected)
        if count < ENOUGH:
            low, high = wilson(round(_EXPECTED * count), count) if count else (0.0, 1.0)
            yield BuildWarning(code, count, low, high)
