"""A review as RPNow sends it, and the options of the provider that takes it."""

from typing import Any

CALLBACK_SECRET = "only-for-tests-0123456789"
OPTIONS: dict[str, Any] = {
    "organization": "university", "exam_sponsor": "faculty", "secret_key_id": "KID", "secret_key": "SECRET",
    "crypto_key": "123456789123456712345678", "callback_secret": CALLBACK_SECRET,
}  # fmt: skip


def review(status: str, *, code: str, locator: str) -> dict[str, Any]:
    return {
        "examDate": "Jul 15 2015 1:13AM",
        "examProcessingStatus": "Review Completed",
        "examTakerEmail": "ines@example.org",
        "examTakerFirstName": "Inés",
        "examTakerLastName": "Müller",
        "keySetVersion": "",
        "examApiData": {"duration": 45, "examCode": code},
        "overAllComments": ";Candidates should always wear suit and tie",
        "reviewStatus": status,
        "userPhotoBase64String": "aGVsbG8=",
        "videoReviewLink": "https://vendor.example/review/1",
        "examMetaData": {
            "examCode": code, "examName": "Final", "examSponsor": "faculty", "organization": "university",
            "reviewedExam": "True", "reviewerNotes": "Closed Book", "simulatedExam": "False", "ssiExamToken": "t",
            "ssiProduct": "rpnow", "ssiRecordLocator": locator,
        },
        "desktopComments": [_comment("Diploma on the wall", 1, 2, 1)],
        "webCamComments": [_comment("Browsing other websites", 88, 88, 88)],
    }  # fmt: skip


def _comment(words: str, start: int, stop: int, duration: int) -> dict[str, Any]:
    return {"comments": words, "duration": duration, "eventFinish": stop, "eventStart": start,
            "eventStatus": "Suspicious"}  # fmt: skip
