"""What people write is tidied the same way everywhere."""

import pytest

from shared.errors import FieldError
from shared.text import LONGEST_LINE, LONGEST_PROSE, code, line, prose

ZWJ, ZWNJ, VS16 = "\u200d", "\u200c", "\ufe0f"


def refusal_of(read, text):
    with pytest.raises(FieldError) as refused:
        read(text)
    return refused.value.code


@pytest.mark.parametrize(
    "unseen",
    ["\u200b", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u180e", ZWJ, ZWNJ, VS16, "\U000e0041", "\U000e0101", "\u206f"],
)
@pytest.mark.parametrize("read", [line, prose, code])
def test_what_cannot_be_seen_is_dropped_where_it_means_nothing(read, unseen):
    assert read(f"{unseen}Ko{unseen}ck {unseen}") == "Kock"


@pytest.mark.parametrize(
    "text",
    [
        "می‌خواهم",
        "क्‍ष",
        f"\u2764{VS16}",
        f"\U0001f468{ZWJ}\U0001f469{ZWJ}\U0001f467",
        f"\U0001f3f3{VS16}{ZWJ}\U0001f308",
        f"1{VS16}\u20e3",
        "\u8fbb\U000e0100",
    ],
)
@pytest.mark.parametrize("read", [line, prose])
def test_what_is_seen_differently_with_it_is_kept(read, text):
    assert read(f"a {text}") == f"a {text}"


@pytest.mark.parametrize("turning", "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
@pytest.mark.parametrize("read", [line, prose, code])
def test_what_turns_the_text_around_it_is_refused(read, turning):
    assert refusal_of(read, f"Annons {turning}txet dno") == "turning_characters"
    assert read(f"{turning}Annons{turning} ") == "Annons"


@pytest.mark.parametrize("space", "\u00a0\u2009\u202f\u3000\u2800\u3164\t")
def test_a_hard_space_or_hyphen_is_a_space_or_hyphen(space):
    assert line(f"{space}Lockne\u2011Byn{space}2:15{space}") == "Lockne-Byn 2:15"


@pytest.mark.parametrize("text", ["", " ", "\u200b" * 25, "\u3164", "\u2800 \u2800", "\U000e0041", "\u202e\u202c"])
@pytest.mark.parametrize("read", [line, prose, code])
def test_a_text_that_shows_nothing_is_none(read, text):
    assert read(text) == ""


@pytest.mark.parametrize("mark", ["\u0301", "\u20dd", "\u0903"])
@pytest.mark.parametrize("read", [line, prose, code])
def test_a_mark_needs_a_letter(read, mark):
    assert refusal_of(read, mark) == "stacked_marks"


@pytest.mark.parametrize(("read", "longest"), [(line, LONGEST_LINE), (prose, LONGEST_PROSE)])
def test_a_text_is_bounded_before_it_is_composed(read, longest):
    half = longest // 2 - 1

    assert refusal_of(read, "a" + "\u20dd" * half) == "stacked_marks"
    assert refusal_of(read, "a" + "\u0315" * half + "\u0300" * half) == "stacked_marks"
    assert refusal_of(read, "a\u0300" * longest) == "string_too_long"


def test_letters_of_many_marks_are_those_of_living_languages():
    assert line("Việt Nam, שָׁלוֹם, A\u030as") == "Việt Nam, שָׁלוֹם, Ås"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\u2028", "\u2029"])
def test_prose_has_lines_whatever_ends_them(end):
    assert prose(f"one{end}two") == "one\ntwo"


@pytest.mark.parametrize("odd", ["\0", "\x1b", "\x0b", "\x85", "\ud800"])
@pytest.mark.parametrize("read", [line, prose, code])
def test_a_control_code_is_refused(read, odd):
    assert refusal_of(read, f"a{odd}b") == "control_characters"


@pytest.mark.parametrize("end", ["\n", "\u2028", "\u2029"])
def test_a_line_is_one(end):
    assert refusal_of(line, f"one{end}two") == "control_characters"


@pytest.mark.parametrize("dash", "-\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d")
def test_a_code_has_plain_letters_digits_and_hyphens(dash):
    assert code(f"\uff21\uff22  \uff11{dash}2") == "AB 1-2"
