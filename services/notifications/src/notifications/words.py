"""What a mail calls the things people send in: words of ours, since theirs are not repeated to an unproven address."""

from shared.events import Language

KINDS = {
    Language.SWEDISH: {
        "anmalan": "din anmälan",
        "ansokan": "din ansökan",
        "registrering": "din anmälan om registrering",
        "upplysning": "din upplysning",
        "rapport": "din rapport",
        "klagomal": "ditt klagomål",
        "forfragan": "din förfrågan",
        "intresse": "din intresseanmälan",
        "svar": "ditt svar",
    },
    Language.ENGLISH: {
        "anmalan": "your notification",
        "ansokan": "your permit application",
        "registrering": "your registration",
        "upplysning": "your information",
        "rapport": "your report",
        "klagomal": "your complaint",
        "forfragan": "your enquiry",
        "intresse": "your expression of interest",
        "svar": "your answer",
    },
}
UNDECIDED = frozenset({"forfragan", "intresse", "svar"})
"""What is answered without a decision: no mail about it tells of one, or of how to appeal it."""
ANYTHING = {Language.SWEDISH: "det du skickade in", Language.ENGLISH: "what you sent in"}

SEATS = {
    Language.SWEDISH: {"confirmed": "bekräftad", "waitlisted": "på väntelistan"},
    Language.ENGLISH: {"confirmed": "confirmed", "waitlisted": "on the waiting list"},
}

OCCUPATIONS = {
    Language.SWEDISH: (
        "militära yrken",
        "chefsyrken",
        "yrken med krav på fördjupad högskolekompetens",
        "yrken med krav på högskolekompetens eller motsvarande",
        "yrken inom administration och kundtjänst",
        "service-, omsorgs- och försäljningsarbete",
        "yrken inom lantbruk, trädgård, skogsbruk och fiske",
        "yrken inom byggverksamhet och tillverkning",
        "yrken inom maskinell tillverkning och transport",
        "yrken med krav på kortare utbildning eller introduktion",
    ),
    Language.ENGLISH: (
        "armed forces occupations",
        "managers",
        "occupations that require advanced higher education",
        "occupations that require higher education or equivalent",
        "administration and customer services",
        "service, care and sales",
        "agriculture, gardening, forestry and fishery",
        "building and manufacturing",
        "mechanical manufacturing and transport",
        "elementary occupations",
    ),
}
"""The major groups of SSYK 2012, by the first digit of a code."""


def kind(code: str, language: Language) -> str:
    return KINDS[language].get(code, ANYTHING[language])


def is_decided(kind: str) -> bool:
    return kind not in UNDECIDED


def occupation(ssyk: str, language: Language) -> str:
    return OCCUPATIONS[language][int(ssyk[0])]
