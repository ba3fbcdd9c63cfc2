"""The ZIP of a report with 2 GB of films: how fast it comes beside `zip -0`, and what memory it needs.

`python -m tests.load.archive [megabytes]`; it needs twice the room in the folder for temporary files, and `zip`.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from lti_proctor.platforms.keys import Signer
from lti_proctor.report.archive import Member, _read, stream
from lti_proctor.storage import Store

FILMS, ROUNDS = 8, 3
MEGABYTE = 2**20


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours(store: Store, target: Path) -> float:
    """Seconds until the whole ZIP is written."""
    private = generate_private_key(public_exponent=65537, key_size=2048)
    attempt = SimpleNamespace(identifier="a")
    report: Any = SimpleNamespace(attempt=attempt, made_at=datetime.now(UTC), journal_head="00")
    films = [Member(f"recordings/{n}.webm", partial(_read, store, f"films/{n}.webm"), True) for n in range(FILMS)]
    begun = time.perf_counter()
    with target.open("wb") as file:
        for piece in stream(films, report, Signer({"e": "AQAB", "kty": "RSA", "n": "x"}, private)):
            file.write(piece)
    return time.perf_counter() - begun


def bare(folder: Path, target: Path) -> float:
    begun = time.perf_counter()
    subprocess.run(["zip", "-0", "-q", "-r", str(target), "films"], cwd=folder, check=True)
    return time.perf_counter() - begun


def main(megabytes: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, store = Path(name), Store(f"file://{name}")
        (folder / "films").mkdir()
        for n in range(FILMS):
            with (folder / "films" / f"{n}.webm").open("wb") as file:
                for _ in range(megabytes // FILMS):
                    file.write(os.urandom(MEGABYTE))
        target = folder / "out.zip"
        before, found = peak_mb(), []
        for _ in range(ROUNDS):
            both = []
            for act in (partial(bare, folder, target), partial(ours, store, target)):
                target.unlink(missing_ok=True)
                os.sync()
                both.append(act())
            found.append(both)
            print(f"zip -0: {megabytes / both[0]:.0f} MB/s   ours: {megabytes / both[1]:.0f} MB/s")
        best = [min(times) for times in zip(*found, strict=True)]
        print(f"share of the speed of zip -0: {best[0] / best[1]:.2f}   more memory: {peak_mb() - before:.1f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2048)
