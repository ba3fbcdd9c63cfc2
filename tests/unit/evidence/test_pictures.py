"""Photos from outside: nothing survives but upright pixels, and nothing that is no photo gets in."""

import io
import struct
import zlib

import pytest
from PIL import Image

from lti_proctor.errors import Invalid
from lti_proctor.evidence.pictures import clean

LIMITS = {"max_pixels": 40_000_000, "longest_side": 1600}
RED, BLUE = (200, 30, 30), (30, 30, 200)


def photo(size=(640, 480), kind="JPEG", mode="RGB", color=RED, **options):
    out = io.BytesIO()
    Image.new(mode, size, color).save(out, kind, **options)
    return out.getvalue()


def with_exif(**tags):
    exif = Image.Exif()
    exif[0x010E] = "Inés at home"
    exif[0x0132] = "2026:11:24 09:00:00"
    exif.get_ifd(0x8825)[2] = (40.0, 25.0, 0.0)
    for tag, value in tags.items():
        exif[int(tag.removeprefix("t"))] = value
    return exif


def read(picture):
    return Image.open(io.BytesIO(picture.data))


def near(pixel, color):
    return all(abs(a - b) < 40 for a, b in zip(pixel, color, strict=True))


def refusal(upload, **limits):
    with pytest.raises(Invalid) as invalid:
        clean(upload, **{**LIMITS, **limits})
    return invalid.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_jpeg_of_our_own_making(kind):
    picture = clean(photo(kind=kind), **LIMITS)
    image = read(picture)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (640, 480))
    assert (picture.width, picture.height) == (640, 480)
    assert near(image.getpixel((10, 10)), RED)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_pixels_survives(kind):
    upload = photo(kind=kind, exif=with_exif())
    assert Image.open(io.BytesIO(upload)).getexif()
    picture = clean(upload, **LIMITS)
    assert dict(read(picture).getexif()) == {}
    assert not set(read(picture).info) & {"exif", "comment", "icc_profile", "xmp", "photoshop"}
    assert "Inés".encode() not in picture.data


def test_a_comment_and_a_profile_do_not_survive():
    picture = clean(photo(comment=b"my address", icc_profile=b"profile of my camera" * 20), **LIMITS)
    assert b"my address" not in picture.data
    assert b"my camera" not in picture.data


def test_bytes_after_the_picture_do_not_survive():
    assert b"PK\x03\x04" not in clean(photo() + b"PK\x03\x04 a whole archive", **LIMITS).data


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [(1, (0, 0)), (3, (1, 1)), (6, (1, 0)), (8, (0, 1)), (2, (1, 0)), (5, (0, 0)), (7, (1, 1))],
)
def test_a_photo_is_turned_upright(orientation, corner):
    image = Image.new("RGB", (640, 480), RED)
    image.paste(BLUE, (0, 0, 160, 120))
    out = io.BytesIO()
    image.save(out, "JPEG", exif=with_exif(t274=orientation), quality=95)
    upright = read(clean(out.getvalue(), **LIMITS))
    assert upright.size == ((640, 480) if orientation in {1, 2, 3} else (480, 640))
    where = tuple((size - 20) * side + 10 for size, side in zip(upright.size, corner, strict=True))
    assert near(upright.getpixel(where), BLUE)


@pytest.mark.parametrize(
    ("size", "kept"), [((3200, 2400), (1600, 1200)), ((2400, 3200), (1200, 1600)), ((1600, 64), (1600, 64))]
)
def test_a_large_photo_is_shrunk_and_keeps_its_shape(size, kept):
    assert read(clean(photo(size), **LIMITS)).size == kept


def test_a_small_photo_is_not_blown_up():
    assert read(clean(photo((100, 80)), **LIMITS)).size == (100, 80)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "I;16"])
def test_a_png_of_any_mode_is_read(mode):
    out = io.BytesIO()
    Image.new(mode, (100, 80)).save(out, "PNG")
    assert read(clean(out.getvalue(), **LIMITS)).mode == "RGB"


def test_a_png_with_alpha_is_read():
    picture = clean(photo(kind="PNG", mode="RGBA", color=(*RED, 128)), **LIMITS)
    assert read(picture).mode == "RGB"


def test_a_jpeg_of_a_printer_is_read():
    assert read(clean(photo(mode="CMYK", color=(0, 200, 200, 0)), **LIMITS)).mode == "RGB"


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_hundred_megapixels_are_too_many_and_the_numbers_are_told():
    with pytest.raises(Invalid) as invalid:
        clean(photo((10_000, 10_000), kind="PNG", mode="1", color=0), **LIMITS)
    assert invalid.value.code == "picture_too_large"
    assert invalid.value.details == {"megapixels": 100, "limit": 40}


def test_a_photo_of_two_hundred_megapixels_is_told_to_be_too_large():
    assert refusal(photo((20_000, 10_000), kind="PNG", mode="1", color=0)) == "picture_too_large"


def bomb(width, height):
    """A PNG that says it is enormous and holds next to nothing."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(60_000, 60_000), (200_000, 3000), (2**31 - 1, 2**31 - 1)])
def test_a_decompression_bomb_is_not_unpacked(size):
    assert refusal(bomb(*size)) in {"picture_too_large", "picture_unreadable"}


def test_a_picture_that_holds_less_than_it_says_is_unreadable():
    assert refusal(bomb(1000, 1000)) == "picture_unreadable"


@pytest.mark.parametrize("size", [(63, 500), (500, 63), (1, 1)])
def test_a_tiny_picture_shows_nothing(size):
    assert refusal(photo(size)) == "picture_too_small"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (b"", "picture_empty"),
        (b"not a picture", "picture_unreadable"),
        (b"\xff\xd8\xff", "picture_unreadable"),
        (SVG, "picture_unreadable"),
        (b"%PDF-1.7", "picture_unreadable"),
        (photo(kind="GIF", mode="P", color=1), "picture_unreadable"),
        (photo(kind="BMP"), "picture_unreadable"),
        (photo(kind="TIFF"), "picture_unreadable"),
        (photo(kind="PPM"), "picture_unreadable"),
        (photo()[:200], "picture_unreadable"),
        (photo()[:-400], "picture_unreadable"),
        (photo(kind="PNG")[:100], "picture_unreadable"),
        (photo(kind="WEBP")[:40], "picture_unreadable"),
    ],
    ids=["empty", "text", "magic", "svg", "pdf", "gif", "bmp", "tiff", "ppm", "head", "cut", "png", "webp"],
)
def test_what_is_no_photo_of_a_kind_we_take_is_refused(upload, code):
    assert refusal(upload) == code


def test_a_photo_that_lies_about_its_orientation_is_read_all_the_same():
    assert read(clean(photo(exif=with_exif(t274=99)), **LIMITS)).size == (640, 480)
