"""The people in a case: whose personal identity numbers are in it, and who signed in."""

from typing import ClassVar
from uuid import UUID

from sqlmodel import Field, SQLModel

from shared.errors import DomainError, Unauthorized


class CasePerson(SQLModel, table=True):
    """Somebody in a case, found by a keyed hash of the personal identity number."""

    __tablename__ = "eservice_case_person"

    case_id: UUID = Field(primary_key=True, foreign_key="eservice_case.id")
    number_hash: str = Field(primary_key=True, max_length=64, index=True)
    signed_in: bool = Field(default=False, description="To send it in as their own.")
    filled_in: bool = Field(default=False, description="Signed in to fill it in for somebody else, who has signed it.")
    number: str | None = Field(default=None, description="Of who signed in, sealed. Others' is in the answers.")
    name: str | None = Field(default=None, description="Of who signed in.")
    assurance: str | None = Field(default=None, description="Of the sign-in: `acr`.")


class SignInFirst(Unauthorized):
    """Sign in with an e-identification and send the token in `Authorization: Bearer …`: we need to know who you are."""

    sv = "Logga in med e-legitimation och skicka token i `Authorization: Bearer …`: vi behöver veta vem du är."


class SignInWeak(Unauthorized):
    """Sign in with an e-identification that tells who you are more surely. Nothing was saved."""

    sv = "Logga in med en e-legitimation som säkrare visar vem du är. Inget har sparats."
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": 'Bearer error="insufficient_user_authentication"'}


class SignInClosed(DomainError):
    """This asks who you are, and one cannot sign in here yet. Turn to the municipality by telephone or letter."""

    status: ClassVar[int] = 503
    sv: ClassVar[str] = (
        "Här behöver vi veta vem du är, och det går inte att logga in än. Ring eller skriv till kommunen i stället."
    )
    headers: ClassVar[dict[str, str]] = {"Retry-After": "3600"}
