"""Money is integer fen (1/100 yuan). No float ever touches it."""
from decimal import Decimal, InvalidOperation

import cn2an

YUAN = 100


def from_yuan(text: str) -> int:
    """Fen of an amount of yuan as typed ("80", "80.5", "1,234.50", "¥80"). Raises ValueError for anything else."""
    try:
        yuan = Decimal(text.strip().lstrip("¥￥").replace(",", "").replace("，", ""))
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not yuan.is_finite() or yuan.adjusted() > 12:
        raise ValueError(text)
    fen = yuan * YUAN
    if fen != fen.to_integral_value():
        raise ValueError(text)
    return int(fen)


def words(fen: int) -> str:
    """An amount as receipts and cheques write it out in capitals: 人民币壹佰贰拾元整."""
    return "人民币" + cn2an.an2cn(f"{fen // YUAN}.{fen % YUAN:02}", "rmb")


def split(total: int, weights: list[int]) -> list[int]:
    """Shares of `total` fen by `weights`, by largest remainder; they add up to `total` exactly."""
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares
