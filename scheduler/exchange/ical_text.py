"""Safe iCalendar text: clean what people typed, escape it, fold it.

Names come from companies and may hold anything. A lone CR, a NUL or U+2028 makes some readers
drop the feed or see a property that we did not write, so such characters never go out.
"""

import re

_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# C0 (but tab and newline), DEL, C1, lone surrogates (cannot be UTF-8), noncharacters (not allowed in XML).
_DROPPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_ESCAPED = re.compile(r"[\\;,\n]")
_ESCAPES = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}
_LINE_OCTETS = 75


def clean(text: str) -> str:
    """`text` with every kind of line break as a newline, and without control characters (tab stays), surrogates and noncharacters."""
    if _UNCLEAN.search(text) is None:
        return text
    return _DROPPED.sub("", _LINE_BREAKS.sub("\n", text))


def one_line(text: str) -> str:
    """`text` cleaned, each run of white space one space, nothing at the ends: for names."""
    return " ".join(clean(text).split())


def escape(text: str) -> str:
    """`text` cleaned and escaped as an iCalendar TEXT value. Source: RFC 5545, 3.3.11."""
    cleaned = clean(text)
    if _ESCAPED.search(cleaned) is None:
        return cleaned
    return _ESCAPED.sub(lambda found: _ESCAPES[found.group()], cleaned)


def parameter(text: str) -> str:
    """`text` as a quoted parameter value. A double quote cannot be written there and becomes an apostrophe, which every reader understands."""
    return '"' + one_line(text).replace('"', "'").replace("^", "^^") + '"'


def fold(line: str) -> bytes:
    """One content line in UTF-8, cut into lines of at most 75 octets, with CRLF at its end.

    Cuts are between code points, and never inside an escape, which some readers undo before they unfold. Source: RFC 5545, 3.1.
    """
    octets = line.encode()
    if len(octets) <= _LINE_OCTETS:
        return octets + b"\r\n"
    pieces = []
    begin, room = 0, _LINE_OCTETS
    while len(octets) - begin > room:
        end = begin + room
        while octets[end] & 0xC0 == 0x80:  # inside a code point
            end -= 1
        ahead = octets[begin:end]
        if (len(ahead) - len(ahead.rstrip(b"\\"))) % 2 or (len(ahead) - len(ahead.rstrip(b"^"))) % 2:
            end -= 1
        pieces.append(octets[begin:end])
        begin, room = end, _LINE_OCTETS - 1  # a continuation starts with a space
    pieces.append(octets[begin:])
    return b"\r\n ".join(pieces) + b"\r\n"
