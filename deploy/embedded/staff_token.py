"""Prints a token for a member of staff, from the local issuer of a running system: `make staff-token`."""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

from deploy.embedded.ports import CannotStart, Ports
from deploy.procfile import ISSUER

ROLES = "caseworker housing-officer recruitment-officer"


def staff_token(issuer: str, name: str = "anna", roles: str = ROLES, units: str = "") -> str:
    """A token from the local issuer, of every unit unless some are named. Raises OSError when it does not answer."""
    scopes = [*roles.replace(",", " ").split(), *(f"unit:{unit}" for unit in units.replace(",", " ").split())]
    form = {"grant_type": "client_credentials", "client_id": name, "scope": " ".join(scopes)}
    with urllib.request.urlopen(f"{issuer}/token", urllib.parse.urlencode(form).encode(), timeout=5) as response:
        return str(json.load(response)["access_token"])


def main() -> None:
    try:
        issuer = Ports.of(os.environ).url(ISSUER)
        print(
            staff_token(
                issuer, os.environ.get("NAME") or "anna", os.environ.get("ROLE") or ROLES, os.environ.get("UNITS", "")
            )
        )
    except CannotStart as error:
        sys.exit(str(error))
    except OSError:
        sys.exit(f"The local issuer does not answer at {issuer}. Start the system with `make run` or `make up`.")


if __name__ == "__main__":
    main()
