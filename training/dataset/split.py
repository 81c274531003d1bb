"""Split by exhibit so that nothing leaks, stratified as far as groups allow, and never move what was assigned before.

Units are connected components over exhibit and near-duplicate links. Pinned sources go whole to their side. Other
sources are not kept together: with few sources a split by source would leave whole classes without a side.
Stratification follows the idea of iterative stratification (Sechidis, Tsoumakas, Vlahavas, ECML PKDD 2011): the unit
goes where its rarest leaf is most wanted.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from model.errors import ManifestError
from model.manifest import Split, stable_share

#: From the one that must be kept clean most to the least: where linked exhibits were assigned apart, the first wins.
PRIORITY: tuple[Split, ...] = ("holdout", "calibration", "validation", "train")
DRAWN: tuple[Split, ...] = ("train", "validation", "calibration")


class SplitFile(BaseModel):
    """``splits.json``: what was drawn, from which seed, by which version; the memory that keeps exhibits in place."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tool_version: str
    seed: str
    shares: dict[Split, float]
    pinned: dict[str, Split]
    exhibits: dict[str, Split]
    left_out: dict[str, str]


@dataclass(frozen=True)
class Item:
    """What the split needs to know of a row."""

    exhibit: str
    source: str
    leaf: str


@dataclass(frozen=True)
class SplitPlan:
    """A side for every exhibit, or the reason it has none, and what a maintainer should know."""

    exhibits: dict[str, Split]
    left_out: dict[str, str]
    warnings: list[str] = field(default_factory=list)


def make_split(
    items: Iterable[Item],
    links: Iterable[tuple[str, str]],
    *,
    shares: Mapping[Split, float],
    pinned: Mapping[str, Split],
    seed: str,
    before: Mapping[str, Split] | None = None,
    min_exhibits: int = 10,
) -> SplitPlan:
    """Give every exhibit a side.

    Args:
        items: one a row.
        links: pairs of exhibits that show the same picture (near-duplicates).
        shares: target share of train, validation and calibration among exhibits that are drawn; must sum to 1.
        pinned: whole sources fixed to a side.
        seed: of the draw.
        before: sides of an earlier split. They never change; an exhibit linked to ones on different sides is left out.
        min_exhibits: exhibits a leaf needs to be split at all; fewer get a warning.

    Raises:
        ManifestError: shares do not sum to 1, or an exhibit has photos of a pinned and of another source.
    """
    if abs(sum(shares.values()) - 1) > 1e-6:
        raise ManifestError(f"the shares must sum to 1, got {sum(shares.values()):g}")
    before = before or {}
    leaves: dict[str, set[str]] = defaultdict(set)
    fixed: dict[str, set[Split]] = defaultdict(set)
    for item in items:
        leaves[item.exhibit].add(item.leaf)
        if item.source in pinned:
            fixed[item.exhibit].add(pinned[item.source])
    for exhibit, side in before.items():
        if exhibit in leaves:
            fixed[exhibit].add(side)
    sides: dict[str, Split] = {}
    left_out: dict[str, str] = {}
    free: list[tuple[str, ...]] = []
    for component in components(leaves, links):
        known = {side for exhibit in component for side in fixed.get(exhibit, ())}
        if not known:
            free.append(component)
            continue
        winner = next(side for side in PRIORITY if side in known)
        for exhibit in component:
            own = fixed.get(exhibit, set())
            if own <= {winner}:
                sides[exhibit] = winner
            else:
                # Moving it would break the promise that nothing moves; keeping it would leak.
                left_out[exhibit] = f"linked to an exhibit on {winner}, but {', '.join(sorted(own))} itself"
    sides |= _draw(free, leaves, sides, shares, seed)
    return SplitPlan(sides, left_out, _warnings(leaves, sides, min_exhibits))


def components(exhibits: Iterable[str], links: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Connected components over links, each sorted, in order of their first member."""
    parent = {exhibit: exhibit for exhibit in exhibits}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for one, other in links:
        if one in parent and other in parent:
            a, b = root(one), root(other)
            parent[max(a, b)] = min(a, b)
    groups: dict[str, list[str]] = defaultdict(list)
    for exhibit in sorted(parent):
        groups[root(exhibit)].append(exhibit)
    return [tuple(group) for group in groups.values()]


def _draw(
    free: Sequence[tuple[str, ...]],
    leaves: Mapping[str, set[str]],
    sides: Mapping[str, Split],
    shares: Mapping[Split, float],
    seed: str,
) -> dict[str, Split]:
    total: Counter[str] = Counter()
    have: dict[Split, Counter[str]] = {side: Counter() for side in shares}
    for exhibit, side in sides.items():
        if side in have:
            have[side].update(leaves[exhibit])
            total.update(leaves[exhibit])
    for component in free:
        for exhibit in component:
            total.update(leaves[exhibit])
    # Large groups first: small ones can still even out what they upset.
    order = sorted(free, key=lambda c: (-len(c), stable_share(seed, c[0])))
    drawn: dict[str, Split] = {}
    for component in order:
        wanted = Counter(leaf for exhibit in component for leaf in leaves[exhibit])
        rarest = min(wanted, key=lambda leaf: (total[leaf], leaf))
        side = max(
            shares,
            key=lambda s: (
                round((shares[s] * total[rarest] - have[s][rarest]) / shares[s] if shares[s] else -1e9, 9),
                stable_share(seed, f"{component[0]}{s}"),
            ),
        )
        have[side].update(wanted)
        drawn.update(dict.fromkeys(component, side))
    return drawn


def _warnings(leaves: Mapping[str, set[str]], sides: Mapping[str, Split], min_exhibits: int) -> list[str]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for exhibit, side in sides.items():
        for leaf in leaves[exhibit]:
            counts[leaf][side] += 1
    found = []
    for leaf, by_side in sorted(counts.items()):
        trainable = sum(by_side[side] for side in DRAWN)
        if 0 < trainable < min_exhibits:
            found.append(f"{leaf}: {trainable} exhibits are too few to split ({min_exhibits} needed)")
        found += [f"{leaf}: no exhibit on {side}" for side in DRAWN if trainable >= min_exhibits and not by_side[side]]
    return found


def read_split(path: Path) -> SplitFile | None:
    """The earlier split, ``None`` if there is none.

    Raises:
        ManifestError: the file is not a split file.
    """
    if not path.is_file():
        return None
    try:
        return SplitFile.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        raise ManifestError(f"{path} is not a split file: {error.errors()[0]['msg']}") from error


def write_split(path: Path, split: SplitFile) -> None:
    """Write it with sorted keys, so that a change shows as a small difference."""
    text = json.dumps(split.model_dump(mode="json"), ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
