"""A film for the camera and a sound for the microphone, made when they are needed from what packages bring."""

import subprocess
from pathlib import Path

from PIL import Image
from skimage import data

SIZE = (640, 480)
WALL = (90, 100, 110)
FPS = 5


def scenes() -> dict[str, Image.Image]:
    """By name: one face, two, none."""
    face = Image.fromarray(data.astronaut())
    one, two = Image.new("RGB", SIZE, WALL), Image.new("RGB", SIZE, WALL)
    one.paste(face.resize((480, 480)), (80, 0))
    two.paste(face.resize((320, 320)), (0, 80))
    two.paste(face.resize((320, 320)).transpose(Image.Transpose.FLIP_LEFT_RIGHT), (320, 80))
    none = Image.fromarray(data.coffee()).resize(SIZE)
    return {"one": one, "two": two, "none": none}


def make_film(folder: Path, script: list[tuple[str, int]]) -> Path:
    """The scenes one after the other, each for so many seconds. Chromium keeps the pace of y4m only."""
    pictures = scenes()
    for name in {name for name, _seconds in script}:
        pictures[name].save(folder / f"{name}.png")
    listed = "".join(f"file {name}.png\nduration {seconds}\n" for name, seconds in script)
    (folder / "scenes.txt").write_text(f"{listed}file {script[-1][0]}.png\n")
    film = folder / "film.y4m"
    _ffmpeg("-f", "concat", "-i", folder / "scenes.txt", "-vf", f"fps={FPS},format=yuv420p", film)
    return film


#: What stands for each kind of sound, as a source of ffmpeg.
SOURCES = {
    "silence": "anullsrc=r=48000:cl=mono",
    "room": "anoisesrc=r=48000:color=pink:amplitude=0.01",
    "noise": "anoisesrc=r=48000:color=pink:amplitude=0.5",
    "speech": "flite=voice=slt:text='The mean of the sample moves by two. Write it down, and go on to the next one. '",
}


def make_sound(folder: Path, script: list[tuple[str, int]]) -> Path:
    """The sounds one after the other, each for so many seconds."""
    parts = []
    for place, (name, seconds) in enumerate(script):
        part = folder / f"{place}.wav"
        _ffmpeg(
            "-f", "lavfi", "-i", SOURCES[name], "-af", "aloop=-1:2e9,apad", "-t", str(seconds), "-ar", "48000", part
        )
        parts.append(part)
    (folder / "sounds.txt").write_text("".join(f"file {part.name}\n" for part in parts))
    sound = folder / "sound.wav"
    _ffmpeg("-f", "concat", "-i", folder / "sounds.txt", "-c", "copy", sound)
    return sound


def _ffmpeg(*words: object) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, words)], check=True)
