"""The engine's process: it may die, hang or talk nonsense, and a picture is then only not analysed."""

import sys
import threading
import time

import pytest

from lti_proctor.faces.child import ChildEngine
from lti_proctor.faces.looks import UNKNOWN, Seen

READY = """
import json, os, struct, sys, time
def send(content): sys.stdout.buffer.write(struct.pack(">I", len(content)) + content); sys.stdout.buffer.flush()
def take():
    head = sys.stdin.buffer.read(4)
    if len(head) < 4: sys.exit()
    return sys.stdin.buffer.read(struct.unpack(">I", head)[0])
def answer(seen="none"): send(json.dumps({"seen": seen, "vector": "", "engine": str(os.getpid())}).encode())
send(b"ready")
"""
GOOD = "while True:\n    take()\n    answer()\n"


@pytest.fixture
def start():
    made = []

    def engine(rest, *, begin=READY, **options):
        options = {"timeout": 2.0, **options}
        made.append(ChildEngine(command=(sys.executable, "-S", "-c", begin + rest), **options))
        return made[-1]

    yield engine
    for one in made:
        one.close()


def test_no_process_runs_before_the_first_picture(start):
    engine = start(GOOD)
    assert engine.process is None
    assert engine.look(b"x").seen == Seen.none
    assert engine.process.poll() is None


def test_one_process_looks_at_many_pictures(start):
    engine = start(GOOD)
    assert len({engine.look(b"x" * 300_000).engine for _ in range(3)}) == 1


def test_a_process_that_died_meanwhile_is_replaced(start):
    engine = start(GOOD)
    first = engine.look(b"x")
    engine.process.kill()
    engine.process.wait()
    second = engine.look(b"x")
    assert second.seen == Seen.none
    assert first.engine != second.engine


def test_a_picture_that_kills_the_process_is_not_analysed_and_the_next_one_is(start):
    engine = start("while True:\n    if take() == b'poison': os._exit(1)\n    answer()\n")
    assert engine.look(b"poison") == UNKNOWN
    assert engine.look(b"x").seen == Seen.none


def test_a_picture_that_takes_too_long_is_not_analysed_and_its_process_ends(start):
    engine = start("while True:\n    if take() == b'slow': time.sleep(60)\n    answer()\n", timeout=0.5)
    assert engine.look(b"x").seen == Seen.none
    process, began = engine.process, time.monotonic()
    assert engine.look(b"slow") == UNKNOWN
    assert time.monotonic() - began < 3
    assert process.poll() is not None
    assert engine.look(b"x").seen == Seen.none


def test_a_process_that_does_not_read_stops_nobody(start):
    engine = start("time.sleep(60)\n", timeout=0.3)
    assert engine.look(b"x" * 2_000_000) == UNKNOWN


@pytest.mark.parametrize("said", ["send(b'nonsense')", "answer('many')", "sys.stdout.buffer.write(b'\\xff' * 4)"])
def test_nonsense_is_not_an_analysis(start, said):
    engine = start(f"while True:\n    take()\n    {said}\n    sys.stdout.buffer.flush()\n")
    assert engine.look(b"x") == UNKNOWN


def test_a_process_that_does_not_start_is_left_alone_for_a_while(start, tmp_path):
    starts = tmp_path / "starts"
    engine = start(f"open({str(starts)!r}, 'a').write('x')\n", begin="")
    assert [engine.look(b"x") for _ in range(3)] == [UNKNOWN] * 3
    assert starts.read_text() == "x"


def test_more_pictures_than_may_wait_are_not_analysed_at_once(start):
    engine = start("while True:\n    take()\n    time.sleep(0.3)\n    answer()\n", waiting=1)
    found = []
    threads = [threading.Thread(target=lambda: found.append(engine.look(b"x").seen)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted([Seen.none] * 2 + [Seen.unknown] * 3)


def test_the_process_knows_nothing_of_our_settings(start, monkeypatch):
    monkeypatch.setenv("LTI_PROCTOR_SECRET_KEY", "a secret of the site")
    engine = start(
        "while True:\n    take()\n    answer('several' if any('LTI' in n for n in os.environ) else 'none')\n"
    )
    assert engine.look(b"x").seen == Seen.none
