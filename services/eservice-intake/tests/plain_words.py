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

_LAW_SV = (
    r"(miljöbalken"
    r"|[a-zåäö-]+lagen \(\d{4}:\d+\)|[a-zåäö-]+förordningen \(\d{4}:\d+\)"
    r"|(lagen|förordningen) \(\d{4}:\d+\) om [a-zåäö, -]+"
    r"|[A-ZÅÄÖ][a-zåäö]+ föreskrifter \([A-Z]+ \d{4}:\d+\) om [a-zåäö, -]+)"
)
_EU_SV = r"(artikel \d+(\.\d+)? i )?förordning \((EG|EU)\) (nr \d+/\d{4}|\d{4}/\d+)( om [a-zåäö ]+)?"
_OWN_SV = (
    r"kommunens (renhållningsordning|lokala föreskrifter)|skyddsföreskrifter för vattenskyddsområdet"
    r"|villkor i tillståndet"
)
_PLACE_SV = r"(\d+(, \d+)*( och \d+)? kap\. )?(\d+ §( \d+)? |\d+(, \d+)* och \d+ §§ )?"
_PLACE_EN = r"(Chapters? \d+(, \d+)*( and \d+)?(, )?)?(Sections? \d+(\(\d+\))?(, \d+)*( and \d+)?)?( of the )?"
_LAW_EN = (
    r"((Environmental Code)"
    r"|[A-Z][A-Za-z -]+ (Act|Ordinance) \(\d{4}:\d+\)"
    r"|(Act|Ordinance) \(\d{4}:\d+\) on [A-Z][A-Za-z -]+"
    r"|Regulations \([A-Z]+ \d{4}:\d+\) of the Swedish [A-Z][A-Za-z ]+ on [a-z ]+"
    r"|The Swedish [A-Z][A-Za-z ]+’s regulations \([A-Z]+ \d{4}:\d+\) on [a-z -]+)"
)
_EU_EN = r"(Article \d+(\(\d+\))? of )?Regulation \((EC|EU)\) (No \d+/\d{4}|\d{4}/\d+)( on [a-z ]+)?"
_OWN_EN = (
    r"The municipality’s (waste rules|local regulations)|Protective regulations of the water protection area"
    r"|Conditions of the permit"
)
LEGAL_BASIS = {
    "sv": re.compile(f"{_PLACE_SV}{_LAW_SV}|{_EU_SV}|{_OWN_SV}"),
    "en": re.compile(f"{_PLACE_EN}{_LAW_EN}|{_EU_EN}|{_OWN_EN}"),
}
"""'9 kap. 3 § miljöbalken', '38 § 2 förordningen (1998:899) om …', 'artikel 6.2 i förordning (EG) nr 852/2004'."""

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
