"""RPNow: what it is sent and sends, against the vectors of the protocol."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lti_proctor.errors import Upstream
from lti_proctor.providers import rpnow_wire as wire
from lti_proctor.providers.base import AttemptFacts, CannotRegister, ReviewStatus, SentNoAttemptId
from lti_proctor.providers.calls import BadReview, Call, Stranger
from lti_proctor.providers.contract import EXAM, REGISTRATION, STAFF, ProviderContract
from lti_proctor.providers.rpnow import REVIEW, START, Rpnow, RpnowOptions
from tests.provider_server import provider_server
from tests.rpnow_review import CALLBACK_SECRET, OPTIONS, review

CODE = REGISTRATION.code
AES_KEY = "B886E02F19C77EC734B1B132BEECD91E"
MOMENT = datetime(2015, 7, 15, 5, 11, 31, tzinfo=UTC)
ATTEMPT = AttemptFacts(1, CODE, EXAM, "created", "Locator-1")


@pytest.fixture
def server(app):
    with provider_server() as script:
        script.says("POST", "/register", {"ssiRecordLocator": "Locator-1"})
        yield script
        app.extensions["outside"].close()  # kept connections would outlive the server


@pytest.fixture
def make(app, server):
    return lambda **options: made(f"{server.url}/register", **options)


def made(endpoint="https://vendor.example/register", **options):
    return Rpnow("watcher", RpnowOptions(**{**OPTIONS, "exam_register_endpoint": endpoint, **options}))


class TestContract(ProviderContract):
    @pytest.fixture(autouse=True)
    def _made(self, make):
        self.make = make

    def make_provider(self):
        return self.make()

    def good_review(self):
        return review("Suspicious", code=CODE, locator="locator-1")


def test_the_password_is_that_of_the_vector():
    assert wire.encrypt_password("123456789123456712345678", "AC-1") == "Y9eVcxpYk4E="


def test_the_signed_text_forgets_prefixes_as_the_vendor_does():
    body = {"b": True, "a": "x", "n": None, "e": "", "z": {"k1": 1, "k2": [1, 2]}, "l": ["p", {"q": "r"}]}
    lines = ["a:x", "b:true", "e:", "l.0:p", "l.1.q:r", "n:null", "z.k1:1", "k2.0:1", "k2.1:2"]
    assert wire.canonical(body) == "".join(f"{line}\n" for line in lines)
    assert wire.canonical({"zero": 0, "no": False, "deep": {"er": {"x": 1}}}) == "er.x:1\nno:false\nzero:null\n"


def test_the_signature_is_that_of_the_vector():
    body = {"examCode": "AC-1", "orgExtra": {"courseID": "c"}}
    signed = wire.signature("KID", "SECRET", "POST", "Wed, 15 Jul 2015 05:11:31 GMT", body)
    assert signed == "SSI KID:bbMi3sjzyuVetTt3C5TI1isFNQwb4vOygdIbHE8AQr8="


def test_the_link_to_a_video_is_kept_as_in_the_vector():
    key = bytes.fromhex(AES_KEY)
    assert wire.encrypt_link(key, "http://v") == "EJ1fXfXjmjeUMp-BhXplsQ=="
    assert wire.decrypt_link(key, "EJ1fXfXjmjeUMp-BhXplsQ==") == "http://v"


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Final", "Final"),
        ("Prüfung “1”", "Prufung 1"),
        ("a[b]<c>#:|!?/'\"*\\d", "a_b__c___________d"),
        ("考试", "Proctored Exam"),
    ],
)
def test_the_name_of_an_exam_has_only_what_the_vendor_takes(name, plain):
    assert wire.exam_name(name) == plain


def test_a_moment_is_written_as_the_vendor_wants_it():
    assert wire.http_date(MOMENT) == "Wed, 15 Jul 2015 05:11:31 GMT"


def test_a_registration_is_signed_and_whole(make, server, time):
    time.now = MOMENT
    provider = make()
    given = replace(REGISTRATION, review_policy="Open book", review_policy_exception="A dictionary")
    assert provider.register_attempt(EXAM, given).external_id == "Locator-1"
    sent = server.heard[-1]
    assert sent.json == {
        "examCode": CODE, "organization": "university", "duration": 45, "reviewedExam": True,
        "reviewerNotes": "Open book; A dictionary", "examPassword": wire.encrypt_password(OPTIONS["crypto_key"], CODE),
        "examSponsor": "faculty", "examName": "Final  Unicode _b_", "ssiProduct": "rp-now",
        "examUrl": provider.start_url("https://proctor.example", CODE),
        "orgExtra": {
            "examStartDate": "Wed, 15 Jul 2015 05:11:31 GMT", "examEndDate": "Wed, 15 Jul 2015 05:56:31 GMT",
            "noOfStudents": 1, "examID": 7, "courseID": "course-1", "firstName": "Inés", "lastName": "O’Hara-Müller",
        },
    }  # fmt: skip
    assert sent.json["examUrl"].startswith(
        f"https://proctor.example/api/edx_proctoring/proctoring_launch_callback/start_exam/{CODE}?token="
    )
    assert sent.headers["date"] == "Wed, 15 Jul 2015 05:11:31 GMT"
    wanted = wire.signature("KID", "SECRET", "POST", sent.headers["date"], sent.json)
    assert sent.headers["authorization"] == wanted


def test_a_practice_is_not_reviewed_and_an_address_is_sent_where_wanted(make, server):
    make(send_email=True).register_attempt(EXAM, replace(REGISTRATION, is_sample=True))
    sent = server.heard[-1].json
    assert (sent["reviewedExam"], sent["orgExtra"]["email"]) == (False, "ines@example.org")
    assert sent["reviewerNotes"] == "Closed Book"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((400, b"no"), CannotRegister),
        ((202, {"ssiRecordLocator": "x"}), CannotRegister),
        ({}, SentNoAttemptId),
        (b"<html>", SentNoAttemptId),
        ({"ssiRecordLocator": "a/b"}, SentNoAttemptId),
        ((503, b""), Upstream),
        ((302, b"", {"Location": "https://elsewhere.example"}), Upstream),
        ("hang", Upstream),
    ],
)
def test_what_is_no_registration_is_told(make, server, answer, kind):
    server.says("POST", "/register", answer)
    with pytest.raises(kind) as problem:
        make(timeout=0.2).register_attempt(EXAM, REGISTRATION)
    assert type(problem.value) is kind


def test_a_registration_may_answer_created(make, server):
    server.says("POST", "/register", (201, {"ssiRecordLocator": "L-2"}))
    assert make().register_attempt(EXAM, REGISTRATION).external_id == "L-2"


def start_of(provider, code=CODE, **changes):
    path, _, query = provider.start_url("https://proctor.example", code).partition("?")
    values = {"path": path.partition("/api/edx_proctoring/")[2], "query": {"token": query.removeprefix("token=")}}
    return Call("GET", **{**values, **changes})


@pytest.mark.parametrize(
    ("status", "is_ready", "is_over"),
    [
        ("created", True, False),
        ("download_software_clicked", True, False),
        ("ready_to_start", False, False),
        ("started", False, True),
        ("paused", False, True),
        ("ready_to_submit", False, True),
        ("submitted", False, False),
        ("verified", False, False),
    ],
)
def test_the_secure_browser_begins_and_ends_the_exam(status, is_ready, is_over):
    provider = made()
    call = start_of(provider)
    assert provider.attempt_code(call) == CODE
    reply = provider.answer(replace(ATTEMPT, status=status), call)
    assert (reply.is_ready, reply.is_over, reply.to_attempt) == (is_ready, is_over, True)
    running = replace(ATTEMPT, status="started")
    assert provider.blocks_content(running, reply.cookies) is False
    assert provider.blocks_content(running, {}) is True
    assert provider.blocks_content(running, {"exam": CODE}) is True
    assert provider.blocks_content(replace(running, code="OTHER"), reply.cookies) is True
    assert provider.blocks_content(replace(ATTEMPT, status="submitted"), {}) is False


def test_who_knows_only_the_code_starts_nothing():
    provider = made()
    for query in (
        {},
        {"token": ""},
        {"token": "x"},
        start_of(provider, "OTHER").query,
        start_of(made(secret_key="b")).query,
    ):
        with pytest.raises(Stranger):
            provider.attempt_code(start_of(provider, query=query))


@pytest.mark.parametrize(
    "call", [Call("POST", START + CODE), Call("GET", REVIEW), Call("GET", "v1/x"), Call("POST", REVIEW + "/more")]
)
def test_other_addresses_are_none_of_its_own(call):
    assert made().attempt_code(call) is None


def test_a_review_needs_the_secret():
    call = Call("POST", f"{REVIEW}/", query={"secret": CALLBACK_SECRET}, body=b"{}")
    with pytest.raises(BadReview):
        made().attempt_code(call)
    for provider, query in ((made(), {}), (made(), {"secret": "x"}), (made(callback_secret=""), {"secret": ""})):
        with pytest.raises(Stranger):
            provider.attempt_code(replace(call, query=query))


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Clean", ReviewStatus.passed),
        ("Rules Violation", ReviewStatus.violation),
        ("Suspicious", ReviewStatus.suspicious),
        ("Not Reviewed", ReviewStatus.not_reviewed),
    ],
)
def test_the_words_of_the_vendor_are_ours(theirs, ours):
    assert made().read_review(ATTEMPT, review(theirs, code=CODE, locator="LOCATOR-1")).status == ours


def test_comments_of_the_camera_come_first():
    found = made().read_review(ATTEMPT, review("Suspicious", code=CODE, locator="Locator-1"))
    assert [(one.comment, one.status, one.start, one.stop, one.duration) for one in found.comments] == [
        ("Browsing other websites", "Suspicious", 88, 88, 88),
        ("Diploma on the wall", "Suspicious", 1, 2, 1),
    ]
    assert "userPhotoBase64String" not in found.payload
    assert found.payload["examDate"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reviewStatus": "Fine"}, "review_status"),
        ({"webCamComments": "none"}, "review_comments"),
        ({"desktopComments": ["x"]}, "review_comments"),
        ({"desktopComments": [{"comments": "x"}]}, "review_comments"),
        ({"examMetaData": None}, "review_unreadable"),
        ({"examMetaData": {"examCode": CODE, "ssiRecordLocator": "other"}}, "review_other_attempt"),
        ({"examMetaData": {"examCode": CODE}}, "review_other_attempt"),
    ],
)
def test_what_is_no_review_is_told(app, change, code):
    with pytest.raises(BadReview) as problem:
        made().read_review(ATTEMPT, {**review("Clean", code=CODE, locator="Locator-1"), **change})
    assert problem.value.code == code


def test_simulated_reviews_are_taken_where_the_site_says_so(app, settings, monkeypatch):
    rules = settings.proctoring_settings.model_copy(update={"ALLOW_CALLBACK_SIMULATION": True})
    monkeypatch.setitem(app.extensions, "settings", settings.model_copy(update={"proctoring_settings": rules}))
    assert made().read_review(ATTEMPT, review("Clean", code=CODE, locator="another")).status == ReviewStatus.passed


def test_clean_and_rules_violation_pass_unless_the_site_says_otherwise():
    assert made().passes == {"passed", "violation"}
    assert made(passing_statuses=("Clean",)).passes == {"passed"}
    assert made(passing_statuses=("passed",)).passes == {"passed"}


def test_the_video_is_kept_encrypted_and_opened_for_staff():
    provider = made(video_review_aes_key=AES_KEY)
    payload = {
        **review("Clean", code=CODE, locator="Locator-1"),
        "videoReviewLink": "https://v.example/DirectLink-Generic.html?x=1",
    }
    kept = provider.read_review(ATTEMPT, payload).video_url
    assert "://" not in kept
    assert provider.dashboard_address("c", STAFF, video_url=kept) == "https://v.example/DirectLink-HTML5.html?x=1"
    assert provider.dashboard_address("c", STAFF, video_url="rubbish") is None
    assert provider.dashboard_address("c", STAFF) is None
    plain = made()
    assert plain.dashboard_address("c", STAFF, video_url=plain.read_review(ATTEMPT, payload).video_url) == (
        "https://v.example/DirectLink-HTML5.html?x=1"
    )
    assert plain.dashboard_address("c", STAFF, video_url="javascript:alert(1)") is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"crypto_key": "short"},
        {"video_review_aes_key": "xyz"},
        {"callback_secret": "short"},
        {"exam_register_endpoint": "x"},
    ],
)
def test_wrong_options_are_told(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        RpnowOptions(**{**OPTIONS, "exam_register_endpoint": "https://x.example", **wrong})
