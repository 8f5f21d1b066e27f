"""Small means to write SVG: escaped text, stable numbers, text that is cut to fit.

Presentation attributes only, no style sheet, script, font or link: the picture shows on code hosts
and passes the page's content security policy.
"""

import unicodedata
from html import escape as _escape

from scheduler.exchange.ical_text import clean, one_line

FONTS = "'Noto Sans KR','Malgun Gothic','Apple SD Gothic Neo','Noto Sans CJK KR',sans-serif"
INK, MUTED, LINE = "#1e293b", "#64748b", "#e2e8f0"


def escape(text: str) -> str:
    """`text` as XML character data or attribute value, without what XML forbids."""
    return _escape(clean(text), quote=True)


def number(value: float) -> str:
    """At most one digit behind the point, so that equal pictures have equal bytes."""
    short = f"{value:.1f}".removesuffix(".0")
    return "0" if short == "-0" else short


def element(name: str, content: str = "", /, **attributes: str | float) -> str:
    """An element; `_` in attribute names stands for `-`, a last `_` is dropped. `content` is markup already."""
    parts = [name]
    for key, value in attributes.items():
        parts.append(f'{key.rstrip("_").replace("_", "-")}="{escape(value) if isinstance(value, str) else number(value)}"')
    head = " ".join(parts)
    return f"<{head}>{content}</{name}>" if content else f"<{head}/>"


def text(x: float, y: float, words: str, **attributes: str | float) -> str:
    """Words with their baseline at (x, y)."""
    return element("text", escape(one_line(words)), x=x, y=y, **attributes) if words else ""


def width(words: str, size: float) -> float:
    """About how many pixels wide `words` are at font size `size`: Korean is square, Latin about half as wide."""
    wide = sum(1.0 if unicodedata.east_asian_width(each) in "WF" else 0.0 if unicodedata.combining(each) else 0.58 for each in words)
    return wide * size


def fitted(words: str, room: float, size: float) -> str:
    """`words`, or as many as go into `room` pixels with an ellipsis; empty if hardly any do."""
    words = one_line(words)
    if width(words, size) <= room:
        return words
    kept = ""
    for each in words:
        if width(kept + each + "…", size) > room:
            break
        kept += each
    return kept.rstrip() + "…" if len(kept) >= 2 or (kept and unicodedata.east_asian_width(kept[0]) in "WF") else ""


def picture(wide: float, high: float, title: str, body: list[str]) -> str:
    """A whole SVG file on white ground."""
    ground = element("rect", x=0, y=0, width=wide, height=high, fill="#ffffff", rx=8)
    inside = "\n".join([element("title", escape(one_line(title)) or " "), ground, *filter(None, body)])
    size = f'width="{number(wide)}" height="{number(high)}" viewBox="0 0 {number(wide)} {number(high)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="{FONTS}" font-size="12" fill="{INK}">\n{inside}\n</svg>\n'
