"""Which mails tell companies of the business survey. Staff opened and closed it themselves, and need no task."""

from notifications.rules.notices import Email, Notice, Priority
from shared.events import SurveyCompanyInvited, SurveyCompanyReminded, SurveyResultTold
from shared.events.surveys import SurveyEvent


def notices_of_survey(event: SurveyEvent) -> list[Notice]:
    match event:
        case SurveyCompanyInvited() | SurveyCompanyReminded():
            template = "survey_invitation" if isinstance(event, SurveyCompanyInvited) else "survey_reminder"
            context = {"answer_by": event.answer_by.isoformat()}
            return [Email(event.contact_id, template, context, event.round_id, Priority.NEWS)]
        case SurveyResultTold():
            return [Email(event.contact_id, "survey_result", {}, event.round_id, Priority.NEWS)]
        case _:
            return []
