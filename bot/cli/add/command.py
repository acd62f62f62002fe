"""The options of `checkup add`."""

import re
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.cli import context


def add(  # noqa: PLR0913 - an argument an option
    model: Annotated[Path, typer.Argument(help="A .tflite, .keras, .h5 or .onnx file.")],
    more: Annotated[list[Path] | None, typer.Argument(help="More photos for --try.", metavar="PHOTO")] = None,
    *,
    labels: Annotated[
        Path,
        typer.Option(
            help="A text file with a label on each line, in the order of the model's scores or numbered, or JSON (id2label)."
        ),
    ],
    disease: Annotated[str | None, typer.Option("--id", help="What the disease is called in commands: xray.")] = None,
    title: Annotated[str | None, typer.Option(help="What people call it: Chest X-ray.")] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Where card and model go; classifiers/ID otherwise.", file_okay=False)
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(help="Pixels that the model takes, where it takes any: 224, or height x width: 240x320."),
    ] = None,
    layout: Annotated[
        Literal["nhwc", "nchw"] | None,
        typer.Option(help="The order of its input's sides, where the file leaves it open."),
    ] = None,
    scaling: Annotated[
        Literal["raw", "zero_to_one", "minus_one_to_one", "imagenet"] | None,
        typer.Option(help="How pixels were scaled in training; guessed otherwise."),
    ] = None,
    scores: Annotated[
        Literal["logits", "probabilities", "sigmoid", "logit", "multi_label", "multi_label_logits"] | None,
        typer.Option(help="What the model's scores are; guessed otherwise."),
    ] = None,
    photos: Annotated[
        list[Path] | None,
        typer.Option(
            "--try", help="Photos, or folders of photos, to show findings on under each scaling.", metavar="PHOTO…"
        ),
    ] = None,
) -> None:
    """Draft a card for a photo model that somebody trained, and list it in the registry. Exit status: 2 nothing was done."""
    from bot.cli.add.cannot_add import CannotAdd  # noqa: PLC0415
    from bot.cli.add.model_input import Wishes  # noqa: PLC0415
    from bot.cli.add.run import AddRequest, add_disease  # noqa: PLC0415

    if more and not photos:
        context.refuse(f"{more[0]}: one model is added at a time; photos to try it on follow --try.")
    request = AddRequest(
        model=model,
        labels=labels,
        registry=context.settings().registry,
        disease=disease,
        title=title,
        folder=folder,
        wishes=Wishes(size=_sides(size), layout=layout, scaling=scaling, scores=scores),
        photos=[*(photos or ()), *(more or ())],
    )
    try:
        lines = add_disease(request)
    except CannotAdd as error:
        context.refuse(str(error))
    typer.echo("\n".join(lines))


def _sides(size: str | None) -> tuple[int, int] | None:
    """Return height and width; refuse what says neither."""
    if size is None:
        return None
    sides = re.fullmatch(r"(\d{1,4})(?:\s*[x×,]\s*(\d{1,4}))?", size.strip())
    if not sides or not all(8 <= int(side) <= 2048 for side in (sides[1], sides[2] or sides[1])):
        context.refuse(f"--size {size}: must be a number of pixels from 8 to 2048, or two: 240x320.")
    return int(sides[1]), int(sides[2] or sides[1])
