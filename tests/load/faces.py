"""Checks of faces a second and core, and the search among 100,000 profiles: `python -m tests.load.faces`"""

import random
import resource
import statistics
import time

from lti_proctor.faces.child import ChildEngine
from lti_proctor.faces.looks import DIMENSIONS, Seen, pack
from lti_proctor.faces.search import nearest
from tests.faces import collins, hopper, jpeg

PICTURES, ROUNDS, PROFILES, SEARCHES = 40, 5, 100_000, 20


def main() -> None:
    engine = ChildEngine(timeout=60)
    pictures = [jpeg(image.resize((640, 480)), 70) for image in (collins(), hopper())]
    begun = time.perf_counter()
    assert engine.look(pictures[0]).seen == Seen.one
    print(f"start of the engine with its first picture  {time.perf_counter() - begun:.1f} s")
    found = [checks_a_second(engine, pictures) for _ in range(ROUNDS)]
    assert engine.process is not None
    print(f"checks a second (640x480), wall clock       {show([wall for wall, _ in found])}")
    print(f"memory of the engine                        {memory(engine.process.pid):.0f} MB")
    engine.close()
    cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = (cpu.ru_utime + cpu.ru_stime) / (PICTURES * ROUNDS + 1)
    print(f"CPU a check, start included                 {spent * 1000:.0f} ms, so {1 / spent:.1f} a second and core")
    chance = random.Random(1)
    vectors = [pack([chance.gauss(0, 0.1) for _ in range(DIMENSIONS)]) for _ in range(PROFILES)]
    keys = range(PROFILES)
    times = []
    for vector in vectors[:SEARCHES]:
        begun = time.process_time()
        assert nearest(vector, keys, vectors, within=0.45)[0][1] < 0.01
        times.append((time.process_time() - begun) * 1000)
    print(f"search among {PROFILES} vectors, CPU ms       {show(times)}")


def checks_a_second(engine: ChildEngine, pictures: list[bytes]) -> tuple[float, int]:
    begun = time.perf_counter()
    seen = [engine.look(pictures[n % 2]).seen for n in range(PICTURES)]
    return PICTURES / (time.perf_counter() - begun), seen.count(Seen.one)


def memory(process_id: int) -> float:
    """Resident memory in MB."""
    with open(f"/proc/{process_id}/status") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS"))


def show(values: list[float]) -> str:
    return f"{statistics.median(values):.1f} ({min(values):.1f}–{max(values):.1f})"


if __name__ == "__main__":
    main()
