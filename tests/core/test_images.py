import io
import struct
import zlib

import pytest
from PIL import Image

from marketplace.core import images
from marketplace.core.errors import Invalid
from tests.city import picture


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is huge."""
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    row = b"\0" * (width // 8 + 1)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(row * 100, 9)) + chunk(b"IEND", b""))


@pytest.mark.parametrize("upload, rule", [
    (b"", "no_picture"), (b"\xff\xd8\xff", "no_picture"), (b"GIF89a" + b"\0" * 50, "no_picture"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "no_picture"),
    (picture()[:300], "no_picture"), (bomb(20_000, 10_000), "too_many_pixels"),
    (b"x" * (12 * 1024**2 + 1), "too_many_bytes"),
    (picture(kind="GIF"), "no_picture"), (picture(kind="TIFF"), "no_picture"),
])
def test_what_is_no_fit_picture_is_refused_with_its_reason(upload, rule):
    with pytest.raises(Invalid) as no:
        images.redraw(upload)
    assert no.value.rule == rule


def test_a_picture_of_200_megapixels_is_refused_before_it_is_decoded():
    import tracemalloc
    huge = bomb(20_000, 10_000)
    tracemalloc.start()
    with pytest.raises(Invalid):
        images.redraw(huge)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_comes_out_as_webp_in_two_sizes_without_metadata(kind):
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (37.0, 26.0, 0.0)}
    exif[0x010E] = "secret words"
    large, small = images.redraw(picture(2000, 1000, kind, exif=exif))
    assert (large.width, large.height, small.width, small.height) == (1200, 600, 480, 240)
    for made in (large, small):
        again = Image.open(io.BytesIO(made.content))
        assert again.format == "WEBP" and not again.getexif() and b"secret words" not in made.content


def test_a_picture_on_its_side_is_put_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert images.redraw(picture(400, 200, exif=exif))[0].height == 400
