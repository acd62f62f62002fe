"""The commands: one door for people. What each does stands in `bot.cli` and `bot.app`."""

import asyncio
import logging
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer

from bot.settings import Settings, WrongSettings, environment

if TYPE_CHECKING:
    from classifiers.plugin import Plugin
    from classifiers.registry import Registry

app = typer.Typer(
    help="A chat bot that looks at photos of spots on the skin, and asks questions about other diseases.",
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
    photos: Annotated[
        list[Path] | None, typer.Argument(help="Photos, or folders of photos.", metavar="PHOTO…", show_default=False)
    ] = None,
    disease: Annotated[str, typer.Option(help="Which disease of the registry.")] = "skin",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    pictures: Annotated[
        Path | None, typer.Option(help="A folder to write a picture of what was looked at to.", file_okay=False)
    ] = None,
    masks: Annotated[
        Path | None,
        typer.Option(
            help="A folder to write <stem>.png to, white on the lesion, at the photo's own size.", file_okay=False
        ),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option(
            help="Of a disease that asks questions: a file with a JSON object a line, question id and value.",
            exists=True,
            dir_okay=False,
            readable=True,
        ),
    ] = None,
) -> None:
    """Look at photos, or at answers, in files. Exit status: 0 all fine, 1 some could not be read, 2 wrong usage."""
    from bot.cli.predict import predict as look  # noqa: PLC0415
    from bot.cli.predict_form import predict_form as score  # noqa: PLC0415

    plugin = _plugin(disease)
    if plugin.card.input == "form":
        if answers is None or photos or pictures or masks:
            _refuse(f"{disease} asks questions: give a file of answers, --answers FILE, and nothing else to look at.")
        raise typer.Exit(score(answers, plugin, as_json=as_json))
    if answers or not photos:
        _refuse(f"{disease} looks at photos: name some{', instead of answers' if answers else ''}.")
    if masks and plugin.card.model.outputs.outline is None:
        _refuse(f"The model of {disease} draws no outline: there are no masks to write.")
    raise typer.Exit(look(photos, plugin, as_json=as_json, pictures=pictures, masks=masks))


@app.command()
def evaluate(  # noqa: PLR0913, PLR0917 - an argument an option
    photos: Annotated[list[Path], typer.Argument(help="Photos, or folders of photos.", metavar="PHOTO…", exists=True)],
    truth: Annotated[
        list[Path],
        typer.Option(
            help="A CSV table of their labels: image,label, the ISIC challenge's, HAM10000's, MILK10k's or PAD's. "
            "Give it twice for a table of labels and one of metadata.",
            exists=True,
            dir_okay=False,
        ),
    ],
    disease: Annotated[str, typer.Option(help="Which disease of the registry.")] = "skin",
    merge: Annotated[
        list[str] | None,
        typer.Option(help="Count a label as another: scc=akiec (as is done where the table has no scc), or none."),
    ] = None,
    masks: Annotated[
        Path | None,
        typer.Option(help="A folder of lesion masks, named like their photos.", exists=True, file_okay=False),
    ] = None,
    not_skin: Annotated[
        Path | None, typer.Option(help="A folder of photos that should be turned away.", exists=True, file_okay=False)
    ] = None,
    robustness: Annotated[
        int, typer.Option(help="How many photos to resize and compress, to see whether they keep their label.", min=0)
    ] = 0,
    spoiled: Annotated[
        int, typer.Option(help="How many photos to blur, darken, over-expose and shrink: are they sent back?", min=0)
    ] = 0,
    part: Annotated[
        Literal["test", "validation", "training"] | None,
        typer.Option(help="Of the data sets the shipped model was trained on: only this part of their split."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="A folder to write metrics.json and plots to.", file_okay=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="All figures as one JSON object.")] = False,
) -> None:
    """Measure a model on photos with known labels. Exit status: 0 all fine, 1 some could not be read, 2 wrong usage."""
    from bot.cli.evaluate.command import CannotEvaluate, Question  # noqa: PLC0415
    from bot.cli.evaluate.command import evaluate as measure  # noqa: PLC0415

    plugin = _plugin(disease)
    if plugin.card.input == "form":
        _refuse(f"{disease} asks questions: only what looks at photos can be measured on photos.")
    question = Question(
        photos=photos, truth=truth, merge=merge or (), masks=masks, not_skin=not_skin,
        robustness=robustness, spoiled=spoiled, part=part, out=out,
    )  # fmt: skip
    try:
        status = measure(question, plugin, as_json=as_json)
    except CannotEvaluate as error:
        _refuse(str(error))
    raise typer.Exit(status)


@app.command()
def models() -> None:
    """Show the diseases of the registry and their models."""
    from bot.cli.models import models as show  # noqa: PLC0415

    show(_registry())


@app.command()
def check() -> None:
    """Check the registry and every card in it; name every fault. Exit status 1 when there is one."""
    registry = _registry()
    for fault in registry.all_faults:
        typer.echo(fault)
    if registry.all_faults:
        raise typer.Exit(1)
    typer.echo(f"{len(registry.entries)} cards, no fault")


@app.command()
def add(
    model: Annotated[Path, typer.Argument(help="A .tflite, .keras or .onnx file.")],
    labels: Annotated[
        Path, typer.Option(help="A text file: a label on each line, in the order of the model's scores.")
    ],
    disease: Annotated[str | None, typer.Option("--id", help="What the disease is called in commands: xray.")] = None,
    title: Annotated[str | None, typer.Option(help="What people call it: Chest X-ray.")] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Where card and model go; classifiers/ID otherwise.", file_okay=False)
    ] = None,
    scaling: Annotated[
        Literal["raw", "zero_to_one", "minus_one_to_one", "imagenet"] | None,
        typer.Option(help="How pixels were scaled in training; guessed otherwise."),
    ] = None,
    scores: Annotated[
        Literal["logits", "probabilities", "sigmoid"] | None,
        typer.Option(help="What the model's scores are; guessed otherwise."),
    ] = None,
) -> None:
    """Draft a card for a photo model that somebody trained, and list it in the registry. Exit status: 2 nothing was done."""
    from bot.cli.add.command import CannotAdd  # noqa: PLC0415
    from bot.cli.add.command import add as draft  # noqa: PLC0415

    registry = _settings().registry
    try:
        said = draft(
            model,
            labels=labels,
            registry=registry,
            disease=disease,
            title=title,
            folder=folder,
            scaling=scaling,
            scores=scores,
        )
    except CannotAdd as error:
        _refuse(str(error))
    typer.echo("\n".join(said))


@app.command()
def export(
    form: Annotated[Literal["csv", "jsonl"], typer.Option("--format")] = "csv",
    output: Annotated[
        Path | None, typer.Option(help="A file to write; the terminal otherwise.", dir_okay=False)
    ] = None,
) -> None:
    """Write the journal: what was found, never whose photo it was."""
    from bot.cli.export import export as write  # noqa: PLC0415

    _until_stopped(write(_settings(), form=form, output=output))


@app.command()
def bench(
    photos: Annotated[int, typer.Option(help="How many photos the memory is watched over.")] = 1000,
    chat: Annotated[bool, typer.Option(help="Also send photos through the local Bot API server.")] = True,
) -> None:
    """Measure speed and memory on this machine."""
    from bot.cli.bench.command import bench as measure  # noqa: PLC0415

    measure(photos=photos, chat=chat, registry=_settings().registry)


def _plugin(disease: str) -> "Plugin":
    registry = _registry()
    plugin = registry.plugins.get(disease)
    if plugin is None:
        known = ", ".join(registry.plugins) or "none"
        _refuse("\n".join((f"There is no disease {disease} to be had; there is: {known}.", *registry.all_faults)))
    return plugin


def _registry() -> "Registry":
    from classifiers.registry import read_registry  # noqa: PLC0415

    settings = _settings()
    return read_registry(settings.registry, trusted=settings.trusted)


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
