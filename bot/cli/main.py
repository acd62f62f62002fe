"""All commands of `checkup` under one program. Each module loads what its work needs only when it is run."""

import typer

from bot.cli import export, inbox, registry, run
from bot.cli.add import command as add
from bot.cli.bench import command as bench
from bot.cli.cluster import command as cluster
from bot.cli.evaluate import command as evaluate
from bot.cli.predict import command as predict
from bot.cli.report import command as report

app = typer.Typer(
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
