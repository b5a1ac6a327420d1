"""Who has a token of ours that names the role is let in, and nobody else."""

import pytest
from fastapi import Depends

from web import RequireRole, Router, Submission

from .things import Form


async def test_staff_with_the_role_are_let_in(client, staff):
    response = await client.get("/me", headers=staff("caseworker", subject="anna"))

    assert (response.status_code, response.json()) == (200, "Anna")


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"aud": "somebody-else"},
        {"iss": "https://elsewhere.example"},
        {"roles": "caseworker"},
    ],
    ids=["expired", "another audience", "another issuer", "roles of the wrong shape"],
)
async def test_a_token_that_is_not_ours_is_refused(client, staff, claims):
    response = await client.get("/me", headers=staff("caseworker", **claims))

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_no_token_is_401_and_a_forged_one_too(client, staff):
    token = staff("caseworker")["Authorization"]

    missing = await client.get("/me")
    forged = await client.get("/me", headers={"Authorization": token[:-4] + "AAAA"})
    unsigned = await client.get("/me", headers={"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."})

    assert [missing.status_code, forged.status_code, unsigned.status_code] == [401, 401, 401]


async def test_the_wrong_role_is_403(client, staff):
    response = await client.get("/me", headers=staff("gardener"))

    assert response.status_code == 403


def test_a_submission_that_asks_for_a_role_is_refused_at_start_as_nothing_would_check_it():
    guarded = Router(dependencies=[Depends(RequireRole("caseworker"))])

    with pytest.raises(TypeError, match="nothing else runs"):

        @guarded.post("/things", status_code=201, response_model=Form)
        async def submit(form: Form, submission: Submission) -> Form:
            return form
