"""Photos from outside, made safe: decoded, turned upright, shrunk, stripped of everything but pixels. Pure."""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from lti_proctor.errors import Invalid

FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 85


@dataclass(frozen=True)
class Picture:
    """A JPEG of our own making, sizes in pixels."""

    data: bytes
    width: int
    height: int


def clean(upload: bytes, *, max_pixels: int, longest_side: int) -> Picture:
    """Re-encode a photo; no metadata survives.

    Raises `Invalid`: `picture_empty`, `picture_unreadable`, `picture_too_large` (pixels), `picture_too_small`.
    """
    if not upload:
        raise Invalid("picture_empty")
    try:
        with Image.open(io.BytesIO(upload), formats=FORMATS) as opened:
            width, height = opened.size
            if width * height > max_pixels:
                raise Invalid(
                    "picture_too_large", megapixels=round(width * height / 1e6), limit=max_pixels // 1_000_000
                )
            if min(width, height) < 64:
                raise Invalid("picture_too_small")
            opened.draft("RGB", (longest_side, longest_side))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except Invalid:
        raise
    except Image.DecompressionBombError as error:
        raise Invalid("picture_too_large", limit=max_pixels // 1_000_000) from error
    except Exception as error:
        # Decoders raise whatever they like on hostile bytes; to the learner it is one and the same thing.
        raise Invalid("picture_unreadable") from error
    upright.thumbnail((longest_side, longest_side))
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Picture(out.getvalue(), *plain.size)
