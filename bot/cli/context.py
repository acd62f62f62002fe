"""What all commands share: the settings, the registry, the event loop, and how a command is refused."""

import asyncio
import logging
import os
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import typer

from bot.env_file import environment, exposed
from bot.settings import PREFIX, Settings, WrongSettings

if TYPE_CHECKING:
    from classifiers.plugin import AnyPlugin
    from classifiers.registry import Registry

WRONG_USAGE = 2


def refuse(why: str) -> NoReturn:
    """End the command with exit status 2, and print why."""
    typer.echo(why, err=True)
    raise typer.Exit(WRONG_USAGE)


def settings(*, has_log: bool = False) -> Settings:
    """Return the settings, or refuse the command naming all that are wrong: in the log, as JSON, where it has one in JSON."""
    given: dict[str, str | None] = dict(os.environ)
    try:
        given = environment(os.environ)
        return Settings.read(given)
    except WrongSettings as error:
        if has_log and given.get(f"{PREFIX}LOG") == "json":
            from bot import logs  # noqa: PLC0415

            logs.set_up("json")
            for line in str(error).splitlines():
                logging.getLogger(__name__).critical("%s", line)
            raise typer.Exit(WRONG_USAGE) from error
        refuse(str(error))


def registry() -> "Registry":
    """Return the registry that the settings name, with all its faults."""
    from classifiers.registry import read_registry  # noqa: PLC0415

    chosen = settings()
    return read_registry(chosen.registry, trusted=chosen.trusted, models=chosen.models)


def plugin(disease: str) -> "AnyPlugin":
    """Return a disease that is available; else refuse the command, and name its own faults or the diseases that there are."""
    from classifiers.registry import read_registry  # noqa: PLC0415

    chosen = settings()
    found = read_registry(chosen.registry, trusted=chosen.trusted, only=disease, models=chosen.models)
    if disease in found.plugins:
        return found.plugins[disease]
    lines = [entry for entry in found.entries if entry.id == disease]
    if faults := [fault for entry in lines for fault in entry.faults]:
        refuse("\n".join((f"{disease} cannot be used:", *faults)))
    if lines:
        refuse(f"{disease} is off in {chosen.registry} (enabled: false).")
    known = ", ".join(dict.fromkeys(entry.id for entry in found.entries if entry.enabled)) or "none"
    told = f"There is no disease {disease}; --disease names one of: {known}. What is wrong with a card: checkup check"
    refuse("\n".join((told, *found.faults)))


def run_until_stopped(work: Coroutine[Any, Any, None], *, log: Literal["text", "json"] = "text") -> None:
    """Run on an event loop, with logging, and end the process; with a sentence where the bot cannot start."""
    import uvloop  # noqa: PLC0415

    from bot import logs  # noqa: PLC0415
    from bot.opening import CannotStart  # noqa: PLC0415
    from bot.workers import end_process  # noqa: PLC0415

    logs.set_up(log)
    status = 0
    if warning := exposed():
        logging.getLogger(__name__).warning("%s", warning)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(work)
    except CannotStart as error:
        if log == "json":
            logging.getLogger(__name__).critical("%s", error)
        else:
            typer.echo(str(error), err=True)
        status = WRONG_USAGE
    end_process(status)
