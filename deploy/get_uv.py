"""Prints where uv is: on the PATH if it is new enough, else in .uv as the lock file says. Needs nothing but Python."""

import hashlib
import io
import platform
import shutil
import subprocess
import sys
import tomllib
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
UV = ROOT / ".uv" / "uv"


def main() -> None:
    found = (
        path for path in (shutil.which("uv"), str(UV)) if path and version_of(path) >= numbers(locked()["version"])
    )
    print(next(found, None) or fetch())


def version_of(program: str) -> tuple[int, ...]:
    """Its version, or () where it does not run."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ()
    return numbers(said.split()[1])


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split(".") if number.isdigit())


def fetch() -> Path:
    """Fetch the wheel for this machine, check it against the lock file's hash, take the program out."""
    wheel = next((wheel for wheel in locked()["wheels"] if fits(wheel["url"])), None)
    if wheel is None:
        sys.exit(f"There is no uv for {platform.platform()} in uv.lock. Install uv, then try again.")
    print(f"Fetching uv ({wheel['size'] // 1_000_000} MB) …", file=sys.stderr)
    try:
        with urllib.request.urlopen(wheel["url"], timeout=60) as response:
            content = response.read()
    except OSError as error:
        sys.exit(f"uv could not be fetched ({error}). Check the network and ca-certificates, or install uv yourself.")
    if hashlib.sha256(content).hexdigest() != wheel["hash"].removeprefix("sha256:"):
        sys.exit("The uv that was fetched is not the one in uv.lock. Try again, or install uv yourself.")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        program = next(name for name in archive.namelist() if name.endswith("/scripts/uv"))
        content = archive.read(program)
    UV.parent.mkdir(exist_ok=True)
    part = UV.with_suffix(".part")
    part.write_bytes(content)
    part.chmod(0o755)
    return part.replace(UV)


def locked() -> dict[str, Any]:
    """What the lock file says of uv."""
    packages: list[dict[str, Any]] = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    return next(package for package in packages if package["name"] == "uv")


def fits(url: str) -> bool:
    """Whether the wheel is for this machine's system, C library and processor."""
    libc = "manylinux" if platform.libc_ver()[0] == "glibc" else "musllinux"
    system = {"Linux": libc, "Darwin": "macosx"}.get(platform.system(), "none")
    return system in url and f"_{platform.machine()}.whl" in url


if __name__ == "__main__":
    main()
