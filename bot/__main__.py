"""The commands: one door for people. What each does stands in `bot.commands` and `bot.app`."""

import asyncio
import logging
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer

from bot.settings import Settings, WrongSettings, environment

app = typer.Typer(
    help="A chat bot that looks at photos of spots on the skin.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
WRONG_USAGE = 2


@app.command()
def run() -> None:
    """Answer on Telegram (or the Bot API server CHECKUP_API names) with the token CHECKUP_TOKEN."""
    from bot.app import run as answer  # noqa: PLC0415 - each command loads only what it needs, so that all start fast

    _until_stopped(answer(_settings()))


@app.command()
def demo(
    open_to_network: Annotated[
        bool, typer.Option(help="Let other machines open the page, too. Anybody on the network can then use it.")
    ] = False,
) -> None:
    """Answer on a chat page on this computer: no Telegram, no token."""
    from bot.app import demo as show  # noqa: PLC0415

    _until_stopped(show(_settings(), open_to_network=open_to_network))


@app.command()
def start() -> None:
    """Do what `make run` does: answer on Telegram where there is a token, on a local page where there is none."""
    from bot.app import demo as show  # noqa: PLC0415
    from bot.app import run as answer  # noqa: PLC0415

    settings = _settings()
    _until_stopped(answer(settings) if settings.token else show(settings))


@app.command()
def predict(
    photos: Annotated[list[Path], typer.Argument(help="Photos, or folders of photos.", metavar="PHOTO…")],
    disease: Annotated[str, typer.Option(help="Which disease of the registry.")] = "skin",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    pictures: Annotated[
        Path | None, typer.Option(help="A folder to write a picture of what was looked at to.", file_okay=False)
    ] = None,
) -> None:
    """Look at photos in files. Exit status: 0 all fine, 1 some could not be read, 2 wrong usage."""
    from bot.commands.predict import predict as look  # noqa: PLC0415
    from classifiers.registry import read_registry  # noqa: PLC0415

    registry = read_registry(_settings().registry)
    plugin = registry.plugins.get(disease)
    if plugin is None:
        known = ", ".join(registry.plugins) or "none"
        _refuse("\n".join((f"There is no disease {disease} to be had; there is: {known}.", *registry.all_faults)))
    raise typer.Exit(look(photos, plugin, as_json=as_json, pictures=pictures))


@app.command()
def models() -> None:
    """Show the diseases of the registry and their models."""
    from bot.commands.models import models as show  # noqa: PLC0415

    show(_settings().registry)


@app.command()
def check() -> None:
    """Check the registry and every card in it; name every fault. Exit status 1 when there is one."""
    from classifiers.registry import read_registry  # noqa: PLC0415

    registry = read_registry(_settings().registry)
    for fault in registry.all_faults:
        typer.echo(fault)
    if registry.all_faults:
        raise typer.Exit(1)
    typer.echo(f"{len(registry.entries)} cards, no fault")


@app.command()
def export(
    form: Annotated[Literal["csv", "jsonl"], typer.Option("--format")] = "csv",
    output: Annotated[
        Path | None, typer.Option(help="A file to write; the terminal otherwise.", dir_okay=False)
    ] = None,
) -> None:
    """Write the journal: what was found, never whose photo it was."""
    from bot.commands.export import export as write  # noqa: PLC0415

    _until_stopped(write(_settings(), form=form, output=output))


@app.command()
def bench(
    photos: Annotated[int, typer.Option(help="How many photos the memory is watched over.")] = 1000,
    chat: Annotated[bool, typer.Option(help="Also send photos through the local Bot API server.")] = True,
) -> None:
    """Measure speed and memory on this machine."""
    from bot.commands.bench import bench as measure  # noqa: PLC0415

    measure(photos=photos, chat=chat, registry=_settings().registry)


def _settings() -> Settings:
    try:
        return Settings.read(environment(os.environ))
    except WrongSettings as error:
        _refuse(str(error))


def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run, and say in a sentence why it cannot."""
    import uvloop  # noqa: PLC0415

    from bot.app import CannotStart  # noqa: PLC0415

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("httpx", "httpcore", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)  # httpx's URLs hold the token
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(work)
    except CannotStart as error:
        _refuse(str(error))


def _refuse(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(WRONG_USAGE)


def main() -> None:
    """The console command `checkup`."""
    app()


if __name__ == "__main__":
    main()
