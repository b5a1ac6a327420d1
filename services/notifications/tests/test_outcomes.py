"""What an answer of the mail server means, and whose fault it was."""

import pytest

from notifications.outcomes import Stage, Verdict, judge

LATER, OURS, REFUSED = Verdict.LATER, Verdict.OUR_FAULT, Verdict.REFUSED
MISSING, UNSENDABLE = Verdict.NO_SUCH_RECIPIENT, Verdict.UNSENDABLE


@pytest.mark.parametrize(
    ("stage", "answer", "verdict"),
    [
        (Stage.CONNECTION, "421 Too many connections", LATER),
        (Stage.CONNECTION, "504 5.5.2 Helo command rejected", OURS),
        (Stage.CONNECTION, "535 5.7.8 Wrong password", OURS),
        (Stage.CONNECTION, "554 No mail from you", OURS),
        (Stage.SENDER, "451 4.3.0 Later", LATER),
        (Stage.SENDER, "550 5.7.1 Not you", OURS),
        (Stage.SENDER, "553 5.1.8 Sender's domain not found", OURS),
        (Stage.SENDER, "550 Not you", OURS),
        (Stage.SENDER, "552 Too large", UNSENDABLE),
        (Stage.SENDER, "552 5.3.4 Too large", UNSENDABLE),
        (Stage.RECIPIENT, "450 4.2.0 <anna@example.se> greylisted", LATER),
        (Stage.RECIPIENT, "550 5.1.1 <anna@example.se> unknown", MISSING),
        (Stage.RECIPIENT, "550 5.2.1 Mailbox disabled", MISSING),
        (Stage.RECIPIENT, "550 <relay@example.se> unknown", REFUSED),
        (Stage.RECIPIENT, "553 Bad mailbox", REFUSED),
        (Stage.RECIPIENT, "552 5.2.2 Mailbox full", REFUSED),
        (Stage.RECIPIENT, "550 5.4.1 No such domain", REFUSED),
        (Stage.RECIPIENT, "554 Blocked", REFUSED),
        (Stage.RECIPIENT, "550 Relaying denied", OURS),
        (Stage.RECIPIENT, "554 5.7.1 <anna@example.se> Relay access denied", OURS),
        (Stage.RECIPIENT, "504 5.5.2 <x>: Helo command rejected", OURS),
        (Stage.RECIPIENT, "503 Bad sequence", OURS),
        (Stage.RECIPIENT, "530 Authentication required", OURS),
        (Stage.RECIPIENT, "550 5.1.7 Bad sender", OURS),
        (Stage.CONTENT, "451 Later", LATER),
        (Stage.CONTENT, "-1 gibberish", LATER),
        (Stage.CONTENT, "550 5.7.26 Neither SPF nor DKIM", OURS),
        (Stage.CONTENT, "550 5.1.1 unknown after all", MISSING),
        (Stage.CONTENT, "552 5.2.2 Mailbox full", REFUSED),
        (Stage.CONTENT, "552 5.3.4 Too large", UNSENDABLE),
        (Stage.CONTENT, "554 5.6.0 Spam", UNSENDABLE),
        (Stage.CONTENT, "554 Transaction failed", UNSENDABLE),
    ],
)
def test_an_answer_says_whose_fault_it_was(stage: Stage, answer: str, verdict: Verdict):
    code, _, words = answer.partition(" ")

    assert judge(stage, int(code), words).verdict is verdict


def test_an_answer_is_told_by_its_codes_and_never_quoted():
    assert judge(Stage.RECIPIENT, 550, "5.1.1 <anna@example.se> unknown").reason == "550 5.1.1"
    assert judge(Stage.RECIPIENT, 550, "anna@example.se is unknown").reason == "550"
