"""Personal identity numbers are kept sealed, with keys that rotate, and are found by a keyed hash."""

from datetime import date

import pytest
from cryptography.fernet import Fernet, InvalidToken

from eservice_intake.catalogue.definitions import FormField
from eservice_intake.identities.numbers import Seal, is_personal, numbers_in
from eservice_intake.settings import IntakeSettings

KARIN, BO = "198112189876", "197001012397"
TODAY = date(2026, 11, 26)
OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


def field(name: str, type_: str, **more: object) -> FormField:
    return FormField(name=name, type=type_, sv="X", en="X", **more)


FORM = [
    field("personnr", "personnr"),
    field("orgnr", "orgnr"),
    field("name", "text"),
    field("owners", "repeat", fields=[field("number", "personnr"), field("share", "integer")]),
]
ANSWERS = {
    "personnr": KARIN,
    "orgnr": "7001012397",
    "name": "Karin",
    "owners": [{"number": BO, "share": 1}, {"share": 2}],
}


def seal(keys: str = OLD, hash_key: str = "a key of the hashes") -> Seal:
    return Seal(IntakeSettings(service="eservice-intake", identity_keys=keys, identity_hash_key=hash_key))


def test_no_number_stands_in_what_is_kept_and_all_can_be_read_again():
    kept = seal().of_answers(FORM, ANSWERS)

    assert not [digits for digits in (KARIN, KARIN[2:], BO, BO[2:]) if digits in str(kept)]
    assert (kept["name"], kept["owners"][1]) == ("Karin", {"share": 2})
    assert seal().opened_answers(FORM, kept) == ANSWERS


@pytest.mark.parametrize("written", ["5560004615", "556000-4615", "165560004615"])
def test_an_organisations_number_is_nobodys_and_stays_readable(written):
    assert seal().of_answers(FORM, {"orgnr": written}) == {"orgnr": written}
    assert numbers_in(FORM, {"orgnr": written}, TODAY) == set()


@pytest.mark.parametrize(
    "written", ["811218-9876", "811218+9876", "19811218-9876", KARIN, "8112189876", "811218 98", "x"]
)
def test_a_draft_is_sealed_however_somebody_has_written_so_far(written):
    kept = seal().of_answers(FORM, {"personnr": written})

    assert is_personal(written)
    assert written not in kept["personnr"] or written == "x"
    assert seal().opened_answers(FORM, kept) == {"personnr": written}


def test_a_sole_traders_number_is_the_persons_and_found_as_theirs():
    found = numbers_in(FORM, ANSWERS, TODAY)

    assert found == {KARIN, BO}
    assert seal().hash_of(BO) == seal(NEW).hash_of(BO) != seal(hash_key="another key of hashes").hash_of(BO)


def test_what_an_older_key_has_sealed_is_opened_and_sealed_anew_with_the_newest():
    kept = seal(OLD).of_answers(FORM, ANSWERS)

    both = seal(f"{NEW},{OLD}")
    renewed = both.renewed_answers(FORM, kept)

    assert both.opened_answers(FORM, kept) == ANSWERS
    assert seal(NEW).opened_answers(FORM, renewed) == ANSWERS
    with pytest.raises(InvalidToken):
        seal(NEW).opened_answers(FORM, kept)
