from shared.http import Router

router = Router()
