"""Programs in a process of their own: what they get, what holds them, and how they may end."""

import pytest

from lti_proctor.apart import run_apart


@pytest.fixture
def program(tmp_path):
    def write(text):
        path = tmp_path / "program.py"
        path.write_text(text)
        return path

    return write


def run(path, *arguments, given=b"", seconds=20, megabytes=256):
    return run_apart(path, *arguments, given=given, seconds=seconds, megabytes=megabytes)


def test_a_program_gets_bytes_and_arguments_and_answers_with_bytes(program):
    path = program("import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read() + sys.argv[1].encode())\nsys.exit(7)")
    ended = run(path, 12, given=b"\x00\xff")
    assert (ended.code, ended.output) == (7, b"\x00\xff12")


def test_it_sees_nothing_of_our_environment(program, monkeypatch):
    monkeypatch.setenv("LTI_PROCTOR_SECRET_KEY", "hidden")
    ended = run(program("import os\nprint(dict(os.environ))"))
    assert b"hidden" not in ended.output
    assert ended.code == 0


@pytest.mark.parametrize(
    "text",
    [
        "x = bytearray(2**30)",
        "with open(__file__ + '.out', 'w') as f: f.write('x' * 100)",
        "import os\nos.abort()",
        "raise ValueError",
    ],
    ids=["too much memory", "writes a file", "crashes", "breaks"],
)
def test_what_goes_wrong_there_is_an_answer_here(program, text):
    ended = run(program(text))
    assert ended.code not in {0, None}
    assert ended.output == b""


@pytest.mark.parametrize("text", ["import time\ntime.sleep(60)", "while True: pass"], ids=["sleeps", "is busy"])
def test_its_time_is_limited(program, text):
    assert run(program(text), seconds=0.3).code is None
