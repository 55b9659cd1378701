import io

import pytest
from PIL import Image, ImageChops

from marketplace.core import images
from marketplace.demo import pictures


def picture(name, seed=1):
    return Image.open(io.BytesIO(pictures.draw(name, seed)))


@pytest.mark.parametrize("name", pictures.DRAWINGS)
def test_a_thing_stands_out_from_its_table(name):
    drawn, empty = picture(name), picture(name, 1).copy()
    assert drawn.width * 3 == drawn.height * 4
    corner = drawn.getpixel((4, 4))
    empty.paste(corner, (0, 0, drawn.width, drawn.height))
    left, top, right, bottom = ImageChops.difference(drawn, empty).crop(
        (0, 0, drawn.width, int(drawn.height * 0.73))).point(lambda v: 255 if v > 40 else 0).getbbox()
    assert right - left > drawn.width * 0.1 and bottom - top > drawn.height * 0.1
    assert left > 0 and top > 0, "it is cut off"


def test_a_seed_is_a_picture_and_seeds_vary():
    assert pictures.draw("quilt", 3) == pictures.draw("quilt", 3)
    assert len({pictures.draw("quilt", seed) for seed in range(12)}) > 5


def test_what_was_prepared_is_what_is_drawn():
    pictures.prepare([("lamp", 1), ("kettle", 2)])
    assert pictures.drawn("kettle", 2) == pictures.draw("kettle", 2)
    assert pictures.drawn("lamp", 1) == pictures.draw("lamp", 1)


def test_the_upload_takes_it_and_an_unknown_thing_is_a_heart():
    large, small = images.redraw(pictures.draw("no such thing", 1))
    assert (large.width, small.width) == (pictures.WIDTH, 480)
