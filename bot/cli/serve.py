"""The bot as a process: on a Bot API server, or with a local server and its chat page, until it is told to stop."""

import logging

from bot.app import CannotStart, answering, token_refused
from bot.local.server import LocalServer
from bot.settings import Settings
from bot.signals import stoppable

log = logging.getLogger(__name__)

LOCAL_TOKEN = "1:local"  # noqa: S105 - opens only the local server, which only this machine can reach


async def serve_telegram(settings: Settings) -> None:
    """Answer on the Bot API server of the settings until the process is told to stop. Raises CannotStart."""
    if settings.token is None:
        raise CannotStart(
            "There is no token. Get one from @BotFather on Telegram and give it as CHECKUP_TOKEN, in the environment or in "
            "a file named .env. To try the bot without Telegram: checkup demo"
        )
    token = settings.token.get_secret_value()
    with stoppable() as reload_requested:
        async with answering(settings, api=settings.api, token=token, reload_requested=reload_requested) as checkup:
            log.info("answering as @%s; Ctrl+C stops", checkup.username)
            await checkup.refused.wait()
            raise token_refused(settings.api)


async def serve_page(settings: Settings, *, open_to_network: bool = False) -> None:
    """Answer on a local chat page until the process is told to stop. Raises CannotStart."""
    host = "0.0.0.0" if open_to_network else "127.0.0.1"  # noqa: S104 - only when asked for
    server = LocalServer(
        folder=settings.home / "local",
        host=host,
        port=settings.port,
        open_to_network=open_to_network,
        token=LOCAL_TOKEN,
    )
    try:
        await server.start()
    except OSError as error:
        raise CannotStart(
            f"Port {settings.port} cannot be used ({error.strerror}): choose another with CHECKUP_PORT"
        ) from error
    try:
        with stoppable() as reload_requested:
            async with answering(
                settings, api=server.url, token=LOCAL_TOKEN, reload_requested=reload_requested
            ) as checkup:
                print(f"The chat is at {server.url}  (Ctrl+C stops)", flush=True)  # noqa: T201 - the command's output
                await checkup.refused.wait()
    finally:
        await server.stop()
