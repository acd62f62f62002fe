"""The requests that a webhook answers: updates from whoever knows its secret, and nothing else."""

import asyncio
import hmac
import json
import logging

from aiohttp import web

from bot import metrics
from bot.store import StoreError
from bot.updates.intake import Intake

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - its name
MOST_BYTES = 2**20  # of an update: Telegram's are a few thousand
LONGEST = 10.0  # seconds until an update has arrived whole


class WebhookRequests:
    """Takes updates in at one path. `taken` counts them, `turned_away` the requests without the secret."""

    def __init__(self, intake: Intake, *, path: str, secret: str) -> None:
        """Answer at this path, in the form that it has on the wire."""
        self._intake, self._path, self._secret = intake, path, secret.encode()
        self.taken = self.turned_away = 0

    def app(self) -> web.Application:
        """Return what a server is to serve."""
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        response = await self._answer_to(request)
        metrics.webhook_requests.labels(response.status).inc()
        return response

    async def _answer_to(self, request: web.Request) -> web.Response:
        if request.rel_url.raw_path != self._path:
            return web.Response(status=404)
        if request.method != "POST":
            return web.Response(status=405, headers={"Allow": "POST"})
        if not self._is_telegram(request):
            self.turned_away += 1
            return web.Response(status=401)
        if (request.content_length or 0) > MOST_BYTES:
            return web.Response(status=413)
        return web.Response(status=await self._take(request))

    def _is_telegram(self, request: web.Request) -> bool:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, self._secret)

    async def _take(self, request: web.Request) -> int:
        """Take in the update of a request, and return the status that says so, or that it has to come again."""
        try:
            async with asyncio.timeout(LONGEST):
                body = await request.read()
        except (TimeoutError, ConnectionError):  # who went away in the middle hears of neither
            return 408
        except web.HTTPRequestEntityTooLarge as error:
            return error.status
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            log.error("the webhook got something else than JSON, with the right secret")
            return 400
        try:
            await self._intake.take(update)
        except StoreError as error:
            log.error("an update stays at Telegram: the database is away: %s", error)
            return 503
        except Exception as error:  # whatever it is: its message may quote what a person sent
            log.error("an update stays at Telegram: it cannot be taken in: %s", type(error).__name__)
            return 500
        self.taken += 1
        return 200
