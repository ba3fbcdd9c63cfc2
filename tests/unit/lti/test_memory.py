import pytest

from lti_proctor.lti import memory
from lti_proctor.lti.memory import Memory


@pytest.fixture
def ticks(monkeypatch):
    class Ticks:
        now = 1000.0

    found = Ticks()
    monkeypatch.setattr(memory.time, "monotonic", lambda: found.now)
    return found


def test_what_is_put_is_found_for_some_seconds(ticks):
    rows = Memory()
    rows.put("a", 1)
    ticks.now += memory.SECONDS - 0.01
    assert rows.get("a") == 1
    ticks.now += 0.01
    assert rows.get("a") is None


def test_what_nobody_put_is_not_found(ticks):
    rows = Memory()
    rows.put("a", 1)
    assert rows.get("b") is None
    rows.clear()
    assert rows.get("a") is None


def test_the_memory_does_not_grow_without_end(ticks, monkeypatch):
    monkeypatch.setattr(memory, "MOST", 10)
    rows = Memory()
    for n in range(25):
        rows.put(n, n)
    assert len(rows._rows) <= 10
    assert rows.get(24) == 24
