"""`checkup run`, `demo` and `start`: the bot on Telegram, or on a local chat page."""

from typing import Annotated

import typer

from bot.cli.context import run_until_stopped, settings
from bot.settings import Settings
from bot.signals import spare_hangups


def run() -> None:
    """Answer on Telegram (or the Bot API server CHECKUP_API names) with the token CHECKUP_TOKEN."""
    chosen = _begun()
    from bot.cli.serve import serve_telegram  # noqa: PLC0415

    run_until_stopped(serve_telegram(chosen), log=chosen.log)


def demo(
    open_to_network: Annotated[
        bool, typer.Option(help="Let other machines open the page, too, with a password that is printed.")
    ] = False,
) -> None:
    """Answer on a chat page on this computer: no Telegram, no token."""
    chosen = _begun()
    from bot.cli.serve import serve_page  # noqa: PLC0415

    run_until_stopped(serve_page(chosen, open_to_network=open_to_network), log=chosen.log)


def start() -> None:
    """Do what `make run` does: answer on Telegram where there is a token, on a local page where there is none."""
    chosen = _begun()
    from bot.cli.serve import serve_page, serve_telegram  # noqa: PLC0415

    run_until_stopped(serve_telegram(chosen) if chosen.token else serve_page(chosen), log=chosen.log)


def _begun() -> Settings:
    """Return the settings of what starts now, which a reload that comes too early is not to end."""
    spare_hangups()
    return settings(has_log=True)
