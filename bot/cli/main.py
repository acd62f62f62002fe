"""All commands of `checkup` under one program. Each module loads what its work needs only when it is run."""

import errno
import signal
from typing import Any

import typer
from typer.core import TyperGroup

from bot.cli import export, inbox, registry, run
from bot.cli.add import command as add
from bot.cli.bench import command as bench
from bot.cli.cluster import command as cluster
from bot.cli.evaluate import command as evaluate
from bot.cli.predict import command as predict
from bot.cli.report import command as report

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # what is told of a file that is already open


_NOBODY_READS = 128 + signal.SIGPIPE  # what a shell says of a program that was ended as `head` ends it


class Commands(TyperGroup):
    """Says of a file or folder that cannot be read or written which it is and why, in place of a traceback."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the program. Where nobody reads on, its status is not 1, by which a command says that something is wrong."""
        try:
            return super().main(*args, **extra)
        except SystemExit as end:
            if isinstance(end.__context__, BrokenPipeError):
                raise SystemExit(_NOBODY_READS) from None
            raise

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named; exit status 1 where a file stops it."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.filename is None and error.errno not in _FULL:
                raise
            place = f"{error.filename}: " if error.filename else ""
            typer.echo(f"{place}{error.strerror}", err=True)
            raise typer.Exit(1) from error


app = typer.Typer(
    cls=Commands,
    help="A chat bot that looks at photos, or asks questions, and says what a disease's model makes of them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (
    run.run,
    run.demo,
    run.start,
    predict.predict,
    evaluate.evaluate,
    registry.models,
    registry.check,
    add.add,
    export.export,
    report.report,
    bench.bench,
    cluster.cluster,
):
    app.command()(command)
app.add_typer(inbox.inbox, name="inbox", no_args_is_help=True)
