"""A company is asked what it needs, answers, and finds what its sector said, with real processes."""

from deploy.submissions import somebody
from deploy.survey import SECTORS, BusinessOffice, answer


async def test_a_company_answers_the_survey_and_finds_its_sectors_figures(system, http):
    office = BusinessOffice(http, system.apis, system.token("caseworker", subject="nora"))
    await office.close_the_open_one()
    round_id = await office.open("Hösten 2026")
    recipient = somebody("krog")

    await office.invite(round_id, 0, recipient)
    [invitation] = await system.until_mailed(recipient)
    await answer(http, system.apis, 0, recipient)
    for number in range(1, len(SECTORS)):
        await answer(http, system.apis, number)
    await office.close(round_id)

    mails = [mail.get_content() for mail in await system.until_mailed(recipient, count=3)]
    result = await office.result(round_id)
    restaurants = next(one for one in result["figures"]["sectors"] if one["sector"] == "restaurang")
    assert "/naringslivsundersokning" in invitation.get_content()
    assert sum("/naringslivsundersokning" in mail for mail in mails) == 2
    assert (restaurants["companies"], restaurants["needed_now"]) == (6, 22)
    assert [one["companies"] for one in result["figures"]["sectors"] if one["sector"] == "it"] == [None]
