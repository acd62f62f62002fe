"""The options of `checkup bench`."""

from typing import Annotated

import typer

from bot.cli import context


def bench(
    photos: Annotated[int, typer.Option(help="How many photos the memory is watched over.")] = 1000,
    postgres: Annotated[
        str, typer.Option(help="URL of a PostgreSQL whose user may create databases: also replicas.")
    ] = "",
    cluster: Annotated[
        bool, typer.Option("--cluster", help="Measure models on Ray Serve, and nothing else (make install-cluster).")
    ] = False,
    chat: Annotated[bool, typer.Option(help="Also send photos through the local Bot API server.")] = True,
) -> None:
    """Measure speed and memory on this machine."""
    from bot.cli.bench.run import run_bench, run_cluster_bench  # noqa: PLC0415

    registry = context.settings().registry
    if cluster:
        run_cluster_bench(registry)
    else:
        run_bench(photos=photos, chat=chat, registry=registry, postgres=postgres)
