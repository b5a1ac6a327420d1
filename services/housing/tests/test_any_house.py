"""Whatever a form holds, it is saved and shown or refused: nothing fails."""

import json

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

FEW = settings(
    max_examples=20, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# Letters that grow when they are folded or composed.
GROWING = ["ﬃ", "İ", "ΐ", "ß", "\u0958", "\ufb2c"]


def texts(longest):
    grown = st.tuples(st.sampled_from(GROWING), st.sampled_from([1, longest // 3, longest // 2, longest]))
    return st.text(st.characters(), max_size=longest) | grown.map(
        lambda letter_times: letter_times[0] * letter_times[1]
    )


def sent(form):
    """With every character escaped, since half a surrogate pair has no other spelling."""
    return {"content": json.dumps(form).encode(), "headers": {"Content-Type": "application/json"}}


@FEW
@given(area=texts(80), name=texts(120), description=texts(4000), distance=st.floats())
@example(area="ﬃ" * 60, name="\u0958" * 120, description="", distance=0)
@example(area="ﬃ" * 80, name="\u0958" * 60, description="\u0958" * 2000, distance=500)
async def test_a_house_is_taken_or_refused(client, house_form, staff, area, name, description, distance):
    form = {
        **house_form,
        "area": area,
        "description": description,
        "distance_to_school_km": distance,
        "owner": {**house_form["owner"], "name": name},
    }

    answer = await client.post("/houses", **sent(form))

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
@example(name="\u0958" * 60, message="\u0958" * 1000)
@example(name="\u0958" * 120, message="\u0958" * 2000)
async def test_an_interest_is_taken_or_refused(client, listed, interest_form, name, message):
    house_id = await listed()

    answer = await client.post(
        f"/houses/{house_id}/interests", **sent({**interest_form, "name": name, "message": message})
    )

    assert answer.status_code in (201, 422)
