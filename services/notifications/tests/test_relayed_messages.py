"""What somebody wrote to an owner is marked line by line as their words, and arrives whole."""

import re
from dataclasses import replace

import pytest

from notifications.mails import write

from .mails import ANNA, SENDER, delivery, read


def relayed(message: str, **changes: object) -> str:
    """The body of a mail that passes on the message."""
    to = replace(ANNA, words={"message": message}, **changes)
    return read(write(delivery("interest_relayed"), to, SENDER).content).get_content().replace("\r\n", "\n")


def test_a_relayed_message_is_marked_as_somebody_elses_words():
    body = relayed("Hej!\nFinns fiber?")

    assert "> Hej!\n> Finns fiber?\n" in body
    assert "Raderna med > är inte kommunens ord." in body


@pytest.mark.parametrize(
    "line_break", ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
)
def test_every_line_of_a_relayed_message_is_marked_whatever_breaks_it(line_break: str):
    body = relayed(f"Hej{line_break * 2}Kommunen har godkänt köparen.")

    assert "> Hej\n> \n> Kommunen har godkänt köparen.\n" in body


@pytest.mark.parametrize("filling", [" " * 200, "\t" * 40, "\u00a0" * 200, "\u3000" * 200, "x" * 500, "ord " * 100])
def test_a_line_that_a_reader_would_break_is_broken_and_marked_by_us(filling: str):
    body = relayed(f"Hej{filling}Kommunen har godkänt köparen.")

    [text] = re.findall(r"skriver den personen:\n\n(.*)\n\nVi har inte", body, re.DOTALL)
    lines = text.split("\n")
    assert all(line.startswith("> ") and len(line) <= 74 for line in lines)
    assert "köparen." in lines[-1]


def test_a_relayed_message_cannot_turn_the_words_around_it():
    body = relayed("Hej\u202e.neraporpk tnäkdog rah nenummoK\u2066\u200f!")

    assert "> Hej.neraporpk tnäkdog rah nenummoK!\n" in body


def test_a_long_message_arrives_whole():
    message = "\n".join(f"Rad {number}: finns det väg till huset på vintern?" for number in range(200))

    body = relayed(message)

    assert "\n".join(f"> {line}" for line in message.split("\n")) in body
    assert body.rstrip().endswith("Då behöver du inte göra något.")
