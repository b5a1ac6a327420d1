"""What can be done with a case."""

from enum import StrEnum


class Step(StrEnum):
    """Each is one method, one line of the timeline, one entry of the audit and one event."""

    REQUEST_SUPPLEMENT = "request_supplement"
    RECEIVE_SUPPLEMENT = "receive_supplement"
    EXTEND = "extend"
    COMPLETE = "complete"
    REQUEST_OPINION = "request_opinion"
    RECEIVE_OPINION = "receive_opinion"
    PROPOSE = "propose"
    DECIDE = "decide"
    PROPOSE_CHANGE = "propose_change"
    CHANGE_DECISION = "change_decision"
    PROPOSE_REVOCATION = "propose_revocation"
    REVOKE = "revoke"
    SERVE = "serve"
    SEND_AGAIN = "send_again"
    NOTIFY_PARTY = "notify_party"
    CORRECT_ADDRESS = "correct_address"
    APPEAL = "appeal"
    PROPOSE_DISMISSAL = "propose_dismissal"
    DISMISS_APPEAL = "dismiss_appeal"
    FORWARD_APPEAL = "forward_appeal"
    RECEIVE_RULING = "receive_ruling"
    BECOME_FINAL = "become_final"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    MOVE = "move"
    MERGE = "merge"
    LINK = "link"
    CHANGE_SECRECY = "change_secrecy"
    APPROVE_FEE = "approve_fee"
    REGISTER_CONTROL = "register_control"
    SEND_MESSAGE = "send_message"
    BOOK_TIME = "book_time"
    CANCEL_TIME = "cancel_time"
    REFUSE_ATTACHMENT = "refuse_attachment"
    REPLACE_ATTACHMENT = "replace_attachment"
    WARN_OF_END = "warn_of_end"
    MISS_SUPPLEMENT = "miss_supplement"
    MISS_DECISION = "miss_decision"
    MISS_DEADLINE = "miss_deadline"
    MISS_SERVICE = "miss_service"
    MISS_REFERRAL = "miss_referral"
    REMIND_OF_REPORT = "remind_of_report"


BY_TIME = frozenset(
    {
        Step.WARN_OF_END,
        Step.MISS_SUPPLEMENT,
        Step.MISS_DECISION,
        Step.MISS_DEADLINE,
        Step.MISS_SERVICE,
        Step.MISS_REFERRAL,
        Step.REMIND_OF_REPORT,
    }
)
"""What nobody does: the clock, or what became of a mail, tells that it is so."""
APPLICANT, PARTY, MAILS = "applicant", "party", "mails"
"""Who is not of the staff, in timelines and audits: somebody with a link, or what tells what became of a mail."""
