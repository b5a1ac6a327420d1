"""Settings of eservice-intake alone. A wrong one ends the process when it starts, with the remedy."""

import pytest
from cryptography.fernet import Fernet
from pydantic import ValidationError

from eservice_intake.catalogue.file_types import ENDINGS
from eservice_intake.settings import MEGABYTE, TYPES, IntakeSettings

IN_PRODUCTION = {
    "mode": "production",
    "oidc_issuer": None,
    "residents_issuer": None,
    "kafka_one_broker": "acknowledged events may be lost",
    "unencrypted": "kafka,database",
    "identity_keys": Fernet.generate_key().decode(),
    "identity_hash_key": "x" * 32,
}


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("attachments_url", "/data/attachments", "s3://bucket"),
        ("attachments_url", "s3://", "s3://bucket"),
        ("clamav_url", "clamd:3310", "tcp://host:3310"),
        ("clamav_url", "tcp://clamd", "tcp://host:3310"),
        ("clamav_url", "unix://run/clamd.ctl", "unix:///run/clamav/clamd.ctl"),
        ("attachment_type_megabytes", "exe=5", "docx=5"),
        ("attachment_type_megabytes", "docx", "docx=5"),
    ],
)
def test_a_setting_that_cannot_be_right_says_what_to_write(name, value, remedy):
    with pytest.raises(ValidationError, match=remedy):
        IntakeSettings(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("attachments_url", "s3://bilagor"),
        ("attachments_url", "s3://bilagor/intake/2026"),
        ("clamav_url", "tcp://127.0.0.1:3310"),
        ("clamav_url", "unix:///run/clamav/clamd.ctl"),
    ],
)
def test_a_setting_that_is_right_is_taken(name, value):
    assert getattr(IntakeSettings(**{name: value}), name) == value


def test_a_type_has_the_lesser_of_two_limits():
    settings = IntakeSettings(attachment_type_megabytes="docx=5, pdf=20", max_attachment_bytes=10 * MEGABYTE)

    assert settings.largest([".docx"]) == 5 * MEGABYTE
    assert settings.largest([".pdf"]) == 10 * MEGABYTE
    assert settings.largest([".heic", ".heif"]) == 10 * MEGABYTE


def test_every_type_that_is_taken_may_have_a_limit_of_its_own():
    assert {ending[0].removeprefix(".") for ending in ENDINGS.values()} == {*TYPES}


@pytest.mark.parametrize(
    ("name", "insecure", "secure", "word"),
    [
        ("s3_endpoint", "http://s3.example", "https://s3.example", "storage"),
        ("clamav_url", "tcp://clamd:3310", "unix:///run/clamd.ctl", "scanner"),
    ],
)
def test_production_carries_no_attachment_in_the_clear(name, insecure, secure, word):
    with pytest.raises(ValidationError, match=name.upper()):
        IntakeSettings(**IN_PRODUCTION, **{name: insecure})

    assert IntakeSettings(**IN_PRODUCTION, **{name: secure})
    assert IntakeSettings(**{**IN_PRODUCTION, "unencrypted": f"kafka,database,{word}"}, **{name: insecure})
