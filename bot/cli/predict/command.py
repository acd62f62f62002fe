"""The options of `checkup predict`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import context


def predict(
    photos: Annotated[
        list[Path] | None, typer.Argument(help="Photos, or folders of photos.", metavar="PHOTO", show_default=False)
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
    from bot.cli.predict.forms import predict_forms  # noqa: PLC0415
    from bot.cli.predict.photos import predict_photos  # noqa: PLC0415

    plugin = context.plugin(disease)
    if plugin.card.input == "form":
        if answers is None or photos or pictures or masks:
            context.refuse(
                f"{disease} asks questions: give a file of answers, --answers FILE, and nothing else to look at."
            )
        raise typer.Exit(predict_forms(answers, plugin, as_json=as_json))
    if answers or not photos:
        context.refuse(f"{disease} looks at photos: name some{', instead of answers' if answers else ''}.")
    if masks and plugin.card.model.outputs.outline is None:
        context.refuse(f"The model of {disease} draws no outline: there are no masks to write.")
    raise typer.Exit(predict_photos(photos, plugin, as_json=as_json, pictures=pictures, masks=masks))
