"""What may be published about a house, and what may be passed on."""

import re
from itertools import pairwise

from housing.contact_data import as_read, has_contact_data
from housing.models.houses import HouseForm
from shared.errors import Text, Violation

CONTACT_DATA = Text(
    sv="Ta bort e-postadresser, telefonnummer och länkar ur texten. Kontakten går genom kommunen. "
    "Sätt mellanslag efter punkt, så att inget ser ut som en länk.",
    en="Remove e-mail addresses, phone numbers and links from the text. Contact goes through the municipality. "
    "Put a space after a full stop, so that nothing looks like a link.",
)
CONSENT = Text(
    sv="Huset kan bara tas emot om du samtycker till att det visas.",
    en="The house can only be accepted if you consent to showing it.",
)
IDENTIFIES_OWNER = Text(
    sv="Ta bort ditt namn och fastighetsbeteckningen ur texten. Den blir synlig för alla.",
    en="Remove your name and the property designation from the text. Everybody will see it.",
)
EXACT_SIZE = Text(
    sv="Skriv tomtens storlek ungefär. Den exakta pekar ut fastigheten, och texten blir synlig för alla.",
    en="Write the plot's size approximately. The exact one singles out the property, and everybody will see the text.",
)
_DASHES = re.compile(r"[‐-―−-]")
_THOUSANDS = re.compile(r"(?<=\d)[ .,](?=\d{3}(?!\d))")
_BETWEEN_NUMBERS = re.compile(r"([:>])")


def objections_to_text(field: str, text: str) -> list[Violation]:
    return [Violation(field, "contact_data_not_allowed", CONTACT_DATA)] if has_contact_data(text) else []


def objections_to_house(form: HouseForm) -> list[Violation]:
    """Everything that keeps the house from being accepted."""
    description = form.description or ""
    objections = objections_to_text("area", form.area) + objections_to_text("description", description)
    if not form.listing_consent:
        objections.append(Violation("listing_consent", "consent_required", CONSENT))
    if _names_person(description, form.owner.name) or _names_property(description, form.property_designation):
        objections.append(Violation("description", "identifies_owner", IDENTIFIES_OWNER))
    if _tells_size(description, form.lot_area_m2):
        objections.append(Violation("description", "exact_size", EXACT_SIZE))
    return objections


def _names_person(text: str, name: str) -> bool:
    """Whether two of the names stand together, also in the genitive or with a word between.

    A lone name is let through: Bo also means to live, and Berg a hill.
    """
    names, words = set(_words(name)), _words(text)
    found = [{word, word.removesuffix("s")} & names for word in words]
    near = [*pairwise(found), *zip(found, found[2:], strict=False)]
    return any(len(one | other) > 1 for one, other in near if one and other)


def _names_property(text: str, designation: str) -> bool:
    """Whether the text has the last part of the designation: what stands before it is the place, which everybody sees.

    A number such as 2:15 is enough; one without a colon, as in Valhall 3, needs the word before it.
    """
    *places, number = _tidied(designation).split()
    spaced = " ?".join(re.escape(part) for part in _BETWEEN_NUMBERS.split(number))
    wanted = spaced if ":" in number else rf"{re.escape(places[-1]) if places else ''} ?{spaced}"
    return bool(re.search(rf"(?<![\w:]){wanted}(?![\w:])", _tidied(text)))


def _tells_size(text: str, lot_area_m2: int | None) -> bool:
    """Whether the text has the plot's size to the square metre."""
    if lot_area_m2 is None or lot_area_m2 % 100 == 0:
        return False
    return bool(
        re.search(rf"(?<!\d){lot_area_m2} ?(?:m2|m\^2|kvm|kvadrat|sqm|square)", _THOUSANDS.sub("", _tidied(text)))
    )


def _tidied(text: str) -> str:
    return " ".join(_DASHES.sub(" ", as_read(text).casefold()).split())


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", _tidied(text))


def area_key(area: str) -> str:
    """The area as it is compared: `lockne` for Lockne, the same on every database."""
    return area.casefold()
