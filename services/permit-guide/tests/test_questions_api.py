async def test_the_guide_begins_with_what_somebody_will_do(client):
    guide = (await client.get("/permit-guide", headers={"Accept-Language": "sv"})).json()

    assert guide["questions"][0]["label"] == "Vad ska du göra?"
    assert {"value": "mat_dryck", "label": "Mat och dryck"} in guide["questions"][0]["options"]
