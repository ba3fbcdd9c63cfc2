"""CPU of what phones send, and of what is told of them, on SQLite in one process. `python -m tests.load.phones`"""

import re
import tempfile
import time
from datetime import timedelta

from flask import Flask
from flask_migrate import upgrade
from PIL import Image

from lti_proctor import clock, create_app
from lti_proctor.extensions import db
from lti_proctor.phone import service as phones
from lti_proctor.phone import tasks
from lti_proctor.settings import ROOT, load
from tests.faces import jpeg
from tests.factories.phones import beats, make_started

PHONES, SIGNS, PICTURES = 60, 20, 10


def handset(app: Flask, secret: str) -> tuple[object, dict[str, str]]:
    """A phone that has joined: its browser and the headers that it sends."""
    browser = app.test_client()
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/phone/").text)
    assert found is not None
    answer = browser.post("/phone/join", data={"csrf_token": found[1], "secret": secret})
    assert answer.status_code == 303, answer.text
    return browser, {"X-CSRFToken": found[1]}


def cpu(times: int, function: object) -> float:
    """Milliseconds of one of so many calls."""
    begun = time.process_time()
    for _ in range(times):
        function()  # type: ignore[operator]
    return 1000 * (time.process_time() - begun) / times


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environ = {"LTI_PROCTOR_CONFIG": str(ROOT / "config" / "test.toml"), "LTI_PROCTOR_DATA_DIR": folder}
        app = create_app(load(environ, base_url="http://localhost", queue_url="memory:"))
        with app.app_context():
            upgrade(directory=str(ROOT / "migrations"))
            now = clock.now() - timedelta(minutes=1)
            running = [make_started(now) for _ in range(PHONES)]
            for _, phone in running:
                beats(phone, now, *range(0, 60, 5))
            secrets = [phones.issue_link(attempt, now=clock.now()) for attempt, _ in running]
            db.session.commit()
            print(f"telling one attempt's minute: {cpu(1, tasks.tell) / PHONES:.1f} ms")
        made = [handset(app, secret) for secret in secrets]
        picture = jpeg(Image.effect_noise((640, 480), 30).convert("RGB"), quality=70)

        def sign(browser: object, headers: dict[str, str]) -> None:
            assert browser.post("/phone/sign", json={"camera": True}, headers=headers).status_code == 200  # type: ignore[attr-defined]

        def send(browser: object, headers: dict[str, str]) -> None:
            path = f"/phone/pictures?taken_ms={clock.to_ms(clock.now())}"
            sent = browser.post(path, data=picture, headers={**headers, "Content-Type": "image/jpeg"})  # type: ignore[attr-defined]
            assert sent.status_code == 200, sent.text

        for words, n, act in (("a sign of life", SIGNS, sign), (f"a picture of {len(picture)} bytes", PICTURES, send)):
            each = [cpu(n, lambda one=one, act=act: act(*one)) for one in made]
            print(f"{words}: {sorted(each)[len(each) // 2]:.1f} ms")
        app.extensions["outside"].close()


if __name__ == "__main__":
    main()
