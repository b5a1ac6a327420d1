"""How laws are referred to, as lawyers do, by language."""

import re

_LAW_SV = (
    r"(miljöbalken( \(1998:808\))?"
    r"|[a-zåäö -]+lagen \(\d{4}:\d+\)|[a-zåäö-]+förordningen \(\d{4}:\d+\)"
    r"|(lagen|förordningen) \(\d{4}:\d+\) om [a-zåäö, -]+"
    r"|[A-ZÅÄÖ][a-zåäö]+ föreskrifter \([A-Z]+ \d{4}:\d+\) om [a-zåäö, -]+)"
)
_EU_SV = r"(artikel \d+(\.\d+)? i )?förordning \((EG|EU)\) (nr \d+/\d{4}|\d{4}/\d+)( om [a-zåäö ]+)?"
_OWN_SV = (
    r"kommunens (renhållningsordning|lokala föreskrifter)|skyddsföreskrifter för vattenskyddsområdet"
    r"|villkor i tillståndet"
)
_PLACE_SV = r"(\d+(, \d+)*( och \d+)? kap\. )?(\d+( [a-z])? §( \d+)? |\d+(, \d+)* och \d+ §§ )?"
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
    "sv": re.compile(rf"{_PLACE_SV}{_LAW_SV}(, i lydelsen (före|från) \d+ [a-z]+ \d{{4}})?|{_EU_SV}|{_OWN_SV}"),
    "en": re.compile(f"{_PLACE_EN}{_LAW_EN}|{_EU_EN}|{_OWN_EN}"),
}
"""'9 kap. 3 § miljöbalken', '38 § 2 förordningen (1998:899) om …', 'artikel 6.2 i förordning (EG) nr 852/2004'."""
