"""A card read from its `card.yaml` and checked as a whole: every fault is found, each once and with its place."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from classifiers.card.checks import Fault, valid_parts
from classifiers.card.form_card import FormCard, form_faults
from classifiers.card.model_file import file_faults
from classifiers.card.photo_card import PhotoCard, photo_faults
from classifiers.card.pictures import picture_faults, with_absolute_paths
from classifiers.card.translations import WORDS, add_words
from classifiers.card.truth_tables import read_truth_tables
from classifiers.card.yaml_file import read_yaml
from classifiers.errors import CardFaults

Card = PhotoCard | FormCard
_CARD: TypeAdapter[Card] = TypeAdapter(Annotated[Card, Field(discriminator="input")])
_KINDS: dict[str, tuple[type[Card], Callable[[Any], Iterator[Fault]]]] = {
    "photo": (PhotoCard, photo_faults),
    "form": (FormCard, form_faults),
}
# Words of ours for the kinds of fault that every author of a card will meet.
_MESSAGES = {
    "string_type": "must be text: put no, yes or a number in quotes",
    "extra_forbidden": "there is no such key",
    "missing": "is missing",
    "model_type": "must be lines of key: value",
    "model_attributes_type": "must be lines of key: value",
    "url_parsing": "must be a link that begins with https://",
}
_MISSING = {"model.entry": "is missing: package.module:Class"}
_UNIONS = {"input": "photo or form", "engine": "litert, keras, onnx or python", "kind": "number, choice or yes_no"}
# Keys of the one kind of card in the other: by their place, why they do not belong there.
_MISPLACED = {
    ("form", "model.input"): "a form's model takes the answers to its questions, not pixels",
    ("form", "model.outputs.class_maps"): "a form has nothing to look at",
    ("form", "model.outputs.attention"): "a form has nothing to look at",
    ("form", "model.outputs.not_this"): "a form is always about its disease",
    ("form", "model.outputs.retake"): "only photos are taken again",
    ("form", "model.outputs.outline"): "only photos have an outline",
    ("form", "decision.retake_above"): "only photos are taken again",
    ("form", "decision.screen"): "only photos are screened",
    ("form", "decision.outline"): "only photos have an outline",
    ("form", "decision.not_this_above"): "a form is always about its disease",
    ("form", "decision.doubtful_above"): "a form is always about its disease",
    ("form", "decision.single_lesion"): "only photos have an outline",
    ("form", "model.engine"): "forms run on litert alone",
    ("form", "words"): "only photos are told how to be taken",
    ("form", "guide"): "only photos are told how to be taken",
    ("form", "examples"): "only photos show what labels look like",
    ("form", "symptoms"): "only below photos is asked what a person notices: a form has questions and red flags",
    ("form", "several_photos"): "only photos are several",
    ("form", "lesion_features"): "only photos have an outline",
    ("form", "following"): "only photos of a spot are compared",
    ("form", "truth_tables"): "only photos are evaluated by tables",
    ("photo", "questions"): "only a form (input: form) asks questions",
    ("photo", "red_flags"): "only a form (input: form) asks questions",
    ("photo", "model.entry"): "only a python engine has one",
    ("photo", "model.timeout"): "LiteRT runs in the bot's own process, which has none",
    ("photo", "model.memory"): "LiteRT runs in the bot's own process, which has none",
}


def read_card(path: Path) -> Card:
    """Return the card at `path`, its model file checked and made absolute. Raises CardFaults with every fault there is."""
    content, faults = read_yaml(path)
    if content is None and faults:
        raise CardFaults(faults)
    faults += add_words(content, path.parent / WORDS)
    card = None
    try:
        card = _CARD.validate_python(content)
    except ValidationError as error:
        faults += faults_of(path, error, kind=_kind(content))
    found = (*_between(content), *file_faults(content, path.parent), *picture_faults(content, path.parent))
    faults += [f"{path}: {place}: {fault}" for place, fault in found]
    faults += _table_faults(content, path)
    if card is None or faults:
        raise CardFaults(faults)
    return _with_absolute_paths(card, path.parent)


def read_photo_card(path: Path) -> PhotoCard:
    """Return the card of a photo disease at `path`. Raises CardFaults, also where it is a form's."""
    card = read_card(path)
    if not isinstance(card, PhotoCard):
        raise CardFaults([f"{path}: input: is form, but a photo's card is needed here"])
    return card


def read_form_card(path: Path) -> FormCard:
    """Return the card of a form at `path`. Raises CardFaults, also where it is a photo disease's."""
    card = read_card(path)
    if not isinstance(card, FormCard):
        raise CardFaults([f"{path}: input: is photo, but a form's card is needed here"])
    return card


def faults_of(path: Path, error: ValidationError, *, kind: str = "") -> list[str]:
    """Return pydantic's faults as `path: place: what is wrong`; `kind` is the card's, "photo" or "form"."""
    lines = []
    for fault in error.errors(include_url=False, include_input=False):
        parts = _place(fault["loc"], kind)
        union = str(fault.get("ctx", {}).get("discriminator", "")).strip("'")
        if fault["type"] in {"union_tag_invalid", "union_tag_not_found"}:
            parts.append(union)
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")
        message = _message(fault["type"], str(fault["msg"]), union)
        if fault["type"] in {"extra_forbidden", "literal_error"}:
            message = _MISPLACED.get((kind, place), message)
        if fault["type"] == "missing":
            message = _MISSING.get(place, message)
        if "[key]" in fault["loc"] and fault["type"] == "string_type":
            message = "this key is no text: put it in quotes"  # YAML takes no, the code of Norwegian, for false
        lines.append(f"{path}: {place}: {message}" if place else f"{path}: {message}")
    return lines


def _with_absolute_paths(card: Card, folder: Path) -> Card:
    if card.model.file is not None:
        model = card.model.model_copy(update={"file": (folder / card.model.file).resolve()})
        card = card.model_copy(update={"model": model})
    if isinstance(card, PhotoCard) and card.truth_tables is not None:
        card = card.model_copy(update={"truth_tables": (folder / card.truth_tables).resolve()})
    if isinstance(card, PhotoCard):
        pictures = {kind: with_absolute_paths(getattr(card, kind), folder) for kind in ("guide", "examples")}
        card = card.model_copy(update=pictures)
    return card


def _message(kind: str, message: str, union: str) -> str:
    if kind == "union_tag_not_found":
        return f"is missing: {_UNIONS.get(union, 'one of the kinds there are')}"
    if kind == "union_tag_invalid":
        return f"must be {_UNIONS.get(union, 'one of the kinds there are')}"
    return _MESSAGES.get(kind, message.removeprefix("Value error, "))


def _place(loc: tuple[int | str, ...], kind: str) -> list[int | str]:
    """Return the place in the file: pydantic also names the member of a union that it chose."""
    parts = [part for part in loc if part != "[key]"]
    if kind and parts[:1] == [kind]:
        parts = parts[1:]
    if parts[:1] == ["model"] and kind == "photo" and parts[1:2] and parts[1] in {"litert", "keras", "onnx", "python"}:
        parts = [parts[0], *parts[2:]]
    if parts[:1] == ["labels"] and parts[2:3] == ["link"]:
        parts = parts[:3] + parts[4:]
    if parts[:1] == ["questions"]:
        parts = parts[:2] + parts[3:]
    return parts


def _kind(content: Any) -> str:
    kind = content.get("input") if isinstance(content, dict) else None
    return kind if isinstance(kind, str) and kind in _KINDS else ""


def _between(content: Any) -> list[Fault]:
    """Return the faults between parts of the card, whatever else is wrong with it."""
    model, faults = _KINDS[_kind(content) or "photo"]
    return list(faults(valid_parts(model, content)))


def _table_faults(content: Any, path: Path) -> list[str]:
    """Return what is wrong with the file of tables that a card names; nothing where it names none."""
    file = content.get("truth_tables") if isinstance(content, dict) else None
    if not isinstance(file, str):
        return []
    if not (path.parent / file).is_file():
        return [f"{path}: truth_tables: {file} is not there"]
    try:
        read_truth_tables(path.parent / file)
    except CardFaults as error:
        return str(error).splitlines()
    return []
