"""Anybody reads the figures, and takes them as files."""

import csv
from io import StringIO

from .pages.open_data import PAGE, with_figures
from .registry import Scene
from .visitors import Visitor


async def test_everybody_sees_the_figures_and_what_is_not_shown(scene: Scene, visitor: Visitor):
    page = await visitor.get(await with_figures(scene))

    assert "1:a kvartalet 2020" in page.text
    assert "<td>41</td><td>38</td><td>22,5</td><td>3,9</td>" in page.text
    assert f'href="{PAGE}?kvartal=2020-04-01"' in page.text


async def test_the_files_have_what_the_page_shows(scene: Scene, visitor: Visitor):
    await with_figures(scene)

    table = await visitor.get(f"{PAGE}/e-tjanster.csv?kvartal=2020-01-01")
    data = await visitor.get(f"{PAGE}/e-tjanster.json?kvartal=2020-01-01")
    described = await visitor.get(f"{PAGE}/katalog.jsonld")

    [row] = csv.DictReader(StringIO(table.content.decode("utf-8-sig")), delimiter=";")
    assert (row["applications"], row["succeeded"]) == ("41", "")
    assert [item["applications"] for item in data.json()["items"]] == [41]
    assert described.json()["@type"] == "dcat:Catalog"


async def test_every_page_leads_to_the_open_data(visitor: Visitor):
    assert f'href="{PAGE}"' in (await visitor.get("/kontakt")).text
