"""Two ways to do one thing, turn by turn in one process, so that a busy moment of the machine meets both."""

import statistics
from collections.abc import Callable

#: CPU seconds of the n-th time.
Work = Callable[[int], float]


def compare(tools: dict[str, Work], what: str, *, times: int, rounds: int, aim: float) -> None:
    """Print the median milliseconds of CPU of each, and the last one as a multiple of the first."""
    found: dict[str, list[float]] = {name: [] for name in tools}
    for turn in range(rounds + 1):
        for name, work in tools.items():
            first = turn * times
            value = 1000 * sum(work(n) for n in range(first, first + times)) / times
            if turn:  # the first turn warms up
                found[name].append(value)
    medians = {name: statistics.median(values) for name, values in found.items()}
    for name, values in found.items():
        print(f"{name:<32} {medians[name]:5.2f} ms CPU {what} ({min(values):.2f}–{max(values):.2f})")
    floor, *_between, ours = medians.values()
    print(f"ours / bare: {ours / floor:.1f} (aim: at most {aim:g})")
