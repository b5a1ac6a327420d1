"""What people write, tidied: trimmed, composed (NFC), and as it is seen. Bounded before anything that costs.

What cannot be seen is dropped where it means nothing (UTS 39, 3.1), hard spaces and hyphens are read as plain ones, and
what turns the direction of the text around it is refused (UTR 36, 2.5).
"""

import re
import unicodedata
from itertools import groupby
from pathlib import Path

import yaml

from shared.errors import FieldError

LONGEST_LINE = 2_000
LONGEST_PROSE = 20_000
MOST_MARKS = 4
"""On one letter: UTS 39, 5.4. Sorting thousands takes CPython minutes."""

_PLAIN = re.compile(r"[ -~¡-¬®-ſ–—‘’“”…€]*")
"""What needs no more than trimming. No soft hyphen, no hard space."""
_PLAIN_PROSE = re.compile(r"[\n\t -~¡-¬®-ſ–—‘’“”…€]*")
_TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_EMOJI = "\u203c-\u3299\U0001f000-\U0001faff"
_SHAPED = "\u0600-\u109f" + _EMOJI
"""What ZWJ and ZWNJ join or part: Arabic, Indic and related letters, and emoji."""
_VARIED = "\u00a9\u00ae\u3400-\u9fff\U00020000-\U0003ffff" + _EMOJI
"""What a variation selector chooses a form of: emoji and ideographs."""
_UNSEEN = re.compile(
    "[\u00ad\u034f\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
    f"|(?<![{_SHAPED}])(?<![{_EMOJI}]\ufe0f)[\u200c\u200d]"
    f"|(?<![{_VARIED}])(?!\ufe0f\u20e3)[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_BLANK = re.compile("[\u00a0\u115f\u1160\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0]")
_ODD_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ODD_IN_PROSE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAK = re.compile("\r\n?|[\u2028\u2029]")
_AS_TYPED = dict.fromkeys(map(ord, "‒–—―−﹘﹣"), 0x2D) | {0xFF01 + offset: 0x21 + offset for offset in range(94)}
"""Dashes and full-width letters as a keyboard of ours has them."""

_WRONG = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))


def wrong(code: str, most: int = 0) -> FieldError:
    """What is wrong with a field, in words for people."""
    return FieldError(code, *(_WRONG[code][language].format(most=most) for language in ("sv", "en")))


def line(text: str) -> str:
    """One line. Raises FieldError."""
    if _PLAIN.fullmatch(text):
        return bounded(text, LONGEST_LINE)
    return _seen(bounded(text, LONGEST_LINE).replace("\t", " "), _ODD_IN_A_LINE)


def prose(text: str) -> str:
    """Text of several lines, which end in a line feed whatever the system. Raises FieldError."""
    if _PLAIN_PROSE.fullmatch(text):
        return bounded(text, LONGEST_PROSE)
    return _seen(_BREAK.sub("\n", bounded(text, LONGEST_PROSE)), _ODD_IN_PROSE)


def code(text: str) -> str:
    """What an issuer writes in plain letters, digits and hyphens, such as a number or an address. Raises FieldError."""
    text = line(text)
    return " ".join(text.translate(_AS_TYPED).split()) if not text.isascii() or "  " in text else text


def bounded(text: str, longest: int) -> str:
    """The text, trimmed. Raises FieldError when it is longer than that."""
    text = text.strip()
    if len(text) > longest:
        raise wrong("string_too_long", longest)
    return text


def _seen(text: str, odd: re.Pattern[str]) -> str:
    """The text as it is seen."""
    text = _BLANK.sub(" ", _UNSEEN.sub("", text)).replace("\u2010", "-").replace("\u2011", "-")
    text = text.strip(" \t\n" + _TURNING)
    if odd.search(text):
        raise wrong("control_characters")
    if not set(text).isdisjoint(_TURNING):
        raise wrong("turning_characters")
    return _composed(text)


def _composed(text: str) -> str:
    runs = (sum(1 for _ in run) for is_mark, run in groupby(text, _is_mark) if is_mark)
    if unicodedata.category(text[:1] or " ")[0] == "M" or max(runs, default=0) > MOST_MARKS:
        raise wrong("stacked_marks", MOST_MARKS)
    return unicodedata.normalize("NFC", text)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me")
