"""The options of `checkup report`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import context


def report(
    out: Annotated[
        Path, typer.Option(help="A folder for the page and its plots; it is made where there is none.", file_okay=False)
    ] = Path("report"),
) -> None:
    """Write a page on the journal: findings by week, shares beside the model card's, feedback, seconds."""
    from bot.cli.report.run import write_report  # noqa: PLC0415

    settings = context.settings()
    context.run_until_stopped(write_report(settings, context.registry(), out))
