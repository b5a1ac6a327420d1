"""Somebody who has asked the business guide books a time, and moves or cancels it, without JavaScript."""

from . import booked, drafts
from .registry import Scene
from .visitors import Visitor


async def test_a_time_is_chosen_once_it_is_sent_in_and_shown_with_a_file_for_the_calendar(
    scene: Scene, visitor: Visitor
):
    slot, _ = await booked.opened(scene.system)
    path = f"{drafts.sent_path(await booked.asked(scene.system))}/tid"

    done = await visitor.post(path, {"tid": slot})
    shown = await visitor.follow(done)
    calendar = await visitor.get(f"{path}/kalender.ics")

    assert done.status_code == 303
    assert "Din tid" in shown.text
    assert "Nora " in shown.text
    assert "LOCATION:Rådhuset" in calendar.text


async def test_whoever_is_second_is_told_and_shown_the_times_that_are_left(scene: Scene, visitor: Visitor):
    slot, other = await booked.opened(scene.system)
    path = f"{drafts.sent_path(await booked.asked(scene.system))}/tid"
    await booked.booked(scene.system, slot)

    refused = await visitor.post(path, {"tid": slot})

    assert refused.status_code == 422
    assert "Välj en annan" in refused.text
    assert other in refused.text
    assert f'value="{slot}"' not in refused.text


async def test_the_link_in_the_mail_moves_the_time_and_its_secret_leaves_the_address(scene: Scene, visitor: Visitor):
    slot, other = await booked.opened(scene.system)
    receipt = await booked.booked(scene.system, slot)
    link = await booked.link_to(scene.system, slot)
    page = await visitor.follow(await visitor.get(link))

    done = await visitor.follow(await visitor.post(link.rpartition("/")[0], {"tid": other}))

    shown = await visitor.get(f"{drafts.sent_path(receipt)}/tid")
    assert page.url.path == link.rpartition("/")[0]
    assert "Tiden är ändrad" in done.text
    assert f'value="{slot}"' in shown.text


async def test_the_link_in_the_mail_has_a_file_for_the_calendar_with_when_the_time_is(scene: Scene, visitor: Visitor):
    slot, _ = await booked.opened(scene.system)
    await booked.booked(scene.system, slot)
    link = await booked.link_to(scene.system, slot)
    page = await visitor.follow(await visitor.get(link))

    calendar = await visitor.get(f"{link.rpartition('/')[0]}/kalender.ics")

    assert "/kalender.ics" in page.text
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert calendar.text.count("BEGIN:VEVENT") == 1
    assert all(f"\r\n{one}" in calendar.text for one in ("UID:", "DTSTART:", "DTEND:", "LOCATION:Rådhuset"))


async def test_the_link_in_the_mail_cancels_the_time(scene: Scene, visitor: Visitor):
    slot, _ = await booked.opened(scene.system)
    await booked.booked(scene.system, slot)
    link = await booked.link_to(scene.system, slot)
    await visitor.get(link)

    done = await visitor.follow(await visitor.post(f"{link.rpartition('/')[0]}/avbokning"))

    assert "Tiden är avbokad" in done.text


async def test_a_time_is_cancelled_with_the_receipt(scene: Scene, visitor: Visitor):
    slot, _ = await booked.opened(scene.system)
    path = f"{drafts.sent_path(await booked.booked(scene.system, slot))}/tid"

    shown = await visitor.follow(await visitor.post(f"{path}/avbokning"))

    assert "Din tid" not in shown.text
    assert f'value="{slot}"' in shown.text
