"""PURE: decides which typed text is a number; every form and every workbook reads its numbers here.

Forgiving where there is one meaning only (full-width digits, thousands separators, spaces around, every kind of minus
sign), strict where there could be two (a percent sign, a unit, a comma that may be a decimal point).
"""

import re
from decimal import Decimal

WHOLE_DIGITS = 16
DECIMAL_PLACES = 8
"""What the number columns of the database hold: 24 digits, 8 of them after the point."""

_PLAIN = {
    **{0xFF10 + digit: str(digit) for digit in range(10)},
    **dict.fromkeys(map(ord, "．。｡"), "."),
    **dict.fromkeys(map(ord, "，﹐"), ","),
    **dict.fromkeys(map(ord, "－−–—‐‑‒﹣➖"), "-"),
    **dict.fromkeys(map(ord, "＋﹢"), "+"),
    **dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"), " "),
    **dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff"), None),
}
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+)(?:\.[0-9]+)?")


class NumberRefused(ValueError):
    """The text is no number that could be stored; its only argument is a Chinese sentence with the way out."""


def parse_decimal(text: str) -> Decimal:
    """The number that a person typed, exactly: "１，２３４.50 " → Decimal("1234.50").

    Accepts full-width digits and points, thousands separators (commas or spaces, in groups of three), spaces around,
    a plus sign, and hyphen, dash or true minus as the minus sign. Keeps the decimals as typed; minus zero is zero.

    Raises:
        NumberRefused: with a Chinese sentence, for blank text, a percent sign, a unit, an exponent, separators that do
            not stand in groups of three, and numbers that 16 digits before and 8 after the point cannot hold.
    """
    plain = text.translate(_PLAIN).strip()
    if not plain:
        raise NumberRefused("没有填写数字。")
    if re.search(r"[\t\r\n]", plain):
        raise NumberRefused("一格只能填一个数：内容里有制表符或换行，可能是粘贴了几个单元格。")
    plain = re.sub(r"^([+-]) +", r"\1", plain)
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "").replace(" ", "")
    if not _NUMBER.fullmatch(plain):
        raise NumberRefused(_why_not(plain, typed=text.strip()))
    number = Decimal(plain)
    whole = plain.lstrip("+-").split(".")[0].lstrip("0")
    if len(whole) > WHOLE_DIGITS:
        raise NumberRefused(f"数字过大：小数点前最多 {WHOLE_DIGITS} 位，请检查单位是否正确。")
    decimals = plain.partition(".")[2]
    if len(decimals.rstrip("0")) > DECIMAL_PLACES:
        raise NumberRefused(f"小数过长：小数点后最多 {DECIMAL_PLACES} 位，请四舍五入后填写。")
    if len(decimals) > DECIMAL_PLACES:
        number = Decimal(plain[: len(plain) - (len(decimals) - DECIMAL_PLACES)])
    return number.copy_abs() if number.is_zero() else number


def _why_not(plain: str, *, typed: str) -> str:
    """The most helpful sentence for text that is no number."""
    shown = typed if len(typed) <= 30 else typed[:30] + "……"
    if re.search(r"[%％﹪‰]", plain):
        return f"“{shown}”带有百分号：单位已经写在旁边，请去掉百分号，只填数字（例如 95.5）。"
    if re.fullmatch(r"[+-]?[0-9., ]+", plain):
        if "," in plain or " " in plain:
            return f"“{shown}”里的千位分隔符位置不对：请去掉逗号和空格再填；小数点请用“.”。"
        return f"“{shown}”里的小数点位置不对：一个数只能有一个小数点，前后都应是数字。"
    if re.fullmatch(r"[+-]?[0-9.]+[eE][+-]?[0-9]+", plain):
        return f"“{shown}”是科学记数法：请写成普通数字。"
    if re.match(r"[+-]?[0-9][0-9., ]*[^0-9., +-]", plain):
        return f"“{shown}”里除数字外还有别的文字：请只填数字，不带单位。"
    return f"“{shown}”不是数字：请用阿拉伯数字填写（例如 412.3）。"
