"""A film for the camera and a sound for the microphone, made when they are needed from what packages bring."""

import subprocess
from pathlib import Path

import numpy
from PIL import Image
from skimage import data

from tests.faces import hopper

SIZE = (640, 480)
WALL = (90, 100, 110)
FPS = 5
#: The head alone: the engine takes the helmet below it for another face now and then.
HEAD = (60, 0, 380, 320)


def scenes() -> dict[str, Image.Image]:
    """By name: one face, two, none, one that looks up, and another person."""
    whole = Image.fromarray(data.astronaut())
    face = whole.crop(HEAD)
    one, turned, two, other = (Image.new("RGB", SIZE, WALL) for _ in range(4))
    one.paste(face.resize((480, 480)), (80, 0))
    turned.paste(nodded(whole).crop(HEAD).resize((480, 480)), (80, 0))
    other.paste(hopper().resize((410, 480)), (115, 0))
    two.paste(face.resize((320, 320)), (0, 80))
    two.paste(face.resize((320, 320)).transpose(Image.Transpose.FLIP_LEFT_RIGHT), (320, 80))
    none = Image.fromarray(data.coffee()).resize(SIZE)
    return {"one": one, "two": two, "none": none, "turned": turned, "other": other}


def nodded(face: Image.Image, degrees: float = 45) -> Image.Image:
    """The head of the picture, taken for an ellipsoid with the picture as its skin, turned up or down."""
    (middle_x, middle_y), (half_x, half_y, half_z) = (225, 115), (75, 100, 110)
    sine, cosine = numpy.sin(numpy.radians(degrees)), numpy.cos(numpy.radians(degrees))
    rows, columns = numpy.mgrid[0 : face.height, 0 : face.width]
    x, y = (columns - middle_x) / half_x, rows - middle_y
    # Where the line of sight meets the turned ellipsoid in front: a z² + b z + c = 0.
    a = sine**2 / half_y**2 + cosine**2 / half_z**2
    b = 2 * y * sine * cosine * (1 / half_z**2 - 1 / half_y**2)
    c = y**2 * (cosine**2 / half_y**2 + sine**2 / half_z**2) - (1 - x**2)
    inside = b**2 > 4 * a * c
    z = (numpy.sqrt(numpy.maximum(b**2 - 4 * a * c, 0)) - b) / (2 * a)
    skin = numpy.clip(middle_y + cosine * y - sine * z, 0, face.height - 1).astype(int)
    pixels = numpy.array(face)
    pixels[inside] = numpy.asarray(face)[skin[inside], columns[inside]]
    return Image.fromarray(pixels)


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
