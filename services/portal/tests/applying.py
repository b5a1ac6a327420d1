"""Somebody who fills in forms: reads a page as it is sent, writes in its boxes, and presses one of its buttons."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

import httpx2

from .html import complaints, parsed
from .visitors import Visitor

PDF = b"%PDF-1.4\n% a drawing\n%%EOF\n"
Boxes = dict[str, list[str]]


@dataclass
class Applicant:
    """A visitor on a page."""

    visitor: Visitor
    answer: httpx2.Response

    @classmethod
    async def at(cls, visitor: Visitor, path: str) -> "Applicant":
        return cls(visitor, await visitor.follow(await visitor.get(path)))

    @property
    def page(self) -> Element:
        return parsed(self.answer.text)

    @property
    def path(self) -> str:
        return str(self.answer.url.raw_path.decode())

    @property
    def heading(self) -> str:
        return text_of(self.page.find(".//h1"))

    @property
    def text(self) -> str:
        return text_of(self.page.find(".//main"))

    @property
    def mistakes(self) -> list[str]:
        return [text_of(one) for one in self.page.findall(".//*[@id='fel']//li")]

    @property
    def boxes(self) -> Boxes:
        """What the boxes of the page say."""
        return dict(_boxes(_form(self.page)))

    @property
    def all_boxes(self) -> Boxes:
        """What the boxes say of all its forms."""
        return {name: said for form in self.page.iter("form") for name, said in _boxes(form)}

    async def go(self, words: str) -> "Applicant":
        """Follow the link that says so."""
        [address] = [one.get("href", "") for one in self.page.findall(".//a") if text_of(one).startswith(words)][:1]
        return await Applicant.at(self.visitor, urljoin(self.path, address))

    async def press(
        self,
        button: str,
        answers: Mapping[str, Any] | None = None,
        files: Mapping[str, Sequence[tuple[str, bytes]]] | None = None,
    ) -> "Applicant":
        """Write, and press the button that says so. The page that comes is well-formed."""
        form = _form(self.page, button)
        [pressed] = [one for one in form.iter("button") if text_of(one).startswith(button)][:1]
        chosen = {name: value if isinstance(value, list) else [value] for name, value in (answers or {}).items()}
        boxes = {**dict(_boxes(form)), **chosen}
        if pressed.get("name"):
            boxes[pressed.get("name", "")] = [pressed.get("value", "")]
        sent = [(name, (name_of, content)) for name, some in (files or {}).items() for name_of, content in some]
        address = urljoin(self.path, form.get("action") or self.path)
        answer = await self.visitor.follow(await self.visitor.post(address, boxes, files=sent or None))
        assert complaints(answer.text) == []
        return Applicant(self.visitor, answer)


def text_of(element: Element | None) -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _form(page: Element, button: str = "") -> Element:
    forms = page.findall(".//main//form")
    return next(form for form in forms if any(text_of(one).startswith(button) for one in form.iter("button")))


def _boxes(form: Element) -> Iterator[tuple[str, list[str]]]:
    found: Boxes = {}
    for one in form.iter():
        name = one.get("name")
        if name and (value := _said(one)) is not None:
            found.setdefault(name, []).append(value)
    yield from found.items()


def _said(box: Element) -> str | None:
    """What a box adds to the form that is sent."""
    if box.tag == "textarea":
        return (box.text or "").removeprefix("\n")
    if box.tag == "select":
        options = box.findall(".//option")
        chosen = next((one for one in options if one.get("selected") is not None), options[0])
        return chosen.get("value", "")
    if box.tag != "input" or box.get("type") == "file":
        return None
    if box.get("type") in ("radio", "checkbox"):
        return box.get("value") if box.get("checked") is not None else None
    return box.get("value", "")
