from eservice_intake.catalogue.eservices import catalogue


async def test_the_list_is_in_the_language_asked_for(client):
    swedish = await client.get("/eservices", params={"language": "sv"})
    english = await client.get("/eservices", params={"language": "en"})

    assert {eservice["id"] for eservice in swedish.json()["items"]} == set(catalogue().eservices)
    assert "Anmälan om bassängbad" in [eservice["title"] for eservice in swedish.json()["items"]]
    assert "Notification of a public pool or bath" in [eservice["title"] for eservice in english.json()["items"]]


async def test_the_callers_language_is_used_when_none_is_asked_for(client):
    response = await client.get("/eservices/bassangbad", headers={"Accept-Language": "en"})

    assert response.json()["title"] == "Notification of a public pool or bath"


async def test_an_eservice_shows_texts_and_fields_with_labels(client):
    response = await client.get("/eservices/varmepump", params={"language": "en"})

    shown = response.json()
    fields = {field["name"]: field for field in shown["fields"]}
    assert response.status_code == 200
    assert (shown["kind_label"], shown["unit_label"]) == ("Notification", "Sewage, water and energy")
    assert shown["kind_by_field"]["cases"] == {"ansokan": [True], "anmalan": [False]}
    assert shown["fee"] == {"kind": "fixed_hours", "hours": 3, "text": "Fixed fee equal to 3 hours of case handling."}
    assert shown["lead_time"]["text"] == "No later than six weeks before work begins."
    assert shown["legal_basis"][0].startswith("Section 17 of the Ordinance (1998:899)")
    assert fields["heat_source"]["options"][0] == {"value": "berg", "label": "Rock"}
    assert fields["neighbour_statement"]["show_if"] == {"distance_boundary_m": {"lt": 10}}
    assert fields["boreholes"]["fields"][1]["max"] == 500
    assert fields["applicant_personnr"]["sensitive"] is True
    assert {"id": "applicant_person", "title": "Applicant"} in shown["blocks"]
    assert (fields["heat_source"]["topic"], fields["applicant_email"]["autocomplete"]) == ("The heat pump", "email")


async def test_the_list_tells_whom_each_eservice_is_for_and_how_long_it_takes(client):
    (heat_pump,) = [one for one in (await client.get("/eservices")).json()["items"] if one["id"] == "varmepump"]

    assert (
        heat_pump["summary"]
        == "För privatpersoner, företag och föreningar som ska ta värme ur berg, jord, sjö eller grundvatten."
    )
    assert heat_pump["minutes"] == 20


async def test_the_schema_can_be_read(client):
    response = await client.get("/eservices/varmepump/schema", params={"language": "sv"})

    schema = response.json()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["properties"]["heat_source"]["oneOf"][0] == {"enum": ["berg"], "title": "Berg"}
    assert "heat_source" in schema["required"]


async def test_the_schema_fills_in_nothing_that_somebody_has_not_answered(client):
    """Form libraries take a `const` for a default: a declaration would be ticked in advance."""
    response = await client.get("/eservices/varmepump/schema")

    declaration = response.json()["properties"]["declaration"]
    assert declaration["enum"] == [True]
    assert not {"const", "default"} & declaration.keys()


async def test_the_schema_says_under_which_heading_a_field_stands(client):
    schema = (await client.get("/eservices/varmepump/schema", params={"language": "en"})).json()

    assert schema["x-blocks"][0] == {"id": "applicant_person", "title": "Applicant"}
    assert schema["properties"]["applicant_name"]["x-block"] == "applicant_person"
    assert "x-block" not in schema["properties"]["heat_source"]
    assert schema["properties"]["heat_source"]["x-topic"] == "The heat pump"
    assert schema["properties"]["applicant_name"]["x-autocomplete"] == "name"


async def test_the_schema_says_which_files_are_taken(client):
    schema = (await client.get("/eservices/varmepump/schema")).json()

    plan = schema["properties"]["site_plan"]
    assert {"application/pdf", "image/heic"} <= set(plan["x-accept"])
    assert plan["x-max-bytes"] == 10 * 1024 * 1024


async def test_the_schema_shows_what_is_computed_and_an_example_where_a_form_is_asked_for(client):
    report = (await client.get("/eservices/koldmedierapport/schema")).json()
    registration = (await client.get("/eservices/livsmedel-registrering/schema")).json()

    assert report["properties"]["total_co2e"]["readOnly"] is True
    assert "total_co2e" not in report["required"]
    assert registration["properties"]["vehicle_regnr"]["examples"] == ["ABC123"]


async def test_an_unknown_eservice_is_not_found(client):
    for path in ("/eservices/x", "/eservices/x/schema"):
        response = await client.get(path)

        assert response.status_code == 404
        assert response.json()["code"] == "UnknownEService"


async def test_an_unknown_language_is_refused(client):
    response = await client.get("/eservices", params={"language": "de"})

    assert response.status_code == 422
    assert response.json()["violations"][0]["field"] == "language"
