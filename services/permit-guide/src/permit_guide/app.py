"""What permit-guide runs. Each name is an ASGI app: `uvicorn permit_guide.app:api`."""

from bus.process import purging
from bus.retention import purge_steps
from permit_guide.guide import api as guide
from permit_guide.guide.loading import PUBLISHED, current
from permit_guide.guide.trials import GuideTrials
from permit_guide.registers import api as registers
from shared.settings import Settings
from web import create_api, definitions_router

settings = Settings(service="permit-guide")
current()  # a broken file ends the process here, with one line

api = create_api(
    settings,
    guide.router,
    guide.of_answers,
    registers.router,
    definitions_router(settings),
    description="What somebody who starts something must notify, register or apply for, by their answers; and what "
    "registers know.",
    internal=[registers.router],
    published={PUBLISHED: GuideTrials()},
    beside=purging(settings, purge_steps),
)
