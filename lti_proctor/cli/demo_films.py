"""A camera and a screen for the demonstration, drawn and filmed when it is set up: nobody was recorded for them."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

#: Small and slow, so that it is made in seconds.
SIZE, FPS, FILMED = (480, 360), 2, (320, 240)
SKIN, HAIR, SHIRT, WALL, OTHER = "#c99a76", "#4a3426", "#3d5a73", "#c8c4ba", "#7a5236"
PAPER, INK, LINE, MARK = "#fbfaf7", "#2b2a27", "#d9d5cc", "#2f6f8f"
#: Speech and a quiet room, as sources of ffmpeg.
VOICE = "sine=frequency=180:sample_rate=48000,tremolo=f=5:d=0.9"
ROOM = "anoisesrc=r=48000:color=pink:amplitude=0.008"


@dataclass(frozen=True)
class Scene:
    """Some seconds of the exam: who is seen (`people` 0, 1 or 2), and whether somebody speaks."""

    seconds: int
    people: int = 1
    voice: bool = False


def portrait() -> bytes:
    """The photo before the exam, JPEG."""
    out = BytesIO()
    _camera(0, 1).save(out, "JPEG", quality=88)
    return out.getvalue()


def page() -> bytes:
    """A sheet of paper that a learner attaches, JPEG."""
    picture = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(picture)
    for row in range(9):
        draw.line((30, 40 + row * 34, 450, 40 + row * 34), fill=LINE)
    for row, text in enumerate(
        ("n = 40   mean = 12.5   s = 3.2", "SE = 3.2 / sqrt(40) = 0.506", "12.5 +- 1.96 * 0.506")
    ):
        draw.text((40, 48 + row * 68), text, fill=MARK, font_size=22)
    out = BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def _camera(frame: int, people: int) -> Image.Image:
    picture = Image.new("RGB", SIZE, WALL)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((20, 130, 110, 138), fill="#8a6b4a")
    for place, (colour, height) in enumerate((("#6b8f71", 50), ("#b3574a", 40), ("#4f6d8f", 56))):
        draw.rectangle((30 + place * 22, 130 - height, 46 + place * 22, 130), fill=colour)
    draw.rectangle((350, 40, 450, 110), outline="#8a6b4a", width=5, fill="#a8bfcc")
    if people > 1:
        _person(draw, 400, 180, 0.75, OTHER, "#6e4a5e")
    if people:
        _person(draw, 235 + (frame // 3 % 5), 190 + (frame // 5 % 3), 1.0, SKIN, SHIRT)
    return picture


def _person(draw: ImageDraw.ImageDraw, x: int, y: int, size: float, skin: str, shirt: str) -> None:
    def oval(left: float, top: float, right: float, bottom: float, colour: str) -> None:
        draw.ellipse((x + left * size, y + top * size, x + right * size, y + bottom * size), fill=colour)

    oval(-110, 90, 110, 300, shirt)
    oval(-24, 50, 24, 118, skin)
    oval(-62, -100, 62, 30, HAIR)
    oval(-52, -76, 52, 82, skin)
    oval(-28, -14, -14, 0, INK)
    oval(14, -14, 28, 0, INK)
    draw.arc((x - 22 * size, y + 22 * size, x + 22 * size, y + 50 * size), 20, 160, fill="#8c5a45", width=3)
    draw.line((x, y, x - 6 * size, y + 20 * size), fill="#a8795a", width=3)


def _screen(frame: int) -> Image.Image:
    picture = Image.new("RGB", SIZE, "#e8e5de")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((16, 12, 464, 348), 8, fill=PAPER, outline=LINE)
    question = frame // (FPS * 40)
    draw.rectangle((40, 40, 220 + question % 3 * 40, 52), fill=INK)
    for row in range(3):
        draw.rectangle((40, 68 + row * 14, 400 - row * 50, 74 + row * 14), fill="#b9b4a9")
    for row in range(4):
        is_chosen = row == question % 4 and frame % (FPS * 40) > FPS * 15
        top = 130 + row * 40
        draw.rounded_rectangle((40, top, 440, top + 32), 5, outline=MARK if is_chosen else LINE, width=2)
        draw.ellipse((54, top + 10, 66, top + 22), fill=MARK if is_chosen else PAPER, outline=LINE)
        draw.rectangle((80, top + 12, 220 + row * 30, top + 20), fill="#b9b4a9")
    draw.rounded_rectangle((350, 300, 440, 330), 5, fill=MARK)
    return picture


def films(folder: Path, scenes: Sequence[Scene]) -> tuple[Path, Path]:
    """The camera with its sound, and the screen, as WebM. Raises `OSError` and `subprocess.SubprocessError` where
    ffmpeg is missing or fails.
    """
    seconds = sum(scene.seconds for scene in scenes)
    people = [scene.people for scene in scenes for _frame in range(scene.seconds * FPS)]
    camera, screen = folder / "camera.webm", folder / "screen.webm"
    _film((_camera(frame, n) for frame, n in enumerate(people)), _sound(scenes), camera)
    _film((_screen(frame) for frame in range(seconds * FPS)), [], screen)
    return camera, screen


def spoken(folder: Path, seconds: int = 5) -> Path:
    """A proctor who says something, as WebM. Raises as `films`."""
    path = folder / "spoken.webm"
    _film((_proctor(frame) for frame in range(seconds * FPS)), _sound([Scene(seconds, voice=True)]), path)
    return path


def _proctor(frame: int) -> Image.Image:
    picture = Image.new("RGB", SIZE, "#5d6b66")
    _person(ImageDraw.Draw(picture), 240 + frame % 2, 190, 1.0, OTHER, "#2f3d4a")
    return picture


def _sound(scenes: Sequence[Scene]) -> list[str]:
    """What ffmpeg needs to make one sound of all scenes."""
    inputs: list[str] = []
    for scene in scenes:
        inputs += ["-f", "lavfi", "-t", str(scene.seconds), "-i", VOICE if scene.voice else ROOM]
    joined = "".join(f"[{place + 1}:a]" for place in range(len(scenes)))
    return [*inputs, "-filter_complex", f"{joined}concat=n={len(scenes)}:v=0:a=1[a]", "-map", "0:v", "-map", "[a]"]


def _film(pictures: object, sound: list[str], path: Path) -> None:
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{SIZE[0]}x{SIZE[1]}", "-r", str(FPS), "-i", "-"]
    coded = [
        "-vf",
        f"scale={FILMED[0]}:{FILMED[1]}",
        "-c:v",
        "libvpx",
        "-deadline",
        "realtime",
        "-cpu-used",
        "16",
        "-b:v",
        "90k",
        "-g",
        str(FPS * 4),
    ]
    coded += ["-c:a", "libopus", "-b:a", "24k"] if sound else []
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *raw, *sound, *coded, "-f", "webm", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for picture in pictures:  # type: ignore[attr-defined]
            process.stdin.write(picture.tobytes())
        process.stdin.close()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, "ffmpeg")
