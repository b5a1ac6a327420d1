"""A page in Chromium: who looks, in which language, colours and width, and what axe and our own checks say of it."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from .registry import Row, Scene, prefixed

HERE = Path(__file__).parent
AXE = (HERE / "vendor/axe.min.js").read_text()
CHECKS = (HERE / "checks.js").read_text()
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
)
WIDE, NARROW = 1280, 320
BETWEEN = 900
"""Hardly wide enough for two columns."""
SCHEMES = ("light", "dark")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
"""Those of axe's rules that ask for colours; the others ask what is there, where it is and whether it is seen."""
PLACES = {
    "a drawing": "svg",
    "near a bar": "html:has(.bar) main *",
    "a link back": "a.back",
    "a list": "select",
    "a table": "td,th",
    "a notice": ".ds-alert",
    "a mistake": ".ds-validation-message",
    "an empty box": "textarea",
}
"""Where something is that axe cannot decide: what it is, or is in."""
RUN_AXE = """async ([runOnly, places]) => {
  const how = { runOnly, resultTypes: ["violations", "incomplete"], preload: false, iframes: false };
  const found = await axe.run(document, how);
  const what = (node) => node.html.slice(0, 120);
  const whys = (node) => [...node.any, ...node.all, ...node.none].map((check) => check.data?.messageKey);
  const why = (rule, node) => [rule, whys(node).find(Boolean)].join(": ");
  const isIn = (node, place) => document.querySelector(node.target[0])?.matches(`:is(${place}),:is(${place}) *`);
  const where = (node) => Object.keys(places).filter((name) => isIn(node, places[name]));
  const doubt = (rule) => (node) => ({ why: why(rule, node), where: where(node), what: what(node) });
  return {
    violations: found.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${what(node)}`)),
    undecided: found.incomplete.flatMap((one) => one.nodes.map(doubt(one.id))),
  };
}"""
SPACE = """() => {
  const spaced = new CSSStyleSheet();
  const wider = { "line-height": "1.5", "letter-spacing": ".12em", "word-spacing": ".16em" };
  const rules = Object.entries(wider).map(([name, value]) => `${name}: ${value} !important`).join("; ");
  spaced.replaceSync(`* {${rules}} p {margin-block-end: 2em !important}`);
  document.adoptedStyleSheets = [spaced];
}"""
SEND = """([path, form]) => {
  const sent = document.createElement("form");
  Object.assign(sent, { method: "post", action: path });
  for (const [name, value] of Object.entries(form)) {
    const box = document.createElement("textarea");
    Object.assign(box, { name, value });
    sent.append(box);
  }
  document.body.append(sent);
  sent.submit();
}"""
EXCUSED = {
    # checks.js measures the text of drawings.
    "color-contrast: bgOverlap": {"a drawing", "near a bar"},
    "color-contrast: imgNode": {"a drawing"},
    # A single character, such as a number of a table, has the colours of the longer texts beside it.
    "color-contrast: shortTextContent": {"a drawing", "a table"},
    # The arrow of a list, and of a link back, is drawn beside the text; so is the icon of a notice or mistake.
    "color-contrast: bgGradient": {"a list"},
    "color-contrast: pseudoContent": {"a link back", "a notice", "a mistake"},
    # A bar stays while the page moves under it, and a wide table is scrolled: the colours are those beside it.
    "color-contrast: elmPartiallyObscuring": {"near a bar"},
    "color-contrast: elmPartiallyObscured": {"near a bar", "a table"},
    # A box to tick on paper, which is not text.
    "color-contrast: nonBmp": {"a table"},
    # What is typed there has the colours of the boxes that are filled in.
    "color-contrast: emptyValue": {"an empty box"},
}
"""What axe cannot decide for a reason that it gives, and where that is enough."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")
ANSWERS = ("document", "fetch", "eventsource")
"""What may be refused: what somebody did. What a page is made of has to come."""
UNREACHED = ("Failed to load resource", "Failed to fetch", "network error")
"""What the console says of an answer such as 404 and of a server that is away, which tests arrange."""
PHONE = {
    "viewport": {"width": NARROW, "height": 640},
    "java_script_enabled": False,
    "has_touch": True,
    "is_mobile": True,
}


@dataclass
class Watch:
    """Who notes what must not happen in a browser: whatever the console says, and whatever goes elsewhere."""

    seen: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.seen.append(str(error.error)))

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme != "data" and parts.hostname not in LOOPBACK:
            self.seen.append(f"asks {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type not in ANSWERS:
            self.seen.append(f"{response.status} {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if not any(words in message.text for words in UNREACHED):
            self.seen.append(f"console: {message.text}")


@asynccontextmanager
async def watched(browser: Browser, watch: Watch | None = None, **options: Any) -> AsyncIterator[Page]:
    """A page of a browser of its own; anything that must not happen in it is a failure."""
    context = await browser.new_context(**options)
    watch = watch or Watch()
    watch.over(context)
    try:
        yield await context.new_page()
    finally:
        await context.close()
    assert not watch.seen, watch.seen


def phone(browser: Browser, portal: str) -> AbstractAsyncContextManager[Page]:
    """Somebody's phone, without JavaScript."""
    return watched(browser, **PHONE, base_url=portal)


@asynccontextmanager
async def looked_at(browser: Browser, scene: Scene, row: Row, **options: Any) -> AsyncIterator[Page]:
    """A new browser of who looks at the row, with nothing open yet."""
    async with watched(browser, viewport={"width": WIDE, "height": 900}, **options) as page:
        await let_look(page, scene, row)
        yield page


async def let_look(page: Page, scene: Scene, row: Row) -> None:
    """Have the page be that of who looks at the row, whoever it was of before."""
    visitor = await scene.visitor(row)
    cookies = [
        {"name": name, "value": value, "url": scene.portal_of(row)} for name, value in visitor.http.cookies.items()
    ]
    await page.context.clear_cookies()
    await page.context.add_cookies([{**one, "value": one["value"].strip('"')} for one in cookies])


async def open_page(page: Page, scene: Scene, row: Row, language: str, answers: list[Response] | None = None) -> int:
    """Open the row's page, or send what it sends; the status. Of answers only the page's own are kept."""
    path, portal = prefixed(await scene.path(row), language), scene.portal_of(row)
    if row.form is None:
        answer = await page.goto(portal + path)
    else:
        await page.goto(portal + prefixed("/kontakt", language))
        await page.evaluate("() => document.fonts.ready.then(() => undefined)")
        if answers is not None:
            answers.clear()
        async with page.expect_navigation() as navigation:
            await page.evaluate(SEND, [path, dict(row.form)])
        answer = await navigation.value
    await page.evaluate("() => document.fonts.ready.then(() => undefined)")
    assert answer is not None
    return answer.status


async def set_mode(page: Page, scheme: str, width: int) -> None:
    await page.emulate_media(color_scheme=scheme, forced_colors="none")
    await page.set_viewport_size({"width": width, "height": 900})


async def shape_of(page: Page) -> str:
    """Where everything is, and what of it is seen."""
    shape: str = await page.evaluate("window.checks.shape()")
    return shape


async def axe_says(page: Page, rules: list[str]) -> list[str]:
    """What axe has against the page by rules, or all rules with those tags."""
    found = await page.evaluate(RUN_AXE, [rules, PLACES])
    undecided = [one for one in found["undecided"] if EXCUSED.get(one["why"], set()).isdisjoint(one["where"])]
    return [*found["violations"], *(f"undecided: {one['why']}: {one['where']} {one['what']}" for one in undecided)]


async def check(page: Page, name: str, *arguments: object) -> list[str]:
    complaints: list[str] = await page.evaluate(f"(given) => window.checks.{name}(...given)", list(arguments))
    return [f"{name}: {complaint}" for complaint in complaints]
