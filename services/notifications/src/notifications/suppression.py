"""How an address that takes no mail is known: by a digest that says nothing to who does not have our key."""

import hmac

from shared.settings import Settings


class AddressKeyMissing(Exception):
    """ADDRESS_KEY is not set."""


class AddressDigest:
    """The digest of an address. Without a key, whoever has the table could try every address there is."""

    def __init__(self, settings: Settings) -> None:
        if settings.address_key is None:
            raise AddressKeyMissing("ADDRESS_KEY is not set: write 16 characters or more that nobody can guess")
        self._key = settings.address_key.get_secret_value().encode()

    def __call__(self, address: str) -> str:
        return hmac.digest(self._key, address.strip().lower().encode(), "sha256").hex()
