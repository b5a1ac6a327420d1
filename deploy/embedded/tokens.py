"""Prints a token from the local issuer of a running system: `make staff-token`, `make resident-token`."""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

from deploy.embedded.ports import CannotStart, Ports
from deploy.procfile import ISSUER

ROLES = "caseworker housing-officer recruitment-officer"
NUMBER = "198112189876"


def staff_token(issuer: str, name: str = "anna", roles: str = ROLES, units: str = "") -> str:
    """A token from the local issuer, of every unit unless some are named. Raises OSError when it does not answer."""
    scopes = [*roles.replace(",", " ").split(), *(f"unit:{unit}" for unit in units.replace(",", " ").split())]
    return _token(issuer, client_id=name, scope=" ".join(scopes))


def resident_token(issuer: str, number: str = NUMBER, name: str = "karin ek") -> str:
    """The token of somebody who has signed in with an e-identification. Raises OSError when it does not answer."""
    return _token(issuer, client_id=name, personal_number=number)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _token(issuer: str, **form: str) -> str:
    data = urllib.parse.urlencode({"grant_type": "client_credentials", **form}).encode()
    with urllib.request.urlopen(f"{issuer}/token", data, timeout=5) as response:
        return str(json.load(response)["access_token"])


def asked_for(issuer: str, whose: str) -> str:
    """The token that the command line and the environment ask for."""
    name = os.environ.get("NAME")
    if whose == "resident":
        return resident_token(issuer, os.environ.get("NUMBER") or NUMBER, name or "karin ek")
    return staff_token(issuer, name or "anna", os.environ.get("ROLE") or ROLES, os.environ.get("UNITS", ""))


def main() -> None:
    try:
        issuer = Ports.of(os.environ).url(ISSUER)
        print(asked_for(issuer, sys.argv[1]))
    except CannotStart as error:
        sys.exit(str(error))
    except OSError:
        sys.exit(f"The local issuer does not answer at {issuer}. Start the system with `make run` or `make up`.")


if __name__ == "__main__":
    main()
