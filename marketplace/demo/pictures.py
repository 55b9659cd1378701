"""Pictures of the demo's wishes: each draws the thing itself, flat and warm, in colours by seed."""
import io
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from marketplace.demo import machines, shapes, soft
from marketplace.demo.shapes import Sheet

WIDTH, HEIGHT, FINER = 960, 720, 2
GROUNDS = (("#fbeede", "#f3d9bd"), ("#eef3ea", "#d5e2cf"), ("#eaf1f5", "#cfdfe8"), ("#fdf3d8", "#f3dfa6"),
           ("#f6ebf0", "#e5cdd8"))
PAINTS = (("#c8553d", "#f28f6b", "#7d2f20"), ("#3f7d6e", "#7fb8a6", "#22473f"), ("#3d6d9e", "#86b0d8", "#213f5e"),
          ("#d99a2b", "#f4c766", "#8a5d12"), ("#8a5a83", "#bf94b9", "#523350"), ("#b0474f", "#e58b8d", "#6d252b"))
DRAWINGS: dict[str, Callable[[Sheet], None]] = {
    "quilt": soft.quilt, "blanket": soft.blanket, "sheets": soft.sheets, "pillow": soft.pillow, "coat": shapes.coat,
    "shoes": shapes.shoes, "umbrella": shapes.umbrella, "gloves": shapes.gloves, "kettle": shapes.kettle,
    "cooker": shapes.cooker, "pot": shapes.pot, "lunchbox": shapes.lunchbox, "bottle": shapes.bottle, "bowl": shapes.bowl,
    "fan": shapes.fan, "lamp": shapes.lamp, "radio": shapes.radio, "heater": machines.heater, "clock": shapes.clock,
    "desk": shapes.desk, "chair": shapes.chair, "bag": shapes.bag, "book": shapes.books, "paint": shapes.pencils,
    "pencil": shapes.pencils, "ball": shapes.ball, "music": shapes.music, "cane": shapes.cane, "glasses": shapes.glasses,
    "cushion": soft.cushion, "monitor": machines.monitor, "baby": shapes.bottle, "stroller": shapes.stroller,
    "toy": shapes.blocks, "bike": machines.tricycle, "scissors": shapes.scissors, "bucket": shapes.bucket,
    "bulb": shapes.bulb,
    "tap": shapes.tap, "plant": shapes.plant, "hospital": shapes.heart, "phone": shapes.phone, "news": shapes.books,
    "basket": shapes.bucket, "ear": machines.hearing_aid, "bus": shapes.bus, "apple": shapes.apple,
    "battery": machines.battery,
    "watch": machines.watch, "machine": machines.sewing_machine, "heart": shapes.heart,
}


_ahead: dict[tuple[str, int], Future[bytes]] = {}


def prepare(wanted: Iterable[tuple[str, int]]) -> None:
    """Begin to draw, on another core, what `drawn` will be asked for."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="pictures")
    _ahead.update({one: pool.submit(draw, *one) for one in wanted})
    pool.shutdown(wait=False)


def drawn(name: str, seed: int) -> bytes:
    """What `draw` gives, taken from what was prepared if that has begun."""
    future = _ahead.pop((name, seed), None)
    return draw(name, seed) if future is None or future.cancel() else future.result()


def draw(name: str, seed: int) -> bytes:
    """A JPEG of the thing called `name` (see DRAWINGS; anything else is a heart), the same for the same seed."""
    chance = Random(seed)
    image = _table(*chance.choice(GROUNDS)).copy()
    DRAWINGS.get(name, shapes.heart)(Sheet(image, *chance.choice(PAINTS)))
    out = io.BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(out, "JPEG", quality=88)
    return out.getvalue()


@cache
def slip() -> bytes:
    """What stands for the photo of a slip: ruled paper with a stamp."""
    paper = Image.new("RGB", (450, 320), (120, 110, 96))
    draw = ImageDraw.Draw(paper)
    draw.rectangle((30, 20, 420, 300), fill=(252, 249, 240))
    for row in range(6):
        draw.line((55, 75 + 35 * row, 395, 75 + 35 * row), fill=(190, 196, 204), width=2)
        draw.rectangle((55, 59 + 35 * row, 125 + 45 * (row % 4), 67 + 35 * row), fill=(96, 102, 112))
    draw.ellipse((280, 190, 380, 290), outline=(186, 60, 48), width=5)
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=85)
    return out.getvalue()


@cache
def _table(light: str, shade: str) -> Image.Image:
    """A table's edge before a wall, and a soft shadow for what will stand there."""
    width, height = WIDTH * FINER, HEIGHT * FINER
    image = Image.new("RGB", (width, height), light)
    ImageDraw.Draw(image).rectangle((0, height * 0.74, width, height), fill=shade)
    shadow = Image.new("L", (width // 8, height // 8), 0)
    ImageDraw.Draw(shadow).ellipse((width // 8 * 0.2, height // 8 * 0.8, width // 8 * 0.8, height // 8 * 0.92), fill=90)
    soft = shadow.filter(ImageFilter.GaussianBlur(width // 160)).resize(image.size)
    image.paste(Image.new("RGB", image.size, "#5a4632"), (0, 0), soft)
    return image
