"""The text of a draft card. Comments say what is a guess and what is left to fill in."""

import json
from collections.abc import Sequence
from typing import Any

import yaml

from bot.cli.add.draft import Draft
from classifiers.card import PhotoCard
from classifiers.card.model import MULTI_LABEL
from classifiers.engines.tensors import Tensor

GAP = "FILL-IN"  # neither a link nor a care, so that `checkup check` reports each that is left
_FILLED: dict[str, Any] = {"about": {"en": "…"}, "link": "https://example.org", "care": "soon"}


def card_text(draft: Draft, *, disease: str, title: str, file: str, labels: dict[str, str]) -> str:
    """Return the draft card; `labels` are titles by code."""
    return "\n".join(
        [
            f"# The {disease} card, a draft. `checkup check` names what is left to fill in; lines marked GUESS want a look.",
            f"id: {_quoted(disease)}",
            "input: photo",
            f"title: {{en: {_quoted(title)}}}",
            'knows: {en: ""}  # what the model can and cannot tell, in plain words',
            "labels:  # in the order of the model's scores",
            *(line for code, name in labels.items() for line in _label(code, name)),
            *_model(draft, file),
            *_decision(draft, list(labels)),
            "",
        ]
    )


def filled_in(text: str) -> PhotoCard:
    """Return the card that a draft becomes when its gaps are filled in. Raises ValidationError."""
    content = yaml.safe_load(text)
    labels = [label | _FILLED for label in content["labels"]]
    return PhotoCard.model_validate(content | {"knows": {"en": "…"}, "labels": labels})


def _quoted(text: str) -> str:
    """Return a text as YAML reads it as a text, whatever it is: `no` is one, too."""
    return json.dumps(text, ensure_ascii=False)


def _decision(draft: Draft, codes: Sequence[str]) -> list[str]:
    if draft.model.scores not in MULTI_LABEL:
        guess = "below this no winner is named; choose it on photos the model has not seen"
        return ["decision:", f"  unsure_below: 0.5  # GUESS: {guess}"]
    guess = "from which probability on a label counts as found; choose each on photos the model has not seen"
    return ["decision:", f"  thresholds:  # GUESS: {guess}", *(f"    {_quoted(code)}: 0.5" for code in codes)]


def _label(code: str, title: str) -> list[str]:
    return [
        f"- code: {_quoted(code)}",
        f"  title: {{en: {_quoted(title)}}}",
        '  about: {en: ""}  # a sentence or two, for people',
        f"  link: {GAP}  # a page on what it is and how it is treated, https://…",
        f"  care: {GAP}  # how soon to have it seen: routine, soon or urgent",
    ]


def _model(draft: Draft, file: str) -> list[str]:
    model = draft.model
    limits = [] if model.engine == "litert" else ["  timeout: 30  # seconds a photo may take", "  memory: 2048  # MB"]
    if model.engine == "onnx" and model.external_data:
        limits = [
            "  external_data:",
            *(f"    {_quoted(name)}: {sha}" for name, sha in model.external_data.items()),
            *limits,
        ]
    return [
        "model:",
        f"  engine: {model.engine}",
        f"  file: {_quoted(file)}",
        f"  sha256: '{model.sha256}'",
        "  version: '1'",
        *limits,
        *_input(draft),
        f"  outputs:  # {_listed(draft.shapes.outputs)}",
        f"    scores: {model.outputs.scores}",
        f"  scores: {model.scores}{_why(draft, 'scores')}",
    ]


def _input(draft: Draft) -> list[str]:
    pixels = draft.model.input
    height, width = pixels.size
    size = _why(draft, "size").replace("  #", ";")
    resize = _why(draft, "resize") or "  # GUESS: or fit (black edges) or crop (the middle), as in training"
    own = [f"    {key}: {list(getattr(pixels, key))}" for key in ("mean", "std") if getattr(pixels, key)]
    return [
        f"  input:  # {_listed(draft.shapes.inputs)}",
        f"    size: [{height}, {width}]  # height, width{size}",
        f"    resize: {pixels.resize}{resize}",
        f"    scaling: {pixels.scaling}{_why(draft, 'scaling')}",
        *own,
        f"    channels: {pixels.channels}{'  # GUESS: or bgr' if pixels.channels == 'rgb' else ''}",
        f"    layout: {pixels.layout}{_why(draft, 'layout')}",
    ]


def _why(draft: Draft, key: str) -> str:
    if key in draft.guesses:
        return f"  # GUESS: {draft.guesses[key]}"
    return f"  # {draft.recognised[key]}" if key in draft.recognised else ""


def _listed(tensors: Sequence[Tensor]) -> str:
    """Return the inputs or outputs as a comment: number, type, shape and quantisation."""
    return "; ".join(
        f"{at}: {one.dtype} ({', '.join('any' if side < 0 else str(side) for side in one.shape)})"
        + (f", quantised by {one.scale:.3g}" if one.scale else "")
        for at, one in enumerate(tensors)
    )
