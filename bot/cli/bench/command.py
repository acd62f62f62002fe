"""The options of `checkup bench`."""

from typing import Annotated

import typer

from bot.cli import context


def bench(
    photos: Annotated[int, typer.Option(help="How many photos the memory is watched over.")] = 1000,
    postgres: Annotated[
        str, typer.Option(help="URL of a PostgreSQL whose user may create databases: also replicas.")
    ] = "",
    chat: Annotated[bool, typer.Option(help="Also send photos through the local Bot API server.")] = True,
) -> None:
    """Measure speed and memory on this machine."""
    from bot.cli.bench.run import run_bench  # noqa: PLC0415

    run_bench(photos=photos, chat=chat, registry=context.settings().registry, postgres=postgres)
