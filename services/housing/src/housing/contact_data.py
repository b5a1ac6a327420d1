"""Whether a text tells how to reach somebody. By rules, since there is no end to the ways of writing an address."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from phonenumbers import PhoneNumberMatcher
from publicsuffixlist import PublicSuffixList

TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""With these a text reads otherwise than it is written."""
LOOKALIKES = str.maketrans("аеорсухіјѕԁһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοАВЕКМНОРСТХ", "aeopcyxijsdhqwABEZHIKMNOPTYXoABEKMHOPCTX")
FEWEST_DIGITS = 5
"""How many there are in a number that has letters for the others."""
ALSO_WORDS = {
    *("as", "at", "be", "by", "de", "do", "du", "in", "is", "it", "me", "men", "my", "ni", "no", "nu", "om", "se"),
    *("so", "to", "us", "vi"),
}
"""Top-level domains that are also among the commonest words, so that "punkt" before them need not be a dot."""

_PLAIN = re.compile(r"[\n -~ÅÄÖÉÜåäöéü–]*")
"""What most people write, which reads as it is written."""
_DOTS = re.compile(r"[。]|(?<=\w)[·•‧∙⋅](?=\w)")
_AT = re.compile(
    r"\w@\w|@ ?[^\W\d_]|\bsnabel[- ]?a\b|[(\[{<] ?(?:at|snabel[- ]?a) ?[)\]}>]|\w[(\[{<]a[)\]}>]\w", re.IGNORECASE
)
_SCHEME = re.compile(
    r"\w ?: ?//|\bwww\d?\b|\bxn--|(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])|\b(?:https?|hxxps?|ftp|mailto) ?:",
    re.IGNORECASE,
)
_LABEL = r"(?P<last>[^\W\d_][\w-]{1,62})(?![\w-])(?!\.\w)"
_DOT = re.compile(rf"(?<=\w)(?: \. ?|\.){_LABEL}")
_BRACKETED_DOT = re.compile(rf"[(\[{{<] ?(?:\.|dot|punkt|prick) ?[)\]}}>] ?{_LABEL}", re.IGNORECASE)
_SPELLED_DOT = re.compile(rf"(?<=\w) (?:dot|punkt) {_LABEL}", re.IGNORECASE)
_BEFORE = re.compile(r"[\w-]{1,63}$")
_PATH = re.compile(r"[/?#]\w|:\d")
_READS_ON = re.compile(r",? [^\W\d_]")
_YEAR = re.compile(r"1[2-9]\d\d|20\d\d|\d{1,3}")
# PhoneNumberMatcher overlooks a number that stands beside other digits.
_SWEDISH_NUMBER = re.compile(
    r"(?<!\d)07[02369][ .()–-]{0,3}\d(?:[ .–-]{0,2}\d){6}(?!\d)"
    r"|(?<![\d.–-])0[1-9]\d{0,2}[–-] ?\d(?:[ .]?\d){4,7}(?!\d)"
    r"|\b0[ ,;:/._*-]{1,3}(?:\d[ ,;:/._*-]{1,3}){6}\d"
    r"|(?:\+|\b00) ?46[ .()–-]{0,3}\d(?:[ .()–-]{0,3}\d){7,9}(?!\d)"
)
_DIGITS_BY_LETTERS = re.compile(r"(?<!\w)[0-9OoIl|SBZ]+(?!\w)(?:[ ().\-–/]{1,3}[0-9OoIl|SBZ]+(?!\w))*")
_ODD_SEPARATOR = re.compile(r"(?<=\d) ?[_*~·•] ?(?=\d)")
_DIGIT_WORD = "noll|nolla|ett|en|två|tre|fyra|fem|sex|sju|åtta|nio|zero|oh|one|two|three|four|five|six|seven|eight|nine"
_SPELLED_NUMBER = re.compile(rf"(?:\b(?:{_DIGIT_WORD})\b[ ,.-]{{0,3}}){{6}}", re.IGNORECASE)
_HOUR = r"(?:[01]?\d|2[0-4])[.:]?[0-5]\d"
_HOURS = re.compile(rf"(?<![\d+.:-])(?<!\d ){_HOUR} ?[-–] ?{_HOUR}(?! ?[-–.:/]? ?\d)")
_DAY, _MONTH, _CENTURY = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:1[89]|20)\d\d"
_DATE = re.compile(rf"(?<![\d+-])(?:{_CENTURY}([-/.]){_MONTH}\1{_DAY}|{_DAY}([-/.]){_MONTH}\2{_CENTURY})(?![\d-])")
_LETTERS = str.maketrans("OoIl|SBZ", "00111582")


def has_contact_data(text: str) -> bool:
    """Whether the text holds an e-mail address, a phone number or a web link, also in disguise."""
    plain = as_read(text)
    return bool(TURNING.search(text) or _AT.search(plain) or _has_link(plain) or _has_number(plain))


def as_read(text: str) -> str:
    """The text as it reads: one way of writing letters, digits, dots and spaces, and nothing invisible."""
    if _PLAIN.fullmatch(text):
        return " ".join(text.split())
    composed = unicodedata.normalize("NFKC", text)
    shown = (_ascii_digit(one) for one in composed if unicodedata.category(one) not in ("Cf", "Mn", "Me"))
    return _DOTS.sub(".", " ".join("".join(shown).split()))


def _ascii_digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


def _has_link(plain: str) -> bool:
    if _SCHEME.search(plain) or any(_is_link(found) for found in _DOT.finditer(plain)):
        return True
    spelled = (found for found in _SPELLED_DOT.finditer(plain) if not _is_prose(found))
    return any(
        _is_top_level(found["last"]) for pattern in (_BRACKETED_DOT.finditer(plain), spelled) for found in pattern
    )


def _is_prose(found: re.Match[str]) -> bool:
    """Whether "punkt" is a word here: "vid denna punkt vi nämnt"."""
    return found["last"].lower() in ALSO_WORDS and bool(_READS_ON.match(found.string, found.end()))


def _is_link(found: re.Match[str]) -> bool:
    """Whether what stands around a dot is a domain, and not the end of a sentence or an abbreviation."""
    text, last = found.string, found["last"]
    before = _BEFORE.search(text, max(0, found.start() - 63), found.start())
    first = before[0] if before else ""
    has_path, is_known = bool(_PATH.match(text, found.end())), _is_top_level(last)
    if has_path and (is_known or (len(first) > 1 and not first.isdigit())):
        return True
    if not is_known or last == "nr" or _YEAR.fullmatch(first):
        return False
    is_abbreviation = len(first) == 1 and (last.istitle() or text.startswith(".", found.end()))
    is_sentence = last.istitle() and bool(_READS_ON.match(text, found.end()))
    return not (is_abbreviation or is_sentence)


def _is_top_level(label: str) -> bool:
    return any(_is_known(one.lower()) for one in {label, label.translate(LOOKALIKES)})


@lru_cache(maxsize=10_000)
def _is_known(label: str) -> bool:
    return _suffixes().publicsuffix(f"a.a.{label}") is not None


@lru_cache
def _suffixes() -> PublicSuffixList:
    """Every top-level domain there is, as the Public Suffix List has them."""
    return PublicSuffixList(accept_unknown=False, only_icann=True)


def _has_number(plain: str) -> bool:
    if _SPELLED_NUMBER.search(plain):
        return True
    if sum(map(str.isdigit, plain)) < FEWEST_DIGITS:
        return False
    plain = _DATE.sub(";", _HOURS.sub(";", plain))
    joined, apart = _ODD_SEPARATOR.sub("-", plain).replace("/", "-"), plain.replace("/", " ; ")
    written = dict.fromkeys((joined, apart, *_with_letters(joined.translate(LOOKALIKES))))
    return any(_SWEDISH_NUMBER.search(one) or PhoneNumberMatcher(one, "SE").has_next() for one in written)


def _with_letters(plain: str) -> Iterator[str]:
    """What could be a number with letters for digits, in digits."""
    for found in _DIGITS_BY_LETTERS.finditer(plain):
        number = found[0].translate(_LETTERS)
        if number != found[0] and sum(map(str.isdigit, found[0])) >= FEWEST_DIGITS:
            yield number
