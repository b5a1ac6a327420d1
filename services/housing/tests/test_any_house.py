"""Whatever a form holds, it is saved and shown or refused: nothing fails."""

from hypothesis import example, given
from hypothesis import strategies as st

from testkit.forms import FEW, QA, escaped, texts


@FEW
@given(area=texts(80), name=texts(120), description=texts(4000), distance=st.floats())
@example(area="ﬃ" * 60, name=QA * 120, description="", distance=0)
@example(area="ﬃ" * 80, name=QA * 60, description=QA * 2000, distance=500)
async def test_a_house_is_taken_or_refused(client, house_form, staff, area, name, description, distance):
    form = {
        **house_form,
        "area": area,
        "description": description,
        "distance_to_school_km": distance,
        "owner": {**house_form["owner"], "name": name},
    }

    answer = await client.post("/houses", **escaped(form))

    if answer.status_code == 201:
        published = await client.post(f"/houses/{answer.json()['id']}/publication", headers=staff("housing-officer"))
        found = await client.get("/houses", params={"area": area, "limit": 100})
        moderated = await client.get("/staff/houses?limit=100", headers=staff("housing-officer"))
        assert (published.status_code, found.status_code, moderated.status_code) == (201, 200, 200)
        assert answer.json()["id"] in {house["id"] for house in found.json()["items"]}
    else:
        assert answer.status_code == 422


@FEW
@given(name=texts(120), message=texts(2000))
@example(name=QA * 60, message=QA * 1000)
@example(name=QA * 120, message=QA * 2000)
async def test_an_interest_is_taken_or_refused(client, listed, interest_form, name, message):
    house_id = await listed()

    answer = await client.post(
        f"/houses/{house_id}/interests", **escaped({**interest_form, "name": name, "message": message})
    )

    assert answer.status_code in (201, 422)
