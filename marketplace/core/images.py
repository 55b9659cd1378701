"""Pictures from strangers: decoded within limits, drawn again, stripped of everything else."""
import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from marketplace.core.errors import Invalid

MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
WIDTHS = (1200, 480)


@dataclass(frozen=True)
class Picture:
    """A re-encoded WebP of at most `width` pixels across."""

    width: int
    height: int
    content: bytes


def redraw(upload: bytes) -> list[Picture]:
    """The picture in each of WIDTHS (never enlarged), upright, as WebP without any metadata.

    Raises Invalid("photo", ...) with the rule `too_many_bytes`, `too_many_pixels` or `no_picture`. The size is read
    from the header before anything is decoded, so that a small file cannot unfold into gigabytes.
    """
    if len(upload) > MOST_BYTES:
        raise Invalid("photo", "too_many_bytes", most=MOST_BYTES // 1024 // 1024)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(upload), formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise Invalid("photo", "too_many_pixels", most=MOST_PIXELS // 1_000_000)
        image.draft("RGB", (WIDTHS[0] * 2, WIDTHS[0] * 2))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    except Image.DecompressionBombError as error:
        raise Invalid("photo", "too_many_pixels", most=MOST_PIXELS // 1_000_000) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise Invalid("photo", "no_picture") from error
    large = _encode(upright, WIDTHS[0])
    fits = upright.width <= WIDTHS[1] and upright.height <= WIDTHS[1] * 2
    return [large, large if fits else _encode(upright, WIDTHS[1])]


def _encode(image: Image.Image, width: int) -> Picture:
    small = image.copy()
    small.thumbnail((width, width * 2), Image.Resampling.LANCZOS)
    clean = Image.new("RGB", small.size)
    clean.paste(small)
    out = io.BytesIO()
    clean.save(out, "WEBP", quality=82, method=4)
    return Picture(clean.width, clean.height, out.getvalue())
