"""The list on paper: large, in both languages, complete, and the same each time."""
import io
import re
import unicodedata
from dataclasses import replace
from functools import cache

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from marketplace.assistance.policies import letter, pdf, words
from marketplace.catalogue import catalogue
from marketplace.core import paper
from tests.assistance.policies import sample
from tools.subset_font import own

CATALOGUE = catalogue.built_in()
REFERENCE = max(sorted(sample.households())[:100], key=lambda one: len(sample.made(one)[1].counts) * 100
                + sample.made(one)[1].counts.total())


@cache
def composed(language: str) -> letter.Letter:
    _home, members = sample.households()[REFERENCE]
    names = {member["person_id"]: f"王秀{n}" for n, member in enumerate(members)}
    return letter.compose(sample.made(REFERENCE)[1], words.Voice(CATALOGUE, language), "7", sample.AS_OF, names)


def bare(text: str) -> str:
    """Without the breaks between lines; characters that a font has once for several uses are one."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_everything_of_the_letter_is_on_paper(language):
    made = composed(language)
    reader = PdfReader(io.BytesIO(pdf.render(made)))
    pages = [bare(page.extract_text()) for page in reader.pages]
    foot = re.compile(re.escape(bare(made.source)) + re.escape(bare(made.household)) + r"·[^热H]*(热线|Hotline)12345")
    text = "".join(foot.sub("", page) for page in pages)
    for line in (*made.aloud(), made.title, made.household, made.signature,
                 *(entry.law for group in made.groups for part in group.parts for entry in part.entries)):
        for piece in line.split(": "):
            assert bare(piece) in text, piece
    for number, page in enumerate(pages, 1):
        found = foot.search(page)
        assert found and str(number) in found.group() and str(len(pages)) in found.group()
    assert reader.metadata.title == f"{made.title} · {made.household}"
    assert reader.trailer["/Root"]["/Lang"] == ("zh-CN" if language == "zh" else "en")
    assert paper.UNKNOWN not in text


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_no_letter_is_smaller_than_sixteen_points_and_nothing_runs_off_the_page(language):
    sizes, right = set(), []

    def seen(text, _matrix, at, _font, size):
        if text.strip():
            sizes.add(size)
            right.append(at[4])
    for page in PdfReader(io.BytesIO(pdf.render(composed(language)))).pages:
        page.extract_text(visitor_text=seen)
    assert min(sizes) >= 16 and max(right) < 595


def test_the_foot_fits_its_line():
    sheet = pdf._Sheet(composed("en"))
    sheet.set_font(paper.FAMILY, size=pdf.SMALL)
    for language in words.LANGUAGES:
        made = composed(language)
        page = made.page.format(page=10, pages=10)
        long = replace(made, household=made.household.replace("7", "1900000")).household
        for line in (made.source, f"{long} · {page}"):
            assert sheet.get_string_width(line) <= sheet.epw, line


def test_the_same_letter_is_the_same_file():
    assert pdf.render(composed("zh")) == pdf.render(composed("zh"))


def test_a_character_that_the_font_has_not_is_marked():
    made = replace(composed("zh"), title="\U0002b738")
    assert paper.UNKNOWN in PdfReader(io.BytesIO(pdf.render(made))).pages[0].extract_text()


def test_the_font_has_every_character_of_our_texts():
    known = TTFont(paper.FONT).getBestCmap()
    assert {c for c in own() if c.isprintable() and ord(c) not in known} <= {"✓", "✗"}


@pytest.mark.parametrize("text, width, lines", [
    ("一二三，四五六。", 3, ["一二", "三，四", "五六。"]), ("one two three", 7, ["one two", "three"]),
    ("（一二）三", 3, ["（一", "二）三"]), ("abc", 2, ["abc"]), ("", 5, [])])
def test_lines_break_where_the_language_lets_them(text, width, lines):
    assert paper.broken(text, width, len) == lines
