"""What varies between places in e-services alone."""

from pydantic import Field

from shared.formats import Rate
from shared.settings import Settings


class IntakeSettings(Settings):
    draft_limit: Rate = Field("30/hour", description="Drafts that a client may begin.")
    draft_megabytes: int = Field(1_000, ge=1, description="What is kept of drafts in all. Each goes after 14 days.")
