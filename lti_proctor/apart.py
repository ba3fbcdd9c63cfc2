"""Programs of ours in a process of their own: for what reads bytes from outside with libraries written in C, takes
long, or wants much memory. Limits on time and memory hold it; a crash there is an answer here.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

#: Sets the limits before the program's first import, as it can't be trusted to do so after reading its input.
_LIMITED = (
    "import resource, runpy, sys\n"
    "memory, seconds = int(sys.argv[1]), int(sys.argv[2])\n"
    "resource.setrlimit(resource.RLIMIT_AS, (memory, memory))\n"
    "resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))\n"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
    "resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n"
    "sys.argv = sys.argv[3:]\n"
    "runpy.run_path(sys.argv[0], run_name='__main__')\n"
)
#: One document, one core: others are at work, too.
_ENVIRON = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Ended:
    """How a program ended: its exit code, negative after a signal, None when its time was over; and what it wrote."""

    code: int | None
    output: bytes


def run_apart(program: Path, *arguments: str | int, given: bytes, seconds: float, megabytes: int) -> Ended:
    """Run a Python file with bytes on its standard input. It sees none of this program's environment or secrets."""
    limits = [str(megabytes * 2**20), str(int(seconds) + 1)]
    command = [sys.executable, "-I", "-c", _LIMITED, *limits, str(program), *map(str, arguments)]
    try:
        done = subprocess.run(
            command, input=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=seconds, env=_ENVIRON,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Ended(None, b"")
    return Ended(done.returncode, done.stdout)
