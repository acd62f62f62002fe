"""`checkup export`: the journal of findings."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.cli import context


def export(
    form: Annotated[Literal["csv", "jsonl"], typer.Option("--format")] = "csv",
    output: Annotated[
        Path | None, typer.Option(help="A file to write; the terminal otherwise.", dir_okay=False)
    ] = None,
    agreement: Annotated[
        bool, typer.Option("--agreement", help="Only how often reviewers gave which label where the model gave which.")
    ] = False,
) -> None:
    """Write the journal: what was found, never whose photo it was."""
    from bot.cli.journal import write_agreement, write_journal  # noqa: PLC0415

    write = write_agreement if agreement else write_journal
    context.run_until_stopped(write(context.settings(), form=form, output=output))
