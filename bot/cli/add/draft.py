"""A draft card for a trained model: what its file states, guesses from a few runs, and gaps that a person must fill in."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from classifiers.card.model import MULTI_LABEL, Input, PhotoModel
from classifiers.engines.choice import require_installed
from classifiers.engines.isolated.engine import ModelProcess
from classifiers.engines.tensors import Shapes, Tensor
from classifiers.errors import WrongOutput

ENGINES = {".tflite": "litert", ".keras": "keras", ".onnx": "onnx"}
GAP = "FILL-IN"  # neither a link nor a care, so that `checkup check` reports each that is left
_UNKNOWN_SIDE = 224
_WHY = {
    "probabilities": "they add up to one, for a blank photo and for noise",
    "sigmoid": "one number from 0 to 1: the chance of the second label",
    "multi_label": "numbers from 0 to 1 that do not add up to one: a probability for each label by itself",
    "logits": "any numbers, for a blank photo and for noise",
}  # what scores may be, the surer guess first
_SCALES = {1.0: "raw", 1 / 255: "zero_to_one", 2 / 255: "minus_one_to_one"}  # by the quantisation that shows them


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is known of a model: how it is called, which output holds the scores, and in which form."""

    model: PhotoModel
    shapes: Shapes
    guesses: dict[str, str]  # by key: why the value was taken


def look_into(file: Path, *, labels: int, scaling: str | None = None, scores: str | None = None) -> Draft:
    """Return a draft from what the file states and from runs on a grey photo and on noise; `scaling` and `scores` if known.

    Raises WrongOutput where it cannot be used with so many labels, EngineFailed, EngineLate where it does not run.
    """
    engine = ENGINES[file.suffix.lower()]
    require_installed(engine)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    known = {"engine": engine, "file": file.resolve(), "sha256": digest, "version": "1"}
    unknown = {"input": {"size": [_UNKNOWN_SIDE, _UNKNOWN_SIDE]}}
    model = TypeAdapter(PhotoModel).validate_python(known | unknown)
    shapes = _shapes(model, file.parent)
    pixels, guesses = _input(shapes.inputs, engine, scaling)
    model = model.model_copy(update={"input": pixels})
    answers = _answers(model, file.parent)
    places = _places(answers[0], labels)
    if scores is None:
        places, scores, guesses["scores"] = _guessed(answers, places)
    outputs = model.outputs.model_copy(update={"scores": places[0]})
    model = model.model_copy(update={"outputs": outputs, "scores": scores})
    return Draft(model=model, shapes=shapes, guesses=guesses)


def _shapes(model: PhotoModel, folder: Path) -> Shapes:
    process = ModelProcess(model, folder)
    try:
        return process.shapes()
    finally:
        process.close()


def _answers(model: PhotoModel, folder: Path) -> list[list[np.ndarray]]:
    """Return all outputs for a grey photo and for photos of noise."""
    rng, size = np.random.default_rng(1), (*model.input.size, 3)
    photos = [np.full(size, 127, np.uint8), *(rng.integers(0, 256, size, dtype=np.uint8) for _ in range(3))]
    process = ModelProcess(model, folder)
    try:
        return [process.run(photo) for photo in photos]
    finally:
        process.close()


def _input(inputs: Sequence[Tensor], engine: str, scaling: str | None) -> tuple[Input, dict[str, str]]:
    """Return how pixels are passed to the model, and which parts of that are guesses. Raises WrongOutput."""
    if len(inputs) != 1 or len(inputs[0].shape) != 4:
        found = ", ".join(f"{one.name} {one.shape}" for one in inputs)
        raise WrongOutput(expected="a model with one input, a photo of four sides", found=found)
    _, *sides = inputs[0].shape
    layout = "nchw" if sides[0] in {1, 3} and sides[-1] not in {1, 3} else "nhwc"
    height, width, channels = (*sides[1:], sides[0]) if layout == "nchw" else sides
    if channels not in {1, 3}:
        raise WrongOutput(expected="a photo of one or three channels", found=inputs[0].shape)
    guesses = {}
    if -1 in (height, width):
        guesses["size"] = "the model takes any size; take the one it was trained at"
    if scaling is None:
        scaling, guesses["scaling"] = _scaling(inputs[0], engine, channels)
    spec = {
        "size": [side if side > 0 else _UNKNOWN_SIDE for side in (height, width)],
        "scaling": scaling,
        "channels": "rgb" if channels == 3 else "grey",
        "layout": layout,
    }
    return Input.model_validate(spec), guesses


def _scaling(takes: Tensor, engine: str, channels: int) -> tuple[str, str]:
    for scale, name in _SCALES.items():
        if takes.scale and abs(takes.scale - scale) < 0.02 * scale:
            return name, "so its quantisation says"
    if engine == "onnx" and channels == 3:
        return "imagenet", "usual for models in ONNX; it must be as in training"
    return "raw", "0 to 255, which the model scales itself; it must be as in training"


def _places(outputs: list[np.ndarray], labels: int) -> list[int]:
    """Return which outputs may hold the scores. Raises WrongOutput."""
    widths = {at: one.shape[1] for at, one in enumerate(outputs) if one.ndim == 2}
    fitting = [at for at, width in widths.items() if width == labels]
    if labels == 2:
        fitting += [at for at, width in widths.items() if width == 1]
    if not fitting:
        found = ", ".join(f"output {at}: {_side(one.shape[1:])}" for at, one in enumerate(outputs))
        raise WrongOutput(expected=f"an output of {labels} scores, one for each label", found=found)
    return fitting


def _side(shape: tuple[int, ...]) -> str:
    return f"{shape[0]} numbers" if len(shape) == 1 else f"shape {shape}"


def _guessed(answers: list[list[np.ndarray]], places: list[int]) -> tuple[list[int], str, str]:
    """Return which output holds the scores, their kind, and the reason for that guess. Raises WrongOutput."""
    kinds = {at: _kind(np.concatenate([answer[at] for answer in answers])) for at in places}
    best = min(places, key=lambda at: list(_WHY).index(kinds[at]))
    return [best], kinds[best], _WHY[kinds[best]]


def _kind(scores: np.ndarray) -> str:
    """Return the kind of scores, float (cases, scores). Raises WrongOutput for a single number outside of 0 to 1."""
    if not np.isfinite(scores).all():
        raise WrongOutput(expected="finite numbers", found="others, for a blank photo or for noise")
    chances = scores.min() >= -1e-3 and scores.max() <= 1.001
    if scores.shape[1] == 1:
        if not chances:
            raise WrongOutput(
                expected="one number from 0 to 1 (sigmoid)", found=f"{scores.min():.3g} to {scores.max():.3g}"
            )
        return "sigmoid"
    if chances and (abs(scores.sum(axis=1) - 1) < 0.02 + scores.shape[1] / 256).all():
        return "probabilities"
    return "multi_label" if chances else "logits"


def codes_of(titles: Sequence[str]) -> list[str]:
    """Return a code for each label's title: lower-case letters, digits and underscores, a letter first."""
    plain = [re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_") for title in titles]
    return [code if code[:1].isalpha() else f"label_{code or at}" for at, code in enumerate(plain)]


def card_text(draft: Draft, *, disease: str, title: str, file: str, labels: dict[str, str]) -> str:
    """Return the draft card; `labels` are titles by code. Comments say what is a guess and what is left to fill in."""
    return "\n".join(
        [
            f"# The {disease} card, a draft. `checkup check` names what is left to fill in; lines marked GUESS want a look.",
            f"id: {disease}",
            "input: photo",
            f"title: {{en: {json.dumps(title, ensure_ascii=False)}}}",
            'knows: {en: ""}  # what the model can and cannot tell, in plain words',
            "labels:  # in the order of the model's scores",
            *(line for code, name in labels.items() for line in _label(code, name)),
            *_model(draft, file),
            *_decision(draft, list(labels)),
            "",
        ]
    )


def _decision(draft: Draft, codes: Sequence[str]) -> list[str]:
    if draft.model.scores not in MULTI_LABEL:
        guess = "below this no winner is named; choose it on photos the model has not seen"
        return ["decision:", f"  unsure_below: 0.5  # GUESS: {guess}"]
    guess = "from which probability on a label counts as found; choose each on photos the model has not seen"
    return ["decision:", f"  thresholds:  # GUESS: {guess}", *(f"    {code}: 0.5" for code in codes)]


def _label(code: str, title: str) -> list[str]:
    return [
        f"- code: {code}",
        f"  title: {{en: {json.dumps(title, ensure_ascii=False)}}}",
        '  about: {en: ""}  # a sentence or two, for people',
        f"  link: {GAP}  # a page on what it is and how it is treated, https://…",
        f"  care: {GAP}  # how soon to have it seen: routine, soon or urgent",
    ]


def _model(draft: Draft, file: str) -> list[str]:
    model, pixels = draft.model, draft.model.input
    guess = {key: f"  # GUESS: {why}" for key, why in draft.guesses.items()}
    height, width = pixels.size
    limits = [] if model.engine == "litert" else ["  timeout: 30  # seconds a photo may take", "  memory: 2048  # MB"]
    return [
        "model:",
        f"  engine: {model.engine}",
        f"  file: {json.dumps(file)}",
        f"  sha256: {model.sha256}",
        "  version: '1'",
        *limits,
        f"  input:  # {_listed(draft.shapes.inputs)}",
        f"    size: [{height}, {width}]  # height, width{guess.get('size', '').replace('  #', ';')}",
        "    resize: stretch  # GUESS: or fit (black edges) or crop (the middle), as in training",
        f"    scaling: {pixels.scaling}{guess.get('scaling', '')}",
        f"    channels: {pixels.channels}{'  # GUESS: or bgr' if pixels.channels == 'rgb' else ''}",
        f"    layout: {pixels.layout}",
        f"  outputs:  # {_listed(draft.shapes.outputs)}",
        f"    scores: {model.outputs.scores}",
        f"  scores: {model.scores}{guess.get('scores', '')}",
    ]


def _listed(tensors: Sequence[Tensor]) -> str:
    """Return the inputs or outputs as a comment: number, type, shape and quantisation."""
    return "; ".join(
        f"{at}: {one.dtype} ({', '.join('any' if side < 0 else str(side) for side in one.shape)})"
        + (f", quantised by {one.scale:.3g}" if one.scale else "")
        for at, one in enumerate(tensors)
    )
