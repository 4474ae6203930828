"""Run random histories of the inbox under faults, for as long as wanted (bin/soak)."""

import argparse
import os
import secrets
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import count, islice

from tqdm import tqdm

from cruddur_lib.messaging.designs import DESIGNS
from tests.helpers import machine

WORKERS = os.cpu_count() or 1
ROUND = 40 * WORKERS  # tasks until new workers start, because moto frees no memory


class Failed(Exception):
    """A history that went wrong: its design, its seed and its error."""


def some(design: str, number: int) -> Counter[str]:
    """Return what happened in the histories of this seed; raises `Failed` if one goes wrong."""
    machine.STATISTICS.clear()
    try:
        machine.histories(design, number, smallest=True)
    except Exception as error:
        notes = "\n".join(getattr(error, "__notes__", ()))
        raise Failed(design, number, f"{type(error).__name__}: {error}\n{notes}") from None
    return machine.STATISTICS


def tasks(designs: list[str], number: int) -> Iterator[tuple[str, int]]:
    """Yield every design with each seed from `number` on, without end."""
    return ((design, number + step) for step in count() for design in designs)


def soak(designs: list[str], number: int, minutes: float) -> Counter[str]:
    """Run histories for some minutes; return what happened, or raise `Failed` at an error."""
    end, left, found = time.monotonic() + 60 * minutes, tasks(designs, number), Counter[str]()
    with tqdm(total=round(60 * minutes), unit="s", desc="soak", file=sys.stderr) as bar:
        while not found or time.monotonic() < end:
            for more in one_round(islice(left, ROUND), end):
                found += more
                passed = min(bar.total, round(bar.total - (end - time.monotonic())))
                bar.update(passed - bar.n)
                bar.set_postfix(histories=found["histories"], steps=found["steps"])
    return found


def one_round(several: Iterable[tuple[str, int]], end: float) -> Iterator[Counter[str]]:
    """Yield what happened in each of these tasks as it ends; start none after `end`."""
    with ProcessPoolExecutor(WORKERS) as pool:
        try:
            for done in as_completed([pool.submit(some, *task) for task in several]):
                yield done.result()
                if time.monotonic() >= end:
                    return
        finally:
            pool.shutdown(cancel_futures=True)


def main() -> int:
    """Return exit code 0 if every history went right, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="bin/soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long (default: 10)")
    parser.add_argument("--seed", type=int, help="begin with this one, as a failure names it")
    parser.add_argument("--design", choices=sorted(DESIGNS), help="this one alone (default: all)")
    asked = parser.parse_args()
    number = secrets.randbelow(10**6) * 1_000 if asked.seed is None else asked.seed
    print(f"seed {number}, {machine.HISTORIES_PER_SEED} histories a seed and design")
    try:
        found = soak([asked.design] if asked.design else sorted(DESIGNS), number, asked.minutes)
    except Failed as failed:
        design, number, error = failed.args
        print(f"{error}\nagain: bin/soak --design {design} --seed {number} --minutes 0")
        return 1
    width = max(map(len, found))
    for name, number in sorted(found.items(), key=lambda pair: (-pair[1], pair[0])):
        print(f"{name:<{width}} {number:>9,}")
    print(f"{found['histories']:,} histories, 0 violations")
    return 0


if __name__ == "__main__":
    sys.exit(main())
