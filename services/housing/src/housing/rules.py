"""What may be published about a house, and how exactly."""

import re
import unicodedata

from phonenumbers import PhoneNumberMatcher

from housing.models.houses import HouseForm, Position
from shared.errors import Text, Violation

SQUARE_METRES = 1000

_AT = r"(?:@|[(\[{<]\s*(?:at|a|snabel-?a)\s*[)\]}>])"
_EMAIL = re.compile(rf"\S\s?{_AT}\s?\w", re.IGNORECASE)
# An ending in small letters only: "rent.Se bilderna" is a forgotten space, not an address.
_LINK = re.compile(r"(?i:\bhttps?:|\bwww\.)|\b[\w-]{2,}\.(?:se|nu|com|net|org|eu|info|io|me|no|fi|dk|de|app|page)\b")

CONTACT_DATA = Text(
    sv="Ta bort e-postadresser, telefonnummer och länkar ur texten. Kontakten går genom kommunen.",
    en="Remove e-mail addresses, phone numbers and links from the text. Contact goes through the municipality.",
)
CONSENT = Text(
    sv="Huset kan bara tas emot om du samtycker till att det visas.",
    en="The house can only be accepted if you consent to showing it.",
)
IDENTIFIES_OWNER = Text(
    sv="Ta bort ditt namn och fastighetsbeteckningen ur texten. Den blir synlig för alla.",
    en="Remove your name and the property designation from the text. Everybody will see it.",
)


def blurred(position: Position) -> Position:
    """The centre of the square kilometre the position is in: asking again never tells more."""
    return Position(easting=_centre(position.easting), northing=_centre(position.northing))


def _centre(metres: float) -> float:
    return metres // SQUARE_METRES * SQUARE_METRES + SQUARE_METRES / 2


def has_contact_data(text: str) -> bool:
    """Whether the text holds an e-mail address, a phone number or a web link, also in disguise."""
    plain = _plain(text)
    return bool(_EMAIL.search(plain) or _LINK.search(plain) or PhoneNumberMatcher(plain, "SE").has_next())


def _plain(text: str) -> str:
    """The text as it reads: without full-width letters, invisible characters and hard spaces."""
    shown = (character for character in unicodedata.normalize("NFKC", text) if unicodedata.category(character) != "Cf")
    return " ".join("".join(shown).split())


def objections_to_text(field: str, text: str) -> list[Violation]:
    return [Violation(field, "contact_data_not_allowed", CONTACT_DATA)] if has_contact_data(text) else []


def objections_to_house(form: HouseForm) -> list[Violation]:
    """Everything that keeps the house from being accepted."""
    description = form.description or ""
    objections = objections_to_text("description", description)
    if not form.listing_consent:
        objections.append(Violation("listing_consent", "consent_required", CONSENT))
    if _names(description, form.owner.name) or _names(description, form.property_designation):
        objections.append(Violation("description", "identifies_owner", IDENTIFIES_OWNER))
    return objections


def _names(text: str, secret: str) -> bool:
    """Whether the text holds the words. A lone first name is let through: Bo also means to live."""
    words = _plain(secret)
    return " " in words and bool(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", _plain(text), re.IGNORECASE))


def area_key(area: str) -> str:
    """The area as it is compared: `lockne` for Lockne, the same on every database."""
    return area.casefold()
