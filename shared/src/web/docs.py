"""`/docs`: the document as a page, with Swagger UI from a package of ours and nothing from anybody else."""

from importlib.resources import files
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

STATIC = Path(str(files("fastapi_offline"))) / "static"
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Kommunbuss</title>
<link rel="icon" href="docs/favicon.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
<div id="page"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</html>
"""
START = """SwaggerUIBundle({{
  url: "{url}", dom_id: "#page", presets: [SwaggerUIBundle.presets.apis], deepLinking: true, validatorUrl: null
}});
"""


def docs_routes(url: str) -> list[Route]:
    """The page that shows the document at the url, and its files."""

    async def page(_: Request) -> Response:
        return Response(PAGE, headers={"Content-Security-Policy": POLICY}, media_type="text/html")

    async def start(_: Request) -> Response:
        return Response(START.format(url=url.lstrip("/")), media_type="text/javascript")

    def shown(name: str) -> Route:
        async def file(_: Request) -> Response:
            return FileResponse(STATIC / name)

        return Route(f"/docs/{name}", file)

    names = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon.png")
    return [Route("/docs", page), Route("/docs/start.js", start), *map(shown, names)]
