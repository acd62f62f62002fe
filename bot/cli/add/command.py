"""The options of `checkup add`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.cli import context


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
        Literal["logits", "probabilities", "sigmoid", "multi_label", "multi_label_logits"] | None,
        typer.Option(help="What the model's scores are; guessed otherwise."),
    ] = None,
) -> None:
    """Draft a card for a photo model that somebody trained, and list it in the registry. Exit status: 2 nothing was done."""
    from bot.cli.add.run import CannotAdd, add_disease  # noqa: PLC0415

    registry = context.settings().registry
    try:
        lines = add_disease(
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
        context.refuse(str(error))
    typer.echo("\n".join(lines))
