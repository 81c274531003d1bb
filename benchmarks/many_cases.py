"""How list, review queue, table and the page of cases take to a store of many cases.

    python benchmarks/many_cases.py [--cases 2000]

Fills a store with that many cases of six events and runs each step three ways in one process: with a store that reads
the whole chain (as a new process does), again with the same store, and again after one more event. Prints times
relative to reading the whole chain for the list.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from serve.services.case_list import CaseFilter, cases_csv, find, places
from serve.services.cases import NewCheck, save_check, suggest_number
from serve.services.contradiction import contradicts
from serve.services.review import queue
from serve.store.cases import fold
from serve.store.events import CaseOpened, ExhibitDeclared, OfficerDecided, OfficerJudged
from serve.store.store import CaseStore

PLACES = ("Móng Cái", "Lạng Sơn", "Lào Cai", "东兴")


def fill(store: CaseStore, count: int) -> None:
    """Cases of six events: opening, photo, declaration, judgement, answer, decision."""
    for k in track(range(count), description="Filling"):
        outcome = "TPFNU"[k % 5]
        answer: dict[str, object] = {
            "outcome": outcome, "leaf": "tiger_claw", "bundle": "benchmark-0.0.1", "probabilities": {"tiger_claw": 1.0},
            "identity": {"T": 0.9, "P": 0.1, "F": 0.0, "N": 0.0}, "prediction_set": ["tiger_claw"],
        }  # fmt: skip
        check = NewCheck(
            "1", [("a.jpg", f"photo {k}".encode())], ExhibitDeclared(exhibit="1", declared_as="claw"),
            OfficerJudged(exhibit="1", identity="T"), answer,
            decision=OfficerDecided(exhibit="1", decision="tạm giữ", action="detain"),
        )  # fmt: skip
        save_check(store, f"VN-2026-{k + 1:04d}", "Nguyễn Văn Đạt", check, CaseOpened(place=PLACES[k % 4]))


def steps() -> dict[str, Callable[[CaseStore], Any]]:
    """What pages and commands do."""
    return {
        "list": find,
        "search": lambda store: find(store, CaseFilter(text="dat lang son")),
        "page of cases": lambda store: (find(store), places(store), suggest_number(store)),
        "review queue": lambda store: queue(
            store.cases(), store.now() + timedelta(days=40), contradicts=contradicts
        ),
        "table (CSV)": lambda store: cases_csv(find(store)),
    }  # fmt: skip


def seconds(step: Callable[[CaseStore], Any], store: CaseStore) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    step(store)
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = CaseStore(Path(folder))
        fill(store, options.cases)
        rows: dict[str, list[float]] = {}
        fold_all = min(seconds(lambda one: fold(one.events()), store) for _ in range(options.repeats))
        for name, step in steps().items():
            cold, warm, one_more = [], [], []
            for n in range(options.repeats):
                fresh = CaseStore(Path(folder))
                cold.append(seconds(step, fresh))
                warm.append(seconds(step, fresh))
                store.append("VN-2026-0001", "Lan", OfficerDecided(exhibit="1", decision=f"{name} {n}"))
                one_more.append(seconds(step, fresh))
                fresh.close()
            rows[name] = [min(cold), min(warm), min(one_more)]
        store.close()
    table = Table(title=f"{options.cases} cases of six events; 1.00 = reading and folding the whole chain once")
    for column in ("step", "first call", "next call", "after another's event", "first / next"):
        table.add_column(column, justify="left" if column == "step" else "right")
    for name, (cold_s, warm_s, more_s) in rows.items():
        shown = [f"{value / fold_all:.3f}" for value in (cold_s, warm_s, more_s)]
        table.add_row(name, *shown, f"{cold_s / warm_s:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
