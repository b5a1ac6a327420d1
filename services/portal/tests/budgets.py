"""What a page may weigh, in bytes as they are sent and in requests. Never in time."""

from collections import defaultdict

from playwright.async_api import Page, Response

KIB = 1024
PUBLIC = {"document": 12 * KIB, "stylesheet": 20 * KIB, "script": 0, "font": 48 * KIB, "all": 80 * KIB, "requests": 5}
STAFF = {
    "document": 15 * KIB,
    "stylesheet": 20 * KIB,
    "script": 20 * KIB,
    "font": 48 * KIB,
    "all": 110 * KIB,
    "requests": 7,
}


class Answers(list[Response]):
    """What a page is sent from now on."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        page.on("response", self._note)

    def _note(self, answer: Response) -> None:
        if "event-stream" not in answer.headers.get("content-type", ""):  # it does not end
            self.append(answer)

    async def too_heavy(self, is_staff: bool) -> list[str]:
        weights = defaultdict(int, dict.fromkeys(PUBLIC, 0))
        for answer in [one for one in self if not 300 <= one.status < 400]:
            size = (await answer.request.sizes())["responseBodySize"]
            weights[answer.request.resource_type] += size
            weights["all"] += size
            weights["requests"] += 1
        limits = STAFF if is_staff else PUBLIC
        return [f"{kind} weighs {weights[kind]} of {most}" for kind, most in limits.items() if weights[kind] > most]
