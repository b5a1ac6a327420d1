"""How what people read of an e-service is written: names of laws, units, terms, and words that say something else."""

import re

WHO = {
    "applicant_person": {
        "sv": "^För privatpersoner, företag och föreningar ",
        "en": "^For individuals, businesses and ",
    },
    "informant": {"sv": "^För privatpersoner, företag och föreningar ", "en": "^For individuals, businesses and "},
    "applicant_company": {"sv": "^För företag", "en": "^For (rural )?(businesses|companies)"},
    None: {"sv": "^För ", "en": "^For "},
}
"""Whom the summary names, by the block that asks who sends in."""

UNITS = {
    "_m3": {"sv": "(m³)", "en": "(m³)"},
    "_m2": {"sv": "(m²)", "en": "(m²)"},
    "_m": {"sv": "(meter)", "en": "(metres)"},
    "_ha": {"sv": "(hektar)", "en": "(hectares)"},
    "_kw": {"sv": "(kW)", "en": "(kW)"},
    "_kwh": {"sv": "(kWh per år)", "en": "(kWh a year)"},
    "_kg": {"sv": "(kg)", "en": "(kg)"},
    "_tonnes": {"sv": "(ton)", "en": "(tonnes)"},
    "_litres": {"sv": "(liter)", "en": "(litres)"},
    "_c": {"sv": "(°C)", "en": "(°C)"},
    "_m3_h": {"sv": "(m³ per timme)", "en": "(m³ per hour)"},
}
WHOLE_UNIT = re.compile(r"(?<!\()(?<!\w)(m|m²|m³|ha|kW|kWh|kg|l|ton)$|\((m|ha|l|t)\)")

SAYS_SOMETHING = {
    "sv": re.compile(
        r"\b(är|har|finns|ska|vill|säljer|gör|görs|sker|kan|skickar|intygar|läckte|behöver)\b", re.IGNORECASE
    ),
    "en": re.compile(
        r"\b(is|are|has|have|will|want|wants|goes|sell|give|can|certify|am|leaked|do|takes?|was|need)\b", re.IGNORECASE
    ),
}
"""A verb."""
ASKS = {
    "sv": re.compile(r"(Vad|Vem|Var|Vart|Varifrån|Varför|När|Hur|Vilka?|Vilket|Är|Har|Finns|Behöver|Av vem)\b"),
    "en": re.compile(r"(What|Who|Whom|Where|When|Why|How|Which|Is|Are|Has|Have|Do|Does|Will|From whom|On which)\b"),
}
"""How a question begins."""

TERMS = re.compile(
    "(?i)personekvivalent|skyddsnivå|perkolationsprov|siktanalys|servitut|slamavskiljare|OVK|luftflöde|MPF|GWP|MACRO-DB"
    "|produktionsstorlek|situationsplan|köldbärarvätska|SWEREF|lodlinje|koldioxidekvivalent|autoklav|irradians|UV-typ"
    "|konvertering|spädvatten|omsättningar per dygn|markbädd|egenkontroll|vattenskyddsområde|sekundärt skydd"
    "|riskbedömning|slutredovisning|torrsubstans|PCB|latrin|rasthage|skyddszon|vattentäkt|radon"
    "|faroanalys|upplagshavare|folköl|microneedling|tredjepartscertifiering|fastighetsbeteckning|CE-märkt|inmätt"
)
"""What a resident may not know."""

PEOPLE_SAY_INSTEAD = {
    "sv": re.compile(r"\bp\. \d|\(EG\) \d|\d kap miljöbalken"),
    "en": re.compile(
        r"(?i)\b(?!folköl\b|östersund\b)\w*[åäö]|\(EG\)|\bat the latest\b|by the municipality['’]s"
        r"|orientation|information duty|hours of handling|paragraph of|for those |\w'\w"
    ),
}
"""What is said in another way. In English, names excepted, nothing is Swedish."""
