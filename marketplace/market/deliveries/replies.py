"""What a household means by a message that it sends back: digits, and perhaps a mark or a word."""
import re
import unicodedata
from dataclasses import dataclass

DIGITS = 5
WELL_SAID = re.compile("没有?问题|没什么问题|不错")  # a no in the words, and none in what they mean
TROUBLE = ("不", "没", "坏", "破", "错", "问题", "退", "少", "no", "not", "wrong", "broken", "missing", "problem")
WELL = ("", "好", "好的", "收到", "收到了", "已收到", "是", "谢谢", "满意", "yes", "y", "ok", "good", "received", "thanks")


@dataclass(frozen=True)
class Reply:
    """The digits of a delivery; then that all is well, with a mark from 1 to 5 or 0 for none, or what is not."""

    code: str
    satisfaction: int = 0
    trouble: str = ""


def read(text: str) -> Reply | None:
    """What was meant, or None: then nothing is taken for granted."""
    plain = unicodedata.normalize("NFKC", text).strip()
    code = re.search(rf"(?<!\d)\d{{{DIGITS}}}(?!\d)", plain)
    if code is None:
        return None
    words = (plain[:code.start()] + " " + plain[code.end():]).strip(" ,.;:!?、。，！？·\n\t")
    words = WELL_SAID.sub("好", words)
    if re.fullmatch(r"[1-5]\s*分?", words):
        return Reply(code.group(), satisfaction=int(words[0]))
    if words == "0" or _means_trouble(words.casefold()):
        return Reply(code.group(), trouble=words)
    return Reply(code.group()) if words.casefold() in WELL else None


def _means_trouble(words: str) -> bool:
    found = re.findall(r"[a-z]+", words)
    return any(sign in found if sign.isalpha() and sign.isascii() else sign in words for sign in TROUBLE)
