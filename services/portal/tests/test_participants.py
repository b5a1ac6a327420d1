"""How those who hold events see who comes, and announce a new one."""

import csv
from datetime import timedelta
from io import StringIO

from shared.clock import now

from .pages.participants import (
    PAGE,
    begun_already,
    cancelling,
    cancelling_too_late,
    ids_of,
    with_guests,
    with_held_back,
)
from .registry import Scene
from .visitors import Visitor


def event_form(**changes: str) -> dict[str, str]:
    day = (now() + timedelta(days=30)).date()
    date = {"ar": str(day.year), "manad": str(day.month), "dag": str(day.day)}
    times = {"starts_at": "18.00", "ends_at": "20.00"}
    moments = {f"{name}-{part}": value for name in times for part, value in date.items()}
    return {
        **moments,
        **{f"{name}-tid": time for name, time in times.items()},
        "title": "Kväll om fiber",
        "kind": "course",
        "description": "Hur man drar den själv.",
        "place": "Biblioteket",
        "capacity": "20",
        "language": "sv",
        "nyckel": "samma-nyckel",
        **changes,
    }


async def test_who_holds_an_event_sees_who_comes_and_who_waits(scene: Scene, visitor: Visitor):
    path = await with_guests(scene)
    await visitor.sign_in("rita norén")

    page = await visitor.get(path)

    assert page.text.index("Åsa Öberg") < page.text.index("Karim Haddad")
    assert page.text.count(">Väntar på plats</span></td>") == 2
    assert "gast0@example.com" in page.text


async def test_the_list_for_the_door_has_those_with_a_seat_by_name_and_no_addresses(scene: Scene, visitor: Visitor):
    path = await with_guests(scene)
    await visitor.sign_in("rita norén")

    page = await visitor.get(f"{path}/lista")

    assert page.text.index("Per Lind") < page.text.index("Åsa Öberg")
    assert "Karim Haddad" not in page.text
    assert "@example.com" not in page.text


async def test_the_file_has_everybody_and_no_name_is_a_formula(scene: Scene, visitor: Visitor):
    path = await with_guests(scene)
    await visitor.sign_in("rita norén")

    answer = await visitor.get(f"{path}.csv")

    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows] == ["Namn", "Åsa Öberg", "Per Lind", "Karim Haddad", "'=cmd"]
    assert rows[1][4] == "Har plats"


async def test_an_event_that_is_announced_twice_is_one_that_everybody_sees(visitor: Visitor):
    await visitor.sign_in("rita norén")

    first, again = [await visitor.post(f"{PAGE}/nytt", event_form()) for _ in range(2)]
    there = await visitor.follow(first)

    assert first.status_code == 303
    assert again.headers["location"] == first.headers["location"]
    assert "visas nu för alla" in there.text
    assert "Kväll om fiber" in (await visitor.get("/evenemang")).text


async def test_nothing_typed_is_lost_when_an_event_cannot_be_announced(visitor: Visitor):
    await visitor.sign_in("rita norén")

    page = await visitor.post(f"{PAGE}/nytt", event_form(capacity="många", title="Kväll om ved"))

    assert page.status_code == 422
    assert 'value="många"' in page.text
    assert 'value="Kväll om ved"' in page.text
    assert 'href="#svar-capacity"' in page.text


async def test_who_comes_is_not_for_those_who_review_houses(scene: Scene, visitor: Visitor):
    path = await with_guests(scene)
    await visitor.sign_in("bo lund")

    assert (await visitor.get(path)).status_code == 403


async def test_who_holds_an_event_is_asked_before_a_registration_is_cancelled_and_who_waits_moves_up(
    scene: Scene, visitor: Visitor
):
    asking = await cancelling(scene)
    path, _, registration_id = asking.partition("?avboka=")
    await visitor.sign_in("rita norén")

    asked = await visitor.get(asking)
    there = await visitor.follow(await visitor.post(f"{path}/{registration_id}/avboka"))
    again = await visitor.post(f"{path}/{registration_id}/avboka")

    assert "Avboka <bdi>Åsa Öberg</bdi>?" in asked.text
    assert "Anmälan är avbokad." in there.text
    assert "Åsa Öberg" not in there.text
    assert there.text.count(">Väntar på plats</span></td>") == 1
    assert again.status_code == 303


async def test_nobody_is_asked_to_cancel_for_an_event_that_has_begun(scene: Scene, visitor: Visitor):
    path = await begun_already(scene)
    await visitor.sign_in("rita norén")

    page = await visitor.get(path)

    assert "Åsa Öberg" in page.text
    assert "Avboka" not in page.text


async def test_what_is_cancelled_too_late_is_told_beside_those_who_come(scene: Scene, visitor: Visitor):
    path = await cancelling_too_late(scene)
    await visitor.sign_in("rita norén")

    page = await visitor.post(path)

    assert page.status_code == 422
    assert "Anmälan är inte ändrad" in page.text
    assert "Åsa Öberg" in page.text


async def test_a_party_that_is_held_back_is_given_a_seat_however_often_it_is_sent(scene: Scene, visitor: Visitor):
    path = await with_held_back(scene)
    waiting = f"{path}/{(await ids_of(scene, path))[-1]}/plats"
    await visitor.sign_in("rita norén")

    before = await visitor.get(path)
    answers = [await visitor.post(waiting) for _ in range(2)]
    there = await visitor.follow(answers[0])

    assert before.text.count("många platser är tagna från samma uppkoppling") == 1
    assert f'action="{waiting}"' in before.text
    assert [answer.status_code for answer in answers] == [303, 303]
    assert "<bdi>Siv Moe</bdi> har fått plats" in there.text
    assert "Väntar på plats</span></td>" not in there.text
    assert "/plats" not in there.text


async def test_nobody_is_offered_a_seat_that_there_is_not(scene: Scene, visitor: Visitor):
    path = await with_guests(scene)
    waiting = f"{path}/{(await ids_of(scene, path))[-1]}/plats"
    await visitor.sign_in("rita norén")

    page, refused = await visitor.get(path), await visitor.post(waiting)

    assert "/plats" not in page.text
    assert refused.status_code == 422
    assert "färre lediga platser än sällskapet behöver" in refused.text
