"""What issuers give people, companies and places to be known by: each as wide as its issuer's rule, kept in one form.

A function reads what somebody wrote and returns what is kept. It raises FieldError, which names the remedy.
"""

import re
import unicodedata
from contextlib import suppress
from datetime import date
from functools import lru_cache
from importlib import resources

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from shared.text import code, wrong

LONGEST_EMAIL = 254
"""RFC 5321, 4.5.3.1.3, less the brackets of a path."""
LONGEST_DESIGNATION = 100
SHORTEST_FOREIGN_NUMBER, LONGEST_FOREIGN_NUMBER = 2, 60
COUNTRIES = tuple(
    row[:2]
    for row in resources.files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text("utf-8").splitlines()
    if not row.startswith("#")
)
"""ISO 3166-1, as two letters."""
FOREIGN_COUNTRIES = tuple(country for country in COUNTRIES if country != "SE")
_TWICE = str.maketrans("0123456789", "0246813579")
_SIMPLE_LOCAL_PART = re.compile(r"(?=.{1,64}$)[A-Za-z0-9_%+-]+(\.[A-Za-z0-9_%+-]+)*")
_PHONE = re.compile(r"[+(0-9][0-9 ()/.-]{2,39}")
_NUMBER = re.compile(r"([0-9]{2})?([0-9]{6})([-+ ]?)([0-9]{4})")
_OF_A_COUNTRY = re.compile(r"([A-Za-z]{2}) ?(.*)")
_SWEDISH_POSTAL_CODE = re.compile(r"(?:SE?-?)?([1-9][0-9]{2})([0-9]{2})", re.IGNORECASE)
_DESIGNATION = re.compile(
    r"([^\W\d_][\w.:'’´/-]* (?:[\w.:'’´/()-]+ ){0,7})(?:([0-9]{1,5}|[^\W\d_]{1,3}):)?([0-9]{1,5}(?:>[0-9]{1,3})?)"
)


def email(text: str) -> str:
    """RFC 5321 and 6531. Kept with its domain in small letters, as a reader knows it (IDNA)."""
    try:
        return _normalised(code(text))
    except EmailNotValidError:
        raise wrong("email") from None


def _normalised(address: str) -> str:
    if len(address) > LONGEST_EMAIL:
        raise EmailNotValidError
    local, _, domain = address.rpartition("@")
    if _SIMPLE_LOCAL_PART.fullmatch(local):
        return f"{local}@{_known_domain(domain)}"
    return validate_email(address, check_deliverability=False).normalized


@lru_cache(maxsize=10_000)
def _known_domain(domain: str) -> str:
    """Checked once: a town's people have few mail providers."""
    return validate_email(f"a@{domain}", check_deliverability=False).domain


def mailbox(address: str) -> str:
    """One text for a mailbox, however its address is spelt: to count by, never to write to.

    With and without a `+` and what follows it is the same mailbox with most providers, with and without dots with the
    largest. Where it is not, two people share a count.
    """
    local, at, domain = unicodedata.normalize("NFKC", address.strip()[:LONGEST_EMAIL]).casefold().rpartition("@")
    with suppress(EmailNotValidError):
        domain = _known_domain(domain)
    return f"{(local.partition('+')[0] or local).replace('.', '')}{at}{domain}"


def phone(text: str) -> str:
    """ITU E.164. With its country code, or Swedish."""
    text = code(text)
    try:
        number = phonenumbers.parse(text, "SE") if _PHONE.fullmatch(text) else phonenumbers.PhoneNumber()
    except phonenumbers.NumberParseException:
        number = phonenumbers.PhoneNumber()
    is_foreign = number.country_code not in (None, 46)
    if not phonenumbers.is_valid_number(number) and not (is_foreign and phonenumbers.is_possible_number(number)):
        raise wrong("phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def organisation_number(text: str) -> str:
    """Skatteverket, SKV 709: ten digits, or twelve with 16 before them. Kept as ten.

    A sole trader has the personal identity number: its third digit is 0 or 1, an organisation's is not.
    """
    found = _NUMBER.fullmatch(code(text))
    if found and found[3] != "+":
        digits = found[2] + found[4]
        if int(digits[2]) > 1 and found[1] in (None, "16"):
            return _checked(digits)
        if int(digits[2]) < 2 and found[1] in (None, "18", "19", "20") and _born(int(found[1] or 20), digits):
            return _checked(digits)
    raise wrong("organization_number")


def is_of_a_person(number: str) -> bool:
    """Whether an organisation number is a sole trader's, which is personal, or an estate's, whose first digit is 1."""
    digits = number[-10:]
    return digits[2:3] in ("0", "1") or digits[:1] == "1"


def foreign_country(text: str) -> str:
    """ISO 3166-1, as two letters: any but Sweden."""
    if text not in FOREIGN_COUNTRIES:
        raise wrong("foreign_country")
    return text


def foreign_number(text: str) -> str:
    """What a company is known by in the register of another country: each has a form of its own."""
    text = code(text)
    is_long_enough = SHORTEST_FOREIGN_NUMBER <= len(text) <= LONGEST_FOREIGN_NUMBER
    if not is_long_enough or not re.search("[0-9A-Za-z]", text):
        raise wrong("foreign_number")
    return text


def company_number(text: str) -> str:
    """An organisation number or, of a company abroad, its country and its number there. Kept as `FI 1234567-8`."""
    found = _OF_A_COUNTRY.fullmatch(code(text))
    if not found:
        return organisation_number(text)
    if found[1].upper() not in FOREIGN_COUNTRIES:
        raise wrong("company_number")
    return f"{found[1].upper()} {foreign_number(found[2])}"


def personal_number(text: str, today: date) -> str:
    """Skatteverket, SKV 704 and SKV 707: ten digits, with + from the year of 100, or twelve. Kept as twelve.

    A coordination number has 60 added to its day.
    """
    if found := _NUMBER.fullmatch(code(text)):
        digits = found[2] + found[4]
        latest = today.year // 100 - (int(digits[:2]) > today.year % 100)
        century = int(found[1] or latest - (found[3] == "+"))
        born = _born(century, digits)
        if born is not None and born > today and not found[1]:
            born = _born(born.year // 100 - 1, digits)
        if born is not None and born.year >= 1800 and born <= today:
            return f"{born.year // 100}{_checked(digits)}"
    raise wrong("personal_number")


def _born(century: int, digits: str) -> date | None:
    """The day in the number, if there is such a day."""
    day = int(digits[4:6])
    try:
        return date(century * 100 + int(digits[:2]), int(digits[2:4]), day - 60 if day > 60 else day)
    except ValueError:
        return None


def _checked(digits: str) -> str:
    """The last digit is ISO/IEC 7812's: every second digit from the right counts twice, and twice 7 as 1 + 4."""
    if (sum(map(int, digits[::-2])) + sum(map(int, digits[-2::-2].translate(_TWICE)))) % 10:
        raise wrong("check_digit")
    return digits


def postal_code(text: str, country: object = None) -> str:
    """UPU S42: five digits in Sweden, as abroad they do."""
    text = code(text)
    if found := _SWEDISH_POSTAL_CODE.fullmatch(text.replace(" ", "")) if country in (None, "SE") else None:
        return f"{found[1]} {found[2]}"
    if country == "SE" or len(text) > 20 or not any(character.isalnum() for character in text):
        raise wrong("postal_code")
    return text.upper()


def property_designation(text: str) -> str:
    """Lantmäteriet's register: the registration area, which may be left out, the tract or quarter, block and unit.

    Quarters have no block. S, FS and GA stand for the block of joint property and works, `>2` for one of several lots:
    https://geotorget.lantmateriet.se/dokumentation/GEODOK/11/latest/informationsinnehall.html
    """
    found = _DESIGNATION.fullmatch(re.sub(" ?([:>]) ?", r"\1", code(text)))
    if not found or found.end() > LONGEST_DESIGNATION:
        raise wrong("property_designation")
    name, block, unit = found.groups()
    return f"{name}{block.upper()}:{unit}" if block else name + unit
