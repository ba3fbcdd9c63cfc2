"""Documents of nobody, drawn when they are needed: passports and cards of Utopia, with the zone that machines read."""

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from lti_proctor.documents.mrz import LAYOUTS, check_digit

#: Centimetres of a passport page and of a card, times 100.
SIZES = {"TD3": (1250, 880), "MRV-A": (1250, 880), "TD2": (1050, 740), "MRV-B": (1050, 740), "TD1": (860, 540)}


@dataclass(frozen=True)
class Specimen:
    """What stands on a document; dates as YYMMDD."""

    surname: str = "ERIKSSON"
    given: str = "ANNA MARIA"
    number: str = "L898902C3"
    born: str = "740812"
    ends: str = "320415"
    optional: str = ""
    country: str = "UTO"
    sex: str = "F"


def zone(specimen: Specimen, form: str = "TD3") -> tuple[str, ...]:
    """The lines of the machine-readable zone, ICAO Doc 9303 parts 4 to 7."""
    s, width = specimen, LAYOUTS[form].width
    name = f"{s.surname}<<{s.given}".replace(" ", "<").replace("'", "").replace("-", "<")
    number, born, ends = (part + check_digit(part) for part in (s.number.ljust(9, "<"), s.born, s.ends))
    if form == "TD1":
        first = f"I<{s.country}{number}{s.optional.ljust(15, '<')[:15]}"
        second = f"{born}{s.sex}{ends}{s.country}{'<' * 11}"
        whole = check_digit(first[5:30] + second[0:7] + second[8:15] + second[18:29])
        return first, second + whole, name.ljust(width, "<")[:width]
    begins = {"TD3": "P<", "TD2": "I<"}.get(form, "V<")
    first = f"{begins}{s.country}{name}".ljust(width, "<")[:width]
    second = f"{number}{s.country}{born}{s.sex}{ends}"
    if form == "TD3":
        optional = s.optional.ljust(14, "<")[:14]
        second += optional + check_digit(optional)
    else:
        second += s.optional.ljust(width - 28, "<")[: width - 28]
    if form == "TD2":
        second = second[:35]
    if form in {"TD3", "TD2"}:
        second += check_digit(second[0:10] + second[13:20] + second[21 : width - 1])
    return first, second


def draw(specimen: Specimen, form: str | None = "TD3", *, width: int | None = None) -> Image.Image:
    """A page with a grey portrait, the fields in words and, unless `form` is None, the zone."""
    size = SIZES[form or "TD1"]
    picture = Image.new("RGB", size, "#eef2ee")
    pen = ImageDraw.Draw(picture)
    for y in range(0, size[1], 9):
        pen.line((0, y, size[0], y + 30), "#e2eae4")
    unit = size[1] // 22
    pen.text((unit, unit), "UTOPIA", "black", ImageFont.load_default(unit))
    pen.rectangle((unit, 3 * unit, 7 * unit, 11 * unit), "#99aabb")
    fields = {"Surname": specimen.surname, "Given names": specimen.given, "Nationality": "UTOPIAN"}
    for n, (label, value) in enumerate(fields.items()):
        at = 8 * unit, (3 + 3 * n) * unit
        pen.text(at, label, "#555", ImageFont.load_default(0.6 * unit))
        pen.text((at[0], at[1] + 0.8 * unit), value, "black", ImageFont.load_default(unit))
    if form is not None:
        lines = zone(specimen, form)
        _write_zone(pen, lines, size, size[1] - (len(lines) * 1.9 + 0.6) * unit)
    return picture if width is None else picture.resize((width, size[1] * width // size[0]), Image.Resampling.LANCZOS)


def _write_zone(pen: ImageDraw.ImageDraw, lines: tuple[str, ...], size: tuple[int, int], top: float) -> None:
    """Every character in a cell of the same width, whatever the font."""
    step = size[0] * 0.92 / len(lines[0])
    font = ImageFont.load_default(step * 1.6)
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            at = size[0] * 0.04 + (column + 0.5) * step, top + (row + 0.5) * size[1] / 22 * 1.9
            pen.text(at, character, "black", font, anchor="mm")


def photographed(picture: Image.Image, *, degrees: float = 0, blur: float = 0, noise: int = 0) -> Image.Image:
    """As a camera in a hurry would see it."""
    turned = picture.rotate(degrees, expand=True, fillcolor="#775544", resample=Image.Resampling.BICUBIC)
    blurred = turned.filter(ImageFilter.GaussianBlur(blur)) if blur else turned
    if not noise:
        return blurred
    grain = Image.effect_noise(blurred.size, noise).convert("RGB")
    return Image.blend(blurred, grain, 0.15)


def as_bytes(picture: Image.Image, kind: str = "JPEG", **more: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()
