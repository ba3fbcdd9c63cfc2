"""The ZIP of a report: what is in it, and that its verifier finds a change of any one byte."""

import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import given, settings
from hypothesis import strategies as st
from jwt.algorithms import RSAAlgorithm

from lti_proctor import journal
from lti_proctor.attempts.service import subject_of
from lti_proctor.extensions import db
from lti_proctor.platforms import keys
from lti_proctor.report import archive, verifier
from lti_proctor.report.archive import Part
from lti_proctor.report.gather import gather
from lti_proctor.report.taking import Form, note_taken
from lti_proctor.web.report import offline
from tests.factories import STAFF, make_user
from tests.factories.reported import jpeg, make_reported, sha256

ALWAYS = {"report.json", "report.schema.json", "journal.json", "chunks.json", "keys.json", "manifest.json",
          "manifest.sig", "verify.py", "README.txt"}  # fmt: skip


@pytest.fixture
def attempt(app, now, time):
    found = make_reported(now)
    time.passes(hours=2)
    return found


@pytest.fixture
def teacher(attempt, sign_in, now):
    return sign_in(make_user(now, name="Dr Sol"), {attempt.exam.course_id: "instructor"})


@pytest.fixture
def take(attempt, teacher):
    """The ZIP with these parts, opened."""

    def ask(query=""):
        answer = teacher.get(f"/exams/{attempt.exam_id}/attempts/{attempt.id}/report.zip{query}")
        assert (answer.status_code, answer.mimetype) == (200, "application/zip"), answer.text
        return zipfile.ZipFile(io.BytesIO(answer.data))

    return ask


@pytest.fixture(scope="module")
def made(session_app):
    """The bytes of a ZIP with everything, and the key that signed it. Nothing of it stays in the database."""
    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    with session_app.test_request_context():
        attempt, signer = make_reported(now), keys.signer(now=now)
        note_taken(attempt, Form.zip, parts=Part, key=signer.thumbprint, actor=STAFF, now=now)
        report = gather(attempt, now=now)
        members = [*archive.data_of(attempt, report, Part), *archive.media_of(attempt, report, Part)]
        members.append(archive.text("README.txt", offline.readme(report, signer.thumbprint)))
        found = b"".join(archive.stream(members, report, signer))
        db.session.rollback()
    return found, signer


@pytest.fixture
def signer(made):
    return made[1]


@pytest.fixture
def folder(made, tmp_path):
    zipfile.ZipFile(io.BytesIO(made[0])).extractall(tmp_path)
    return tmp_path


def names(found):
    return {name.split("-")[0].split(".")[0] for name in found.namelist() if name not in ALWAYS}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [("", {"index", "photos/face", "photos/remark", "recordings/camera", "recordings/screen", "files/file",
          "recordings/proctor"}),
     ("?with=", set()), ("?with=videos", {"recordings/camera", "recordings/screen"}), ("?with=faces", {"photos/face"}),
     ("?with=images&with=chat", {"photos/remark", "files/file"}), ("?with=proctor", {"recordings/proctor"}), ("?with=player,faces", {"index", "photos/face"})],
)  # fmt: skip
def test_what_was_chosen_is_in_it_and_the_rest_is_not(take, tmp_path, query, wanted):
    found = take(query)
    assert found.testzip() is None
    assert set(found.namelist()) >= ALWAYS
    assert names(found) == wanted
    found.extractall(tmp_path)
    assert verifier.main(tmp_path) == 0


def test_whoever_leaves_the_chat_out_takes_no_word_of_it(take):
    without, whole = take("?with=player,proctor"), take()
    assert json.loads(without.read("report.json"))["messages"] is None
    assert [one["text"][:4] for one in json.loads(whole.read("report.json"))["messages"]] == ["Is <", "Plea"]
    for name in ("report.json", "index.html", "journal.json"):
        assert b"open the exam anew" not in without.read(name)
    page = whole.read("index.html").decode()
    assert "Is &lt;b&gt;this&lt;/b&gt; right?" in page
    assert "recordings/proctor-" in page


def test_something_that_there_is_not_can_t_be_chosen(teacher, attempt):
    path = f"/exams/{attempt.exam_id}/attempts/{attempt.id}/report.zip?with=everything"
    assert teacher.get(path).status_code == 422


def test_films_and_pictures_are_stored_as_they_are(take):
    assert {i.compress_type for i in take().infolist() if "/" in i.filename} == {zipfile.ZIP_STORED}


def test_the_verifier_runs_by_itself_and_prints_what_the_page_shows(take, tmp_path, teacher, attempt, now):
    take().extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    page = teacher.get(f"/exams/{attempt.exam_id}/attempts/{attempt.id}/take-away").text
    seal = journal.last_entry(subject_of(attempt), "report.taken").hash.hex()
    for shown in (seal, keys.signer(now=now).thumbprint):
        assert shown in done.stdout
        assert shown in page
        assert shown in (tmp_path / "README.txt").read_text("utf-8")


def test_the_verifier_knows_the_key_by_the_same_name(signer):
    assert verifier.thumbprint(signer.public_jwk) == signer.thumbprint


def spoil(folder, path, place, bit):
    data = bytearray((folder / path).read_bytes())
    data[place % len(data)] ^= 1 << bit
    (folder / path).write_bytes(data)


def problems(folder, capsys):
    code = verifier.main(folder)
    return code, capsys.readouterr().out


def test_any_one_bit_of_any_member_is_found(folder):
    members = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert set(members) > ALWAYS

    @given(st.sampled_from(members), st.integers(0, 10**6), st.integers(0, 7))
    @settings(max_examples=150)
    def found(path, place, bit):
        before = (folder / path).read_bytes()
        try:
            spoil(folder, path, place, bit)
            assert verifier.main(folder) != 0
        finally:
            (folder / path).write_bytes(before)

    found()
    for path in members:
        for place, bit in ((0, 0), (-1, 0), (3, 7)):
            before = (folder / path).read_bytes()
            spoil(folder, path, place, bit)
            assert verifier.main(folder) != 0, path
            (folder / path).write_bytes(before)
    assert verifier.main(folder) == 0


def resign(folder, signer):
    """As somebody who has the site's key would: only the chains are left then."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for one in manifest["files"]:
        one["sha256"] = sha256((folder / one["path"]).read_bytes())
    raw = json.dumps(manifest).encode()
    (folder / "manifest.json").write_bytes(raw)
    (folder / "manifest.sig").write_bytes(signer.sign(raw))


def edit(folder, name, change):
    found = json.loads((folder / name).read_text())
    change(found)
    (folder / name).write_text(json.dumps(found))


def a_film(folder):
    next(folder.glob("recordings/camera-*")).write_bytes(b"another film")


def a_part(folder):
    path = next(folder.glob("recordings/screen-*"))
    path.write_bytes(path.read_bytes().replace(b"second", b"sicond"))


def a_longer_film(folder):
    path = next(folder.glob("recordings/screen-*"))
    path.write_bytes(path.read_bytes() + b"more")


def a_picture(folder):
    next(folder.glob("photos/face-*")).write_bytes(jpeg("red"))


def a_file(folder):
    next(folder.glob("files/*")).write_bytes(jpeg("blue"))


def an_entry(folder):
    edit(folder, "journal.json", lambda found: found["entries"][3].update(actor="staff"))


def a_moment(folder):
    edit(folder, "journal.json", lambda found: found["entries"][3].update(at="2026-11-24T09:00:00.000001Z"))


def no_entry(folder):
    edit(folder, "journal.json", lambda found: found["entries"].pop(2))


def no_seal(folder):
    edit(folder, "journal.json", lambda found: found["entries"].pop())


def a_hash_of_a_part(folder):
    edit(folder, "chunks.json", lambda found: found["recordings"][0]["parts"][1].update(sha256="00" * 32))


def no_part(folder):
    edit(folder, "chunks.json", lambda found: found["recordings"][0]["parts"].pop())


def another_name(folder):
    edit(folder, "chunks.json", lambda found: found["recordings"][0].update(name="other"))


def no_hash(folder):
    edit(folder, "chunks.json", lambda found: found["recordings"][1].update(sha256="00" * 32))


def another_head(folder):
    edit(folder, "report.json", lambda found: found.update(journal_head="00" * 32))


def a_text(folder):
    edit(folder, "report.json", lambda found: found["messages"][0].update(text="Nothing."))


def another_side(folder):
    edit(folder, "report.json", lambda found: found["messages"][0].update(side="staff"))


def no_message(folder):
    edit(folder, "report.json", lambda found: found["messages"].pop())


def one_more_message(folder):
    edit(folder, "report.json", lambda found: found["messages"].append({**found["messages"][0], "id": 10**9}))


def another_voice(folder):
    next(folder.glob("recordings/proctor-*")).write_bytes(b"another voice")


@pytest.mark.parametrize(
    ("change", "said"),
    [(a_text, "is not the one that was sent"), (another_side, "by the other side"), (no_message, "are missing"),
     (one_more_message, "is not the one that was sent"), (another_voice, "recordings/proctor-"), (a_film, "is not the one of the journal"), (a_part, "is not what was recorded"), (a_longer_film, "is longer"),
     (a_picture, "photos/face-"), (a_file, "files/file-"), (an_entry, "Entry 4"), (a_moment, "Entry 4"),
     (no_entry, "lacks entry 3"), (no_seal, "does not end with the seal"), (a_hash_of_a_part, "Part 2 of Recording"),
     (no_part, "does not end with its last part"), (another_name, "does not begin in the journal"),
     (no_hash, "without the journal"), (another_head, "does not end with the seal")],
)  # fmt: skip
def test_what_was_changed_and_signed_anew_is_found_by_the_chains(folder, signer, capsys, change, said):
    change(folder)
    resign(folder, signer)
    code, output = problems(folder, capsys)
    assert code == 1
    assert said in output, output
    assert "signed with this key" not in output


def test_another_key_is_found(folder, capsys):
    private = generate_private_key(public_exponent=65537, key_size=2048)
    jwk = json.loads(RSAAlgorithm.to_jwk(private.public_key()))
    (folder / "keys.json").write_text(json.dumps({"keys": [jwk]}))
    resign(folder, keys.Signer(jwk, private))
    code, output = problems(folder, capsys)
    assert (code, "names another key" in output, "signed with this key" in output) == (1, True, False)


@pytest.mark.parametrize("name", ["manifest.json", "journal.json", "manifest.sig"])
def test_a_folder_that_lacks_something_is_no_report(folder, capsys, name):
    (folder / name).unlink()
    code, output = problems(folder, capsys)
    assert (code, "can't be read as a report" in output) == (2, True)


def test_what_does_not_belong_there_is_named(folder, capsys):
    (folder / "photos" / "other.jpg").write_bytes(b"x")
    code, output = problems(folder, capsys)
    assert (code, "photos/other.jpg does not belong" in output) == (1, True)
