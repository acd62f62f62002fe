"""The options of `checkup evaluate`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.cli import context

Part = Literal["test", "validation", "training"]


def evaluate(  # noqa: PLR0913, PLR0917 - an argument an option
    photos: Annotated[
        list[Path] | None, typer.Argument(help="Photos, or folders of photos.", metavar="PHOTO", exists=True)
    ] = None,
    truth: Annotated[
        list[Path] | None,
        typer.Option(
            help="A CSV table of their labels: image,label, or as publishers write them, where the card's truth_tables "
            "say how. Give it twice for a table of labels and one of metadata. Without one, or with a folder, photos "
            "have the label that their folder is named after.",
            exists=True,
        ),
    ] = None,
    disease: Annotated[str, typer.Option(help="Which disease of the registry.")] = "skin",
    merge: Annotated[
        list[str] | None,
        typer.Option(
            help="Count a label as another: rare=common (as is done where the table has none of the first), or none."
        ),
    ] = None,
    masks: Annotated[
        Path | None,
        typer.Option(help="A folder of lesion masks, named like their photos.", exists=True, file_okay=False),
    ] = None,
    out_of_domain: Annotated[
        Path | None,
        typer.Option(
            help="A folder of photos of other things, which should be turned away.", exists=True, file_okay=False
        ),
    ] = None,
    not_skin: Annotated[Path | None, typer.Option(hidden=True, exists=True, file_okay=False)] = None,
    not_this: Annotated[
        Path | None,
        typer.Option(
            help="A folder of photos that show none of the labels but are alike; a labels.csv in it says what they are. "
            "Needs no other photos.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    robustness: Annotated[
        int, typer.Option(help="How many photos to resize and compress, to see whether they keep their label.", min=0)
    ] = 0,
    spoiled: Annotated[
        int, typer.Option(help="How many photos to blur, darken, over-expose and shrink: are they sent back?", min=0)
    ] = 0,
    split: Annotated[
        Part | None, typer.Option(help="Of the data sets that the model learnt from: only this part of their split.")
    ] = None,
    part: Annotated[Part | None, typer.Option(hidden=True)] = None,
    out: Annotated[
        Path | None, typer.Option(help="A folder to write metrics.json and plots to.", file_okay=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="All figures as one JSON object.")] = False,
) -> None:
    """Measure a model on photos with known labels. Exit status: 0 all fine, 1 some could not be read, 2 wrong usage."""
    from bot.cli.evaluate.labels import CannotEvaluate  # noqa: PLC0415
    from bot.cli.evaluate.run import EvaluationRequest, run_evaluation, run_on_unknown  # noqa: PLC0415
    from bot.cli.evaluate.several import run_on_several  # noqa: PLC0415

    plugin = context.plugin(disease)
    if plugin.card.input == "form":
        context.refuse(f"{disease} asks questions: only what looks at photos can be measured on photos.")
    if not photos and (truth or not not_this):
        context.refuse("Name photos whose labels are known, or only --not-this and a folder.")
    request = EvaluationRequest(
        photos=photos or (), truth=truth or (), merge=merge or (), masks=masks, not_this=not_this,
        out_of_domain=out_of_domain or not_skin, robustness=robustness, spoiled=spoiled, split=split or part, out=out,
    )  # fmt: skip
    try:
        alone = run_evaluation if photos else run_on_unknown
        status = (run_on_several if plugin.card.multi_label else alone)(request, plugin, as_json=as_json)
    except CannotEvaluate as error:
        context.refuse(str(error))
    raise typer.Exit(status)
