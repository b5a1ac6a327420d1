"""What browsers fetch besides pages. A file's address has a hash of its bytes, and may be kept for a year."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).parent / "static"
LAYERS = b"@layer ds.theme,ds.base,ds.components,portal;\n"
STYLES = ("vendor/designsystemet.css", "theme.css", "portal.css")
FONT = "inter.woff2"
SERVED = {
    FONT: "vendor/inter-latin-wght-normal.woff2",
    "keys.js": "keys.js",
    "crest.svg": "crest.svg",
}
SCRIPTS = ("vendor/htmx.min.js", "vendor/hx-sse.min.js")
TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}
KEPT = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class File:
    """One file as it is sent."""

    address: str
    content: bytes
    compressed: bytes | None
    type: str


class StaticFiles:
    """Every file, in memory. `styles.css` is the three style sheets in their order, `htmx.js` it and what extends it.

    htmx begins by itself, and an extension that came in a file of its own would come too late now and then.
    """

    def __init__(self) -> None:
        named = {name: (FOLDER / source).read_bytes() for name, source in SERVED.items()}
        self.by_name = {name: _file(name, content) for name, content in named.items()}
        font = self.by_name[FONT].address.rpartition("/")[2].encode()
        styles = LAYERS + b"\n".join((FOLDER / name).read_bytes() for name in STYLES)
        self.by_name["styles.css"] = _file("styles.css", styles.replace(FONT.encode(), font))
        scripts = b";\n".join((FOLDER / name).read_bytes() for name in SCRIPTS)
        self.by_name["htmx.js"] = _file("htmx.js", scripts)
        self._by_address = {file.address: file for file in self.by_name.values()}

    def address(self, name: str) -> str:
        return self.by_name[name].address

    def answer(self, request: Request) -> Response:
        file = self._by_address.get(f"/static/{request.path_params['name']}")
        if file is None:
            return Response(status_code=404)
        headers = {"Cache-Control": KEPT, "Content-Type": file.type, "Vary": "Accept-Encoding"}
        if file.compressed and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(file.compressed, headers={**headers, "Content-Encoding": "gzip"})
        return Response(file.content, headers=headers)


def _file(name: str, content: bytes) -> File:
    stem, _, ending = name.rpartition(".")
    digest = hashlib.sha256(content).hexdigest()[:12]
    compressed = None if ending == "woff2" else gzip.compress(content, 9, mtime=0)
    return File(f"/static/{stem}.{digest}.{ending}", content, compressed, TYPES[ending])
