"""What is wrong with an answer, and what to do about it. The code is the key and never changes."""

from shared.errors import Text, Violation

MESSAGES = {
    "unknown_eservice": Text(
        sv="Det finns ingen sådan e-tjänst. `GET /eservices` visar dem som finns.",
        en="There is no such e-service. `GET /eservices` lists those there are.",
    ),
    "unknown_field": Text(
        sv="E-tjänsten har inget sådant fält. Ta bort det.", en="The e-service has no such field. Remove it."
    ),
    "required": Text(sv="Fyll i fältet.", en="Fill in the field."),
    "hidden": Text(
        sv="Fältet gäller inte med de andra svaren. Ta bort det.",
        en="The field does not apply with the other answers. Remove it.",
    ),
    "computed": Text(sv="Fältet räknas ut av tjänsten. Ta bort det.", en="The service computes this field. Remove it."),
    "type": Text(sv="Ange {expected}.", en="Give {expected}."),
    "format": Text(sv="Ange {expected}.", en="Give {expected}."),
    "pattern": Text(
        sv="Svaret har fel form. Kontrollera stavning och mellanslag.",
        en="The answer does not have the right form. Check spelling and spaces.",
    ),
    "characters": Text(
        sv="Texten innehåller tecken som inte går att visa. Ta bort dem.",
        en="The text has characters that cannot be shown. Remove them.",
    ),
    "check_digit": Text(
        sv="Kontrollsiffran stämmer inte. Kontrollera numret.", en="The check digit is wrong. Check the number."
    ),
    "option": Text(sv="Välj ett av: {options}.", en="Choose one of: {options}."),
    "duplicate": Text(
        sv="Samma värde finns två gånger. Ta bort det ena.", en="The same value is there twice. Remove one."
    ),
    "min": Text(sv="Ange minst {limit}.", en="Give at least {limit}."),
    "max": Text(sv="Ange högst {limit}.", en="Give at most {limit}."),
    "more_than": Text(sv="Ange mer än {limit}.", en="Give more than {limit}."),
    "min_length": Text(sv="Skriv minst {limit} tecken.", en="Write at least {limit} characters."),
    "max_length": Text(sv="Skriv högst {limit} tecken.", en="Write at most {limit} characters."),
    "min_count": Text(sv="Ange minst {limit}.", en="Give at least {limit}."),
    "max_count": Text(sv="Ange högst {limit}.", en="Give at most {limit}."),
    "after": Text(sv="Ange en senare tid än i fältet {other}.", en="Give a later time than in the field {other}."),
    "max_field": Text(sv="Ange högst värdet i fältet {other}.", en="Give at most the value of the field {other}."),
    "must_be": Text(
        sv="Du behöver svara {value} för att kunna skicka in.", en="You need to answer {value} to send this in."
    ),
    "unknown_attachment": Text(
        sv="Det finns ingen sådan bilaga. Ladda upp den med `POST /attachments` och ange dess id.",
        en="There is no such attachment. Upload it with `POST /attachments` and give its id.",
    ),
    "attachment_used": Text(
        sv="Bilagan är redan använd. Ladda upp den igen.", en="The attachment has been used. Upload it again."
    ),
}
EARLIEST = Text(sv="Ange tidigast {limit}.", en="Give {limit} at the earliest.")
LATEST = Text(sv="Ange senast {limit}.", en="Give {limit} at the latest.")
MOMENTS = {"today": Text(sv="i dag", en="today"), "now": Text(sv="nu", en="now")}
EXPECTED = {
    "text": Text(sv="en text", en="a text"),
    "textarea": Text(sv="en text", en="a text"),
    "email": Text(sv="en e-postadress som namn@exempel.se", en="an e-mail address like name@example.com"),
    "phone": Text(
        sv="ett telefonnummer som 070-174 06 05 eller +46 70 174 06 05",
        en="a phone number like 070-174 06 05 or +46 70 174 06 05",
    ),
    "orgnr": Text(sv="ett organisationsnummer som 556012-5790", en="a company registration number like 556012-5790"),
    "personnr": Text(sv="ett personnummer som 19900101-1239", en="a personal identity number like 19900101-1239"),
    "address": Text(sv="en adress med street, postal_code och city", en="an address with street, postal_code and city"),
    "property_designation": Text(
        sv="en fastighetsbeteckning som Östersund Odensala 1:23",
        en="a property designation like Östersund Odensala 1:23",
    ),
    "point_sweref99tm": Text(sv="en punkt med easting och northing", en="a point with easting and northing"),
    "case_reference": Text(sv="ett ärendenummer som MH-2024-123", en="a case number like MH-2024-123"),
    "date": Text(sv="ett datum som 2026-05-01", en="a date like 2026-05-01"),
    "datetime": Text(
        sv="en tid med tidszon som 2026-05-01T09:00:00+02:00",
        en="a time with its time zone like 2026-05-01T09:00:00+02:00",
    ),
    "integer": Text(sv="ett heltal", en="a whole number"),
    "decimal": Text(sv="ett tal", en="a number"),
    "bool": Text(sv="true eller false", en="true or false"),
    "choice": Text(sv="ett av alternativen som text", en="one of the options as a text"),
    "multi_choice": Text(sv="en lista med alternativ", en="a list of options"),
    "file": Text(sv="bilagans id från `POST /attachments`", en="the attachment's id from `POST /attachments`"),
    "files": Text(sv="en lista med bilagors id", en="a list of attachment ids"),
    "repeat": Text(sv="en lista", en="a list"),
    "row": Text(sv="ett objekt med radens fält", en="an object with the row's fields"),
}


def violation(path: str, code: str, template: Text | None = None, **values: Text | object) -> Violation:
    """What is wrong at the path, said in both languages. The answer itself is never repeated."""
    template = template or MESSAGES[code]
    return Violation(path, code, Text(sv=_fill(template.sv, "sv", values), en=_fill(template.en, "en", values)))


def expects(path: str, code: str, expected: str) -> Violation:
    """The answer is not of the type, or has not its form."""
    return violation(path, code, expected=EXPECTED[expected])


def _fill(template: str, language: str, values: dict[str, Text | object]) -> str:
    words = {name: v.in_language(language) if isinstance(v, Text) else v for name, v in values.items()}
    return template.format(**words)
