"""The bot as a process: on a Bot API server, or with a local server and its chat page, until it is told to stop."""

import gc
import logging
import secrets

from bot.app import answering, token_refused
from bot.local.secret_path import USER
from bot.local.server import LocalServer, remove_files
from bot.opening import CannotStart
from bot.settings import Settings
from bot.signals import stoppable

log = logging.getLogger(__name__)


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
            remove_files(settings.home / "local")  # what a page that was killed has left
            _keep_what_is_there()
            log.info("answering as @%s; Ctrl+C stops", checkup.username)
            await checkup.refused.wait()
            raise token_refused(settings.api)


async def serve_page(settings: Settings, *, open_to_network: bool = False) -> None:
    """Answer on a local chat page until the process is told to stop. Raises CannotStart."""
    token = f"1:{secrets.token_hex(16)}"  # a bot of this start alone
    host = "0.0.0.0" if open_to_network else "127.0.0.1"  # noqa: S104 - only when asked for
    server = LocalServer(
        folder=settings.home / "local",
        host=host,
        port=settings.port,
        open_to_network=open_to_network,
        token=token,
    )
    try:
        await server.start()
    except OSError as error:
        raise CannotStart(_why_not(error, settings)) from error
    try:
        polling = settings.model_copy(update={"webhook": None})
        with stoppable() as reload_requested:
            async with answering(polling, api=server.api, token=token, reload_requested=reload_requested) as checkup:
                print(_address(server), flush=True)  # noqa: T201 - the command's output
                _keep_what_is_there()
                await checkup.refused.wait()
    finally:
        await server.stop()


def _why_not(error: OSError, settings: Settings) -> str:
    """Return why the page cannot be served: the folder of its files, or its port."""
    if error.filename:
        return f"{error.filename}: {error.strerror}. It is where the page's files lie: choose another folder with CHECKUP_HOME"
    return f"Port {settings.port} cannot be used ({error.strerror}): choose another with CHECKUP_PORT"


def _keep_what_is_there() -> None:
    """Let Python's collector look no more through what the start has made: that took 0.1 s, in which nobody was answered."""
    gc.freeze()


def _address(server: LocalServer) -> str:
    """Return where the page is. Whoever has this can use it: it is printed, never logged."""
    told = f"The chat is at {server.url}/  (Ctrl+C stops)"
    if server.password is None:
        return told
    return (
        f"{told}\nFrom other machines: the same with this machine's address in place of 127.0.0.1. The name is {USER}, the "
        f"password {server.password}"
    )
