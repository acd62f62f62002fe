"""Where a card contradicts itself or its files; found in what was written, so that no other fault hides it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from classifiers.card.form_contradictions import form_contradictions
from classifiers.card.model_contradictions import model_contradictions

TAKEN = ("start", "help", "about", "diseases", "privacy", "forget", "cancel", "reload")  # the chat's own commands


def contradictions(card: Any) -> list[str]:
    """Return `place: what is wrong` for parts of a card that do not fit each other. Any content may be given."""
    return [
        *_id(card),
        *_labels(card),
        *_bias(card),
        *_alarm(card),
        *_outputs(card),
        *model_contradictions(card),
        *form_contradictions(card),
    ]


def file_faults(card: Any, folder: Path) -> list[str]:
    """Return what is wrong with the model file that a card in `folder` names; nothing where it names none."""
    file, wanted = _at(card, "model", "file"), _at(card, "model", "sha256")
    if not isinstance(file, str) or not file:
        return []
    path = folder / file
    if not path.is_file():
        return [f"model.file: {file} is not there"]
    try:
        with path.open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        return [f"model.file: {file} cannot be read: {error.strerror}"]
    if wanted is None:
        return [f"model.sha256: is missing; the file's is {found}"]
    return [] if found == wanted else [f"model.sha256: the file's is {found}: not the file this card was made for"]


def _id(card: Any) -> Iterator[str]:
    if (name := _at(card, "id")) in TAKEN:
        yield f"id: /{name} is a command of the chat already: choose another"


def _labels(card: Any) -> Iterator[str]:
    codes = _codes(card)
    for at, code in enumerate(codes):
        if code is not None and code in codes[:at]:
            yield f"labels[{at}].code: {code} stands twice"
    if _at(card, "model", "scores") == "sigmoid" and codes and len(codes) != 2:
        yield f"model.scores: sigmoid is one chance between two labels, here are {len(codes)}"


def _bias(card: Any) -> Iterator[str]:
    bias, codes = _at(card, "decision", "bias"), _codes(card)
    if isinstance(bias, list) and codes and len(bias) != len(codes):
        yield f"decision.bias: {len(bias)} numbers for {len(codes)} labels"


def _alarm(card: Any) -> Iterator[str]:
    labels, codes = _at(card, "decision", "alarm", "labels"), _codes(card)
    if not isinstance(labels, list) or not codes:
        return
    for at, label in enumerate(labels):
        if label not in codes:
            yield f"decision.alarm.labels[{at}]: no label {label}"
        elif label in labels[:at]:
            yield f"decision.alarm.labels[{at}]: {label} stands twice, and would count twice"


def _outputs(card: Any) -> Iterator[str]:
    outputs = _at(card, "model", "outputs")
    places = {"scores": 0, **outputs} if isinstance(outputs, dict) else {"scores": 0}
    taken: dict[Any, str] = {}
    for name, number in places.items():
        if isinstance(number, int) and number in taken:
            yield f"model.outputs.{name}: output {number} is {taken[number]} already"
        elif isinstance(number, int):
            taken[number] = name
    if _at(card, "decision", "not_this_above") is not None and places.get("not_this") is None:
        yield "decision.not_this_above: the model has no output not_this"
    limits, number = _at(card, "decision", "retake_above"), places.get("retake")
    if limits is not None and number is None:
        yield "decision.retake_above: the model has no output retake"
    if limits is None and number is not None:
        yield "model.outputs.retake: without decision.retake_above nobody knows what its numbers mean"
    if _at(card, "decision", "outline") is not None and places.get("outline") is None:
        yield "decision.outline: the model has no output outline"


def _codes(card: Any) -> list[Any]:
    labels = _at(card, "labels")
    return [_at(label, "code") for label in labels] if isinstance(labels, list) else []


def _at(content: Any, *path: str) -> Any:
    """Return what stands at a path of keys, None where the path breaks off."""
    for key in path:
        content = content.get(key) if isinstance(content, dict) else None
    return content
