"""The demo's certificates, as somebody would have photographed them: made up, and it says so on them."""
import io

from PIL import Image, ImageDraw, ImageFont

from marketplace.core import places
from marketplace.people.organisations.rules import CertificateDraft

FONT = places.DATA / "fonts" / "NotoSansSC.ttf"
WIDTH, HEIGHT = 1200, 840
PAPER, EDGE, INK, SEAL = "#fdf8ea", "#b98b4a", "#3a2d20", "#c0392b"


def certificate(name: str, code: str, said: CertificateDraft) -> bytes:
    """A certificate of public fundraising that says what was sent in."""
    sheet = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(sheet)
    for inset, width in ((24, 6), (40, 2)):
        draw.rectangle((inset, inset, WIDTH - inset, HEIGHT - inset), outline=EDGE, width=width)
    draw.text((WIDTH / 2, 130), "公开募捐资格证书", INK, _font(64), anchor="mm")
    draw.text((WIDTH / 2, 200), "演示城市 · 样本", EDGE, _font(28), anchor="mm")
    lines = (f"证书编号：{said.number}", f"组织名称：{name}", f"统一社会信用代码：{code}",
             f"有效期：{said.valid_from} 至 {said.valid_until}", f"发证日期：{said.issued_on}")
    for row, line in enumerate(lines):
        draw.text((130, 300 + row * 84), line, INK, _font(36), anchor="lm")
    draw.ellipse((860, 540, 1060, 740), outline=SEAL, width=8)
    draw.text((960, 640), "样本", SEAL, _font(52), anchor="mm")
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=85)
    return out.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)
