"""What a browser of a chat sends and is told."""

import subprocess

from tests.conftest import csrf_of

KEY = "0123456789abcdef"


def writer(browser, path):
    token = csrf_of(browser)

    def send(text, key=KEY, **more):
        body = {"csrf_token": token, "text": text, "key": key, **more}
        return browser.post(path, data=body, headers={"Accept": "application/json"})

    return send


def conversation(browser, attempt):
    staff = f"/exams/{attempt.exam_id}/attempts/{attempt.id}/chat/messages"
    own = f"/attempts/{attempt.id}/messages"
    return next(found.json for found in (browser.get(own), browser.get(staff)) if found.status_code == 200)


def film(folder, seconds=2, *, picture=True):
    path = folder / "said.webm"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"sine=d={seconds}"]
    command += ["-f", "lavfi", "-i", f"color=red:s=64x48:r=5:d={seconds}"] if picture else []
    command += ["-c:a", "libopus", *(["-c:v", "libvpx", "-b:v", "50k"] if picture else []), "-y", str(path)]
    subprocess.run(command, check=True)
    return path.read_bytes()
