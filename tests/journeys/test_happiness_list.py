"""A household opens its happiness list, a worker sends it, and both have it on paper."""
import io

import pytest
from pypdf import PdfReader

from marketplace.core import clock
from tests.journeys.registry import snapshot
from tests.journeys.site import Visitor, album

WORDS = {"zh": ("我家的幸福清单", "正在享受", "可以申请", "只差一点", "差多少", "月12日起，这一条就符合了",
                "您家的幸福清单：在享 1 项"),
         "en": ("Our happiness list", "You receive", "You may claim", "Only just missed", "By how much",
                "this condition is met", "Your happiness list: 1 received")}


def paper(visitor: Visitor, link: str) -> str:
    """What stands on the paper behind a link."""
    with visitor.page.expect_download() as waiting:
        visitor.page.locator(link).first.click()
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(waiting.value.path().read_bytes())).pages)


@pytest.mark.parametrize("lang, end", [("zh", 1), ("en", 2)])
def test_a_household_opens_its_list_and_takes_it_home_on_paper(site, browser, tmp_path, lang, end):
    today, phone = clock.today(), f"1300009001{end}"
    number = today.year - 2009 - ((today.month, today.day) < (3, 12))  # 59 years old: one allowance is near
    snapshot(site, tmp_path, number, phone, "dibao")
    leads, receives, claims, near, gap, then, message = WORDS[lang]

    family = Visitor(browser, site, lang, album(lang))
    family.sign_in_by_phone(phone, "family")
    family.go("/home/")
    with family.page.expect_navigation():
        family.page.locator("main a", has_text=leads).click()
    family.see("happiness-list")
    for words in (receives, claims, near, gap, then, "周桂芳", "12345"):
        assert words in family.text(), words
    printed = paper(family, "main a[href$='.pdf']")
    for words in (receives, claims, near, "周桂芳", "12345"):
        assert words in printed, words
    family.go("/home/benefits?type=large")
    family.see("happiness-list-large")

    worker = Visitor(browser, site, lang, album(lang))
    worker.sign_in_for_work("liu")
    worker.go("/desk/households/")
    worker.fill(number=phone)
    worker.press("form[action$=find]")
    with worker.page.expect_navigation():
        worker.page.locator("main a[href$='/benefits']").click()
    worker.see("happiness-list-at-the-desk")
    assert near in paper(worker, "main a[href$='benefits.pdf']")
    worker.press("form[action$=message]")
    family.wait_for("/demo/messages", message)
    family.go("/home/?type=normal")
    assert ("看了幸福清单" if lang == "zh" else "read the happiness list") in family.page.content()
