"""CPU per complete launch with 1, 100 and 1,000 registrations in the database: it must not matter.

Three gunicorn workers in one run, measured in turn. SQLite. `python -m tests.load.registrations`
"""

import statistics
import tempfile
from contextlib import ExitStack

from tests.load.launches import KEY_SET, LAUNCHES, complete, cpu_of, our_environ, prepare
from tests.load.servers import Worker, gunicorn, key_set_server

NUMBERS, ROUNDS = (1, 100, 1000), 7


def main() -> None:
    with ExitStack() as stack:
        platform = stack.enter_context(key_set_server(KEY_SET))
        tools: dict[int, Worker] = {}
        for number in NUMBERS:
            environ = our_environ(stack.enter_context(tempfile.TemporaryDirectory()))
            prepare(platform, environ, number)
            tools[number] = stack.enter_context(gunicorn("wsgi:app", environ))
        found: dict[int, list[float]] = {number: [] for number in NUMBERS}
        for turn in range(ROUNDS + 1):
            for number, worker in tools.items():
                value = cpu_of(worker, complete, platform, turn * LAUNCHES)
                if turn:  # the first turn warms up
                    found[number].append(value)
    for number, values in found.items():
        # Neighbours in time are compared: what else the machine does is the same for them.
        median = statistics.median(values)
        ratio = statistics.median(value / one for value, one in zip(values, found[1], strict=True))
        print(f"{number:>5} registrations: {median:5.2f} ms CPU a launch ({min(values):.2f}–{max(values):.2f}), "
              f"{ratio:.2f} of that with one (aim: at most 1.10)")  # fmt: skip


if __name__ == "__main__":
    main()
