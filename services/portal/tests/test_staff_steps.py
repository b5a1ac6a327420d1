"""Whatever the API offers staff, in whatever state, the page of a case has a form for."""

import pytest

from eservice_intake.cases.states import possible
from eservice_intake.cases.statuses import Status
from eservice_intake.register.possible import OF_OTHERS
from portal.staff.steps import BY_SLUG

HAVE_A_FORM = {form.step for form in BY_SLUG.values()}


@pytest.mark.parametrize("status", list(Status))
def test_every_step_that_staff_can_be_offered_has_a_form(status: Status):
    assert set(possible(status)) - OF_OTHERS <= HAVE_A_FORM


def test_no_form_is_for_a_step_that_is_never_offered():
    assert {step for status in Status for step in possible(status)} >= HAVE_A_FORM
