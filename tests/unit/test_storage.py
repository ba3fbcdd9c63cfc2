import errno
import threading
from pathlib import Path

import pytest

from lti_proctor import storage
from lti_proctor.errors import NotFound, Upstream
from lti_proctor.storage import Store

KEY = "attempts/12/face-0a1b.jpg"


@pytest.fixture
def store(tmp_path):
    return Store(f"file://{tmp_path / 'files'}")


def files(store):
    return sorted(path for path in Path(store.root).rglob("*") if path.is_file())


def test_bytes_come_back_as_they_were_put(store):
    store.put(KEY, b"\0\xff" * 1000)
    assert store.get(KEY) == b"\0\xff" * 1000


def test_a_key_put_again_holds_the_newer_bytes(store):
    store.put(KEY, b"old")
    store.put(KEY, b"new")
    assert store.get(KEY) == b"new"


def test_deleted_bytes_are_gone_and_deleting_twice_is_fine(store):
    store.put(KEY, b"x")
    store.delete(KEY)
    store.delete(KEY)
    assert files(store) == []
    with pytest.raises(NotFound):
        store.get(KEY)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../secret_key",
        "attempts/../../secret_key",
        "attempts/..",
        "attempts//x",
        "attempts/x/",
        ".hidden",
        "attempts/.hidden",
        "Attempts/x",
        "attempts/x y",
        "attempts/x\0.jpg",
        "attempts\\x",
        "attempts/x\n",
        "attempts/%2e%2e",
        "s3://bucket/x",
        "attempts/ä.jpg",
    ],
)
@pytest.mark.parametrize("verb", ["get", "put", "delete"])
def test_a_key_that_no_noun_would_make_is_refused(store, key, verb):
    arguments = (key, b"x") if verb == "put" else (key,)
    with pytest.raises(ValueError, match="not a storage key"):
        getattr(store, verb)(*arguments)


@pytest.mark.parametrize("verb", ["open_new", "os.makedirs", "os.replace"])
def test_a_full_disk_is_the_store_s_problem_and_may_pass(store, monkeypatch, verb):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(f"lti_proctor.storage.{verb}", full)
    with pytest.raises(Upstream) as problem:
        store.put(KEY, b"x")
    assert (problem.value.code, problem.value.permanent) == ("storage_unavailable", False)
    monkeypatch.undo()
    assert files(store) == []
    store.put(KEY, b"later")
    assert store.get(KEY) == b"later"


def test_bytes_are_kept_whole_or_not_at_all(store, monkeypatch):
    store.put(KEY, b"before")
    really_open = storage.open_new

    class Full:
        def __init__(self, file):
            self.file = file

        def __enter__(self):
            self.file.__enter__()
            return self

        def __exit__(self, *problem):
            return self.file.__exit__(*problem)

        def write(self, data):
            self.file.write(data[:3])
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage, "open_new", lambda path: Full(really_open(path)))
    with pytest.raises(Upstream):
        store.put(KEY, b"after, but only in part")
    monkeypatch.undo()
    assert store.get(KEY) == b"before"
    assert len(files(store)) == 1


@pytest.mark.parametrize("verb", ["get", "delete"])
def test_a_store_that_is_away_may_come_back(store, monkeypatch, verb):
    def away(*args, **kwargs):
        raise PermissionError("no")

    for name in ("cat_file", "exists"):
        monkeypatch.setattr(store.fs, name, away)
    with pytest.raises(Upstream) as problem:
        getattr(store, verb)(KEY)
    assert not problem.value.permanent


def test_two_threads_that_keep_files_at_once_lose_neither(store, monkeypatch):
    """Whoever writes second begins and ends while the first is in the middle."""
    really_open, turn = storage.open_new, threading.Lock()

    def open_slowly(path):
        file = really_open(path)
        if turn.acquire(blocking=False):
            other = threading.Thread(target=store.put, args=("attempts/2/b.jpg", b"second"))
            other.start()
            other.join(5)
        return file

    monkeypatch.setattr(storage, "open_new", open_slowly)
    store.put("attempts/1/a.jpg", b"first")
    assert (store.get("attempts/1/a.jpg"), store.get("attempts/2/b.jpg")) == (b"first", b"second")
